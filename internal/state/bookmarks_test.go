package state

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// TestBookmarksAreKept: for their owner's eyes, for each PBX its own.
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
	other, _ := BookmarksOf("", "") // another screen of the same PBX
	for _, c := range []struct {
		by     *Bookmarks
		add    []Bookmark
		remove []string
		want   []Bookmark
		file   string
	}{
		{&practice, []Bookmark{{"203", ""}, {"231", ""}}, nil, []Bookmark{{"203", ""}, {"231", ""}}, "203\n231\n"},
		{&other, []Bookmark{{"205", ""}, {"203", ""}}, []string{"231", "999"}, []Bookmark{{"205", ""}, {"203", ""}}, "205\n203\n"},
		{&practice, []Bookmark{{"205", "Night team"}, {"300", "A b"}}, nil, []Bookmark{{"205", "Night team"}, {"300", "A b"}, {"203", ""}},
			"page=Night%20team\n205\npage=A%20b\n300\npage=\n203\n"},
		{&other, []Bookmark{{"300", ""}}, []string{"203"}, []Bookmark{{"205", "Night team"}, {"300", ""}}, "page=Night%20team\n205\npage=\n300\n"},
		{&practice, nil, []string{"205", "300"}, []Bookmark{}, ""},
	} {
		if err := c.by.Change(c.add, c.remove); err != nil {
			t.Fatal(err)
		}
		if got := practice.Read(); !slices.Equal(got, c.want) {
			t.Errorf("got %v, want %v", got, c.want)
		}
		if text, err := os.ReadFile(practice.path); string(text) != c.file && c.file != "" {
			t.Errorf("the file is %q, want %q (%v)", text, c.file, err)
		}
	}
	info, err := os.Stat(practice.path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	acme, _ := BookmarksOf("../acme", "")
	if err := acme.Change([]Bookmark{{"1", "x"}}, nil); err != nil {
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

// TestBookmarksOfOlderVersion: what a version that knows no pages adds at the end is on the first page, and what it
// makes of the file loses no page.
func TestBookmarksOfOlderVersion(t *testing.T) {
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	b, _ := BookmarksOf("", "")
	if err := b.Change([]Bookmark{{"205", "night"}}, nil); err != nil {
		t.Fatal(err)
	}
	text, _ := os.ReadFile(b.path)
	if err := os.WriteFile(b.path, append(text, "207\n"...), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, want := b.Read(), []Bookmark{{"205", "night"}, {"207", ""}}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
