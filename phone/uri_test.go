package phone

import "testing"

func TestDialableLinks(t *testing.T) {
	for text, want := range map[string]string{
		// RFC 3966 §6
		"tel:+1-201-555-0123":                          "+12015550123",
		"tel:7042;phone-context=example.com":           "7042",
		"tel:863-1234;phone-context=+1-914-555":        "8631234",
		"TEL:+39%200721%20555%20016":                   "+390721555016",
		"tel://+390721555016":                          "+390721555016",
		"callto:+39 0721 555016":                       "+390721555016",
		"callto://0721/555016":                         "0721555016",
		"sip:203@pbx.acme.example":                     "203",
		"sips:+390721555016@sbc.example;transport=tls": "+390721555016",
		"sip:203:secret@pbx.acme.example?subject=x":    "203",
		"sip:anna@acme.example":                        "anna@acme.example",
		"tel:*21%23":                                   "*21#",
		"+39 0721 / 555-016":                           "+390721555016",
		"anna@acme.example":                            "anna@acme.example",
	} {
		if got, why := Dialable(text); got != want || why != "" {
			t.Errorf("%q: %q (%s), want %q", text, got, why, want)
		}
	}
	for _, text := range []string{"tel:", "tel:%zz", "sip:", "tel:%1b[2J", "callto:%00", "tel:;ext=1", "(", "tel:()"} {
		if got, why := Dialable(text); why == "" {
			t.Errorf("%q is dialled as %q", text, got)
		}
	}
}

func FuzzDialable(f *testing.F) {
	f.Add("tel:+39%200721;x=1")
	f.Add("sip:a:b@c?d")
	f.Fuzz(func(t *testing.T, text string) {
		number, why := Dialable(text)
		if (number == "") == (why == "") || len(number) > maxNumber {
			t.Errorf("%q: %q, %q", text, number, why)
		}
	})
}
