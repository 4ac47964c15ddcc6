package delta

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"strconv"
	"strings"
)

const (
	// deepest is how long the way to a place may be, most how many entries a map or a list may have.
	deepest = 12
	most    = 1 << 17
)

// Change says what is different at a place: the way there by names of fields and numbers of elements.
type Change struct {
	At []string `json:"at"`
	// Set is what is there now.
	Set json.RawMessage `json:"set,omitempty"`
	// Put are entries of a map that are new or other than before, Cut the keys of those that are gone.
	Put json.RawMessage `json:"put,omitempty"`
	Cut json.RawMessage `json:"cut,omitempty"`
	// Drop is how many elements at the beginning of a list are gone, Add are new ones at its end.
	Drop int             `json:"drop,omitempty"`
	Add  json.RawMessage `json:"add,omitempty"`
}

// Copy is a value that is kept up to date by changes. The zero Copy has the zero value. It is for one
// goroutine.
type Copy[T any] struct {
	value T
	// own are the places of maps and lists that were not given out yet and may be changed.
	own map[string]bool
}

// Value is the value now. The maps and lists in it are not changed any more.
func (c *Copy[T]) Value() T {
	c.own = nil
	return c.value
}

var errStrange = errors.New("it does not fit what is there")

// Take takes a change in. After an error the value is of no use any more.
func (c *Copy[T]) Take(p Change) error {
	if len(p.At) > deepest {
		return errStrange
	}
	v := reflect.ValueOf(&c.value).Elem()
	for i, name := range p.At {
		switch v.Kind() {
		case reflect.Struct:
			f, ok := named(v, name)
			if !ok {
				return fmt.Errorf("there is no %q: %w", strings.Join(p.At[:i+1], "/"), errStrange)
			}
			v = f
		case reflect.Slice:
			n, err := strconv.Atoi(name)
			if err != nil || n < 0 || n >= v.Len() {
				return fmt.Errorf("there is no %q: %w", strings.Join(p.At[:i+1], "/"), errStrange)
			}
			c.claim(p.At[:i], v)
			v = v.Index(n)
		default:
			return fmt.Errorf("there is nothing in %q: %w", strings.Join(p.At[:i], "/"), errStrange)
		}
	}
	if err := c.change(p, v); err != nil {
		return fmt.Errorf("%s: %w", strings.Join(p.At, "/"), err)
	}
	return nil
}

// named is a field by its JSON name.
func named(v reflect.Value, name string) (reflect.Value, bool) {
	if isWhole(v.Type()) {
		return reflect.Value{}, false
	}
	for _, f := range fieldsOf(v.Type()) {
		if f.name == name {
			return v.Field(f.index), true
		}
	}
	return reflect.Value{}, false
}

// claim makes a map or a list one of our own: others may still look at the one before.
func (c *Copy[T]) claim(at []string, v reflect.Value) {
	place := strings.Join(at, "\x00")
	if c.own[place] {
		return
	}
	if c.own == nil {
		c.own = map[string]bool{}
	}
	c.own[place] = true
	if v.Kind() == reflect.Slice {
		list := reflect.MakeSlice(v.Type(), v.Len(), v.Len()+1)
		reflect.Copy(list, v)
		v.Set(list)
		return
	}
	all := reflect.MakeMapWithSize(v.Type(), v.Len()+1)
	for entries := v.MapRange(); entries.Next(); {
		all.SetMapIndex(entries.Key(), entries.Value())
	}
	v.Set(all)
}

// disown forgets what is our own within a list whose elements get other numbers.
func (c *Copy[T]) disown(at []string) {
	within := strings.Join(at, "\x00") + "\x00"
	maps.DeleteFunc(c.own, func(place string, _ bool) bool { return strings.HasPrefix(place, within) })
}

// change makes the value at a place what a change says.
func (c *Copy[T]) change(p Change, v reflect.Value) error {
	switch {
	case p.Set != nil:
		now := reflect.New(v.Type())
		if err := json.Unmarshal(p.Set, now.Interface()); err != nil {
			return err
		}
		v.Set(now.Elem())
	case p.Put != nil, p.Cut != nil:
		if t, ok := v.Interface().(Table); ok {
			now, err := t.Patched(p.Put, p.Cut, most)
			if err == nil {
				v.Set(reflect.ValueOf(now))
			}
			return err
		}
		if v.Kind() != reflect.Map {
			return errStrange
		}
		c.claim(p.At, v)
		return changeMap(p, v)
	case p.Drop != 0, p.Add != nil:
		if v.Kind() != reflect.Slice || p.Drop < 0 || p.Drop > v.Len() {
			return errStrange
		}
		c.claim(p.At, v)
		c.disown(p.At)
		return changeList(p, v)
	}
	return nil
}

func changeMap(p Change, v reflect.Value) error {
	if p.Put != nil {
		now := reflect.New(v.Type())
		if err := json.Unmarshal(p.Put, now.Interface()); err != nil {
			return err
		}
		if v.Len()+now.Elem().Len() > most {
			return errStrange
		}
		for entries := now.Elem().MapRange(); entries.Next(); {
			v.SetMapIndex(entries.Key(), entries.Value())
		}
	}
	if p.Cut != nil {
		gone := reflect.New(reflect.SliceOf(v.Type().Key()))
		if err := json.Unmarshal(p.Cut, gone.Interface()); err != nil {
			return err
		}
		for i := range gone.Elem().Len() {
			v.SetMapIndex(gone.Elem().Index(i), reflect.Value{})
		}
	}
	return nil
}

func changeList(p Change, v reflect.Value) error {
	v.Set(v.Slice(p.Drop, v.Len()))
	if p.Add == nil {
		return nil
	}
	now := reflect.New(v.Type())
	if err := json.Unmarshal(p.Add, now.Interface()); err != nil {
		return err
	}
	if v.Len()+now.Elem().Len() > most {
		return errStrange
	}
	v.Set(reflect.AppendSlice(v, now.Elem()))
	return nil
}
