package main

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// room is a line of the list of rooms in docs/architecture.md.
var room = regexp.MustCompile(`(?m)^    ([a-z0-9/.]+) +\S`)

// TestArchitecturePage holds the list of rooms against the tree: each package has a line, and imports
// point from upper lines to lower ones.
func TestArchitecturePage(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	_, list, _ := strings.Cut(string(page), "## Rooms\n")
	list, _, _ = strings.Cut(list, "\n\nArrows")
	place := map[string]int{}
	for i, m := range room.FindAllStringSubmatch(list, -1) {
		place[strings.TrimSuffix(m[1], "/")] = i + 1
	}
	for dir, rules := range allowed {
		if dir != "." && place[dir] == 0 {
			t.Errorf("%s has no line among the rooms of docs/architecture.md", dir)
		}
		for _, r := range rules {
			if dir != "." && place[r] > 0 && place[dir] > 0 && place[r] < place[dir] {
				t.Errorf("docs/architecture.md has %s above %s, which imports it", r, dir)
			}
		}
	}
}
