// Package keymap turns keys into actions. It reads keymap.toml, the shipped one and a person's
// own on top of it, and refuses with a position whatever would surprise at the keyboard: an
// unknown action, a key that does not exist, one key for two actions, a key that terminals,
// tmux or shells take for themselves.
//
// The file has a table for each context and in it a list of keys for each action, the preferred
// key first:
//
//	[talking]
//	call.hold   = ["h", "f5"]
//	call.hangup = ["x x", "f4"]
//
// Two keys with a blank between them are pressed one after the other. The screen, which has the
// clock, holds the first press back while Pending names actions, and asks Lookup for the
// Sequence of both when the second arrives.
//
// The package knows no screen and no telephone. A Map does not change once made; any goroutine
// may use it.
package keymap

import (
	"slices"
	"strings"
	"sync"

	"github.com/patchcord/patchcord/internal/tomlfile"
)

// Map says which key means which action in which context.
type Map struct {
	tables map[Context]table
	acts   map[Context]map[string]Action   // "h", "x x" -> action
	firsts map[Context]map[string][]Action // "x" -> actions of sequences that begin with it

	mu sync.Mutex
	// reaches are worked out once for each context that is asked for: each frame asks for dozens of keys.
	reaches map[Context]*reach
}

// reach is what is found in a context: in which layers, and the keys of each action.
type reach struct {
	layers []layer
	keys   map[Action][]string
}

// table is what a file says of one context, in file order.
type table []binding

type binding struct {
	action Action
	at     tomlfile.Position
	keys   []stroke
}

// stroke is one entry of a list of keys: one key, or two with a blank between them.
type stroke struct {
	name string
	at   tomlfile.Position
}

func newMap(tables map[Context]table) *Map {
	m := &Map{
		tables: tables,
		acts:   map[Context]map[string]Action{},
		firsts: map[Context]map[string][]Action{}, reaches: map[Context]*reach{},
	}
	for ctx, t := range tables {
		m.acts[ctx] = map[string]Action{}
		m.firsts[ctx] = map[string][]Action{}
		for _, b := range t {
			for _, s := range b.keys {
				m.acts[ctx][s.name] = b.action
				if first, _, double := strings.Cut(s.name, " "); double {
					m.firsts[ctx][first] = append(m.firsts[ctx][first], b.action)
				}
			}
		}
	}
	return m
}

// Lookup finds the action of a key in the context or in those it falls back to (see
// Context.Over). The key has the form of Bubble Tea's Key.String ("f4", "ctrl+l", "X", " "), or
// is a Sequence of two. The first key of a sequence is no action by itself, nor is it one in a
// context further down.
func (m *Map) Lookup(ctx Context, key string) (Action, bool) {
	key = canonical(key)
	return m.lookup(m.reach(ctx).layers, key)
}

func (m *Map) lookup(layers []layer, key string) (Action, bool) {
	first, _, double := strings.Cut(key, " ")
	for _, l := range layers {
		if l.fRow && !inFRow(first) {
			continue
		}
		if a, ok := m.acts[l.ctx][key]; ok {
			return a, true
		}
		if m.shadows(l.ctx, first, double) {
			return "", false
		}
	}
	return "", false
}

// shadows reports whether the context uses the first key in a way that hides what contexts
// further down do with it.
func (m *Map) shadows(ctx Context, first string, double bool) bool {
	if double {
		_, taken := m.acts[ctx][first]
		return taken
	}
	return len(m.firsts[ctx][first]) > 0
}

// Pending lists the actions that a second key would complete after this first one; none when
// the key is not the first of a sequence.
func (m *Map) Pending(ctx Context, key string) []Action {
	key = canonical(key)
	var waiting []Action
	for _, l := range m.reach(ctx).layers {
		if l.fRow && !inFRow(key) {
			continue
		}
		if m.shadows(l.ctx, key, true) {
			break
		}
		for _, a := range m.firsts[l.ctx][key] {
			if !slices.Contains(waiting, a) {
				waiting = append(waiting, a)
			}
		}
	}
	return waiting
}

// Sequence is two key presses in the form that Lookup takes.
func Sequence(first, second string) string {
	return canonical(first) + " " + canonical(second)
}

// reach is what is found in a context.
func (m *Map) reach(ctx Context) *reach {
	m.mu.Lock()
	defer m.mu.Unlock()
	r := m.reaches[ctx]
	if r == nil {
		r = &reach{ctx.layers(), map[Action][]string{}}
		for _, l := range r.layers {
			for _, b := range m.tables[l.ctx] {
				for _, s := range b.keys {
					found, ok := m.lookup(r.layers, canonical(s.name))
					if known := r.keys[b.action]; ok && found == b.action && !slices.Contains(known, s.name) {
						r.keys[b.action] = append(known, s.name)
					}
				}
			}
		}
		m.reaches[ctx] = r
	}
	return r
}

// Keys lists the keys of an action that work in the context, the preferred one first, by the
// names of keymap.toml. It is empty when the action has none there. Its elements are not to be changed.
func (m *Map) Keys(ctx Context, a Action) []string { return slices.Clip(m.reach(ctx).keys[a]) }

// Actions lists what can be done by key in the context: the context's own actions in the order
// of the file, then those of the contexts it falls back to.
func (m *Map) Actions(ctx Context) []Action {
	var actions []Action
	for _, l := range m.reach(ctx).layers {
		for _, b := range m.tables[l.ctx] {
			if !slices.Contains(actions, b.action) && len(m.Keys(ctx, b.action)) > 0 {
				actions = append(actions, b.action)
			}
		}
	}
	return actions
}
