package keymap

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/patchcord/patchcord/internal/tomlfile"
)

// Override puts a person's own file on top of the map. An action that the file names gets the
// file's keys in that context in place of its own; an empty list switches it off there. Clashes
// are looked for in the result, and both places are told. The map itself stays as it is.
func (m *Map) Override(file string, data []byte) (*Map, error) {
	own, err := read(file, data)
	if err != nil {
		return nil, err
	}
	tables := maps.Clone(m.tables)
	for ctx, t := range own {
		tables[ctx] = overlay(tables[ctx], t)
	}
	if err := checkClashes(tables, file); err != nil {
		return nil, err
	}
	return newMap(tables), nil
}

// overlay is the base table with the bindings of own in place of its own, new ones at the end.
func overlay(base, own table) table {
	merged := slices.Clone(base)
	for _, b := range own {
		at := slices.IndexFunc(merged, func(old binding) bool { return old.action == b.action })
		if at < 0 {
			merged = append(merged, b)
			continue
		}
		merged[at] = b
	}
	return merged
}

// checkClashes looks for keys that two actions of one context share. Where they come from two
// files the blame goes to the one named last, which is what its author can change.
func checkClashes(tables map[Context]table, last string) error {
	var problems []error
	for _, ctx := range Contexts() {
		var seen []claim
		for _, c := range claims(tables[ctx], last) {
			for _, earlier := range seen {
				if why := earlier.against(c); why != "" {
					problems = append(problems, fmt.Errorf("%s: key %q of %q in context %q %s",
						c.key.at, c.key.name, c.action, ctx, why))
					break
				}
			}
			seen = append(seen, c)
		}
	}
	return tomlfile.Joined(problems)
}

// claim is one key of one action.
type claim struct {
	action Action
	key    stroke
}

// claims lists the keys of a table, those of the last file at the end.
func claims(t table, last string) []claim {
	var older, newer []claim
	for _, b := range t {
		for _, s := range b.keys {
			if c := (claim{b.action, s}); s.at.File == last {
				newer = append(newer, c)
			} else {
				older = append(older, c)
			}
		}
	}
	return append(older, newer...)
}

// against says in the rest of a sentence why the later claim cannot stand beside this one;
// empty when it can.
func (c claim) against(later claim) string {
	switch a, b := c.key.name, later.key.name; {
	case a == b && c.action == later.action:
		return fmt.Sprintf("is at %s already", c.key.at)
	case a == b:
		return fmt.Sprintf("is a key of %q already (%s)", c.action, c.key.at)
	case strings.HasPrefix(b, a+" "):
		return fmt.Sprintf("can never be completed: its first press is %q already (%s)", c.action, c.key.at)
	case strings.HasPrefix(a, b+" "):
		return fmt.Sprintf("is the first press of %q for %q (%s)", a, c.action, c.key.at)
	}
	return ""
}
