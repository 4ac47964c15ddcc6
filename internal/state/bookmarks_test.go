package state

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// TestBookmarksAreKept: for their owner's eyes, for each telephone system its own.
func TestBookmarksAreKept(t *testing.T) {
	state := t.TempDir()
	t.Setenv("XDG_STATE_HOME", state)
	practice, err := BookmarksOf("", "")
	if err != nil {
		t.Fatal(err)
	}
	if got := practice.Read(); got != nil {
		t.Errorf("before the first: %v", got)
	}
	other, _ := BookmarksOf("", "") // another screen of the same telephone system
	for _, c := range []struct {
		by                *Bookmarks
		add, remove, want []string
	}{
		{&practice, []string{"203", "231"}, nil, []string{"203", "231"}},
		{&other, []string{"205", "203"}, []string{"231", "999"}, []string{"205", "203"}},
		{&practice, nil, []string{"205", "203"}, []string{}},
	} {
		if err := c.by.Change(c.add, c.remove); err != nil {
			t.Fatal(err)
		}
		if got := practice.Read(); !slices.Equal(got, c.want) {
			t.Errorf("got %v, want %v", got, c.want)
		}
	}
	info, err := os.Stat(practice.path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	acme, _ := BookmarksOf("../acme", "")
	if err := acme.Change([]string{"1"}, nil); err != nil {
		t.Fatal(err)
	}
	if filepath.Dir(acme.path) != filepath.Dir(practice.path) || len(practice.Read()) != 0 {
		t.Errorf("%s and %s share something", acme.path, practice.path)
	}
	left, _ := filepath.Glob(filepath.Join(filepath.Dir(practice.path), ".bookmarks*-*"))
	if len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}
