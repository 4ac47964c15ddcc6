package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/history"
	"github.com/patchcord/patchcord/internal/state"
)

// TestUnwritable: if nothing can be written, each message names the path and the reason, and none
// says that there is no home if there is one.
func TestUnwritable(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct{ home, want string }{
		"no home":   {"", "there is no home directory; set HOME or XDG_STATE_HOME to an absolute path"},
		"/dev/null": {"/dev/null", "part of the path is not a directory (/dev/null"},
		"a file":    {file, "part of the path is not a directory (" + file},
	} {
		t.Run(name, func(t *testing.T) {
			for _, key := range []string{"XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME"} {
				t.Setenv(key, "relative/is/ignored")
			}
			t.Setenv("HOME", tt.home)
			p := Program{Keys: []byte("[talking]\ncall.hold = [\"h\"]\n")}
			if own, err := p.readFiles(); err != nil || own.settings.Default != "" {
				t.Errorf("config.toml: %v", err)
			}
			_, log := openLog()
			_, report := state.SaveReport("x")
			marks, marked := state.BookmarksOf("acme", "")
			if marked == nil {
				marked = marks.Change([]state.Bookmark{{Number: "203"}}, nil)
			}
			path, _ := state.HistoryFile("acme", "")
			book := history.Open(path, nil)
			defer book.Close()
			book.Put(history.Record{ID: "a", Incoming: true, Began: time.Now(), Ended: time.Now(), Outcome: history.Missed})
			var kept history.View
			for v := range book.Watch(t.Context()) {
				if kept = v; len(v.Calls) == 1 {
					break
				}
			}
			for what, text := range map[string]string{
				"log": log.Error(), "report": report.Error(), "bookmarks": marked.Error(), "history": kept.Trouble,
			} {
				if !strings.Contains(text, tt.want) {
					t.Errorf("%s: %s, want %q", what, text, tt.want)
				}
			}
			if _, err := os.Stat("relative"); err == nil {
				t.Error("a relative path was used")
			}
		})
	}
}
