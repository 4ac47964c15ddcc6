package number

import "strings"

// leastCore is how many digits two numbers must share, without a prefix, to be the same; shorter
// ones are extensions, where every digit counts.
const leastCore = 6

// Identity is a number prepared for comparing it with many others.
type Identity struct {
	// text is the number without tones, empty if it is withheld. For a number with a plus code and
	// home are its two parts.
	text, code, home string
	isDigits         bool
}

// Identify prepares a number for Same. It accepts any text.
func Identify(text string) Identity {
	if Withheld(text) {
		return Identity{}
	}
	dial, isDigits := text, isDialled(text)
	if !isDigits {
		n, why := Read(text)
		if why != "" {
			return Identity{text: strings.ToLower(text[:min(len(text), maxText)])}
		}
		if dial = n.Dial; n.Kind != Digits {
			return Identity{text: strings.ToLower(dial)}
		}
	}
	id := Identity{text: dial, isDigits: true}
	if digits, ok := strings.CutPrefix(dial, "+"); ok {
		if short := withoutTrunk(digits); short != digits {
			digits, id.text = short, "+"+short
		}
		id.code = countryCode(digits)
		id.home = digits[len(id.code):]
	}
	return id
}

// isDialled is true for a number in the form in which it is dialled.
func isDialled(s string) bool {
	for i := 0; i < len(s); i++ {
		if (s[i] < '0' || s[i] > '9') && (s[i] != '+' || i > 0) {
			return false
		}
	}
	return len(s) > 1 && len(s) <= maxDial
}

// key is equal for all numbers that can be the same; empty for a withheld one.
func (i Identity) key() string {
	if digits := strings.TrimPrefix(i.text, "+"); i.isDigits {
		return digits[max(0, len(digits)-leastCore):]
	}
	return i.text
}

// Same tells whether two numbers belong to one person: they are equal, or one is the other after a
// plausible prefix: a digit for the outside line, a trunk prefix, a country code, with or without
// 00. A withheld number is not the same as any.
func (i Identity) Same(j Identity) bool {
	switch {
	case i.text == "" || j.text == "":
		return false
	case i.text == j.text:
		return true
	case !i.isDigits || !j.isDigits:
		return false
	case i.code != "" && j.code != "":
		return false
	case i.code != "":
		return isNational(j.text, i.code, i.home)
	case j.code != "":
		return isNational(i.text, j.code, j.home)
	}
	return i.isBehind(j) || j.isBehind(i) || i.asGlobal(j) || j.asGlobal(i)
}

// isNational tells whether a number without a plus is the one with this country code: as dialled at
// home or from abroad.
func isNational(text, code, home string) bool {
	prefix, ok := strings.CutSuffix(text, home)
	if !ok || len(home) < leastCore {
		return false
	}
	plausible := func(p string) bool {
		if p == "" || p == trunkOf(code) {
			return true
		}
		p, ok := strings.CutSuffix(p, code)
		return ok && isAbroad(p)
	}
	if prefix == "0" && isIn(keepZero, code) && home[0] != '0' { // the zero makes it another number
		return false
	}
	return plausible(prefix) || hasAccessDigit(prefix) && plausible(prefix[1:])
}

// isAbroad tells whether p is a prefix for abroad, such as 00, or empty.
func isAbroad(p string) bool {
	for _, a := range abroad {
		if p == a {
			return true
		}
	}
	return p == ""
}

// hasAccessDigit tells that a text begins with a digit that PBXs want dialled for an outside line.
func hasAccessDigit(p string) bool { return p != "" && (p[0] == '0' || p[0] == '9') }

// isBehind tells whether i is j after a digit for the outside line, a trunk prefix, or both.
func (i Identity) isBehind(j Identity) bool {
	prefix, ok := strings.CutSuffix(i.text, j.text)
	if !ok || len(j.text) < leastCore {
		return false
	}
	trunk := func(p string) bool {
		return p == "" || p == "+" || p == "0" || p == "8" && len(j.text) == 10 || p == "06" && (len(j.text) == 8 || len(j.text) == 9)
	}
	return trunk(prefix) || hasAccessDigit(prefix) && trunk(prefix[1:])
}

// asGlobal reads i as a number with a country code, with or without 00, and compares j with it as a
// national number.
func (i Identity) asGlobal(j Identity) bool {
	for _, text := range []string{i.text, i.text[1:]} {
		if text != i.text && !hasAccessDigit(i.text) {
			continue
		}
		for _, prefix := range append([]string{""}, abroad[:]...) {
			digits, ok := strings.CutPrefix(text, prefix)
			if !ok || len(digits) < 9 || len(digits) > 15 {
				continue
			}
			digits = withoutTrunk(digits)
			code := countryCode(digits)
			if code != "" && isNational(j.text, code, digits[len(code):]) {
				return true
			}
		}
	}
	return false
}
