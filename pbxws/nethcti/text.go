package nethcti

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// maxText bounds a text of the PBX, in bytes; names are much shorter.
const maxText = 1 << 10

// text is a text in JSON, or what stands in its place: PBXs write numbers as texts and texts as
// numbers. What is neither is empty.
type text string

// UnmarshalJSON implements json.Unmarshaler.
func (t *text) UnmarshalJSON(data []byte) error {
	var s string
	if err := json.Unmarshal(data, &s); err != nil {
		if s = string(data); s == "null" || s[0] == '{' || s[0] == '[' {
			s = ""
		}
	}
	if len(s) > maxText {
		s = s[:maxText]
	}
	*t = text(strings.TrimSpace(strings.ToValidUTF8(s, "")))
	return nil
}

// number is a whole number in JSON, or a text that holds one; anything else is 0.
type number int64

// UnmarshalJSON implements json.Unmarshaler.
func (n *number) UnmarshalJSON(data []byte) error {
	var t text
	_ = t.UnmarshalJSON(data)
	f, err := strconv.ParseFloat(string(t), 64)
	if err != nil || f != f || f < -1<<53 || f > 1<<53 {
		f = 0
	}
	*n = number(f)
	return nil
}

// millis is a time in milliseconds since 1970; 0 is never.
func (n number) millis() time.Time {
	if n <= 0 {
		return time.Time{}
	}
	return time.UnixMilli(int64(n))
}

// truth is true or false in JSON, or a text or a number that says so.
type truth bool

// UnmarshalJSON implements json.Unmarshaler.
func (f *truth) UnmarshalJSON(data []byte) error {
	var t text
	_ = t.UnmarshalJSON(data)
	switch strings.ToLower(string(t)) {
	case "true", "1", "on", "yes":
		*f = true
	default:
		*f = false
	}
	return nil
}

// table is an object whose members are of one kind. Members that make no sense are left out, and what
// is no object is empty.
type table[T any] map[string]T

// UnmarshalJSON implements json.Unmarshaler.
func (t *table[T]) UnmarshalJSON(data []byte) error {
	*t = nil
	var members map[string]json.RawMessage
	if data = bytes.TrimSpace(data); len(data) == 0 || data[0] != '{' || json.Unmarshal(data, &members) != nil {
		return nil
	}
	*t = make(table[T], len(members))
	for name, value := range members {
		var v T
		if json.Unmarshal(value, &v) == nil {
			(*t)[name] = v
		}
	}
	return nil
}

// list is a list of things of one kind, read like a table.
type list[T any] []T

// UnmarshalJSON implements json.Unmarshaler.
func (l *list[T]) UnmarshalJSON(data []byte) error {
	*l = nil
	var values []json.RawMessage
	if json.Unmarshal(data, &values) != nil {
		return nil
	}
	for _, value := range values {
		var v T
		if json.Unmarshal(value, &v) == nil {
			*l = append(*l, v)
		}
	}
	return nil
}

// length is a text of which only the length counts, and whether it is another one.
type length struct {
	n   int
	sum string
}

// UnmarshalJSON implements json.Unmarshaler.
func (l *length) UnmarshalJSON(data []byte) error {
	*l = length{}
	if len(data) > 2 && data[0] == '"' {
		sum := sha256.Sum256(data)
		*l = length{n: len(data) - 2, sum: string(sum[:8])}
	}
	return nil
}
