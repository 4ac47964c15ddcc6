package number

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// extensionWords announce an extension, which is dialled as tones after the answer.
var extensionWords = [...]string{
	"extension", "extensión", "extn", "ext", "ex", "x", "interno", "int", "poste", "anexo", "ramal", "toestel",
	"nebenstelle", "nst", "apparat", "app", "доб",
}

// directWords announce a German or an Austrian extension, which is part of the number itself.
var directWords = [...]string{"durchwahl", "dw", "klappe"}

// longestExtension bounds an extension.
const longestExtension = 8

// tail reads one piece after a number as tones: pauses with digits, or an extension. end is the
// place after it.
func tail(s string, i int) (tones string, end int, ok bool) {
	if tones, end, ok = pauses(s, i); ok {
		return tones, end, true
	}
	at := i
	for at < len(s) && at-i < wideGap && strings.IndexByte(" ,;-(", s[at]) >= 0 {
		at++
	}
	if at < len(s) && s[at] == '#' && at > i { // "555-0100 #1234"
		return extension(s, at+1, i)
	}
	if n := wordAt(s, at, extensionWords[:]); n > 0 {
		return extension(s, at+n, i)
	}
	return "", i, false
}

// wordAt is the length of the word at a place if it is in the list, with a dot or colon after it.
func wordAt(s string, at int, list []string) int {
	word := s[at:min(len(s), at+24)]
	word = word[:len(word)-len(strings.TrimLeftFunc(word, unicode.IsLetter))]
	for _, w := range list {
		if strings.EqualFold(w, word) {
			n := len(word)
			for at+n < len(s) && strings.IndexByte(".:", s[at+n]) >= 0 {
				n++
			}
			return n
		}
	}
	return 0
}

// extension reads the digits of an extension. A pause comes before them, for the greeting of a
// person or a machine.
func extension(s string, at, from int) (string, int, bool) {
	for n := 0; at < len(s) && n < wideGap && strings.IndexByte(" -", s[at]) >= 0; n++ {
		at++
	}
	digits := s[at:]
	digits = digits[:len(digits)-len(strings.TrimLeft(digits, "0123456789"))]
	if strings.HasPrefix(digits, "0") { // "Durchwahl 030 12345-17" is a number of its own
		if c, ok := scan(s, at); ok && c.digits > longestExtension {
			return "", from, false
		}
	}
	end := at + len(digits)
	if end < len(s) && s[end] == '#' {
		end++
	}
	if r, _ := utf8.DecodeRuneInString(s[end:]); digits == "" || len(digits) > longestExtension || unicode.IsLetter(r) {
		return "", from, false
	}
	if end < len(s) && s[end] == ')' && strings.IndexByte(s[from:end], '(') >= 0 {
		return ofTones(strings.TrimSuffix(s[at:end], ")")), end + 1, true
	}
	return ofTones(s[at:end]), end, true
}

// pauses reads pauses and the tones after them: ",,1234#", "p1234", "w1234", ";1234". One comma
// before a blank or before another whole number separates two numbers.
func pauses(s string, i int) (tones string, end int, ok bool) {
	at := i
	for at < len(s) && s[at] == ' ' && at-i < 2 {
		at++
	}
	first := at
	for at < len(s) && strings.IndexByte(",;pPwW", s[at]) >= 0 {
		at++
	}
	if at == first {
		return "", i, false
	}
	waits := s[first:at]
	spaced := at < len(s) && s[at] == ' '
	if spaced && (len(waits) < 2 || isASCIILetter(waits[0])) {
		return "", i, false
	}
	at += len(s[at:]) - len(strings.TrimLeft(s[at:], " "))
	rest := s[at:]
	n := len(rest) - len(strings.TrimLeft(rest, "0123456789*#"))
	if n == 0 {
		return "", i, false
	}
	digits := rest[:n]
	if r, _ := utf8.DecodeRuneInString(rest[n:]); unicode.IsLetter(r) && strings.IndexByte("pPwW", rest[n]) < 0 {
		return "", i, false
	}
	if (waits == "," || waits == ";") && (rest[0] == '0' || len(rest) > n && rest[n] == ' ') && n >= 6 && !strings.ContainsAny(digits, "*#") {
		return "", i, false
	}
	return ofTones(waits + digits), at + n, true
}

// ofTones is the normal form of tones: digits, * and #, and commas for pauses, with one in front at
// least. A single comma that looks like the one between two numbers is doubled.
func ofTones(s string) string {
	var b strings.Builder
	for _, r := range plain(s) {
		switch {
		case isDigit(r) || r == '*' || r == '#':
			if b.Len() == 0 {
				b.WriteByte(',')
			}
			b.WriteRune(r)
		case strings.ContainsRune(",;pPwW", r):
			b.WriteByte(',')
		}
	}
	t := b.String()
	if strings.Trim(t, ",") == "" {
		return ""
	}
	if !strings.HasPrefix(t, ",,") && len(t) > 6 && !strings.ContainsAny(t, "*#") {
		return "," + t
	}
	return t
}

// directDial reads a German extension, which may stand in the next line: own is the number that it
// follows, direct its digits. It replaces the zero of the reception where that is a group of its
// own: "030 12345-0, Durchwahl -17" is 030 12345-17. A zero joined to other digits may be part of
// the main number and stays.
func directDial(s string, i int, dial string) (own, direct string, end int, ok bool) {
	at := i
	for at < len(s) && at-i < wideGap && strings.IndexByte(" ,;-(\n", s[at]) >= 0 {
		at++
	}
	n := wordAt(s, at, directWords[:])
	if n == 0 {
		return "", "", i, false
	}
	tones, end, ok := extension(s, at+n, i)
	if !ok {
		return "", "", i, false
	}
	return dial[:len(dial)-ownZeros(s[:i])], strings.Trim(tones, ","), end, true
}

// ownZeros is how many zeros a number ends in that are a group of their own: -0, -00, /0, -(0).
func ownZeros(written string) int {
	rest := strings.TrimSuffix(written, ")")
	before := strings.TrimRight(rest, "0")
	zeros := len(rest) - len(before)
	before = strings.TrimSuffix(before, "(")
	if before == "" || strings.IndexByte(" -./", before[len(before)-1]) < 0 {
		return 0
	}
	return zeros
}
