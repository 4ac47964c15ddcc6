package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"unicode/utf8"
)

// maxNesting is how deep a frame may nest; the deepest that is known nests four.
const maxNesting = 32

var (
	errLetters   = errors.New("the frame holds bytes that are no letters")
	errNesting   = fmt.Errorf("the frame nests deeper than %d", maxNesting)
	errNotObject = errors.New("the frame is not a JSON object")
)

// parse reads a frame. encoding/json checks the syntax once, for the whole frame; the scanner
// relies on that and only finds where values begin and end. That reads a directory of ten thousand
// accounts in a third of the time that maps of raw messages take.
//
// Bytes that no JSON text may hold, such as a name in Latin-1, are read as U+FFFD: one name must
// not lose a call.
func parse(data []byte) (*object, error) {
	data, mended := mend(data)
	switch {
	case depth(data) > maxNesting:
		return nil, errNesting
	case !json.Valid(data):
		return nil, errNotObject
	}
	o := &object{members: make([]field, 0, 16)}
	if err := o.split(data); err != nil {
		return nil, err
	}
	if mended {
		o.isOdd(errLetters)
	}
	return o, nil
}

// mend replaces invalid UTF-8 and control characters in strings (RFC 8259 §7) by U+FFFD.
func mend(data []byte) (text []byte, mended bool) {
	if !utf8.Valid(data) {
		data, mended = bytes.ToValidUTF8(data, []byte(string(utf8.RuneError))), true
	}
	if !hasControl(data) || json.Valid(data) {
		return data, mended
	}
	out := make([]byte, 0, len(data))
	for i := 0; i < len(data); {
		if data[i] != '"' {
			out = append(out, data[i])
			i++
			continue
		}
		end := endOfString(data, i)
		for _, c := range data[i:end] {
			if c < ' ' {
				out = utf8.AppendRune(out, utf8.RuneError)
			} else {
				out = append(out, c)
			}
		}
		i = end
	}
	return out, true
}

func hasControl(data []byte) bool {
	for _, c := range data {
		if c < ' ' {
			return true
		}
	}
	return false
}

// depth is how deep the brackets of a text go, those inside of strings aside.
func depth(data []byte) int {
	now, most := 0, 0
	for i := 0; i < len(data); i++ {
		switch data[i] {
		case '"':
			i = endOfString(data, i) - 1
		case '{', '[':
			now++
			most = max(most, now)
		case '}', ']':
			now--
		}
	}
	return most
}

// split appends the members of a valid object to o.
func (o *object) split(data []byte) error {
	i := skipSpace(data, 0)
	if data[i] != '{' {
		return errNotObject
	}
	for i = skipSpace(data, i+1); data[i] != '}'; {
		end := endOfString(data, i)
		key := nameOf(data[i:end])
		i = skipSpace(data, skipSpace(data, end)+1) // past the colon
		end = endOfValue(data, i)
		o.members = append(o.members, field{key, data[i:end]})
		if i = skipSpace(data, end); data[i] == ',' {
			i = skipSpace(data, i+1)
		}
	}
	return nil
}

// nameOf is the name in a member's quoted key, without a copy where none is needed.
func nameOf(quoted []byte) []byte {
	if bytes.IndexByte(quoted, '\\') < 0 {
		return quoted[1 : len(quoted)-1]
	}
	s, _ := unquote(quoted)
	return []byte(s)
}

// elements are the values of a valid array.
func elements(data []byte) iter.Seq[json.RawMessage] {
	return func(yield func(json.RawMessage) bool) {
		for i := skipSpace(data, 1); data[i] != ']'; {
			end := endOfValue(data, i)
			if !yield(data[i:end]) {
				return
			}
			if i = skipSpace(data, end); data[i] == ',' {
				i = skipSpace(data, i+1)
			}
		}
	}
}

func skipSpace(data []byte, i int) int {
	for i < len(data) && (data[i] == ' ' || data[i] == '\t' || data[i] == '\n' || data[i] == '\r') {
		i++
	}
	return i
}

// endOfString is the index after the string that begins at i.
func endOfString(data []byte, i int) int {
	for i++; i < len(data) && data[i] != '"'; i++ {
		if data[i] == '\\' {
			i++
		}
	}
	return min(i+1, len(data))
}

// endOfValue is the index after the value that begins at i.
func endOfValue(data []byte, i int) int {
	switch data[i] {
	case '"':
		return endOfString(data, i)
	case '{', '[':
		return endOfBrackets(data, i)
	}
	for i < len(data) && data[i] != ',' && data[i] != ']' && data[i] != '}' && data[i] > ' ' {
		i++
	}
	return i
}

func endOfBrackets(data []byte, i int) int {
	open := 0
	for ; i < len(data); i++ {
		switch data[i] {
		case '"':
			i = endOfString(data, i) - 1
		case '{', '[':
			open++
		case '}', ']':
			if open--; open == 0 {
				return i + 1
			}
		}
	}
	return i
}
