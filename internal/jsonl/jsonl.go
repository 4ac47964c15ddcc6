// Package jsonl writes and reads JSON lines: one value to a line, in printable ASCII.
//
// Names and reasons in them come from a wire and may hold anything. All that is no printable ASCII
// becomes a \u escape. So a line can be shown on a terminal, kept in a file or piped on without
// escape sequences, bidi overrides or line breaks.
//
// The package has no state; any goroutine may call it.
package jsonl

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Marshal encodes v as one line, with a line feed.
func Marshal(v any) ([]byte, error) {
	data, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return append(printable(data), '\n'), nil
}

// printable escapes all that is no printable ASCII; in JSON such a rune can only be in a text.
func printable(data []byte) []byte {
	if !bytes.ContainsFunc(data, func(r rune) bool { return r >= 0x7f }) {
		return data
	}
	out := make([]byte, 0, len(data)+len(data)/2)
	for len(data) > 0 {
		r, size := utf8.DecodeRune(data)
		data = data[size:]
		switch {
		case r < 0x7f:
			out = append(out, byte(r))
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			out = fmt.Appendf(out, `\u%04x\u%04x`, high, low)
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
	}
	return out
}

// Strict decodes a line with one value. Keys that into does not have are an error. Errors follow a
// colon, in our words.
func Strict(line []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return explain(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("there is more than one value in the line")
	}
	return nil
}

// Lenient decodes a line that a newer version may have written: keys that into does not have are
// ignored.
func Lenient(line []byte, into any) error {
	if err := json.Unmarshal(line, into); err != nil {
		return explain(err)
	}
	return nil
}

// explain says what is wrong with a line. What the library says is in what it wraps.
func explain(err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.Is(err, io.EOF):
		return &explained{"the line is empty", err}
	case errors.As(err, &syntax) && syntax.Offset > 0:
		return &explained{fmt.Sprintf("it is no JSON from character %d on", syntax.Offset), err}
	case errors.Is(err, io.ErrUnexpectedEOF), errors.As(err, &syntax):
		return &explained{"the JSON ends too early", err}
	case errors.As(err, &kind) && kind.Field != "":
		return &explained{fmt.Sprintf("%q has a value of the wrong kind", kind.Field), err}
	case errors.As(err, &kind):
		return &explained{"it is no JSON object", err}
	}
	if key, unknown := strings.CutPrefix(err.Error(), "json: unknown field "); unknown { // which has no type
		return &explained{"there is no key " + key, err}
	}
	return &explained{"it cannot be read", err}
}

type explained struct {
	text string
	err  error
}

func (e *explained) Error() string { return e.text }
func (e *explained) Unwrap() error { return e.err }

// Lines reads lines of at most longest bytes. A longer one ends it with bufio.ErrTooLong.
func Lines(r io.Reader, longest int) *bufio.Scanner {
	s := bufio.NewScanner(r)
	s.Buffer(make([]byte, 0, min(longest, 4096)), longest)
	return s
}
