package trie

import (
	"math/bits"
	"slices"
)

const (
	// width is how many bits of a hash each level of nodes uses up.
	width = 5
	// deepest is the level at which there are none left: entries whose hashes are equal make a list there.
	deepest = 64 / width
)

// node has up to 32 slots, one for each value of its bits of the hash. Those in use stand in slots, in order.
type node[K ~string, V any] struct {
	used  uint32
	slots []slot[K, V]
}

// slot has an entry or a node.
type slot[K ~string, V any] struct {
	entry *entry[K, V]
	node  *node[K, V]
}

// entry does not change once it is in a map.
type entry[K ~string, V any] struct {
	hash  uint64
	key   K
	value V
}

// place is where a hash belongs at a level, and whether anything is there.
func (n *node[K, V]) place(hash uint64, level int) (i int, bit uint32, used bool) {
	bit = 1 << (hash >> (level * width) & (1<<width - 1))
	return bits.OnesCount32(n.used & (bit - 1)), bit, n.used&bit != 0
}

// listed finds a key in a node of the deepest level.
func (n *node[K, V]) listed(key K) int {
	return slices.IndexFunc(n.slots, func(s slot[K, V]) bool { return s.entry.key == key })
}

// find finds a key in a slot of a level.
func (s slot[K, V]) find(hash uint64, key K, level int) *entry[K, V] {
	for s.node != nil {
		if level == deepest {
			if i := s.node.listed(key); i >= 0 {
				return s.node.slots[i].entry
			}
			return nil
		}
		i, _, used := s.node.place(hash, level)
		if !used {
			return nil
		}
		s = s.node.slots[i]
		level++
	}
	if s.entry != nil && s.entry.key != key {
		return nil
	}
	return s.entry
}

// with is the node with an entry; grew tells that the key is new.
func (n *node[K, V]) with(e *entry[K, V], level int) (with *node[K, V], grew bool) {
	n = &node[K, V]{n.used, append(make([]slot[K, V], 0, len(n.slots)+1), n.slots...)}
	if level < deepest {
		if i, _, used := n.place(e.hash, level); used && n.slots[i].node != nil {
			n.slots[i].node, grew = n.slots[i].node.with(e, level+1)
			return n, grew
		}
	}
	return n, n.put(e, level)
}

// put puts an entry into a node that nobody else has, nor any below it that the entry goes to.
func (n *node[K, V]) put(e *entry[K, V], level int) (grew bool) {
	if level == deepest {
		if i := n.listed(e.key); i >= 0 {
			n.slots[i].entry = e
			return false
		}
		n.slots = append(n.slots, slot[K, V]{entry: e})
		return true
	}
	i, bit, used := n.place(e.hash, level)
	switch {
	case !used:
		n.used |= bit
		n.slots = slices.Insert(n.slots, i, slot[K, V]{entry: e})
		return true
	case n.slots[i].node != nil:
		return n.slots[i].node.put(e, level+1)
	case n.slots[i].entry.key == e.key:
		n.slots[i].entry = e
		return false
	default:
		both := &node[K, V]{}
		both.put(n.slots[i].entry, level+1)
		both.put(e, level+1)
		n.slots[i] = slot[K, V]{node: both}
		return true
	}
}

// without is the node without a key, the same node where it is not there. It may be empty.
func (n *node[K, V]) without(hash uint64, key K, level int) *node[K, V] {
	var i int
	var bit uint32
	if level == deepest {
		if i = n.listed(key); i < 0 {
			return n
		}
	} else {
		var used bool
		if i, bit, used = n.place(hash, level); !used {
			return n
		}
	}
	s := n.slots[i]
	if s.node == nil {
		if s.entry.key != key {
			return n
		}
		return &node[K, V]{n.used &^ bit, slices.Delete(slices.Clone(n.slots), i, i+1)}
	}
	below := s.node.without(hash, key, level+1)
	if below == s.node {
		return n
	}
	s.node = below
	if len(below.slots) == 1 && below.slots[0].entry != nil { // one entry needs no node
		s = below.slots[0]
	}
	n = &node[K, V]{n.used, slices.Clone(n.slots)}
	n.slots[i] = s
	return n
}

func (n *node[K, V]) each(yield func(*entry[K, V]) bool) bool {
	for _, s := range n.slots {
		if !s.each(yield) {
			return false
		}
	}
	return true
}

func (s slot[K, V]) each(yield func(*entry[K, V]) bool) bool {
	switch {
	case s.entry != nil:
		return yield(s.entry)
	case s.node != nil:
		return s.node.each(yield)
	}
	return true
}

// differ yields the keys of the entries that are not the same in two slots of a level.
func (s slot[K, V]) differ(is slot[K, V], level int, yield func(K) bool) bool {
	switch {
	case s == is:
		return true
	case s.node == nil || is.node == nil || level == deepest:
		return s.each(func(e *entry[K, V]) bool { return is.find(e.hash, e.key, level) == e || yield(e.key) }) &&
			is.each(func(e *entry[K, V]) bool { return s.find(e.hash, e.key, level) != nil || yield(e.key) })
	}
	for both := s.node.used | is.node.used; both != 0; both &= both - 1 {
		if bit := both & -both; !s.node.at(bit).differ(is.node.at(bit), level+1, yield) {
			return false
		}
	}
	return true
}

// at is the slot for a bit, empty where it is not in use.
func (n *node[K, V]) at(bit uint32) (s slot[K, V]) {
	if n.used&bit != 0 {
		s = n.slots[bits.OnesCount32(n.used&(bit-1))]
	}
	return s
}
