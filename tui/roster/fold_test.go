package roster

import "testing"

func TestFold(t *testing.T) {
	for name, want := range map[string]string{
		"Jos\u00e9": "jose", "Jose\u0301": "jose", "Stra\u00dfe": "strasse", "\u0141\u00f3d\u017a": "lodz", "Nguy\u1ec5n": "nguyen",
		"\u00d8rsted": "orsted", "\u041c\u0430\u0440\u0438\u044f": "\u043c\u0430\u0440\u0438\u044f", "Verdi": "verdi",
	} {
		if got := fold(name); got != want {
			t.Errorf("%q became %q, want %q", name, got, want)
		}
	}
	if got := Words("Ren\u00e9e O'Br\u00edan"); len(got) != 3 || got[0] != "renee" || got[2] != "brian" {
		t.Errorf("%q", got)
	}
}
