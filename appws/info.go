package appws

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// MarshalInfo encodes v as the info of a login: the text that JSON.stringify would make of it,
// which both ends hash. Members of a map are sorted by name; those of a struct keep their order.
func MarshalInfo(v any) (json.RawMessage, error) {
	b, err := marshal(v)
	if err != nil {
		return nil, err
	}
	if err := checkJSON(b); err != nil {
		return nil, err
	}
	return canonicalInfo(b), nil
}

// compactInfo is info without white space outside strings, for the hash. Escapes, order and numbers
// stay. The text has been checked.
func compactInfo(info []byte) []byte {
	out := make([]byte, 0, len(info))
	eachToken(info, func(t []byte) { out = append(out, t...) })
	return out
}

// canonicalInfo is info as JSON.stringify writes it: like compactInfo, and with only the escapes
// that strings need and numbers in their shortest form. It differs from JavaScript in three points:
// integers keep all their digits, since the vendor has ids of 64 bits; members that appear twice
// stay; and none changes its place. The text has been checked.
func canonicalInfo(info []byte) []byte {
	out := make([]byte, 0, len(info))
	eachToken(info, func(t []byte) {
		switch {
		case t[0] == '"':
			out = appendCanonicalString(out, t)
		case t[0] == '-' || isDigit(t[0]):
			out = appendNumber(out, t)
		default:
			out = append(out, t...)
		}
	})
	return out
}

// eachToken goes through the strings, numbers, words and punctuation marks of JSON text.
func eachToken(text []byte, each func([]byte)) {
	s := scanner{b: text}
	for s.space(); s.i < len(text); s.space() {
		from := s.i
		switch c := text[from]; {
		case c == '"':
			_ = s.text()
		case bytes.IndexByte([]byte("{}[]:,"), c) >= 0:
			s.i++
		default:
			for s.i < len(text) && !isSpace(text[s.i]) && bytes.IndexByte([]byte("{}[]:,\""), text[s.i]) < 0 {
				s.i++
			}
		}
		each(text[from:s.i])
	}
}

// appendCanonicalString rewrites a quoted string. A lone surrogate, which has no UTF-8, stays
// an escape.
func appendCanonicalString(out, quoted []byte) []byte {
	inner := quoted[1 : len(quoted)-1]
	out = append(out, '"')
	for i := 0; i < len(inner); {
		if inner[i] != '\\' {
			out = append(out, inner[i])
			i++
			continue
		}
		r, n := unescape(inner[i:])
		if utf16.IsSurrogate(r) {
			out = append(out, '\\', 'u')
			out = strconv.AppendInt(out, int64(r), 16)
		} else {
			out = appendEscaped(out, r)
		}
		i += n
	}
	return append(out, '"')
}

// unescape reads the escape at the beginning of b and returns its length. A surrogate pair counts
// as one escape; a lone surrogate is returned unchanged.
func unescape(b []byte) (r rune, n int) {
	switch c := b[1]; c {
	case 'b':
		return '\b', 2
	case 'f':
		return '\f', 2
	case 'n':
		return '\n', 2
	case 'r':
		return '\r', 2
	case 't':
		return '\t', 2
	case 'u':
		r, _ = hex4(b[2:])
	default:
		return rune(c), 2
	}
	if utf16.IsSurrogate(r) && len(b) >= 12 && b[6] == '\\' && b[7] == 'u' {
		low, _ := hex4(b[8:])
		if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
			return pair, 12
		}
	}
	return r, 6
}

func appendQuoted(out []byte, text string) []byte {
	out = append(out, '"')
	for _, r := range text {
		out = appendEscaped(out, r)
	}
	return append(out, '"')
}

// appendEscaped writes a rune of a string, with an escape if JSON needs one.
func appendEscaped(out []byte, r rune) []byte {
	switch r {
	case '"', '\\':
		return append(out, '\\', byte(r))
	case '\b':
		return append(out, '\\', 'b')
	case '\f':
		return append(out, '\\', 'f')
	case '\n':
		return append(out, '\\', 'n')
	case '\r':
		return append(out, '\\', 'r')
	case '\t':
		return append(out, '\\', 't')
	}
	if r < ' ' {
		const digits = "0123456789abcdef"
		return append(out, '\\', 'u', '0', '0', digits[r>>4], digits[r&15])
	}
	return utf8.AppendRune(out, r)
}

// appendNumber writes a number as ECMAScript does (ECMA-262 §6.1.6.1.20), except that integers
// keep digits that a float64 would lose.
func appendNumber(out, number []byte) []byte {
	if string(number) == "-0" {
		return append(out, '0')
	}
	if bytes.IndexAny(number, ".eE") < 0 {
		return append(out, number...)
	}
	f, err := strconv.ParseFloat(string(number), 64)
	if err != nil { // out of range: JavaScript has no number for it either
		return append(out, number...)
	}
	if f == 0 {
		return append(out, '0')
	}
	if size := math.Abs(f); size >= 1e-6 && size < 1e21 {
		return strconv.AppendFloat(out, f, 'f', -1, 64)
	}
	from := len(out)
	out = strconv.AppendFloat(out, f, 'e', -1, 64)
	if n := len(out); n-from >= 4 && out[n-4] == 'e' && out[n-2] == '0' { // e-07 is e-7 there
		out[n-2] = out[n-1]
		out = out[:n-1]
	}
	return out
}
