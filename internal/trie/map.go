// Package trie has a map of which there can be many versions: a change gives a new map that shares all but a
// few nodes with the one before. So a copy costs nothing, and two versions can be compared in the time that
// their differences take, however large they are. It is a hash array mapped trie (Bagwell, "Ideal Hash
// Trees", 2001).
package trie

import (
	"encoding/json"
	"errors"
	"hash/maphash"
	"iter"
	"maps"
	"reflect"
)

// Map is a map that does not change. The zero Map is empty. Any goroutine may read it.
type Map[K ~string, V any] struct {
	root *node[K, V]
	n    int
}

// seed is other in each process, so that nobody can choose keys that fall together.
var seed = maphash.MakeSeed()

func hash[K ~string](key K) uint64 { return maphash.String(seed, string(key)) }

// Collect makes a map. Of several values for a key the last counts.
func Collect[K ~string, V any](all iter.Seq2[K, V]) Map[K, V] {
	m := Map[K, V]{root: &node[K, V]{}}
	for key, value := range all {
		if m.root.put(&entry[K, V]{hash(key), key, value}, 0) {
			m.n++
		}
	}
	if m.n == 0 {
		m.root = nil
	}
	return m
}

// Of makes a map of another kind of map.
func Of[K ~string, V any](all map[K]V) Map[K, V] { return Collect(maps.All(all)) }

// Len is how many entries there are.
func (m Map[K, V]) Len() int { return m.n }

// Get finds a value.
func (m Map[K, V]) Get(key K) (value V, ok bool) {
	if e := m.find(key); e != nil {
		return e.value, true
	}
	return value, false
}

// At is a value, zero where there is none.
func (m Map[K, V]) At(key K) V {
	value, _ := m.Get(key)
	return value
}

func (m Map[K, V]) find(key K) *entry[K, V] {
	return slot[K, V]{node: m.root}.find(hash(key), key, 0)
}

// With is the map with a value for a key.
func (m Map[K, V]) With(key K, value V) Map[K, V] {
	if m.root == nil {
		m.root = &node[K, V]{}
	}
	root, grew := m.root.with(&entry[K, V]{hash(key), key, value}, 0)
	m.root = root
	if grew {
		m.n++
	}
	return m
}

// Without is the map without a key.
func (m Map[K, V]) Without(key K) Map[K, V] {
	if m.root == nil {
		return m
	}
	root := m.root.without(hash(key), key, 0)
	if root == m.root {
		return m
	}
	if m.n--; m.n == 0 {
		return Map[K, V]{}
	}
	m.root = root
	return m
}

// All are the entries, in no order.
func (m Map[K, V]) All() iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		if m.root != nil {
			m.root.each(func(e *entry[K, V]) bool { return yield(e.key, e.value) })
		}
	}
}

// Keys are those of the entries, in no order.
func (m Map[K, V]) Keys() iter.Seq[K] {
	return func(yield func(K) bool) {
		for key := range m.All() {
			if !yield(key) {
				return
			}
		}
	}
}

// Values are those of the entries, in no order.
func (m Map[K, V]) Values() iter.Seq[V] {
	return func(yield func(V) bool) {
		for _, value := range m.All() {
			if !yield(value) {
				return
			}
		}
	}
}

// Since are the keys that were put or removed since another version, in no order. A value that was put again
// counts, even if it is the same as before.
func (m Map[K, V]) Since(was Map[K, V]) iter.Seq[K] {
	return func(yield func(K) bool) {
		slot[K, V]{node: was.root}.differ(slot[K, V]{node: m.root}, 0, yield)
	}
}

// Types are those of the keys and the values.
func (Map[K, V]) Types() (key, value reflect.Type) { return reflect.TypeFor[K](), reflect.TypeFor[V]() }

// Compare is Since for those who do not know the types: put gets what is there now, and before it what was
// there, nil for nothing; cut what is there no more.
func (m Map[K, V]) Compare(was any, put func(key string, before, value any), cut func(key string)) {
	old, _ := was.(Map[K, V])
	for key := range m.Since(old) {
		is, before := m.find(key), old.find(key)
		switch {
		case is == nil:
			cut(string(key))
		case before == nil:
			put(string(key), nil, is.value)
		default:
			put(string(key), before.value, is.value)
		}
	}
}

// Patched is the map with the entries of a JSON object and without the keys of a JSON list, either of which may
// be nil. More than so many entries are an error.
func (m Map[K, V]) Patched(put, cut json.RawMessage, most int) (any, error) {
	var more map[K]V
	if put != nil {
		if err := json.Unmarshal(put, &more); err != nil {
			return nil, err
		}
	}
	if m.n+len(more) > most {
		return nil, errors.New("too many entries")
	}
	var gone []K
	if cut != nil {
		if err := json.Unmarshal(cut, &gone); err != nil {
			return nil, err
		}
	}
	if m.n == 0 {
		m = Of(more)
	} else {
		for key, value := range more {
			m = m.With(key, value)
		}
	}
	for _, key := range gone {
		m = m.Without(key)
	}
	return m, nil
}

// MarshalJSON writes it as an object.
func (m Map[K, V]) MarshalJSON() ([]byte, error) { return json.Marshal(maps.Collect(m.All())) }

// UnmarshalJSON reads an object.
func (m *Map[K, V]) UnmarshalJSON(data []byte) error {
	var all map[K]V
	if err := json.Unmarshal(data, &all); err != nil {
		return err
	}
	*m = Of(all)
	return nil
}
