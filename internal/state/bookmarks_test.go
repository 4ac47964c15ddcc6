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
	for _, numbers := range [][]string{{"203", "231"}, {"203"}, {}} {
		if err := practice.Write(numbers); err != nil {
			t.Fatal(err)
		}
		if got := practice.Read(); !slices.Equal(got, numbers) {
			t.Errorf("got %v, want %v", got, numbers)
		}
	}
	info, err := os.Stat(practice.path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	acme, _ := BookmarksOf("../acme", "")
	if err := acme.Write([]string{"1"}); err != nil {
		t.Fatal(err)
	}
	if filepath.Dir(acme.path) != filepath.Dir(practice.path) || len(practice.Read()) != 0 {
		t.Errorf("%s and %s share something", acme.path, practice.path)
	}
	left, _ := filepath.Glob(filepath.Join(filepath.Dir(practice.path), ".bookmarks-*"))
	if len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}
