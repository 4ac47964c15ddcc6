package number

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
)

func TestSame(t *testing.T) {
	for _, pair := range [][2]string{
		{"203", "203"}, {"203", "sip:203@10.0.0.5"}, {"+390721555016", "0721555016"}, {"+390721555016", "390721555016"},
		{"+390721555016", "00390721555016"}, {"+390721555016", "0 0721 555016"}, {"+390721555016", "000390721555016"},
		{"+390721555016", "90721555016"}, {"00390721555016", "0721555016"}, {"390721555016", "0721555016"},
		{"+442079460018", "02079460018"}, {"+442079460018", "2079460018"}, {"442079460018", "02079460018"},
		{"+44 (0)20 7946 0018", "020 7946 0018"}, {"+44 (0)20 7946 0018", "902079460018"},
		{"+12025550123", "2025550123"}, {"+12025550123", "12025550123"}, {"+12025550123", "912025550123"},
		{"+12025550123", "92025550123"}, {"12025550123", "2025550123"}, {"+12025550123", "0112025550123"[:3] + "12025550123"},
		{"+15551234", "5551234"}, {"0721555016", "721555016"}, {"0721555016", "00721555016"}, {"9721555016", "721555016"},
		{"+74951234567", "84951234567"}, {"84951234567", "4951234567"}, {"+3612345678", "0612345678"},
		{"+390721555016,,12#", "0721 555016"}, {"anna@ACME.example", "anna@acme.example"}, {"*21#", "tel:*21%23"},
		{"+9991234567", "9991234567"}, {"+390721555016", "sip:+390721555016@sbc.example;user=phone"},
	} {
		if !Country("").SameNumber(pair[0], pair[1]) || !Country("").SameNumber(pair[1], pair[0]) {
			t.Errorf("%q and %q are two", pair[0], pair[1])
		}
		if a, b := Identify(pair[0]), Identify(pair[1]); a.key() != b.key() {
			t.Errorf("%q and %q have two keys: %q, %q", pair[0], pair[1], a.key(), b.key())
		}
	}
	for _, pair := range [][2]string{
		{"+44205550123", "+12025550123"}, {"+44205550123", "12025550123"}, {"+44205550123", "2025550123"},
		{"+4930123456", "+4940123456"}, {"030123456", "040123456"}, {"anna@10.0.0.5", "luca@10.0.0.5"},
		{"203", "0203"}, {"203", "+39203"}, {"203", "1203"}, {"555016", "0721555016"}, {"555016", "+390721555016"},
		{"+390721555016", "721555016"}, {"+393331234567", "03331234568"}, {"0721555016", "0721555017"},
		{"5550123", "2025550123"}, {"5550123", "7772025550123"}, {"anna", "Anna Rossi"}, {"*21#", "#21#"}, {"0721555016", "0721555016#"},
		{"", ""}, {"anonymous", "anonymous"}, {"Anonymous", "withheld"}, {"", "203"}, {"sip:anonymous@anonymous.invalid", "anonymous"},
		{"+12025550123", "+442025550123"}, {"012025550123", "442025550123"},
	} {
		if Country("").SameNumber(pair[0], pair[1]) || Country("").SameNumber(pair[1], pair[0]) {
			t.Errorf("%q and %q are one", pair[0], pair[1])
		}
	}
}

// TestSameProperties: a number stays the same after every plausible prefix, in both orders, and is
// another one if a digit is changed or digits are put before it that nobody dials.
func TestSameProperties(t *testing.T) {
	rnd := rand.New(rand.NewPCG(4, 10))
	digits := func(n int) string {
		s := strconv.Itoa(1 + rnd.IntN(9))
		for len(s) < n {
			s += strconv.Itoa(rnd.IntN(10))
		}
		return s
	}
	for range 2000 {
		code := []string{"1", "7", "31", "33", "39", "41", "43", "44", "49", "351", "353", "420", "971"}[rnd.IntN(13)]
		home := digits(8 + rnd.IntN(3))
		global := "+" + code + home
		forms := []string{global, code + home, "00" + code + home, "000" + code + home, "9011" + code + home, home, "0" + home, "9" + home,
			trunkOf(code) + home, "0" + trunkOf(code) + home, "9" + trunkOf(code) + home, "+" + code + " (0) " + home}
		if code == "39" {
			forms = slices.DeleteFunc(forms[:len(forms)-1], func(f string) bool { return f == "0"+home }) // which keeps its zero
		}
		for _, form := range forms {
			if !Country("").SameNumber(global, form) || !Country("").SameNumber(form, global) {
				t.Fatalf("%q and %q are two", global, form)
			}
			if Identify(form).key() != Identify(global).key() {
				t.Fatalf("%q and %q have two keys", global, form)
			}
			at := 2 + len(code) + rnd.IntN(len(home)-1)
			other := []byte(global)
			other[at] = '0' + (other[at]-'0'+1+byte(rnd.IntN(8)))%10
			if Country("").SameNumber(string(other), form) || Country("").SameNumber(form, string(other)) {
				t.Fatalf("%q and %q are one", other, form)
			}
		}
		for _, prefix := range []string{"5", "12345", "777", "555"} {
			if form := prefix + home; Country("").SameNumber(form, home) && countryCode(form) == "" {
				t.Fatalf("%q and %q are one", form, home)
			}
		}
		short := digits(2 + rnd.IntN(4))
		for _, form := range []string{"0" + short, "9" + short, "+" + code + short, code + short} {
			if Country("").SameNumber(short, form) || Country("").SameNumber(form, short) {
				t.Fatalf("the extensions %q and %q are one", short, form)
			}
		}
	}
}

func TestWithheld(t *testing.T) {
	for _, text := range []string{
		"", " ", "-", "anonymous", "Anonymous", "ANONYMOUS", "withheld", "Number withheld", "private", "Private Number", "unavailable",
		"Restricted", "unknown", "Unknown caller", "caller ID blocked", "anonymous@anonymous.invalid", "sip:anonymous@anonymous.invalid",
		`<sip:anonymous@anonymous.invalid>`, "sip:anonymous@10.0.0.5", "restricted@unknown.invalid", "sip:0000@anonymous.invalid",
		"sip:Unavailable@192.168.1.1;user=phone", "unbekannt", "Anonimo", "sconosciuto", "Anonyme", "unterdrückt",
	} {
		if !Withheld(text) {
			t.Errorf("%q is somebody's number", text)
		}
		if n, why := Read(text); why == "" {
			t.Errorf("%q is dialled as %+v", text, n)
		}
	}
	for _, text := range []string{"203", "+390721555016", "anna", "*98", "anna@acme.example", "private.office", "Unknown Pleasures", "0"} {
		if Withheld(text) {
			t.Errorf("%q is withheld", text)
		}
	}
}

func FuzzSame(f *testing.F) {
	f.Add("+390721555016", "0721555016")
	f.Add("anna@10.0.0.5", "")
	f.Fuzz(func(t *testing.T, a, b string) {
		x, y := Identify(a), Identify(b)
		if x.Same(y) != y.Same(x) {
			t.Fatalf("%q and %q are the same one way only", a, b)
		}
		if x.Same(y) && x.key() != y.key() {
			t.Fatalf("%q and %q are one with two keys", a, b)
		}
		if x.Same(x) == Withheld(a) {
			t.Fatalf("%q", a)
		}
	})
}

func BenchmarkSame(b *testing.B) {
	x, y := Identify("+390721555016"), Identify("0721555016")
	for b.Loop() {
		x.Same(y)
	}
}

func BenchmarkIdentify(b *testing.B) {
	for b.Loop() {
		Identify("+390721555016")
	}
}
