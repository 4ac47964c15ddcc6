package vodia

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxNesting is how deep a frame may nest; the deepest that is known nests four.
const maxNesting = 32

var (
	errNotUTF8   = errors.New("the frame is not UTF-8")
	errNesting   = fmt.Errorf("the frame nests deeper than %d", maxNesting)
	errNotObject = errors.New("the frame is not a JSON object")
)

// object is a JSON object with its members still raw. Keys count with their case, of equal
// ones the last wins. Getters take a member by name, remember in err the first that has the
// wrong type, and never quote its content: an SDP holds keys.
type object struct {
	members map[string]json.RawMessage
	err     error
}

// parse reads a frame.
func parse(data []byte) (*object, error) {
	if !utf8.Valid(data) {
		return nil, errNotUTF8
	}
	if nesting(data) > maxNesting {
		return nil, errNesting
	}
	o := &object{}
	if err := json.Unmarshal(data, &o.members); err != nil || o.members == nil {
		return nil, errNotObject
	}
	return o, nil
}

// nesting is how deep the brackets of a JSON text go.
func nesting(data []byte) int {
	depth, deepest, quoted := 0, 0, false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			depth++
			deepest = max(deepest, depth)
		case c == '}' || c == ']':
			depth--
		}
	}
	return deepest
}

func (o *object) wrong(key, want string) {
	if o.err == nil {
		o.err = fmt.Errorf("member %q is not %s", key, want)
	}
}

// raw is the member as it stands, nil when it is absent or null.
func (o *object) raw(key string) json.RawMessage {
	v := o.members[key]
	if len(v) == 0 || string(v) == "null" {
		return nil
	}
	return v
}

// truthy is JavaScript's idea of truth, by which Vodia's own client tells its frames apart.
func (o *object) truthy(key string) bool {
	v := o.raw(key)
	switch {
	case v == nil, string(v) == "false", string(v) == `""`:
		return false
	case v[0] == '-' || v[0] >= '0' && v[0] <= '9':
		n, err := strconv.ParseFloat(string(v), 64)
		return err != nil || n != 0
	}
	return true
}

// text is a string, empty when absent.
func (o *object) text(key string) string {
	v := o.raw(key)
	if v == nil {
		return ""
	}
	s, ok := unquote(v)
	if !ok {
		o.wrong(key, "text")
	}
	return s
}

// word is a string or a number, as text.
func (o *object) word(key string) string {
	v := o.raw(key)
	if v == nil {
		return ""
	}
	s, ok := asWord(v)
	if !ok {
		o.wrong(key, "text or a number")
	}
	return s
}

// number is an integer, also one in quotes; 0 when absent or empty.
func (o *object) number(key string) int {
	w := o.word(key)
	if w == "" {
		return 0
	}
	n, err := strconv.ParseFloat(w, 64)
	if err != nil || n != math.Trunc(n) || math.Abs(n) > math.MaxInt32 {
		o.wrong(key, "a whole number")
		return 0
	}
	return int(n)
}

// seconds is a point of time in seconds, also in quotes; 0 when absent or empty.
func (o *object) seconds(key string) float64 {
	w := o.word(key)
	if w == "" {
		return 0
	}
	s, err := strconv.ParseFloat(w, 64)
	if err != nil || !(s >= 0 && s <= 1e11) {
		o.wrong(key, "a time in seconds")
		return 0
	}
	return s
}

// flag is a boolean, also one in quotes or a number; false when absent.
func (o *object) flag(key string) bool {
	b := o.optionalFlag(key)
	return b != nil && *b
}

// optionalFlag is flag with nil for absent.
func (o *object) optionalFlag(key string) *bool {
	v := o.raw(key)
	if v == nil {
		return nil
	}
	b := false
	switch strings.Trim(string(v), `"`) {
	case "true", "1":
		b = true
	case "false", "0", "":
	default:
		o.wrong(key, "true or false")
	}
	return &b
}

// texts is an array of strings, or one string.
func (o *object) texts(key string) []string {
	v := o.raw(key)
	if v == nil {
		return nil
	}
	if s, ok := asWord(v); ok {
		return []string{s}
	}
	items := o.list(key)
	list := make([]string, 0, len(items))
	for _, item := range items {
		s, ok := asWord(item)
		if !ok {
			o.wrong(key, "a list of texts")
			return nil
		}
		list = append(list, s)
	}
	return list
}

// list is an array, nil when absent.
func (o *object) list(key string) []json.RawMessage {
	v := o.raw(key)
	if v == nil {
		return nil
	}
	var items []json.RawMessage
	if err := json.Unmarshal(v, &items); err != nil {
		o.wrong(key, "a list")
	}
	return items
}

// each calls take for every object in an array; a single object counts as an array of one.
// It tells whether the member is there at all.
func (o *object) each(key string, take func(*object)) bool {
	v := o.raw(key)
	if v == nil {
		return false
	}
	items := []json.RawMessage{v}
	if v[0] != '{' {
		items = o.list(key)
	}
	entry := object{members: map[string]json.RawMessage{}}
	for i, item := range items {
		clear(entry.members)
		if err := json.Unmarshal(item, &entry.members); err != nil || entry.members == nil {
			o.wrong(fmt.Sprintf("%s[%d]", key, i), "an object")
			return true
		}
		take(&entry)
		if entry.err != nil {
			o.err = errors.Join(o.err, fmt.Errorf("in %s[%d]: %w", key, i, entry.err))
			return true
		}
	}
	return true
}

// first is the first of the members that is there.
func (o *object) first(keys ...string) string {
	for _, key := range keys {
		if o.raw(key) != nil {
			return o.word(key)
		}
	}
	return ""
}

func unquote(v json.RawMessage) (s string, ok bool) {
	if v[0] != '"' {
		return "", false
	}
	err := json.Unmarshal(v, &s)
	return s, err == nil
}

func asWord(v json.RawMessage) (string, bool) {
	if v[0] == '-' || v[0] >= '0' && v[0] <= '9' {
		return string(v), true
	}
	return unquote(v)
}

// member is one member of an object to be written; omit leaves it out when it is empty.
type member struct {
	key   string
	value any
	omit  bool
}

func with(key string, value any) member       { return member{key: key, value: value} }
func withSome(key, value string) member       { return member{key, value, value == ""} }
func withCode(code int) member                { return member{"code", code, code == 0} }
func withCSeq(cseq json.RawMessage) member    { return member{"cseq", cseq, len(cseq) == 0} }
func withCall(id string) member               { return withSome("callid", id) }
func withAction(name string) member           { return with("action", name) }
func withBool(key string, value *bool) member { return member{key, value, value == nil} }

// encode writes an object with its members in the given order. Raw values are copied byte for
// byte, for a PBX that compares what it gets back.
func encode(members ...member) (json.RawMessage, error) {
	var b bytes.Buffer
	separator := byte('{')
	for _, m := range members {
		if m.omit {
			continue
		}
		b.WriteByte(separator)
		separator = ','
		b.WriteString(strconv.Quote(m.key))
		b.WriteByte(':')
		if err := appendValue(&b, m.value); err != nil {
			return nil, fmt.Errorf("encode member %q: %w", m.key, err)
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

var errNotJSON = errors.New("raw value is not JSON")

func appendValue(b *bytes.Buffer, value any) error {
	if raw, ok := value.(json.RawMessage); ok {
		if !json.Valid(raw) {
			return errNotJSON
		}
		b.Write(raw)
		return nil
	}
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(value); err != nil {
		return err
	}
	b.Truncate(b.Len() - 1) // Encode ends with a line feed
	return nil
}
