package number

import (
	"slices"
	"strings"
)

// Facts of numbering plans: ITU-T E.164 with its list of assigned country codes (1 November 2016
// and the bulletins since), E.123 for how numbers are written, and the national plans for what
// people dial at home.

const (
	// codeLengths is the length of a country code by its first two digits, 0 where none is assigned.
	codeLengths = "0000000000" + "1111111111" + "2333333203" + "2222232332" + "2232222222" +
		"3222222223" + "2222222333" + "1111111111" + "3220232330" + "2222223323"
	// keepZero are the countries and services whose numbers may begin with a zero after the country
	// code: Italy, San Marino, Ivory Coast, Benin, Gabon, Congo, and what belongs to no country.
	keepZero = " 39 378 225 229 241 242 800 808 870 878 881 882 883 888 979 "
	// noTrunk are the countries without a trunk prefix: a number is dialled at home exactly as it
	// follows the code.
	noTrunk = " 30 34 39 45 47 48 52 56 65 216 220 221 222 223 224 225 226 227 228 229 230 235 236 237 238 239 240 241 242 " +
		"244 245 246 247 248 253 257 258 266 267 268 269 290 297 298 299 350 351 352 354 356 357 371 372 376 378 420 " +
		"500 501 502 503 504 505 506 507 509 592 597 599 670 672 673 674 675 676 677 678 679 680 681 682 683 685 687 " +
		"688 689 690 691 800 808 852 853 870 878 881 882 883 888 960 965 968 973 974 975 979 992 998 "
)

func isIn(list, word string) bool { return word != "" && strings.Contains(list, " "+word+" ") }

// countryCode is the country code that international digits begin with, empty for none.
func countryCode(digits string) string {
	if len(digits) < 2 || !isDigit(rune(digits[0])) || !isDigit(rune(digits[1])) {
		return ""
	}
	n := int(codeLengths[10*int(digits[0]-'0')+int(digits[1]-'0')] - '0')
	if n >= len(digits) {
		return ""
	}
	return digits[:n]
}

// trunkOf is the trunk prefix of a country, empty for none.
func trunkOf(code string) string {
	switch code {
	case "1", "692":
		return "1"
	case "7", "375", "993":
		return "8"
	case "36":
		return "06"
	}
	if isIn(noTrunk, code) {
		return ""
	}
	return "0"
}

// premium are the beginnings of numbers that cost more than a call, as dialled at home without the trunk
// prefix, by country code, and of what belongs to no country (+979).
var premium = map[string][]string{
	"1": {"900", "976"}, "31": {"90"}, "32": {"90"}, "33": {"89"}, "34": {"80"}, "39": {"199", "89"}, "41": {"90"},
	"43": {"9"}, "44": {"9"}, "49": {"900", "137", "118"}, "979": {""},
}

// IsPremium tells of a number that may cost more than a call where it is dialled. Without a country code it
// is one if it would be in any country where numbers are dialled so: it is for a warning, not for a verdict.
func (n Number) IsPremium(home Country) bool {
	digits, global := strings.CutPrefix(n.Dial, "+") // also "+00", which people write
	for _, prefix := range abroad {
		if after, cut := strings.CutPrefix(digits, prefix); cut {
			digits, global = after, true
			break
		}
	}
	if global {
		code := countryCode(digits)
		return beginsWith(digits[len(code):], premium[code])
	}
	if len(digits) < 9 { // an extension
		return false
	}
	return beginsWith(digits, []string{"090", "0190", "1900"}) || home.dialsPremium(digits)
}

// dialsPremium tells of a premium number of the country in the form that people dial at home.
func (c Country) dialsPremium(digits string) bool {
	trunk := trunkOf(string(c))
	digits, ok := strings.CutPrefix(digits, trunk)
	return (ok || c == "1") && beginsWith(digits, premium[string(c)])
}

func beginsWith(digits string, beginnings []string) bool {
	return slices.ContainsFunc(beginnings, func(b string) bool { return strings.HasPrefix(digits, b) })
}

// abroad are the prefixes that people dial before a country code, the longest first: no number behind
// 00 1 begins with a 1.
var abroad = [...]string{"0011", "011", "00"}

// withoutTrunk drops a zero after a country code that is dialled at home only: "+44 (0)20" and "+44
// 020". digits are those after the plus.
func withoutTrunk(digits string) string {
	code := countryCode(digits)
	home := digits[len(code):]
	if code == "" || isIn(keepZero, code) {
		return digits
	}
	for len(home) > 4 && home[0] == '0' {
		home = home[1:]
	}
	return code + home
}
