package station

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/appws/record"
	"github.com/patchcord/patchcord/appws/sessions"
	"github.com/patchcord/patchcord/internal/state"
)

// TestKeeper writes down what a session says: within its room, so that it can be opened, with the outcome
// of requests, and with a file of its own behind a gap.
func TestKeeper(t *testing.T) {
	t.Setenv("XDG_DATA_HOME", t.TempDir())
	k := &keeper{}
	entry := func(n uint64) record.Entry {
		return record.Entry{N: n, At: time.Unix(int64(n), 0), Dir: appws.In, MT: "X", Text: `{"mt":"X","pad":"` + strings.Repeat("x", 100) + `"}`}
	}
	view := func(from, to uint64) sessions.View {
		v := sessions.View{Name: "a/b", URL: "ws://x", App: "app"}
		for n := from; n <= to; n++ {
			v.Entries = append(v.Entries, entry(n))
		}
		return v
	}
	write := func(v sessions.View) {
		t.Helper()
		if err := k.write(v, 20_000); err != nil {
			t.Fatal(err)
		}
	}
	first := view(1, 3)
	first.Entries[0] = record.Entry{N: 1, Dir: appws.Out, MT: "Q", Text: `{"mt":"Q"}`, State: record.Pending}
	first.Entries[1].Pair, first.Entries[1].Took = 1, time.Second
	write(first)
	write(first)
	read := func(name string) record.Log {
		t.Helper()
		f, err := os.Open(filepath.Join(state.Sessions(), name))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		l, err := record.Read(f)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	if l := read("auto-a_b.jsonl"); len(l.Entries) != 3 || l.Name != "a/b" {
		t.Fatalf("%+v", l)
	}
	list := sessions.New(sessions.Options{})
	defer list.Close()
	if _, err := list.Load("log", read("auto-a_b.jsonl")); err != nil {
		t.Fatal(err)
	}
	if e := list.Views()[0].Entries[0]; e.State != record.Answered || e.Took != time.Second || e.Pair != 2 {
		t.Errorf("the request is %+v", e)
	}
	for n := uint64(4); n < 400; n += 10 {
		write(view(n, n+9))
	}
	size := int64(0)
	files, _ := filepath.Glob(filepath.Join(state.Sessions(), "*"))
	for _, f := range files {
		info, _ := os.Stat(f)
		size += info.Size()
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has the mode %o", f, info.Mode().Perm())
		}
	}
	if len(files) != 2 || size > 21_000 || size < 10_000 {
		t.Errorf("%d bytes in %v", size, files)
	}
	newest, before := read("auto-a_b.jsonl").Entries, read("auto-a_b-before.jsonl").Entries
	if newest[len(newest)-1].N != 403 || newest[0].N != before[len(before)-1].N+1 {
		t.Errorf("from %d to %d", newest[0].N, newest[len(newest)-1].N)
	}
	write(view(500, 501))
	if l := read("auto-a_b.jsonl"); l.Entries[0].N != 500 || len(l.Entries) != 2 {
		t.Errorf("behind a gap: %+v", fmt.Sprint(len(l.Entries), l.Entries[0].N))
	}
	if err := k.close(); err != nil {
		t.Error(err)
	}
}
