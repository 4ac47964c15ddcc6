//go:build unix

package filewatch

import (
	"os"
	"path/filepath"
	"testing"
)

// TestLink: the file is a link to one in another directory, as those have it who keep their settings in one place.
func TestLink(t *testing.T) {
	t.Parallel()
	dir, kept := t.TempDir(), filepath.Join(t.TempDir(), "patchcord.toml")
	path := filepath.Join(dir, "config.toml")
	write(t, kept, "one")
	if err := os.Symlink(kept, path); err != nil {
		t.Fatal(err)
	}
	w := start(never, []string{path})
	defer w.Close()
	tells(t, w, "it watches")
	write(t, kept, "two")
	tells(t, w, "written")
}
