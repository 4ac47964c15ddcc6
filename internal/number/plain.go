package number

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// plain turns digits of every script, dashes, spaces and full-width letters into ASCII, and drops
// invisible marks. Line ends stay: they end a number.
func plain(text string) string {
	if isPlain(text) {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if r = plainRune(r); r >= 0 {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func isPlain(text string) bool {
	for i := 0; i < len(text); i++ {
		if c := text[i]; c >= utf8.RuneSelf || c < ' ' {
			return false
		}
	}
	return true
}

// plainRune is a rune as plain writes it, -1 for none.
func plainRune(r rune) rune {
	switch {
	case r == '\n', r == '\r', r == '\u2028', r == '\u2029', r == '\u0085':
		return '\n'
	case r < utf8.RuneSelf:
		if r == '\t' {
			return ' '
		}
		return r
	case r >= '\uff01' && r <= '\uff5e': // full-width forms of ASCII
		return plainRune(r - '\uff01' + '!')
	case unicode.Is(unicode.Nd, r):
		return '0' + digitValue(r)
	case unicode.Is(unicode.Pd, r) || r == '\u2212' || r == '\u2043' || r == '\u30fc':
		return '-'
	case unicode.Is(unicode.Zs, r):
		return ' '
	case unicode.Is(unicode.Cf, r) || r >= '\ufe00' && r <= '\ufe0f' || r == '\u034f' || r == '\u20e3':
		return -1 // directions, joiners, byte order marks, variation selectors
	case r == '\ufe62':
		return '+'
	case r == '\u2044' || r == '\u2215':
		return '/'
	case r == '\u00b7' || r == '\u2022' || r == '\u2219' || r == '\u2024':
		return '.'
	case r == '\u2217' || r == '\ufe61':
		return '*'
	case r == '\u3001' || r == '\u060c':
		return ','
	}
	return r
}

// digitValue is the value of a decimal digit of any script: each script has its ten digits in a
// row.
func digitValue(r rune) rune {
	for _, of := range unicode.Nd.R16 {
		if r >= rune(of.Lo) && r <= rune(of.Hi) {
			return (r - rune(of.Lo)) % 10
		}
	}
	for _, of := range unicode.Nd.R32 {
		if r >= rune(of.Lo) && r <= rune(of.Hi) {
			return (r - rune(of.Lo)) % 10
		}
	}
	return 0
}
