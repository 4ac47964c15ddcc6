package station

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/appws"
)

// TestSaveIsReadAgain saves a record to a file of its own, for nobody else to read.
func TestSaveIsReadAgain(t *testing.T) {
	t.Setenv("XDG_DATA_HOME", t.TempDir())
	sessions := appws.NewSessions(appws.SessionsConfig{})
	defer sessions.Close()
	id, err := sessions.Load("x", appws.Log{Name: "x", Entries: []appws.Entry{{N: 1, Dir: appws.In, Text: `{"token":"opensesame"}`}}})
	if err != nil {
		t.Fatal(err)
	}
	path, err := (&Sessions{sessions}).Save(id, false)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	text, err := os.ReadFile(path)
	if err != nil || strings.Contains(string(text), "opensesame") {
		t.Errorf("%s, %v", text, err)
	}
	if l, err := appws.ReadLog(strings.NewReader(string(text))); err != nil || len(l.Entries) != 1 {
		t.Errorf("%v, %v", l, err)
	}
}

// TestSavedRecordsAreListed opens records by their names, by a path and from the home directory.
func TestSavedRecordsAreListed(t *testing.T) {
	home := t.TempDir()
	t.Setenv("XDG_DATA_HOME", filepath.Join(home, "data"))
	t.Setenv("HOME", home)
	sessions := &Sessions{appws.NewSessions(appws.SessionsConfig{})}
	defer sessions.Close()
	if names, err := sessions.Saved(); err != nil || len(names) > 0 {
		t.Errorf("before anything was saved: %v, %v", names, err)
	}
	id, err := sessions.Sessions.Load("a/b", appws.Log{Name: "a/b"})
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for i := range 3 {
		path, err := sessions.Save(id, false)
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
		if err := os.Chtimes(path, time.Time{}, time.Unix(int64(1000-i), 0)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(filepath.Dir(paths[0]), "notes.txt"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	names, err := sessions.Saved()
	if err != nil || len(names) != 3 || names[0] != filepath.Base(paths[0]) || !strings.HasPrefix(names[0], "a_b-") {
		t.Fatalf("%v, %v", names, err)
	}
	if err := os.Rename(paths[2], filepath.Join(home, "mine.jsonl")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{names[0], paths[1], "~/mine.jsonl"} {
		if _, err := sessions.Load(name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	var shown []string
	for _, v := range sessions.Views() {
		shown = append(shown, v.Name)
	}
	if got := strings.Join(shown, " "); got != "a/b log:a/b log:a/b-2 log:a/b-3" {
		t.Errorf("shown are %s", got)
	}
	odd := filepath.Join(t.TempDir(), "odd.jsonl")
	lines := `{"format":"appws-log/1"}` + "\n" + `{"n":"x","dir":"in"}` + "\n"
	if err := os.WriteFile(odd, []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := sessions.Load(odd); err == nil || err.Error() != "read a log: line 2: it is no entry of a log" {
		t.Error(err)
	}
	none := filepath.Join(filepath.Dir(odd), "none")
	if _, err := sessions.Load(none); err == nil || err.Error() != "there is no such file ("+none+")" {
		t.Error(err)
	}
	if _, err := sessions.Load("nothing.jsonl"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a record that is not there: %v", err)
	}
	if _, err := sessions.Replay(t.Context(), id, id); !errors.Is(err, appws.ErrNotOpen) {
		t.Errorf("replayed on a record: %v", err)
	}
}
