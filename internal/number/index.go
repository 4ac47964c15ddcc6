package number

import "iter"

// mostAlike is how many numbers with one key are compared; only invented numbers can be more.
const mostAlike = 100

// Index finds values by a telephone number in any of its forms. The zero value is empty.
type Index[V any] struct {
	exact map[string]*V
	alike map[string][]indexed[V]
}

type indexed[V any] struct {
	id    Identity
	value *V
}

// At is the value for exactly this number, created if there is none. It is nil for a caller without
// a number.
func (x *Index[V]) At(id Identity) *V {
	if id.text == "" {
		return nil
	}
	if v := x.exact[id.text]; v != nil {
		return v
	}
	if x.exact == nil {
		x.exact, x.alike = map[string]*V{}, map[string][]indexed[V]{}
	}
	v := new(V)
	x.exact[id.text] = v
	x.alike[id.key()] = append(x.alike[id.key()], indexed[V]{id, v})
	return v
}

// Same are the values of all numbers that can be this one in a country, its own first.
func (x *Index[V]) Same(id Identity, home Country) iter.Seq[*V] {
	return func(yield func(*V) bool) {
		own := x.exact[id.text]
		if id.text == "" || own != nil && !yield(own) {
			return
		}
		alike := x.alike[id.key()]
		for _, a := range alike[:min(len(alike), mostAlike)] {
			if a.value != own && home.Same(a.id, id) && !yield(a.value) {
				return
			}
		}
	}
}
