package number

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// longest is the highest number of digits with all prefixes; E.164 §6.1 allows 15 without.
	longest = 18
	// wideGap is how many signs may be between two digits of one number.
	wideGap = 3
)

// candidate is a number in a text, with its place: from its first sign to its end, tones included.
type candidate struct {
	Number
	from, end int
	// digits is how many there are.
	digits int
}

// scanner reads one number from a place in a text.
type scanner struct {
	s   string
	at  int
	out []byte
	// split is where a second number may begin, if the whole is too long; splitOut is how much was
	// read before it.
	split, splitOut int
	// home is where in out a zero in brackets is, -1 for none.
	home int
}

// scan reads the number that begins at i; ok is false if there is none. A date is no number.
func scan(s string, i int) (c candidate, ok bool) {
	if i >= len(s) || !strings.ContainsRune("+(0123456789*#", rune(s[i])) || dateAt(s[i:]) > 0 {
		return candidate{}, false
	}
	sc := &scanner{s: s, at: i, home: -1}
	sc.body()
	if n := count(sc.out); n > longest && !strings.ContainsAny(string(sc.out), "*#") && sc.split > 0 {
		sc.at, sc.out = sc.split, sc.out[:sc.splitOut]
	}
	if len(sc.out) == 0 || string(sc.out) == "+" {
		return candidate{}, false
	}
	sc.letters()
	c = candidate{from: i, digits: count(sc.out)}
	dial := sc.dial()
	end := sc.at
	tones := ""
	if own, direct, after, ok := directDial(s, end, dial); ok {
		dial, c.digits, end = own+direct, c.digits+len(direct), after
	}
	for len(tones) <= maxTones {
		more, after, ok := tail(s, end)
		if !ok {
			break
		}
		tones, end = tones+more, after
	}
	c.Number, c.end = ofDigits(dial, tones), end
	return c, true
}

func count(out []byte) int {
	n := 0
	for _, c := range out {
		if isDigit(rune(c)) {
			n++
		}
	}
	return n
}

// body reads digits and what people put between them.
func (sc *scanner) body() {
	for sc.at < len(sc.s) && len(sc.out) <= maxDial {
		switch c := sc.s[sc.at]; {
		case isDigit(rune(c)), c == '*':
			sc.out = append(sc.out, c)
			sc.at++
		case c == '#' && (len(sc.out) == 0 || sc.s[sc.at-1] != ' ' || sc.isService()):
			sc.out = append(sc.out, c)
			sc.at++
		case c == '+' && len(sc.out) == 0:
			sc.out = append(sc.out, c)
			sc.at++
		case c == '(' && sc.bracket():
		case len(sc.out) == 0 || !sc.gap():
			return
		}
	}
}

func (sc *scanner) isService() bool { return len(sc.out) > 0 && (sc.out[0] == '*' || sc.out[0] == '#') }

// bracket reads an area code in brackets, or a zero for dialling at home.
func (sc *scanner) bracket() bool {
	length := strings.IndexByte(sc.s[sc.at:], ')')
	if length < 2 || length > 12 {
		return false
	}
	inner := sc.s[sc.at+1 : sc.at+length]
	digits := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -./", r) {
			return -1
		}
		return r
	}, inner)
	plus := strings.HasPrefix(digits, "+")
	if digits == "" || plus && len(sc.out) > 0 && string(sc.out) != "+" || strings.Trim(strings.TrimPrefix(digits, "+"), "0123456789") != "" {
		return false
	}
	if digits == "0" && len(sc.out) > 0 {
		sc.home = len(sc.out)
	}
	if plus {
		sc.out = sc.out[:0]
	}
	sc.out = append(sc.out, digits...)
	sc.at += length + 1
	return true
}

// gap skips what may be between the digits of one number; false means that the number ends.
func (sc *scanner) gap() bool {
	end := sc.at
	for end < len(sc.s) && strings.IndexByte(" -./", sc.s[end]) >= 0 {
		end++
	}
	width := end - sc.at
	if width == 0 || width > wideGap || end == len(sc.s) {
		return false
	}
	rest, between := sc.s[end:], sc.s[sc.at:end]
	if !isDigit(rune(rest[0])) && rest[0] != '(' && !(sc.isService() && (rest[0] == '*' || rest[0] == '#')) {
		return false
	}
	n := count(sc.out)
	if rest[0] == '0' && n >= 6 && width > 1 && between[0] == ' ' && !endsZero(rest) { // " / 0721 ..."
		return false
	}
	if n >= 6 && (strings.Contains(between, "/-") || strings.Contains(between, "/ -")) { // "12345-0/-17" is two extensions
		return false
	}
	if dateAt(rest) > 0 || timeAt(rest) > 0 || isMixed(rest) {
		return false
	}
	if rest[0] == '(' { // a label, or the first brackets of the next number
		inner, _, _ := strings.Cut(rest[1:], ")")
		if strings.Trim(inner, "0123456789 -./") != "" || n >= 8 && strings.HasPrefix(inner, "0") && inner != "0" {
			return false
		}
	}
	if rest[0] == '0' && n >= 8 && sc.split == 0 && strings.Contains(between, " ") {
		sc.split, sc.splitOut = sc.at, len(sc.out)
	}
	sc.at = end
	return true
}

// endsZero tells whether a group is a lone zero.
func endsZero(rest string) bool {
	return len(strings.TrimLeft(rest, "0")) == len(rest)-1 && (len(rest) == 1 || !isDigit(rune(rest[1])))
}

// isMixed tells whether a word follows a group of digits directly, as in "3pm"; tones after a
// number do not count.
func isMixed(rest string) bool {
	n := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
	r, _ := utf8.DecodeRuneInString(rest[n:])
	if !unicode.IsLetter(r) {
		return false
	}
	_, _, ok := tail(rest, n)
	return !ok
}

// dial is what was read, without the zero that is dialled at home only.
func (sc *scanner) dial() string {
	s := string(sc.out)
	if digits, ok := strings.CutPrefix(s, "+"); ok {
		return "+" + withoutTrunk(digits)
	}
	if sc.home <= 0 {
		return s
	}
	before, after := s[:sc.home], s[sc.home:]
	for _, prefix := range abroad {
		code, ok := strings.CutPrefix(before, prefix)
		if ok && code != "" && countryCode(code+after) == code {
			return prefix + withoutTrunk(code+after)
		}
	}
	if countryCode(before+after) == before { // "44 (0)20": only written so after a country code
		return "+" + withoutTrunk(before+after)
	}
	return s
}

// keypad maps letters to digits (ITU-T E.161).
const keypad = "22233344455566677778889999"

// letters reads a number that ends in a word, such as 1-800-FLOWERS. It counts if the digits alone
// are too few and the word is joined to them or in capitals.
func (sc *scanner) letters() {
	n := count(sc.out)
	if n < 3 || n > 7 || sc.isService() || sc.at >= len(sc.s) || !isVanityPrefix(string(sc.out)) {
		return
	}
	at := sc.at
	for at < len(sc.s) && at-sc.at < 2 && strings.IndexByte(" -.", sc.s[at]) >= 0 {
		at++
	}
	if at == sc.at {
		return
	}
	joined := sc.s[at-1] != ' '
	out, end, words := sc.out, at, 0
	for end < len(sc.s) {
		c := sc.s[end]
		switch {
		case c >= 'A' && c <= 'Z':
			out = append(out, keypad[c-'A'])
			words++
		case c >= 'a' && c <= 'z' && joined:
			out = append(out, keypad[c-'a'])
			words++
		case isDigit(rune(c)):
			out = append(out, c)
		case c == '-' && end+1 < len(sc.s) && isASCIILetter(sc.s[end+1]):
		default:
			goto done
		}
		end++
	}
done:
	if r, _ := utf8.DecodeRuneInString(sc.s[end:]); words < 3 || unicode.IsLetter(r) || isLabel(sc.s[at:end]) {
		return
	}
	if total := count(out); total < 10 && out[0] != '0' || total > longest {
		return
	}
	sc.out, sc.at = out, end
}

func isASCIILetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// isVanityPrefix is true for the prefixes of numbers that are published as words.
func isVanityPrefix(digits string) bool {
	switch digits[0] {
	case '+', '0', '1':
		return true
	}
	return len(digits) >= 3 && (digits[0] == '8' || digits[0] == '9')
}

// dateAt is the length of a date at the beginning of a text: 12.11.2024, 12/11/24, 2024-11-12.
func dateAt(s string) int {
	var parts [3]int
	var widths [3]int
	at := 0
	var sep byte
	for i := range parts {
		if i > 0 {
			if at >= len(s) || strings.IndexByte("./-", s[at]) < 0 || i == 2 && s[at] != sep {
				return 0
			}
			sep = s[at]
			at++
		}
		for at < len(s) && isDigit(rune(s[at])) && widths[i] < 5 {
			parts[i] = parts[i]*10 + int(s[at]-'0')
			widths[i]++
			at++
		}
	}
	if at < len(s) && (isDigit(rune(s[at])) || s[at] == sep && at+1 < len(s) && isDigit(rune(s[at+1]))) {
		return 0
	}
	isDay := func(i int) bool { return widths[i] >= 1 && widths[i] <= 2 && parts[i] >= 1 && parts[i] <= 31 }
	isYear := func(i int) bool {
		return widths[i] == 4 && parts[i] >= 1900 && parts[i] < 2200 || widths[i] == 2 && i == 2
	}
	between := isDay(1) && (parts[0] <= 12 || parts[1] <= 12 || parts[2] <= 12)
	if between && (isDay(0) && isYear(2) || isYear(0) && widths[0] == 4 && isDay(2)) {
		return at
	}
	return 0
}

// timeAt is the length of a time at the beginning of a text: 10:30, 3pm, or 15.30 where a dash, a
// comma or a word follows, so that it is no beginning of a number.
func timeAt(s string) int {
	n := len(s) - len(strings.TrimLeft(s, "0123456789"))
	if n == 0 || n > 2 || n == len(s) {
		return 0
	}
	rest := s[n:]
	if rest[0] == ':' && len(rest) > 2 && isDigit(rune(rest[1])) && isDigit(rune(rest[2])) {
		n += 3
		if len(s) > n+2 && s[n] == ':' && isDigit(rune(s[n+1])) && isDigit(rune(s[n+2])) {
			n += 3
		}
		return n
	}
	if rest[0] == '.' && isDottedTime(s[:n], rest[1:]) {
		return n + 3
	}
	rest = strings.ToLower(strings.TrimLeft(rest[:min(len(rest), 3)], " "))
	if strings.HasPrefix(rest, "am") || strings.HasPrefix(rest, "pm") {
		return n + 2
	}
	return 0
}

// isDottedTime tells whether an hour and what stands behind its dot are a time.
func isDottedTime(hour, rest string) bool {
	if len(hour) != 2 || hour > "23" || len(rest) < 4 || rest[0] > '5' || !isDigit(rune(rest[1])) || rest[0] < '0' {
		return false
	}
	after := rest[2:]
	if after[0] == ',' {
		return true
	}
	word := strings.TrimLeft(after, " ")
	r, _ := utf8.DecodeRuneInString(word)
	return len(word) < len(after) && (r == '-' || unicode.IsLetter(r))
}
