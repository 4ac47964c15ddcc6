package number

import (
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"
)

// TestRead compares what people, browsers and other programs write with what they mean.
func TestRead(t *testing.T) {
	for text, want := range map[string]string{
		// RFC 3966 §6 and §5.3
		"tel:+1-201-555-0123":                           "+12015550123",
		"tel:7042;phone-context=example.com":            "7042",
		"tel:863-1234;phone-context=+1-914-555":         "8631234",
		"tel:+1-800-555-0123;ext=1234":                  "+18005550123,1234",
		"tel:+1-800-555-0123;ext=1-2-34;isub=7":         "+18005550123,1234",
		"tel:+1-800-555-0123;postd=pp22":                "+18005550123,,22",
		"tel:+18005550123,,1234%23":                     "+18005550123,,1234#",
		"tel:+18005550123;1234":                         "+18005550123,1234",
		"TEL:+39%200721%20555%20016":                    "+390721555016",
		"tel://+390721555016":                           "+390721555016",
		"tel:*21%23":                                    "*21#",
		"tel:*21*0900123456#":                           "*21*0900123456#",
		"tel:%23%2331%23":                               "##31#",
		"Tel: 0721/555016":                              "0721555016",
		"Tel: 0721/555016, Fax: 0721/555017":            "0721555016",
		"callto:+39 0721 555016":                        "+390721555016",
		"callto://0721/555016":                          "0721555016",
		"callto:203@pbx.acme.example":                   "203",
		"sip:203@pbx.acme.example":                      "203",
		"sip:203@192.168.1.20:5060":                     "203",
		"sip:203@[2001:db8::1]:5060;transport=tls":      "203",
		"<sip:203@10.0.0.5>":                            "203",
		`"Anna, sales" <sip:203@10.0.0.5;user=phone>`:   "203",
		"Anna <0721 555016>":                            "0721555016",
		"sips:+390721555016@sbc.example;transport=tls":  "+390721555016",
		"sip:+18005550123;ext=12@gw.example;user=phone": "+18005550123,12",
		"sip:203:secret@pbx.acme.example?subject=x":     "203",
		"sip:%2B390721555016@gw.example":                "+390721555016",
		"sip:*21*0900123456%23@gw.example":              "*21*0900123456#",
		"sip:anna@acme.example":                         "anna@acme.example",
		"sip:anna:secret@acme.example":                  "anna@acme.example",
		"anna@acme.example":                             "anna@acme.example",
		"203@10.0.0.5":                                  "203",
		"203@10.0.0.5:5060":                             "203",
		"sips:anna@[2001:db8::1]:5061":                  "anna@[2001:db8::1]:5061",
		"callto:anna":                                   "anna",
		"anna":                                          "anna",
		"sales.team":                                    "sales.team",

		// how people write
		"203":                "203",
		"+39 0721 / 555-016": "+390721555016",
		"0721 / 555 016":     "0721555016",
		"(0721) 555016":      "0721555016",
		"(+39) 0721 555016":  "+390721555016",
		"+(39) 0721 555016":  "+390721555016",
		"+1 (800) 555-0100":  "+18005550100",
		"01.23.45.67.89":     "0123456789",
		"15.30.12.34.56":     "1530123456",
		"15.30 0721":         "15300721",
		"ring me back 15.30 - 0721.555.016 - thanks": "0721555016",
		"09.05 Uhr, 0721 555016":                     "0721555016",
		"12.34.56.78":                                "12345678",
		"203.":                                       "203",
		"*98":                                        "*98",
		"**21*0721555016#":                           "**21*0721555016#",
		"*#06#":                                      "*#06#",
		"+39 0721 555016 (office)":                   "+390721555016",
		"0721 555016 (mobile":                        "0721555016",

		// the zero that is dialled at home
		"+44 (0)20 7946 0018":   "+442079460018",
		"+44(0)2079460018":      "+442079460018",
		"+44 (020) 7946 0018":   "+442079460018",
		"+44 020 7946 0018":     "+442079460018",
		"+49 (0)30/12345-67":    "+49301234567",
		"0044 (0)20 7946 0018":  "00442079460018",
		"011 44 (0)20 79460018": "011442079460018",
		"44 (0)20 7946 0018":    "+442079460018",
		"(+44) (0)20 7946 0018": "+442079460018",
		"+39 (0721) 555016":     "+390721555016",
		"+39 (0)721 555016":     "+390721555016",
		"+378 0549 886377":      "+3780549886377",
		"+225 0123456789":       "+2250123456789",
		"(0)20 7946 0018":       "02079460018",
		"(020) 7946 0018":       "02079460018",
		"0 0440 212345":         "00440212345", // 0 for a line, then 0440 ...

		// what follows as tones
		"+1 800 555 0100,,1234#":          "+18005550100,,1234#",
		"+1 800 555 0100 ,, 1234#":        "+18005550100,,1234#",
		"+1 800 555 0100,1234":            "+18005550100,1234",
		"+1 800 555 0100;1234":            "+18005550100,1234",
		"+1 800 555 0100 p1234":           "+18005550100,1234",
		"+1 800 555 0100pp1234w5#":        "+18005550100,,1234,5#",
		"+1 800 555 0100 W 1234":          "+18005550100", // a name begins with W as well as a wait does
		"+1 800 555 0100 ext. 1234":       "+18005550100,1234",
		"+1 800 555 0100 Ext: 1234":       "+18005550100,1234",
		"+1 800 555 0100, extension 1234": "+18005550100,1234",
		"+1 800 555 0100 (ext. 1234)":     "+18005550100,1234",
		"+1 800 555 0100 x1234":           "+18005550100,1234",
		"+1 800 555 0100x1234":            "+18005550100,1234",
		"+1 800 555 0100 #1234":           "+18005550100,1234",
		"+39 0721 555016 int. 12":         "+390721555016,12",
		"0721555016 interno 12":           "0721555016,12",
		"01 23 45 67 89 poste 12":         "0123456789,12",
		"+7 495 1234567 доб. 123":         "+74951234567,123",
		"030 12345-0, Durchwahl -12":      "0301234512",
		"030 12345-0 Durchwahl – 17":      "0301234517",
		"030/12345-0 (Durchwahl -17)":     "0301234517",
		"030 12345 - 0, Durchwahl -17":    "0301234517",
		"030 12345 0, Durchwahl 17":       "0301234517",
		"+49 (30) 12345/0 Durchwahl 17":   "+49301234517",
		"030 12345-(0) DW 17":             "0301234517",
		"030 12345-00, Durchwahl -17":     "0301234517",
		"030 12345-0\r\nDurchwahl: -17":   "0301234517",
		"+43 1 12345-0, Klappe 17":        "+4311234517",
		"030 12345-0/-17":                 "030123450",
		"030 123450, Durchwahl -17":       "03012345017", // a zero that may be part of the main number
		"030 12345-10, Durchwahl -17":     "030123451017",
		"030 12345 Durchwahl 12":          "0301234512",
		"+49 30 12345-0 DW 12":            "+49301234512",
		"+1 800 555 0100 ext 12345678":    "+18005550100,,12345678",

		// letters of the keypad
		"1-800-FLOWERS":    "18003569377",
		"+1-800-FLOWERS":   "+18003569377",
		"+1 (800) FLOWERS": "+18003569377",
		"1-800-flowers":    "18003569377",
		"1-800-GOT-JUNK":   "18004685865",
		"800-FLOWERS":      "8003569377",
		"1-800 FLOWERS":    "18003569377",
		"0800-CALLME":      "0800225563",
		"+1-800-555-HELP":  "+18005554357",

		// signs that look like ours
		"+39\u00a00721\u2011555\u2013016":        "+390721555016",
		"+39\u20070721\u202f555\u2009016":        "+390721555016",
		"\ufeff+39 0721\u200b555016":             "+390721555016",
		"\u202a+39 0721 555016\u202c":            "+390721555016",
		"\u200e+39 \u2066072\u20691\u00ad555016": "+390721555016",
		"＋３９　０７２１－５５５０１６":                        "+390721555016",
		"\u0660\u0667\u0662\u0661555016":         "0721555016",
		"\u06f0\u06f7\u06f2\u06f1 555016":        "0721555016",
		"\u0966\u096d\u0968\u0967 555016":        "0721555016",
		"0721\u2212555\u2044016":                 "0721555016",
		"0721\t555016\n":                         "0721555016",

		// texts with a number in them
		"Call me at 3pm: +39 0721 555016":                  "+390721555016",
		"Tel. 0721/555016 Fax 0721/555017":                 "0721555016",
		"Tel. 0721/555016\nFax 0721/555017":                "0721555016",
		"Fax 0721/555017\nTel. 0721/555016":                "0721555016",
		"Tel./Fax 0721/555016":                             "0721555016",
		"Invoice 2024-0031 of 12.11.2024, call 0721555016": "0721555016",
		"please ring 203":                                  "203",
	} {
		n, why := Read(text)
		if got := n.String(); got != want || why != "" {
			t.Errorf("%q: %q (%s), want %q", text, got, why, want)
			continue
		}
		if again, why := Read(want); again != n || why != "" {
			t.Errorf("%q is read as %+v (%s), its text as %+v", text, n, why, again)
		}
	}
}

func TestKinds(t *testing.T) {
	for text, want := range map[string]Kind{
		"203": Digits, "+39 0721 555016": Digits, "+18005550100,,1234#": Digits,
		"*98": Service, "tel:*21*0900123456#": Service, "tel:%23%2331%23": Service, "sip:*21*0900123456%23@10.0.0.5": Service,
		"0721555016#": Service, "**61*555#": Service, "＊２１＃": Service, "9*72 555": Service,
		"anna": Word, "Mairo": Word, "sip:anna": Word, "12a": Word, "anna@acme.example": Address,
	} {
		if n, why := Read(text); n.Kind != want || why != "" {
			t.Errorf("%q: %+v (%s)", text, n, why)
		}
	}
}

// TestReadRefuses: a text without a number gets a sentence, and no number is invented.
func TestReadRefuses(t *testing.T) {
	for _, text := range []string{
		"", " ", "(", "+", "-", "\u200b", "tel:", "tel:()", "sip:", "sip:@pbx", "tel:%zz", "tel:;ext=1", "tel:%1b[2J", "callto:%00",
		"tel:%c3%28", "\x1b[2J203", "\xff203", "Mario Bianchi", "sip:192.168.1.20", "sip:192.168.1.20:5060", "sip:[2001:db8::1]",
		"anonymous", "sip:anonymous@anonymous.invalid", "<sip:anonymous@10.0.0.5>", "Private number", "of 12.11.2024 at 10:30",
		"anna@", "anna@ho st", "anna@h\u00f6st/", strings.Repeat("1", maxDial+1), strings.Repeat("1 ", maxText),
		"203" + strings.Repeat(",1", maxTones), "https://example.com/203x", "two words", "mailto:anna@acme.example",
	} {
		if n, why := Read(text); why == "" || n != (Number{}) {
			t.Errorf("%q is read as %+v", text, n)
		}
	}
}

func TestFind(t *testing.T) {
	for text, want := range map[string]string{
		"Tel. 0721/555016 Fax 0721/555017":                      "0721555016 0721555017",
		"Tel. 0721/555016\r\nFax 0721/555017":                   "0721555016 0721555017",
		"Fax: 0721/555017\nTel: 0721/555016":                    "0721555016 0721555017",
		"0721/555016 - 0721/555017":                             "0721555016 0721555017",
		"0721 555016 / 0721 555017":                             "0721555016 0721555017",
		"0721 555016, 0721 555017":                              "0721555016 0721555017",
		"0721555016,0721555017":                                 "0721555016 0721555017",
		"0721 555016; 333 1234567":                              "0721555016 3331234567",
		"0721 555016 or +39 333 1234567":                        "+393331234567 0721555016",
		"(0721) 555016 (0721) 555017":                           "0721555016 0721555017",
		"0721 555016 0721 555017":                               "0721555016 0721555017",
		"T +49 30 12345-67 M +49 170 1234567 F +49 30 12345-99": "+49301234567 +491701234567 +493012345 99",
		"+39 0721 555016 (office) +39 333 1234567 (mobile)":     "+390721555016 +393331234567",
		"Call me at 3pm: +39 0721 555016":                       "+390721555016",
		"Call 0721 555016 at 10:30 on 12/11/2024":               "0721555016",
		"12.11.2024 0721555016":                                 "0721555016",
		"0721555016 12.11.2024":                                 "0721555016",
		"2024-11-12 10:30 0721555016":                           "0721555016",
		"Invoice 2024-0031 of 12.11.2024, call 0721555016":      "0721555016",
		"Invoice 2024-0031 of 12.11.2024":                       "",
		"RE-2024-00311 and PO-1234567":                          "",
		"1.234,56 € to be paid, 2024-2025":                      "",
		"EUR 1200000, ask 0721555016":                           "0721555016",
		"IBAN IT60X0542811101000000123456":                      "",
		"server 192.168.1.20:5060 is down, call 0721555016":     "0721555016",
		"room 203":                         "203",
		"room 203 or 204, else 0721555016": "0721555016",
		"3 of 12":                          "",
		"dial *21*0900123456# now":         "*21*0900123456#",
		"conference +1 800 555 0100,,1234567# on Monday": "+18005550100,,1234567#",
		"0721555016\x1b[2J":                          "0721555016",
		"\x1b]0;203\a0721555016":                     "0721555016",
		"https://acme.example/?id=12345678":          "",
		"mail a1234567@acme.example":                 "",
		"1-800-FLOWERS":                              "18003569377",
		"Call 1-800-FLOWERS or 1-800-GOT-JUNK today": "18003569377 18004685865",
		"0721 555016 FAX 0721 555017":                "0721555016 0721555017",
		"030 12345-0\nDurchwahl: 030 12345-17":       "030123450 0301234517",
		"Mairo":                                      "",
		"":                                           "",
	} {
		var found []string
		for _, n := range Find(text) {
			found = append(found, n.String())
		}
		if got := strings.Join(found, " "); got != strings.Replace(want, "12345 99", "1234599", 1) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// TestDigitsOfEveryScript: every script has ten digits in a row in Unicode, and a number in them is
// read as the same number.
func TestDigitsOfEveryScript(t *testing.T) {
	scripts := 0
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if !unicode.Is(unicode.Nd, r) || digitValue(r) != 0 {
			continue
		}
		scripts++
		for i := range rune(10) {
			if !unicode.Is(unicode.Nd, r+i) || digitValue(r+i) != i {
				t.Errorf("%U", r+i)
			}
		}
	}
	if scripts < 60 {
		t.Errorf("only %d scripts have digits", scripts)
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{"tel:+39%200721;ext=1", "sip:a:b@c?d", "+44 (0)20 7946 0018,,1#", "1-800-FLOWERS x12", "030 12345-0, Durchwahl -17",
		"030 12345 - 0\nDW 030 12345-17", "030 12345-0/-17", "0721/1 Fax 12.11.2024", "sips:a@[2001:db8::1]:1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n, why := Read(text)
		if (n.Dial == "") == (why == "") || len(n.Dial) > maxDial || len(n.Tones) > maxTones {
			t.Fatalf("%q: %+v, %q", text, n, why)
		}
		for _, found := range append(Find(text), n) {
			if found.Kind <= Service && strings.Trim(found.Dial, "+0123456789*#") != "" || strings.Trim(found.Tones, "0123456789*#,") != "" ||
				!utf8.ValidString(found.Dial) || strings.ContainsFunc(found.Dial, unicode.IsControl) {
				t.Fatalf("%q: %+v", text, found)
			}
			if again, why := Read(found.String()); found.Dial != "" && (again != found || why != "") {
				t.Fatalf("%q gives %+v, which is read as %+v (%s)", text, found, again, why)
			}
		}
	})
}

// TestPremium: which numbers are warned of, as dialled at home and from abroad.
func TestPremium(t *testing.T) {
	for text, want := range map[string]bool{
		"+49 900 1234567": true, "0049 900 1234567": true, "09001234567": true, "+1 900 555 0123": true, "19005550123": true, "+44 909 8790000": true,
		"+39 899 123456": true, "+979 123456789": true, "+33 891 234567": true, "+43 930 123456": true, "01901234567": true,
		"+34 803 123456": true, "+41 900 123456": true, "+31 900 1234": true, "+32 903 12345": true, "+49 137 1234567": true, "+49 11833": true, "+39 199 123456": true,
		"+1 976 555 0123": true, "011 49 900 1234567": true, "0011 49 900 1234567": true, "+00 49 900 1234567": true,
		"+39 0721 555016": false, "+1 800 555 0123": false, "0721555016": false, "203": false, "0900": false, "+49 30 123456": false, "+44 20 7946 0018": false,
		"+41 44 6681800": false, "0911 123456": false,
	} {
		if n, why := Read(text); why != "" || n.IsPremium("") != want {
			t.Errorf("%s: %s %+v %t, want %t", text, why, n, n.IsPremium(""), want)
		}
	}
	for text, want := range map[string]bool{ // with the country: Italy's, Britain's, America's
		"it 899123456": true, "it 199123456": true, "it 0721555016": false, "it 333 1234567": false, "it 899": false, "it 0899123456": false,
		"gb 09098790000": true, "gb 02079460018": false, "gb 909879000": false, "us 9005550123": true, "us 19765550123": true, "us 2025550123": false,
		"de 013712345678": true, "de 0301234567": false, "it 09001234567": true,
	} {
		letters, digits, _ := strings.Cut(text, " ")
		c, _ := ParseCountry(letters)
		if n, why := Read(digits); why != "" || n.IsPremium(c) != want {
			t.Errorf("%s: %s %+v %t, want %t", text, why, n, n.IsPremium(c), want)
		}
	}
}

func BenchmarkRead(b *testing.B) {
	for b.Loop() {
		Read("+44 (0)20 7946 0018")
	}
}

// TestHostileTexts: any text is read within the time of a key press.
func TestHostileTexts(t *testing.T) {
	for _, unit := range []string{"0 ", "00 ", "123456 0", "1,", "1p", "1 x", "(1", "1(", "1.", "1-A", "tel 1234567 ", "12.11.2024 ", "é1"} {
		text := strings.Repeat(unit, maxText/len(unit))
		took := time.Hour
		for range 5 { // a busy machine is slow now and then, a slow reader always
			began := time.Now()
			Find(text)
			Identify(text)
			if took = min(took, time.Since(began)); took < 300*time.Millisecond {
				break
			}
		}
		if took > 300*time.Millisecond {
			t.Errorf("%q over and over takes %s", unit, took)
		}
	}
}
