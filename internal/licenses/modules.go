package main

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// builds are the ways to build the program that differ in what is linked. The processor makes no difference.
var builds = [][]string{
	{"GOOS=linux", "CGO_ENABLED=1"},
	{"GOOS=linux", "CGO_ENABLED=0"},
	{"GOOS=darwin", "CGO_ENABLED=0"},
	{"GOOS=freebsd", "CGO_ENABLED=0"},
	{"GOOS=windows", "CGO_ENABLED=1"},
}

// linked is a module of which packages are linked.
type linked struct {
	path, version string
	// dir is where the module is, dirs has the directories of those packages.
	dir  string
	dirs map[string]bool
}

// modules are those linked into the main package of a directory in any build, ours left out, by path.
func modules(dir string) ([]*linked, error) {
	const format = "{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Version}}\t{{.Dir}}\t{{$.Dir}}{{end}}{{end}}"
	known := map[string]*linked{}
	for _, build := range builds {
		list := exec.Command("go", "list", "-deps", "-f", format, ".")
		list.Dir, list.Env, list.Stderr = dir, append(os.Environ(), build...), os.Stderr
		out, err := list.Output()
		if err != nil {
			return nil, fmt.Errorf("go list with %s: %w", build, err)
		}
		for line := range strings.Lines(string(out)) {
			part := strings.Split(strings.TrimSpace(line), "\t")
			if len(part) != 4 {
				continue // of the standard library, or ours
			}
			m := known[part[0]]
			if m == nil {
				m = &linked{part[0], part[1], part[2], map[string]bool{}}
				known[m.path] = m
			}
			m.dirs[part[3]] = true
		}
	}
	var all []*linked
	for _, m := range known {
		all = append(all, m)
	}
	slices.SortFunc(all, func(a, b *linked) int { return cmp.Compare(a.path, b.path) })
	return all, nil
}

// places are the directories where a licence may count for what is linked: those of the packages, and above them up
// to that of the module.
func (m *linked) places() []string {
	found := map[string]bool{m.dir: true}
	for dir := range m.dirs {
		for ; len(dir) > len(m.dir); dir = filepath.Dir(dir) {
			found[dir] = true
		}
	}
	var all []string
	for dir := range found {
		all = append(all, dir)
	}
	slices.Sort(all)
	return all
}
