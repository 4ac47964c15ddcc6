package history

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// writerVariable makes this test program write calls into a book until it is killed.
const writerVariable = "PATCHCORD_TEST_WRITE"

func TestMain(m *testing.M) {
	if path := os.Getenv(writerVariable); path != "" {
		writeForEver(path)
	}
	goleak.VerifyTestMain(m)
}

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// testTimeout is how long a test waits for what must come.
const testTimeout = 15 * time.Second

// looksEvery is how often a book in fake time looks at its files.
const looksEvery = 5 * time.Second

// inFakeTime opens a book that looks at its files now and then, since the system's news need real time.
func inFakeTime(path string, borrowed bool) *Book {
	b := newBook(path, borrowed, slog.New(slog.DiscardHandler))
	changed := make(chan struct{})
	go func() {
		for {
			select {
			case <-time.After(looksEvery):
			case <-b.done:
				return
			}
			select {
			case changed <- struct{}{}:
			case <-b.done:
				return
			}
		}
	}()
	go func() {
		defer close(b.done)
		b.run(changed)
	}()
	return b
}

func pathIn(t testing.TB) string { return filepath.Join(t.TempDir(), "patchcord", "office.jsonl") }

func call(n int, o Outcome) Record {
	r := Record{
		ID: fmt.Sprint("call-", n), Incoming: true, Name: "Mario", Number: "+39 0721 555 016",
		Began: noon.Add(time.Duration(n) * time.Minute), Outcome: o, Cause: "the other side hung up",
	}
	r.Ended = r.Began.Add(20 * time.Second)
	if o == Talked {
		r.Answered, r.Sound = r.Began.Add(5*time.Second), &Sound{Codec: "opus", Score: 4.2, Gaps: []Millis{1200}}
	}
	return r
}

// sees waits for a view.
func sees(t *testing.T, b *Book, what string, ok func(View) bool) View {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	views, deadline := b.Watch(ctx), time.After(testTimeout)
	var v View
	for {
		select {
		case v = <-views:
			if ok(v) {
				return v
			}
		case <-deadline:
			t.Fatalf("not seen: %s; the last was %+v", what, v)
		}
	}
}

func holding(n int) func(View) bool { return func(v View) bool { return len(v.Calls) == n } }

// TestKeptAcrossStarts: what was written is read again, the file has the right mode, and nothing in
// it affects a terminal.
func TestKeptAcrossStarts(t *testing.T) {
	path := pathIn(t)
	b := Open(path, nil)
	hostile := call(2, Missed)
	hostile.Name, hostile.Cause = "\x1b]0;owned\a\u202eoiram\u009b2J", strings.Repeat("ü", 5000)
	b.Put(call(1, Talked))
	b.Put(hostile)
	sees(t, b, "both calls", holding(2))
	looked := time.Now().Add(time.Hour)
	b.See(looked)
	b.Close()

	for file, want := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): 0o700} {
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", file, info.Mode(), err)
		}
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range data {
		if c != '\n' && (c < ' ' || c >= 0x7f) {
			t.Fatalf("%#x is in the file: %q", c, data)
		}
	}
	again := Open(path, nil)
	defer again.Close()
	v := sees(t, again, "both calls again", func(v View) bool { return len(v.Calls) == 2 && v.Seen.Equal(looked) })
	if r := v.Calls[0]; r.Name != hostile.Name || len(r.Cause) > maxText || !strings.HasPrefix(hostile.Cause, r.Cause) {
		t.Errorf("%+v", r)
	}
	if r := v.Calls[1]; r.Outcome != Talked || r.Talk() != 15*time.Second || r.Sound == nil || len(r.Sound.Gaps) != 1 || r.Sound.Gaps[0].Seconds() != 1.2 {
		t.Errorf("%+v", r)
	}
}

// TestFirstStart: missed calls from before the first start do not count.
func TestFirstStart(t *testing.T) {
	b := Open(pathIn(t), nil)
	defer b.Close()
	sees(t, b, "the beginning as seen", func(v View) bool { return time.Since(v.Seen) < time.Minute && v.Trouble == "" })
}

// TestClear clears the disk too, except for a call that is up.
func TestClear(t *testing.T) {
	path := pathIn(t)
	b := Open(path, nil)
	up := call(3, "")
	up.Ended = time.Time{}
	b.Put(call(1, Talked))
	b.Put(up)
	sees(t, b, "the call", holding(1))
	b.Clear()
	sees(t, b, "nothing", holding(0))
	b.Put(call(3, Talked))
	sees(t, b, "the one that was up", holding(1))
	b.Close()
	data, _ := os.ReadFile(path)
	if strings.Contains(string(data), `"call-1"`) || !strings.Contains(string(data), `"call-3"`) {
		t.Errorf("%s", data)
	}
}

// TestTwoAtOnce: two programs write into one file, and one of them clears it.
func TestTwoAtOnce(t *testing.T) {
	path := pathIn(t)
	one, two := Open(path, nil), Open(path, nil)
	var writing sync.WaitGroup
	for i, b := range []*Book{one, two} {
		writing.Go(func() {
			for n := range 50 {
				b.Put(call(100*i+n, Talked))
			}
		})
	}
	writing.Wait()
	one.Close()
	two.Put(call(999, Missed))
	sees(t, two, "all calls of both", holding(101))
	three := Open(path, nil)
	sees(t, three, "all calls", holding(101))
	three.Clear()
	sees(t, three, "none", holding(0))
	two.Put(call(1000, Missed))
	sees(t, two, "what was not forgotten", holding(1))
	two.Close()
	three.Close()
}

// TestKilled: a program that is killed during a call and during a write loses nothing that was
// written before.
func TestKilled(t *testing.T) {
	path := pathIn(t)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), writerVariable+"="+path)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines, seen := bufio.NewScanner(out), 0
	for seen < 20 && lines.Scan() {
		seen++
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	w, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(w, `{"id":"half","began":"2026-11-2`) // as a power cut leaves it
	w.Close()

	b := Open(path, nil)
	v := sees(t, b, "what was written before, and the call that rang", func(v View) bool {
		return len(v.Calls) > seen && v.Calls[len(v.Calls)-1].ID == "open" && v.Calls[len(v.Calls)-1].Missed()
	})
	b.Put(call(5000, Talked))
	sees(t, b, "one more", holding(len(v.Calls)+1))
	b.Close()
	b = Open(path, nil)
	defer b.Close()
	sees(t, b, "one more, read again", holding(len(v.Calls)+1))
}

// writeForEver is the program that TestKilled kills.
func writeForEver(path string) {
	b := Open(path, nil)
	up := call(0, "")
	up.ID, up.Ended = "open", time.Time{}
	b.Put(up)
	views := b.Watch(context.Background())
	for n := 1; ; n++ {
		b.Put(call(n, Talked))
		for v := range views {
			if len(v.Calls) >= n {
				break
			}
		}
		fmt.Println(n)
	}
}

// TestNoDisk: an error of the disk is shown, and calls are kept in memory; once the disk is back
// they are written.
func TestNoDisk(t *testing.T) {
	b := Open("", nil)
	b.Put(call(1, Talked))
	sees(t, b, "the call, and why it is not kept", func(v View) bool { return len(v.Calls) == 1 && v.Trouble != "" })
	b.Close()

	path := pathIn(t)
	if err := os.WriteFile(filepath.Dir(path), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	b = Open(path, nil)
	b.Put(call(1, Talked))
	sees(t, b, "the call, and why it is not kept", func(v View) bool { return len(v.Calls) == 1 && v.Trouble != "" })
	if err := os.Remove(filepath.Dir(path)); err != nil {
		t.Fatal(err)
	}
	b.Put(call(2, Talked))
	sees(t, b, "no more trouble", func(v View) bool { return len(v.Calls) == 2 && v.Trouble == "" })
	b.Close()
	b = Open(path, nil)
	defer b.Close()
	sees(t, b, "both on the disk", holding(2))
}

// TestBounded: the file and the memory are bounded, and unreadable lines are kept in a copy.
func TestBounded(t *testing.T) {
	path := pathIn(t)
	if err := os.Mkdir(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	data := []byte("what is this\n")
	for n := range maxRecords + slack + 500 {
		data = append(data, encode(entry{Record: call(n, Talked)})...)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	b := Open(path, nil)
	v := sees(t, b, "the newest ones", holding(maxRecords))
	if want := fmt.Sprint("call-", maxRecords+slack+499); v.Calls[0].ID != want {
		t.Errorf("the newest is %s, want %s", v.Calls[0].ID, want)
	}
	b.Close()
	got, err := os.ReadFile(path)
	if err != nil || strings.Count(string(got), "\n") > maxRecords+1 {
		t.Errorf("%d lines, %v", strings.Count(string(got), "\n"), err)
	}
	kept, err := os.ReadFile(path + ".damaged")
	if err != nil || !strings.HasPrefix(string(kept), "what is this\n") {
		t.Errorf("%.20q, %v", kept, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}

func TestWatchAfterClose(t *testing.T) {
	b := Open(pathIn(t), nil)
	b.Close()
	b.Put(call(1, Talked))
	if v, ok := <-b.Watch(t.Context()); ok {
		t.Errorf("%+v", v)
	}
	b.Close()
}
