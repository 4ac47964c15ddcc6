package number

import "strings"

// Country is the code of the country whose people dial the numbers of a PBX, "39". Empty is an unknown
// one: then a number without a code may be one of any country.
type Country string

// ParseCountry reads the two letters of a country (ISO 3166) in either case, or its code with a plus.
func ParseCountry(text string) (Country, bool) {
	if digits, ok := strings.CutPrefix(text, "+"); ok {
		return Country(digits), digits != "" && len(digits) <= 3 && countryCode(digits+"0") == digits
	}
	if len(text) != 2 {
		return "", false
	}
	_, rest, ok := strings.Cut(letters, " "+strings.ToUpper(text))
	code, _, _ := strings.Cut(rest, " ")
	return Country(code), ok && code != ""
}

// CountryOf is the country of a number with a plus, empty for none.
func CountryOf(text string) Country {
	digits, ok := strings.CutPrefix(text, "+")
	if !ok {
		return ""
	}
	return Country(countryCode(digits))
}

// Same is Identity.Same for numbers that are dialled in the country: one without a code is a number of the
// country then.
func (c Country) Same(i, j Identity) bool {
	if !i.Same(j) {
		return false
	}
	if c == "" || i.text == j.text {
		return true
	}
	mine, others := c.readings(i), c.readings(j)
	for _, a := range mine {
		for _, b := range others {
			if a != "" && a == b {
				return true
			}
		}
	}
	return false
}

// SameNumber is Same for texts. No number at all is not the same as any.
func (c Country) SameNumber(a, b string) bool { return c.Same(Identify(a), Identify(b)) }

// Among finds who has a number: whoever has it in this very form, else the first for whom it is the same in
// the country.
func Among[T any](home Country, text string, all []T, number func(T) string) (found T, ok bool) {
	wanted := Identify(text)
	for _, is := range []func(string) bool{
		func(n string) bool { return n == text },
		func(n string) bool { return home.Same(Identify(n), wanted) },
	} {
		for _, x := range all {
			if is(number(x)) {
				return x, true
			}
		}
	}
	return found, false
}

// readings are what a number can be with a country code; empty entries are none.
func (c Country) readings(i Identity) (all [6]string) {
	if i.code != "" {
		all[0] = i.code + i.home
		return all
	}
	text := strings.TrimPrefix(i.text, "+")
	c.read(all[:3], text)
	if hasAccessDigit(text) && (text[0] != '0' || !c.keepsZero() || strings.HasPrefix(text[1:], "0")) {
		c.read(all[3:], text[1:])
	}
	return all
}

// read writes what a number can be with a country code, which was dialled without a digit for the outside line.
func (c Country) read(into []string, text string) {
	for _, prefix := range abroad {
		if digits, ok := strings.CutPrefix(text, prefix); ok && countryCode(digits) != "" {
			into[0] = withoutTrunk(digits)
			break
		}
	}
	if strings.HasPrefix(text, string(c)) {
		into[1] = withoutTrunk(text)
	}
	if trunk := trunkOf(string(c)); trunk != "" {
		text = strings.TrimPrefix(text, trunk)
	}
	into[2] = string(c) + text
}

// keepsZero tells that a zero at the beginning of a national number belongs to it.
func (c Country) keepsZero() bool { return isIn(keepZero, string(c)) }

// letters are the countries of ISO 3166 that have a code of E.164, and UK.
const letters = " AD376 AE971 AF93 AG1 AI1 AL355 AM374 AO244 AR54 AS1 AT43 AU61 AW297 AX358 AZ994 BA387 BB1 BD880 BE32 BF226 BG359" +
	" BH973 BI257 BJ229 BL590 BM1 BN673 BO591 BQ599 BR55 BS1 BT975 BW267 BY375 BZ501 CA1 CC61 CD243 CF236 CG242 CH41 CI225" +
	" CK682 CL56 CM237 CN86 CO57 CR506 CU53 CV238 CW599 CX61 CY357 CZ420 DE49 DJ253 DK45 DM1 DO1 DZ213 EC593 EE372 EG20" +
	" EH212 ER291 ES34 ET251 FI358 FJ679 FK500 FM691 FO298 FR33 GA241 GB44 GD1 GE995 GF594 GG44 GH233 GI350 GL299 GM220" +
	" GN224 GP590 GQ240 GR30 GT502 GU1 GW245 GY592 HK852 HN504 HR385 HT509 HU36 ID62 IE353 IL972 IM44 IN91 IO246 IQ964" +
	" IR98 IS354 IT39 JE44 JM1 JO962 JP81 KE254 KG996 KH855 KI686 KM269 KN1 KP850 KR82 KW965 KY1 KZ7 LA856 LB961 LC1" +
	" LI423 LK94 LR231 LS266 LT370 LU352 LV371 LY218 MA212 MC377 MD373 ME382 MF590 MG261 MH692 MK389 ML223 MM95 MN976" +
	" MO853 MP1 MQ596 MR222 MS1 MT356 MU230 MV960 MW265 MX52 MY60 MZ258 NA264 NC687 NE227 NF672 NG234 NI505 NL31 NO47" +
	" NP977 NR674 NU683 NZ64 OM968 PA507 PE51 PF689 PG675 PH63 PK92 PL48 PM508 PR1 PS970 PT351 PW680 PY595 QA974 RE262" +
	" RO40 RS381 RU7 RW250 SA966 SB677 SC248 SD249 SE46 SG65 SH290 SI386 SJ47 SK421 SL232 SM378 SN221 SO252 SR597 SS211" +
	" ST239 SV503 SX1 SY963 SZ268 TC1 TD235 TG228 TH66 TJ992 TK690 TL670 TM993 TN216 TO676 TR90 TT1 TV688 TW886 TZ255" +
	" UA380 UG256 UK44 US1 UY598 UZ998 VA39 VC1 VE58 VG1 VI1 VN84 VU678 WF681 WS685 XK383 YE967 YT262 ZA27 ZM260 ZW263 "
