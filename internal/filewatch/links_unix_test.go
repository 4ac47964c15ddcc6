//go:build !windows

package filewatch

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestLinks: what is written through a link, or into the file that it leads to, is told, and so is a new place that it
// leads to. The old place counts no more.
func TestLinks(t *testing.T) {
	t.Parallel()
	dir, one, two := t.TempDir(), t.TempDir(), t.TempDir()
	link, first, second := filepath.Join(dir, "config.toml"), filepath.Join(one, "a.toml"), filepath.Join(two, "b.toml")
	write(t, first, "one")
	write(t, second, "two")
	turn := func(to string) {
		_ = os.Remove(link)
		if err := os.Symlink(to, link); err != nil {
			t.Fatal(err)
		}
	}
	turn(first)
	w := start(never, []string{link})
	defer w.Close()
	tells(t, w, "it watches")
	write(t, first, "three")
	tells(t, w, "written where it leads to")
	turn(second)
	tells(t, w, "it leads elsewhere")
	write(t, second, "four")
	tells(t, w, "written there")
	write(t, first, "five")
	select {
	case <-w.Changed:
		t.Error("told of the old place")
	case <-time.After(3 * settles):
	}
}
