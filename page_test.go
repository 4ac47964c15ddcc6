//go:build !race

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
	list, _, _ = strings.Cut(list, "\n\nImports point")
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

// step is what a walk of the page names, with the file if that follows.
var step = regexp.MustCompile("`([A-Za-z]+)\\.([A-Za-z]+)[^`]*`(?:\\s+(?:in\\s+|\\()`([a-z0-9_/]+\\.go)`)?")

// TestWalks holds what the walks of docs/architecture.md name against the code: a method is there, or a
// name of a package, in the file that is named.
func TestWalks(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	_, walks, _ := strings.Cut(string(page), "## A key on its way")
	named := step.FindAllStringSubmatch(walks, -1)
	if len(named) < 30 {
		t.Fatalf("the walks name %d steps only", len(named))
	}
	code := map[string][]byte{}
	for file := range goFiles(t) {
		if code["/"+file], err = os.ReadFile(file); err != nil {
			t.Fatal(err)
		}
	}
	for _, m := range named {
		of, name, file := m[1], m[2], m[3]
		if name == "go" || of == "call" { // a file, and an action of the keymap
			continue
		}
		method := regexp.MustCompile(`(?m)^func \(\w+ \*?` + of + `\) ` + name + `\(`)
		home, here := regexp.MustCompile(`(?m)^package `+of+`$`), regexp.MustCompile(`(?m)^(type |func |\t)`+name+`\b`)
		found := false
		for path, text := range code {
			if file == "" || strings.HasSuffix(path, "/"+file) {
				found = found || method.Match(text) || home.Match(text) && here.Match(text)
			}
		}
		if !found {
			t.Errorf("docs/architecture.md: nothing is called %s.%s (%s)", of, name, file)
		}
	}
}
