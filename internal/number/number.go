// Package number reads telephone numbers: out of links, out of what people type and paste, and
// out of what a network says of a caller. It also decides when two of them are one person's.
// Everything in the program that takes a number from somebody reads it here.
package number

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// maxText bounds the text a number is read from, maxDial the number, maxTones the tones after
	// it, all in bytes.
	maxText  = 4096
	maxDial  = 128
	maxTones = 60
)

// Kind says what sort of number it is.
type Kind uint8

const (
	// Digits is a number of digits, with or without a plus.
	Digits Kind = iota
	// Service is a code with * or #: it may change settings of the PBX or of the network.
	Service
	// Word is letters without a host. It can be dialled only if the directory has such an account.
	Word
	// Address is user@host with letters in the user (RFC 3261 §19.1).
	Address
)

// Number is the number in a text, as it has to be dialled.
type Number struct {
	// Dial is what a PBX dials: "+390721555016", "203", "*21*5#", "anna", "anna@acme.example".
	Dial string
	// Tones follow after the answer: digits, * and #, and a comma for each pause of two seconds.
	// They begin with a comma. Empty for none.
	Tones string
	Kind  Kind
}

// String is the number with its tones. Read understands it.
func (n Number) String() string { return n.Dial + n.Tones }

// Read reads one number: a link (tel:, sip:, sips:, callto:), a number as people write it, a name
// that may be an account's, or the likeliest number in a longer text. why is empty, or a sentence
// about what is wrong with the text.
func Read(text string) (n Number, why string) {
	if len(text) > maxText {
		return Number{}, "the number is too long"
	}
	if !utf8.ValidString(text) || strings.ContainsFunc(text, isForeign) {
		return Number{}, "the number has characters that cannot be dialled"
	}
	t := strings.TrimSpace(plain(text))
	if t == "" {
		return Number{}, "no number was given"
	}
	n, why = one(angled(t))
	if why == "" {
		why = n.check()
	}
	if why != "" {
		return Number{}, why
	}
	return n, ""
}

// IsNumber tells whether a text is a number, or the beginning of one, and not a name.
func IsNumber(text string) bool {
	if len(text) > maxText || strings.ContainsFunc(text, isForeign) {
		return false
	}
	t := strings.TrimSpace(plain(text))
	if t != "" && strings.Trim(t, "+0123456789*# ()-./,;") == "" {
		return true
	}
	_, ok := whole(t)
	return ok
}

// Clean is the number of a caller as it is dialled, empty if it is withheld. A text that is no
// number is returned unchanged.
func Clean(text string) string {
	if Withheld(text) {
		return ""
	}
	if n, why := Read(text); why == "" {
		return n.Dial
	}
	return text
}

// Query is a number, or part of one, to search for.
type Query struct {
	part string
	id   Identity
}

// Seek prepares what was typed.
func Seek(typed string) Query {
	q := Query{id: Identify(typed)}
	if n, why := Read(typed); why == "" && n.Kind <= Service {
		typed = n.Dial
	}
	q.part = strings.TrimLeft(strings.Map(onlyDialled, plain(typed)), "0+")
	return q
}

// In tells whether a number contains what is searched for, or is the same.
func (q Query) In(number string) bool {
	if !isDialled(number) {
		number = strings.Map(onlyDialled, plain(number))
	}
	if q.part != "" && strings.Contains(number, q.part) {
		return true
	}
	return len(q.part) >= leastCore && strings.HasSuffix(number, q.id.key()) && q.id.Same(Identify(number))
}

func onlyDialled(r rune) rune {
	if isDigit(r) || r == '*' || r == '#' {
		return r
	}
	return -1
}

// isForeign is true for signs that no written number contains. Line ends and tabs may come with a
// paste.
func isForeign(r rune) bool {
	return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' || r == unicode.ReplacementChar
}

// angled is the address of "Name" <address>, else the text.
func angled(t string) string {
	from := strings.LastIndexByte(t, '<')
	if from < 0 {
		return t
	}
	if inner, _, ok := strings.Cut(t[from+1:], ">"); ok && strings.TrimSpace(inner) != "" {
		return strings.TrimSpace(inner)
	}
	return t
}

// one reads a text that is not empty.
func one(t string) (Number, string) {
	if n, why, ok := link(t); ok {
		return n, why
	}
	if n, ok := whole(t); ok {
		return n, ""
	}
	if user, host, ok := strings.Cut(t, "@"); ok && host != "" && !strings.ContainsAny(user, " :") && !strings.Contains(host, " ") {
		return addressed(user, host)
	}
	if isWithheldWord(t) {
		return Number{}, withheld
	}
	if isWord(t) {
		return Number{Dial: t, Kind: Word}, ""
	}
	if found := findIn(t); len(found) > 0 {
		return found[0], ""
	}
	return Number{}, "there is no number in that"
}

const withheld = "the number is withheld: there is nobody to call"

// whole reads a text that is only a number; it drops a word in brackets after it.
func whole(t string) (Number, bool) {
	c, ok := scan(t, 0)
	if !ok {
		return Number{}, false
	}
	rest := strings.Trim(t[c.end:], " .,;:!?)]\"'")
	if strings.HasPrefix(rest, "(") && strings.IndexByte(rest, ')') <= 0 { // its end was trimmed
		rest = ""
	}
	return c.Number, rest == ""
}

// isWord is true for a name that may be an account's.
func isWord(t string) bool {
	letters := false
	for _, r := range t {
		switch {
		case unicode.IsLetter(r) || unicode.IsMark(r):
			letters = true
		case !isDigit(r) && !strings.ContainsRune("._-'&", r):
			return false
		}
	}
	return letters
}

// check says what is wrong with a number that was read, empty if nothing is.
func (n Number) check() string {
	switch {
	case len(n.Dial) > maxDial:
		return "the number is too long"
	case len(n.Tones) > maxTones:
		return "too many tones follow the number"
	case n.Kind <= Service && !strings.ContainsAny(n.Dial, "0123456789*#"):
		return "there is no digit in that"
	}
	return ""
}

// ofDigits reads a number of digits, * and #.
func ofDigits(dial, tones string) Number {
	n := Number{Dial: dial, Tones: tones}
	if strings.ContainsAny(dial, "*#") {
		n.Kind = Service
	}
	return n
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }
