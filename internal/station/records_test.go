package station

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/appws/record"
	"github.com/patchcord/patchcord/appws/sessions"
)

// TestSaveIsReadAgain saves a record to a file of its own, for nobody else to read.
func TestSaveIsReadAgain(t *testing.T) {
	t.Setenv("XDG_DATA_HOME", t.TempDir())
	sessions := sessions.New(sessions.Options{})
	defer sessions.Close()
	id, err := sessions.Load("x", record.Log{Name: "x", Entries: []record.Entry{{N: 1, Dir: appws.In, Text: `{"token":"opensesame"}`}}})
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
	if l, err := record.Read(strings.NewReader(string(text))); err != nil || len(l.Entries) != 1 {
		t.Errorf("%v, %v", l, err)
	}
}

// TestArchiveIsReadAgain saves a record as a browser's archive and opens it.
func TestArchiveIsReadAgain(t *testing.T) {
	t.Setenv("XDG_DATA_HOME", t.TempDir())
	list := &Sessions{sessions.New(sessions.Options{Options: record.Options{MaxEntries: 3}})}
	defer list.Close()
	log := record.Log{Name: "x", URL: "wss://pbx.example/a"}
	for n := range uint64(10) {
		log.Entries = append(log.Entries, record.Entry{N: n + 1, Dir: appws.In, MT: "A", Text: `{"mt":"A"}`})
	}
	id, err := list.List.Load("x", log)
	if err != nil {
		t.Fatal(err)
	}
	path, err := list.Archive(id, false)
	if err != nil || !strings.HasSuffix(path, ".har") {
		t.Fatal(path, err)
	}
	if names, err := list.Saved(); err != nil || len(names) != 1 {
		t.Errorf("saved are %v, %v", names, err)
	}
	id, err = list.Load(filepath.Base(path))
	views := list.Views()
	if err != nil || id != views[1].ID || views[1].Name != "log:pbx.example" || len(views[1].Entries) != 10 || views[1].URL != "wss://pbx.example/a" {
		t.Errorf("%d, %v: %+v", id, err, views[1])
	}
}

// TestSavedRecordsAreListed opens records by their names, by a path and from the home directory.
func TestSavedRecordsAreListed(t *testing.T) {
	home := t.TempDir()
	t.Setenv("XDG_DATA_HOME", filepath.Join(home, "data"))
	t.Setenv("HOME", home)
	list := &Sessions{sessions.New(sessions.Options{})}
	defer list.Close()
	if names, err := list.Saved(); err != nil || len(names) > 0 {
		t.Errorf("before anything was saved: %v, %v", names, err)
	}
	id, err := list.List.Load("a/b", record.Log{Name: "a/b"})
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for i := range 3 {
		path, err := list.Save(id, false)
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
	names, err := list.Saved()
	if err != nil || len(names) != 3 || names[0] != filepath.Base(paths[0]) || !strings.HasPrefix(names[0], "a_b-") {
		t.Fatalf("%v, %v", names, err)
	}
	if err := os.Rename(paths[2], filepath.Join(home, "mine.jsonl")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{names[0], paths[1], "~/mine.jsonl"} {
		if _, err := list.Load(name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	var shown []string
	for _, v := range list.Views() {
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
	if _, err := list.Load(odd); err == nil || err.Error() != "read a log: line 2: it is no entry of a log" {
		t.Error(err)
	}
	none := filepath.Join(filepath.Dir(odd), "none")
	if _, err := list.Load(none); err == nil || err.Error() != "there is no such file ("+none+")" {
		t.Error(err)
	}
	if _, err := list.Load("nothing.jsonl"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a record that is not there: %v", err)
	}
	if _, err := list.Replay(t.Context(), id, id); !errors.Is(err, appws.ErrNotConnected) {
		t.Errorf("replayed on a record: %v", err)
	}
}
