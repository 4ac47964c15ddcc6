package delta

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"strings"
)

// Shape is the same for two programs whose types have the same names and kinds, however deep.
func Shape(types ...reflect.Type) string {
	sum := sha256.New()
	seen := map[reflect.Type]bool{}
	for _, t := range types {
		describe(sum, t, seen)
	}
	return hex.EncodeToString(sum.Sum(nil)[:8])
}

// describe writes a type down. One that was written before is only named: types may refer to themselves.
func describe(w io.Writer, t reflect.Type, seen map[reflect.Type]bool) {
	fmt.Fprintf(w, "%s %s\n", t, t.Kind())
	if seen[t] {
		return
	}
	seen[t] = true
	if isTable(t) {
		key, value := reflect.Zero(t).Interface().(Table).Types()
		describe(w, key, seen)
		describe(w, value, seen)
		return
	}
	switch t.Kind() {
	case reflect.Map:
		describe(w, t.Key(), seen)
		describe(w, t.Elem(), seen)
	case reflect.Slice, reflect.Array, reflect.Pointer:
		describe(w, t.Elem(), seen)
	case reflect.Struct:
		if isWhole(t) {
			return
		}
		for _, f := range fieldsOf(t) {
			fmt.Fprintf(w, "%s ", f.name)
			describe(w, t.Field(f.index).Type, seen)
		}
	}
}

// field is a field of a struct that JSON has.
type field struct {
	name  string
	index int
}

// fieldsOf are the fields of a struct by their JSON names.
func fieldsOf(t reflect.Type) []field {
	var fields []field
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !f.IsExported() || name == "-" {
			continue
		}
		if name == "" {
			name = f.Name
		}
		fields = append(fields, field{name, i})
	}
	return fields
}

var marshaler = reflect.TypeFor[json.Marshaler]()

// isWhole tells of a type that writes its own JSON, such as a time.
func isWhole(t reflect.Type) bool { return t.Implements(marshaler) }

// Table is a map with text keys that does not change, in many versions that know what they share (package trie).
type Table interface {
	Len() int
	Types() (key, value reflect.Type)
	// Compare names what was put since another version, with what was there before, nil for nothing, and the
	// keys that are gone.
	Compare(was any, put func(key string, before, value any), cut func(key string))
	// Patched is the version with the entries of an object and without the keys of a list. One with more
	// entries than most is an error.
	Patched(put, cut json.RawMessage, most int) (any, error)
}

var table = reflect.TypeFor[Table]()

func isTable(t reflect.Type) bool { return t.Implements(table) }

// isDeep tells of a struct in which there is something to go into. Others are small, and replaced.
func isDeep(t reflect.Type) bool {
	if t.Kind() != reflect.Struct || isWhole(t) {
		return false
	}
	for _, f := range fieldsOf(t) {
		switch inner := t.Field(f.index).Type; {
		case inner.Kind() == reflect.Map, inner.Kind() == reflect.Slice, isTable(inner), inner.Kind() == reflect.Struct && !isWhole(inner):
			return true
		}
	}
	return false
}
