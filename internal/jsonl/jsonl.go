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

// Strict decodes a line with one value. Keys that into does not have are an error.
func Strict(line []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("there is more than one value in the line")
	}
	return nil
}

// Lenient decodes a line that a newer version may have written: keys that into does not have are
// ignored.
func Lenient(line []byte, into any) error { return json.Unmarshal(line, into) }

// Lines reads lines of at most longest bytes. A longer one ends it with bufio.ErrTooLong.
func Lines(r io.Reader, longest int) *bufio.Scanner {
	s := bufio.NewScanner(r)
	s.Buffer(make([]byte, 0, min(longest, 4096)), longest)
	return s
}
