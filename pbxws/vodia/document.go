package vodia

import (
	"encoding/json"
	"errors"
	"slices"
)

var errNoList = errors.New("there is no list where one is expected")

// document reads a reply of the web server: a JSON value of any kind, as the member "" of an
// object.
func document(body []byte) (*object, error) {
	return parse(slices.Concat([]byte(`{"":`), body, []byte("}")))
}

// rows reads each object of the list that a reply is, or holds under the first of the keys that
// is there. An entry of another shape is left out; it is an error when all are. Null and an
// empty reply are an empty list.
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
		if list = in.firstRaw(keys...); list == nil {
			return nil, errNoList
		}
	}
	switch {
	case list == nil:
		return nil, nil
	case list[0] != '[':
		return nil, errNoList
	}
	return entriesOf(list, read)
}

func entriesOf[T any](list json.RawMessage, read func(*object) T) ([]T, error) {
	var entries []T
	var bad error
	for item := range elements(list) {
		row := object{}
		err := row.split(item)
		if err == nil {
			entry := read(&row)
			if err = row.err; err == nil {
				entries = append(entries, entry)
			}
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

// firstRaw is the first of the members that is there, as it stands.
func (o *object) firstRaw(keys ...string) json.RawMessage {
	for _, key := range keys {
		if v := o.raw(key); v != nil {
			return v
		}
	}
	return nil
}
