package wire

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
)

var errNoList = errors.New("there is no list where one is expected")

// document reads a reply of the web server: a JSON value of any kind, as the member "" of an
// object.
func document(body []byte) (*object, error) {
	return parse(slices.Concat([]byte(`{"":`), body, []byte("}")))
}

// rows reads the entries of a list: the reply itself, or its first member among keys. Few replies
// of the web server are documented, and systems were seen to use an array or an object with the
// entries by id; then object.name is the id. An entry of another kind is left out; it is an error
// if all are. Null, an empty object and an empty reply are an empty list.
func rows[T any](body []byte, read func(*object) T, keys ...string) ([]T, error) {
	if len(body) == 0 {
		return nil, nil
	}
	o, err := document(body)
	if err != nil {
		return nil, err
	}
	list := o.raw("")
	if in := o.inner(""); in != nil {
		if inside := in.firstRaw(keys...); inside != nil {
			list = inside
		}
	}
	return entriesOf(list, read)
}

// entriesOf reads the entries of an array, or of an object that names them.
func entriesOf[T any](list json.RawMessage, read func(*object) T) ([]T, error) {
	var entries []T
	var bad error
	for row, err := range rowsOf(list) {
		if err == nil {
			entries = append(entries, read(row))
		}
		if err != nil {
			bad = err
		}
	}
	if len(entries) > 0 {
		return entries, nil
	}
	return nil, bad
}

// rowsOf gives the entries of a list one after the other, or why one is invalid.
func rowsOf(list json.RawMessage) func(yield func(*object, error) bool) {
	return func(yield func(*object, error) bool) {
		switch {
		case list == nil:
		case list[0] == '[':
			for item := range elements(list) {
				if !yield(rowOf("", item)) {
					return
				}
			}
		case list[0] == '{':
			in := object{}
			_ = in.split(list) // it is valid
			for _, m := range in.members {
				if !yield(rowOf(string(m.key), m.value)) {
					return
				}
			}
		default:
			yield(nil, errNoList)
		}
	}
}

// rowOf reads one entry: an object, or a bare word that names one. In a larger object the entry
// must be an object or named by an id: "error" is no entry.
func rowOf(name string, value json.RawMessage) (*object, error) {
	row := &object{name: name}
	if value[0] == '{' {
		return row, row.split(value)
	}
	word, ok := asWord(value)
	switch {
	case !ok, name != "" && !isNumber(name):
		return nil, errNoList
	case name == "":
		row.name = word
	default:
		row.members = []field{{[]byte("name"), value}}
	}
	return row, nil
}

// isNumber tells the number of an account from a word.
func isNumber(s string) bool { return s != "" && strings.Trim(s, "+*#0123456789") == "" }

// firstRaw is the first of the members that is there, as it stands.
func (o *object) firstRaw(keys ...string) json.RawMessage {
	for _, key := range keys {
		if v := o.raw(key); v != nil {
			return v
		}
	}
	return nil
}
