package number

import (
	"slices"
	"strings"
	"testing"
)

// TestCountry: what numbers are one depends on the country where they are dialled.
func TestCountry(t *testing.T) {
	for _, tt := range []struct {
		country, one, other string
		same                bool
	}{
		{"", "0333123456", "333123456", true}, {"IT", "0333123456", "333123456", false}, {"DE", "0333123456", "333123456", true},
		{"IT", "+393331234567", "3331234567", true}, {"IT", "+393331234567", "03331234567", false}, {"", "+393331234567", "03331234567", false},
		{"it", "+390721555016", "0721555016", true}, {"+39", "00390721555016", "0721555016", true}, {"IT", "00721555016", "+390721555016", true},
		{"IT", "390721555016", "0721555016", true}, {"IT", "90721555016", "+390721555016", true}, {"IT", "+39 0721555016", "721555016", false},
		{"", "+4930123456", "030123456", true}, {"DE", "+4930123456", "030123456", true}, {"CH", "+4930123456", "030123456", false},
		{"GB", "+4930123456", "30123456", false}, {"DE", "+4930123456", "004930123456", true}, {"CH", "+4930123456", "0004930123456", true},
		{"US", "+12025550123", "2025550123", true}, {"US", "12025550123", "2025550123", true}, {"US", "+442025550123", "2025550123", false},
		{"US", "+12025550123", "92025550123", true}, {"US", "+12025550123", "912025550123", true}, {"US", "011442079460018", "+442079460018", true},
		{"ES", "+34912345678", "0912345678", true}, {"ES", "912345678", "0912345678", true}, {"RU", "+74951234567", "84951234567", true},
		{"HU", "+3612345678", "0612345678", true}, {"CI", "+2250712345678", "0712345678", true}, {"CI", "0712345678", "712345678", false},
		{"IT", "203", "203", true}, {"IT", "anna@a.example", "ANNA@a.example", true}, {"IT", "anonymous", "anonymous", false},
		{"GB", "+44 (0)20 7946 0018", "020 7946 0018", true}, {"GB", "+442079460018", "902079460018", true},
	} {
		c, ok := ParseCountry(tt.country)
		i, j := Identify(tt.one), Identify(tt.other)
		if c.Same(i, j) != tt.same || c.Same(j, i) != tt.same || ok != (tt.country != "") {
			t.Errorf("in %q (%s, %t) %q and %q: want %t", tt.country, c, ok, tt.one, tt.other, tt.same)
		}
	}
	for text, want := range map[string]Country{"UK": "44", "gb": "44", "+1": "1", "+378": "378", "SM": "378", "XK": "383"} {
		if got, ok := ParseCountry(text); got != want || !ok {
			t.Errorf("%s is %q", text, got)
		}
	}
	for _, text := range []string{"", "I", "ITA", "39", "+", "+3", "+390", "+999x", "ZZ", "9 ", "A9", "T3", "+21"} {
		if got, ok := ParseCountry(text); ok {
			t.Errorf("%q is %q", text, got)
		}
	}
	all := strings.Fields(letters)
	if len(all) < 240 || !slices.IsSorted(all) {
		t.Errorf("%d countries, sorted: %t", len(all), slices.IsSorted(all))
	}
	for _, entry := range all {
		if code := entry[2:]; countryCode(code+"0") != code {
			t.Errorf("%s has no such code", entry)
		}
	}
	if CountryOf("+390721555016") != "39" || CountryOf("0721555016") != "" || CountryOf("203") != "" || CountryOf("+") != "" {
		t.Error("the country of a number")
	}
}

// FuzzCountry: a country only tells numbers apart that would be one without it.
// TestAmong: the very number goes before one that may be it, and the country decides whether it may.
func TestAmong(t *testing.T) {
	all := []string{"0333123456", "", "333123456", "+39333123456"}
	for _, tt := range []struct {
		home       Country
		text, want string
		of         []string
	}{
		{"", "333123456", "333123456", all}, {"39", "+39333123456", "+39333123456", all},
		{"", "333123456", "0333123456", all[:2]}, {"49", "333123456", "0333123456", all[:2]}, {"39", "333123456", "none", all[:2]},
		{"39", "00 39 333 123456", "333123456", all}, {"", "", "", all}, {"", "", "none", nil}, {"", "1", "none", all},
	} {
		got, ok := Among(tt.home, tt.text, tt.of, func(s string) string { return s })
		if !ok {
			got = "none"
		}
		if got != tt.want {
			t.Errorf("%s in %q among %q: %s", tt.text, tt.home, tt.of, got)
		}
	}
}

func FuzzCountry(f *testing.F) {
	f.Add("+390721555016", "0721555016", "IT")
	f.Fuzz(func(t *testing.T, a, b, country string) {
		c, _ := ParseCountry(country)
		i, j := Identify(a), Identify(b)
		if same := c.Same(i, j); same != c.Same(j, i) || same && !i.Same(j) || i.Same(i) != c.Same(i, i) {
			t.Fatalf("%q and %q in %q", a, b, country)
		}
	})
}

func BenchmarkCountry(b *testing.B) {
	x, y := Identify("+390721555016"), Identify("0721555016")
	for b.Loop() {
		Country("39").Same(x, y)
	}
}
