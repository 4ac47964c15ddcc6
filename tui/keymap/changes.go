package keymap

import (
	"slices"
	"strings"
)

// Changes lists what another map does differently, as "call.hold = H" with the keys of the
// action there, in the order of the contexts and of the file. An action that has no keys any
// more is "call.hold = none".
func (m *Map) Changes(next *Map) []string {
	var changes []string
	for _, ctx := range Contexts() {
		for _, b := range overlay(m.tables[ctx], next.tables[ctx]) {
			words := next.tables[ctx].keysOf(b.action)
			if words == m.tables[ctx].keysOf(b.action) {
				continue
			}
			if words == "" {
				words = "none"
			}
			if change := string(b.action) + " = " + words; !slices.Contains(changes, change) {
				changes = append(changes, change)
			}
		}
	}
	return changes
}

// keysOf is the keys of an action in one table, with commas between them.
func (t table) keysOf(a Action) string {
	var names []string
	for _, b := range t {
		if b.action == a {
			for _, s := range b.keys {
				names = append(names, s.name)
			}
		}
	}
	return strings.Join(names, ", ")
}
