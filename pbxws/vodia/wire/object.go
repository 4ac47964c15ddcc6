package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// object is a JSON object with raw members. Keys are case-sensitive and the last of equal ones
// counts, unlike in encoding/json. Getters take a member by name. Errors never quote a member,
// since an SDP holds keys.
type object struct {
	members []field
	// name is the key of this object in a larger one, if that matters.
	name string
	// odd names the members that were not as expected. The getter then returned what it could read, or
	// nothing; the others still count. odds counts them.
	odd  error
	odds int
	// err is set if an essential member is unusable: a callid or a session description.
	err error
}

// maxOdds bounds how many members one line of the trace names.
const maxOdds = 4

// field is one member, its value valid JSON without space around it.
type field struct {
	key   []byte
	value json.RawMessage
}

func (o *object) wrong(key, want string) { o.isOdd(fmt.Errorf("member %q is not %s", key, want)) }

func (o *object) isOdd(err error) {
	switch o.odds++; {
	case o.odds == 1:
		o.odd = err
	case o.odds <= maxOdds:
		o.odd = fmt.Errorf("%w; %w", o.odd, err)
	}
}

// broken notes that an essential member is unusable.
func (o *object) broken(key, want string) {
	if o.err == nil {
		o.err = fmt.Errorf("member %q is not %s", key, want)
	}
}

// raw is the member unchanged, nil if it is absent or null.
func (o *object) raw(key string) json.RawMessage {
	for i := len(o.members) - 1; i >= 0; i-- {
		if m := &o.members[i]; string(m.key) == key {
			if string(m.value) == "null" {
				return nil
			}
			return m.value
		}
	}
	return nil
}

// echo is a copy of the member, which outlives the frame.
func (o *object) echo(key string) json.RawMessage { return slices.Clone(o.raw(key)) }

// inner is the member as an object; nil when it is none.
func (o *object) inner(key string) *object {
	v := o.raw(key)
	if v == nil || v[0] != '{' {
		return nil
	}
	in := &object{}
	if in.split(v) != nil {
		return nil
	}
	return in
}

// truthy follows JavaScript's rules for truth, by which Vodia's own client recognizes its frames.
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

// text is a string or a number, empty when absent. Of a list it is the first that is one.
func (o *object) text(key string) string {
	v := o.raw(key)
	if v == nil {
		return ""
	}
	if s, ok := asWord(v); ok {
		return s
	}
	o.wrong(key, "text or a number")
	if v[0] == '[' {
		for item := range elements(v) {
			if s, ok := asWord(item); ok {
				return s
			}
		}
	}
	return ""
}

// id is the callid. Without a readable one the call of a frame is unknown.
func (o *object) id() string {
	v := o.raw("callid")
	if v == nil {
		return ""
	}
	s, ok := asWord(v)
	if !ok {
		o.broken("callid", "text or a number")
	}
	return s
}

// number is an integer, also in quotes; 0 if absent or empty. Of other text it is the number in
// front.
func (o *object) number(key string) int {
	w := o.text(key)
	if w == "" {
		return 0
	}
	n, err := strconv.ParseFloat(w, 64)
	if err == nil && n == math.Trunc(n) && math.Abs(n) <= math.MaxInt32 {
		return int(n)
	}
	o.wrong(key, "a whole number")
	return leadingNumber(w)
}

// maxDigits keeps a number that is cut out of a text within 32 bits.
const maxDigits = 9

func leadingNumber(s string) int {
	s = strings.TrimSpace(s)
	end := strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' })
	if end < 0 {
		end = len(s)
	}
	if end > maxDigits {
		return 0
	}
	n, _ := strconv.Atoi(s[:end]) // 0 when there is no digit
	return n
}

// statusLine finds a SIP status and the words after it, as in "486 Busy Here" or
// "SIP/2.0 486 Busy Here" (RFC 3261 §7.2).
var statusLine = regexp.MustCompile(`(?:^|\s)([1-6][0-9]{2})(?:\s+(.*))?$`)

// status is a SIP status, 0 for none, and the reason phrase that stands beside it in one text.
func (o *object) status(key string) (code int, phrase string) {
	if m := statusLine.FindStringSubmatch(strings.TrimSpace(o.text(key))); m != nil {
		code, _ = strconv.Atoi(m[1])
		if m[0] != m[1] {
			o.wrong(key, "a bare number")
		}
		return code, m[2]
	}
	return o.number(key), ""
}

// seconds is a point of time in seconds, also in quotes; 0 when absent or empty.
func (o *object) seconds(key string) float64 {
	w := o.text(key)
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
	switch strings.ToLower(strings.Trim(string(v), `"`)) {
	case "true", "1":
		b = true
	case "false", "0", "":
	default:
		o.wrong(key, "true or false")
		return nil
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
	var list []string
	for _, item := range o.list(key) {
		s, ok := asWord(item)
		if !ok {
			o.wrong(key, "a list of texts")
			continue
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
	if v[0] != '[' {
		o.wrong(key, "a list")
		return nil
	}
	return slices.Collect(elements(v))
}

// each calls take for every object in an array, or in an object that names each by its id; any
// other object counts as an array of one. It returns false if the member is no such list. Errors of
// one entry are noted in odd and do not affect the others: one strange account must not hide all
// the rest. The object is valid until take returns.
func (o *object) each(key string, take func(*object)) bool {
	v := o.raw(key)
	if v == nil {
		return false
	}
	entry, i := object{members: make([]field, 0, 16)}, 0
	takeOne := func(name string, item json.RawMessage) {
		entry = object{members: entry.members[:0], name: name}
		if i++; entry.split(item) != nil {
			o.isOdd(fmt.Errorf("member \"%s[%d]\" is not an object", key, i-1))
			return
		}
		if take(&entry); entry.odd != nil {
			o.isOdd(fmt.Errorf("in %s[%d]: %w", key, i-1, entry.odd))
		}
	}
	switch named := o.inner(key); {
	case v[0] == '[':
		for item := range elements(v) {
			takeOne("", item)
		}
	case named == nil:
		o.wrong(key, "a list")
		return false
	case named.holdsObjects():
		for _, m := range named.members {
			takeOne(string(m.key), m.value)
		}
	default:
		takeOne("", v)
	}
	return true
}

// holdsObjects reports whether all members are objects.
func (o *object) holdsObjects() bool {
	return len(o.members) > 0 && !slices.ContainsFunc(o.members, func(m field) bool { return m.value[0] != '{' })
}

// first is the first of the members that says something.
func (o *object) first(keys ...string) string {
	for _, key := range keys {
		if s := o.text(key); s != "" {
			return s
		}
	}
	return ""
}

// moment is a point of time, from the first of the members that is there: seconds or milliseconds
// since 1970, also in quotes, or a date as people or RFC 3339 write it. It is zero if there is
// none.
func (o *object) moment(keys ...string) time.Time {
	for _, key := range keys {
		word := o.text(key)
		if word == "" {
			continue
		}
		if at, ok := momentOf(word); ok {
			return at
		}
		o.wrong(key, "a point of time")
	}
	return time.Time{}
}

// dateForms are further forms of a date. They are in the local time of the PBX, which is unknown,
// so ours is used.
var dateForms = []string{"2006-01-02 15:04:05", "2006-01-02T15:04:05", "2006/01/02 15:04:05"}

func momentOf(word string) (time.Time, bool) {
	if s, err := strconv.ParseFloat(word, 64); err == nil {
		switch {
		case s >= 0 && s < 1e11:
			return Time(s), true
		case s >= 1e11 && s < 1e14:
			return Time(s / 1000), true
		}
		return time.Time{}, false
	}
	if at, err := time.Parse(time.RFC3339, word); err == nil {
		return at, true
	}
	for _, form := range dateForms {
		if at, err := time.ParseInLocation(form, word, time.Local); err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}

func unquote(v json.RawMessage) (s string, ok bool) {
	if v[0] != '"' {
		return "", false
	}
	quoted := v
	v = v[1 : len(v)-1]
	switch string(v) { // of these, which come all day, nobody needs a copy
	case "user-state":
		return "user-state", true
	case "call-state":
		return "call-state", true
	case "extensions":
		return "extensions", true
	case "online":
		return "online", true
	case "offline":
		return "offline", true
	case "connected":
		return "connected", true
	case "":
		return "", true
	}
	escape := bytes.IndexByte(v, '\\')
	if escape < 0 {
		return string(v), true
	}
	plain := append(make([]byte, 0, len(v)), v[:escape]...)
	for i := escape; i < len(v); i++ {
		c := v[i]
		if c == '\\' {
			if i++; v[i] != '"' && v[i] != '\\' && v[i] != '/' {
				err := json.Unmarshal(quoted, &s)
				return s, err == nil
			}
			c = v[i]
		}
		plain = append(plain, c)
	}
	return string(plain), true
}

func asWord(v json.RawMessage) (string, bool) {
	if v[0] == '-' || v[0] >= '0' && v[0] <= '9' {
		return string(v), true
	}
	return unquote(v)
}
