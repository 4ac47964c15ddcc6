package appws

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// maxDepth bounds how deep JSON values nest.
const maxDepth = 128

var errDepth = errors.New("it nests too deep")

// SyntaxError says that a text is not one JSON value (RFC 8259).
type SyntaxError struct {
	// Offset is where the error is, in bytes.
	Offset int
	Err    error
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("byte %d: %v", e.Offset, e.Err) }

func (e *SyntaxError) Unwrap() error { return e.Err }

// scanner goes through JSON text once and checks it. It allocates nothing: values are parts of the
// text.
type scanner struct {
	b     []byte
	i     int
	depth int
}

func (s *scanner) fail(format string, args ...any) error {
	return &SyntaxError{s.i, fmt.Errorf(format, args...)}
}

func (s *scanner) space() {
	for s.i < len(s.b) && isSpace(s.b[s.i]) {
		s.i++
	}
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }

// peek is the next byte, 0 at the end; a real 0 is an error outside strings.
func (s *scanner) peek() byte {
	if s.i < len(s.b) {
		return s.b[s.i]
	}
	return 0
}

// checkJSON reports whether b is exactly one JSON value.
func checkJSON(b []byte) error {
	s := scanner{b: b}
	s.space()
	if err := s.value(); err != nil {
		return err
	}
	return s.end()
}

func (s *scanner) end() error {
	s.space()
	if s.i < len(s.b) {
		return s.fail("something follows the end of the JSON value")
	}
	return nil
}

func (s *scanner) value() error {
	switch c := s.peek(); {
	case c == '{':
		return s.object(nil)
	case c == '[':
		return s.array()
	case c == '"':
		return s.text()
	case c == 't':
		return s.word("true")
	case c == 'f':
		return s.word("false")
	case c == 'n':
		return s.word("null")
	case c == '-' || isDigit(c):
		return s.number()
	case s.i == len(s.b):
		return s.fail("the text ends where a value is due")
	}
	return s.fail("no value begins with %q", s.b[s.i])
}

// object reads an object. It calls each, if that is not nil, with every member: the name as
// written, with quotes and escapes, and the value.
func (s *scanner) object(each func(name, value []byte)) error {
	if err := s.enter(); err != nil {
		return err
	}
	for first := true; ; first = false {
		s.space()
		switch c := s.peek(); {
		case c == '}' && first:
			s.leave()
			return nil
		case c != '"':
			return s.fail("a member's name in quotes is due")
		}
		nameAt := s.i
		if err := s.text(); err != nil {
			return err
		}
		name := s.b[nameAt:s.i]
		s.space()
		if s.peek() != ':' {
			return s.fail("a colon is due")
		}
		s.i++
		s.space()
		valueAt := s.i
		if err := s.value(); err != nil {
			return err
		}
		if each != nil {
			each(name, s.b[valueAt:s.i])
		}
		if over, err := s.more('}'); over || err != nil {
			return err
		}
	}
}

func (s *scanner) array() error {
	if err := s.enter(); err != nil {
		return err
	}
	s.space()
	if s.peek() == ']' {
		s.leave()
		return nil
	}
	for {
		s.space()
		if err := s.value(); err != nil {
			return err
		}
		if over, err := s.more(']'); over || err != nil {
			return err
		}
	}
}

// more reads the comma or the end after a member.
func (s *scanner) more(end byte) (over bool, _ error) {
	s.space()
	switch s.peek() {
	case ',':
		s.i++
		return false, nil
	case end:
		s.leave()
		return true, nil
	}
	return false, s.fail("a comma or %q is due", end)
}

func (s *scanner) enter() error {
	if s.depth++; s.depth > maxDepth {
		return &SyntaxError{s.i, errDepth}
	}
	s.i++
	return nil
}

func (s *scanner) leave() { s.depth--; s.i++ }

// text reads a string. The whole text is known to be UTF-8.
func (s *scanner) text() error {
	const long = 16 // plain bytes after which it pays to look for more of them
	plain := 0
	for s.i++; s.i < len(s.b); s.i++ {
		switch c := s.b[s.i]; {
		case c == '"':
			s.i++
			return nil
		case c < ' ':
			return s.fail("a control character in a string")
		case c == '\\':
			if err := s.escape(); err != nil {
				return err
			}
		default:
			if plain++; plain == long {
				s.i += plainBytes(s.b[s.i+1:])
				plain = 0
			}
		}
	}
	return s.fail("a string does not end")
}

// plainBytes is how many bytes at the beginning of b are known to be nothing but letters of a string. It looks
// at eight at a time: whether one of them is a quote, a backslash or a control character.
func plainBytes(b []byte) int {
	const (
		ones  = 0x0101010101010101
		highs = 0x80 * ones
	)
	hasZero := func(w uint64) uint64 { return (w - ones) & ^w }
	n := 0
	for ; len(b)-n >= 8; n += 8 {
		w := binary.LittleEndian.Uint64(b[n:])
		isControl := (w - ' '*ones) & ^w
		if (isControl|hasZero(w^'"'*ones)|hasZero(w^'\\'*ones))&highs != 0 {
			break
		}
	}
	return n
}

func (s *scanner) escape() error {
	s.i++
	switch s.peek() {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return nil
	case 'u':
		if _, ok := hex4(s.b[s.i+1:]); ok {
			s.i += 4
			return nil
		}
	}
	return s.fail("an escape that JSON does not have")
}

// hex4 reads the four digits of a \u escape.
func hex4(b []byte) (rune, bool) {
	if len(b) < 4 {
		return 0, false
	}
	var r rune
	for _, c := range b[:4] {
		switch {
		case isDigit(c):
			c -= '0'
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}

func (s *scanner) word(w string) error {
	if len(s.b)-s.i < len(w) || string(s.b[s.i:s.i+len(w)]) != w {
		return s.fail("a word that JSON does not have")
	}
	s.i += len(w)
	return nil
}

func (s *scanner) number() error {
	if s.peek() == '-' {
		s.i++
	}
	switch c := s.peek(); {
	case c == '0':
		s.i++
	case isDigit(c):
		s.digits()
	default:
		return s.fail("a digit is due")
	}
	if s.peek() == '.' {
		if s.i++; !s.digits() {
			return s.fail("a digit is due")
		}
	}
	if c := s.peek(); c == 'e' || c == 'E' {
		s.i++
		if c := s.peek(); c == '+' || c == '-' {
			s.i++
		}
		if !s.digits() {
			return s.fail("a digit is due")
		}
	}
	return nil
}

// digits reads digits and reports whether there was one.
func (s *scanner) digits() bool {
	from := s.i
	for isDigit(s.peek()) {
		s.i++
	}
	return s.i > from
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
