package filewatch

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/fsnotify/fsnotify"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const testTimeout = 20 * time.Second

// never is a pause between looks that no test lives to see the end of.
const never = 100 * 365 * 24 * time.Hour

// tells waits for what is to be told.
func tells(t *testing.T, w *Watch, what string) {
	t.Helper()
	select {
	case <-w.Changed:
	case <-time.After(testTimeout):
		t.Fatalf("not told: %s", what)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestChanges: a file is made, written, replaced by another and removed. Each is told after the last step.
func TestChanges(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path, other := filepath.Join(dir, "keymap.toml"), filepath.Join(dir, "other")
	w := start(never, []string{path, filepath.Join(dir, "config.toml")})
	defer w.Close()
	tells(t, w, "it watches")
	for _, step := range []struct {
		what string
		do   func() error
	}{
		{"written", func() error { return os.WriteFile(path, []byte("two"), 0o600) }},
		{"replaced", func() error {
			write(t, other, "three")
			return os.Rename(other, path)
		}},
		{"removed", func() error { return os.Remove(path) }},
		{"made again", func() error { return os.WriteFile(path, []byte("four"), 0o600) }},
	} {
		if err := step.do(); err != nil {
			t.Fatal(err)
		}
		tells(t, w, step.what)
	}
}

// TestOthersAreNotTold: another file in the same directory is not.
func TestOthersAreNotTold(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "config.toml")
	w := start(never, []string{path})
	defer w.Close()
	tells(t, w, "it watches")
	write(t, filepath.Join(dir, "patchcord.log"), "a line")
	select {
	case <-w.Changed:
		t.Error("told")
	case <-time.After(3 * settles):
	}
}

// TestLooks: what the system does not tell of is looked at now and then.
func TestLooks(t *testing.T) {
	t.Parallel()
	w := start(settles, []string{filepath.Join(t.TempDir(), "nothing happens to it")})
	defer w.Close()
	for range 3 {
		tells(t, w, "a look")
	}
}

// TestDirectoryComesLater: a directory is watched as soon as there is one.
func TestDirectoryComesLater(t *testing.T) {
	t.Parallel()
	system, err := fsnotify.NewWatcher()
	if err != nil {
		t.Fatal(err)
	}
	defer system.Close()
	dir := filepath.Join(t.TempDir(), "patchcord")
	w := &Watch{names: []string{filepath.Join(dir, "config.toml"), filepath.Join(dir, "keymap.toml")}}
	if w.follow(system); len(system.WatchList()) != 0 {
		t.Errorf("watched: %q", system.WatchList())
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if w.follow(system); !slices.Equal(system.WatchList(), []string{dir}) {
		t.Errorf("watched: %q, not %q", system.WatchList(), dir)
	}
}
