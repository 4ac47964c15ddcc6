package delta

import (
	"bytes"
	"cmp"
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"strconv"
)

// changeSize is after how many bytes the rest of a map or a list goes into another change.
const changeSize = 32 << 10

// Differ compares values. Use it on one goroutine at a time.
type Differ struct {
	same    map[reflect.Type]sameFunc
	fields  map[reflect.Type][]field
	changes [][]byte
}

// sameFunc tells whether two values of its type are the same, as far as JSON can tell.
type sameFunc func(a, b reflect.Value) bool

// NewDiffer makes one that has compared nothing.
func NewDiffer() *Differ {
	return &Differ{same: map[reflect.Type]sameFunc{}, fields: map[reflect.Type][]field{}}
}

// Changes are what a copy of was has to take to be as is. Both are of one type, and were not changed
// since they were compared last.
func (d *Differ) Changes(was, is any) ([][]byte, error) {
	d.changes = nil
	err := d.compare(nil, reflect.ValueOf(was), reflect.ValueOf(is))
	return d.changes, err
}

func (d *Differ) compare(at []string, was, is reflect.Value) error {
	switch t := is.Type(); {
	case t.Kind() == reflect.Map:
		return d.compareMaps(at, was, is)
	case t.Kind() == reflect.Slice:
		return d.compareLists(at, was, is)
	case isTable(t):
		return d.compareTables(at, was, is)
	case isDeep(t):
		return d.compareStructs(at, was, is)
	case d.isSame(t)(was, is):
		return nil
	}
	value, err := encode(is)
	if err == nil {
		d.add(at, "set", value)
	}
	return err
}

func (d *Differ) compareStructs(at []string, was, is reflect.Value) error {
	for _, f := range d.fieldsOf(is.Type()) {
		if err := d.compare(append(slices.Clip(at), f.name), was.Field(f.index), is.Field(f.index)); err != nil {
			return err
		}
	}
	return nil
}

func (d *Differ) compareMaps(at []string, was, is reflect.Value) error {
	if was.UnsafePointer() == is.UnsafePointer() && was.Len() == is.Len() {
		return nil
	}
	t := is.Type()
	same := d.isSame(t.Elem())
	key, value := reflect.New(t.Key()).Elem(), reflect.New(t.Elem()).Elem()
	put, stayed := chunk{d: d, at: at, what: "put", open: '{', close: '}'}, 0
	for entries := is.MapRange(); entries.Next(); {
		key.SetIterKey(entries)
		value.SetIterValue(entries)
		if before := was.MapIndex(key); before.IsValid() {
			if stayed++; same(before, value) {
				continue
			}
		}
		name, err := encode(key)
		if err != nil {
			return err
		}
		text, err := encode(value)
		if err != nil {
			return err
		}
		if name[0] != '"' { // a number, which is a text as a key
			name = []byte(`"` + string(name) + `"`)
		}
		put.add(append(append(name, ':'), text...))
	}
	put.flush()
	if stayed == was.Len() {
		return nil
	}
	cut := chunk{d: d, at: at, what: "cut", open: '[', close: ']'}
	for entries := was.MapRange(); entries.Next(); {
		key.SetIterKey(entries)
		if is.MapIndex(key).IsValid() {
			continue
		}
		name, err := encode(key)
		if err != nil {
			return err
		}
		cut.add(name)
	}
	cut.flush()
	return nil
}

// compareTables is compareMaps in the time that the differences take.
func (d *Differ) compareTables(at []string, was, is reflect.Value) error {
	if was.Equal(is) {
		return nil
	}
	put := chunk{d: d, at: at, what: "put", open: '{', close: '}'}
	cut := chunk{d: d, at: at, what: "cut", open: '[', close: ']'}
	var failed error
	name := func(key string) []byte {
		text, err := json.Marshal(key)
		failed = cmp.Or(failed, err)
		return text
	}
	is.Interface().(Table).Compare(was.Interface(), func(key string, before, value any) {
		v := reflect.ValueOf(value)
		if before != nil && d.isSame(v.Type())(reflect.ValueOf(before), v) {
			return
		}
		text, err := encode(v)
		failed = cmp.Or(failed, err)
		put.add(append(append(name(key), ':'), text...))
	}, func(key string) { cut.add(name(key)) })
	put.flush()
	cut.flush()
	return failed
}

// compareLists finds what left a list at its beginning and what came at its end; else the elements
// are compared one by one, if there are as many as before; else the list is replaced.
func (d *Differ) compareLists(at []string, was, is reflect.Value) error {
	if was.UnsafePointer() == is.UnsafePointer() && was.Len() == is.Len() {
		return nil
	}
	kept := d.kept(was, is)
	switch {
	case kept == is.Len() && kept == was.Len():
		return nil
	case kept > 0:
		if gone := was.Len() - kept; gone > 0 {
			d.add(at, "drop", []byte(strconv.Itoa(gone)))
		}
		return d.addAll(at, kept, is.Slice(kept, is.Len()))
	case was.Len() == is.Len() && isDeep(is.Type().Elem()):
		for i := range is.Len() {
			if err := d.compare(append(slices.Clip(at), strconv.Itoa(i)), was.Index(i), is.Index(i)); err != nil {
				return err
			}
		}
		return nil
	}
	if was.Len() > 0 {
		d.add(at, "drop", []byte(strconv.Itoa(was.Len())))
	}
	return d.addAll(at, 0, is)
}

// kept is how many elements at the end of one list are the first ones of another.
func (d *Differ) kept(was, is reflect.Value) int {
	same := d.isSame(is.Type().Elem())
	for gone := range was.Len() {
		n := was.Len() - gone
		if n > is.Len() {
			continue
		}
		equal := true
		for i := 0; i < n && equal; i++ {
			equal = same(was.Index(gone+i), is.Index(i))
		}
		if equal {
			return n
		}
	}
	return 0
}

// addAll adds elements to the end of a list that has so many already. One with long lists in it is added
// empty and filled by changes of its own.
func (d *Differ) addAll(at []string, has int, elements reflect.Value) error {
	list := chunk{d: d, at: at, what: "add", open: '[', close: ']'}
	empty := reflect.Zero(elements.Type().Elem())
	for i := range elements.Len() {
		element := elements.Index(i)
		if isDeep(element.Type()) && isLong(element) {
			text, err := encode(empty)
			if err != nil {
				return err
			}
			list.add(text)
			list.flush()
			if err := d.compare(append(slices.Clip(at), strconv.Itoa(has+i)), empty, element); err != nil {
				return err
			}
			continue
		}
		text, err := encode(element)
		if err != nil {
			return err
		}
		list.add(text)
	}
	list.flush()
	return nil
}

// longList is how many entries a map or a list has at most that goes into one change with what is around it.
const longList = 64

// isLong tells that there are long maps or lists in a struct.
func isLong(v reflect.Value) bool {
	for _, f := range fieldsOf(v.Type()) {
		switch inner := v.Field(f.index); {
		case inner.Kind() == reflect.Map || inner.Kind() == reflect.Slice:
			if inner.Len() > longList {
				return true
			}
		case isTable(inner.Type()):
			if inner.Interface().(Table).Len() > longList {
				return true
			}
		case isDeep(inner.Type()):
			if isLong(inner) {
				return true
			}
		}
	}
	return false
}

// add notes a change.
func (d *Differ) add(at []string, what string, value []byte) {
	place, _ := json.Marshal(at) // texts always can be
	change := make([]byte, 0, len(place)+len(value)+len(what)+16)
	change = append(append(change, `{"at":`...), place...)
	change = append(append(append(change, `,"`...), what...), `":`...)
	d.changes = append(d.changes, append(append(change, value...), '}'))
}

// chunk is a list or an object in the making, which becomes a change of d whenever it is long enough.
type chunk struct {
	d           *Differ
	at          []string
	what        string
	open, close byte
	text        []byte
}

// add takes one more in.
func (c *chunk) add(text []byte) {
	if len(c.text) == 0 {
		c.text = append(c.text, c.open)
	} else {
		c.text = append(c.text, ',')
	}
	if c.text = append(c.text, text...); len(c.text) >= changeSize {
		c.flush()
	}
}

// flush notes what is in it as a change.
func (c *chunk) flush() {
	if len(c.text) > 0 {
		c.d.add(c.at, c.what, append(c.text, c.close))
		c.text = nil
	}
}

// encode writes a value as JSON. JSON has no word for what is no number (NaN): that is 0 then.
func encode(v reflect.Value) ([]byte, error) {
	text, err := json.Marshal(v.Interface())
	if err == nil {
		return text, nil
	}
	whole := reflect.New(v.Type()).Elem()
	whole.Set(v)
	if !scrub(whole) {
		return nil, err
	}
	return json.Marshal(whole.Interface())
}

// scrub replaces what is no number in the fields of a value, and tells whether there was any.
func scrub(v reflect.Value) (found bool) {
	switch v.Kind() {
	case reflect.Float32, reflect.Float64:
		if f := v.Float(); math.IsNaN(f) || math.IsInf(f, 0) {
			v.SetFloat(0)
			return true
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() && scrub(v.Field(i)) {
				found = true
			}
		}
	}
	return found
}

func (d *Differ) fieldsOf(t reflect.Type) []field {
	fields, known := d.fields[t]
	if !known {
		fields = fieldsOf(t)
		d.fields[t] = fields
	}
	return fields
}

// isSame is how values of a type are compared. It is worked out once for each type.
func (d *Differ) isSame(t reflect.Type) sameFunc {
	same, known := d.same[t]
	if !known {
		same = d.makeSame(t)
		d.same[t] = same
	}
	return same
}

func (d *Differ) makeSame(t reflect.Type) sameFunc {
	switch k := t.Kind(); {
	case k == reflect.String:
		return func(a, b reflect.Value) bool { return a.String() == b.String() }
	case k == reflect.Bool:
		return func(a, b reflect.Value) bool { return a.Bool() == b.Bool() }
	case reflect.Int <= k && k <= reflect.Int64:
		return func(a, b reflect.Value) bool { return a.Int() == b.Int() }
	case reflect.Uint <= k && k <= reflect.Uint64:
		return func(a, b reflect.Value) bool { return a.Uint() == b.Uint() }
	case k == reflect.Struct && !isWhole(t):
		type member struct {
			index int
			same  sameFunc
		}
		var members []member
		for _, f := range fieldsOf(t) {
			members = append(members, member{f.index, d.isSame(t.Field(f.index).Type)})
		}
		return func(a, b reflect.Value) bool {
			for _, p := range members {
				if !p.same(a.Field(p.index), b.Field(p.index)) {
					return false
				}
			}
			return true
		}
	case k == reflect.Map:
		inner := d.isSame(t.Elem())
		return func(a, b reflect.Value) bool {
			if a.Len() != b.Len() {
				return false
			}
			if a.UnsafePointer() == b.UnsafePointer() {
				return true
			}
			for entries := b.MapRange(); entries.Next(); {
				if v := a.MapIndex(entries.Key()); !v.IsValid() || !inner(v, entries.Value()) {
					return false
				}
			}
			return true
		}
	case k == reflect.Slice:
		inner := d.isSame(t.Elem())
		return func(a, b reflect.Value) bool {
			if a.Len() != b.Len() {
				return false
			}
			if a.UnsafePointer() == b.UnsafePointer() {
				return true
			}
			for i := range a.Len() {
				if !inner(a.Index(i), b.Index(i)) {
					return false
				}
			}
			return true
		}
	case t.Comparable() && k != reflect.Interface:
		return func(a, b reflect.Value) bool { return a.Equal(b) }
	}
	return func(a, b reflect.Value) bool {
		one, err := encode(a)
		two, fails := encode(b)
		return err == nil && fails == nil && bytes.Equal(one, two)
	}
}
