//go:build unix

package hook

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const timeout = 15 * time.Second

// bench is a runner and what it reports.
type bench struct {
	*Runner
	results chan Result
}

func runner(t *testing.T, limit time.Duration) *bench {
	b := &bench{results: make(chan Result, 100)}
	b.Runner = start(Config{Environ: func() []string { return []string{"PATH=" + os.Getenv("PATH")} }, Report: func(r Result) { b.results <- r }}, limit)
	return b
}

func (b *bench) result(t *testing.T) Result {
	t.Helper()
	select {
	case r := <-b.results:
		return r
	case <-time.After(timeout):
		t.Fatal("no result")
		return Result{}
	}
}

func shell(script string) Hook { return Hook{Command: []string{"/bin/sh", "-c", script}} }

// TestCommand: values come by the environment and on standard input and never as arguments, and
// the first line comes back.
func TestCommand(t *testing.T) {
	b := runner(t, limit)
	defer b.Close()
	hostile := "$(touch /tmp/x); -rf\x1b]0;x\a"
	err := b.Start(Job{
		Hook: shell(`echo; echo "$NAME|$(cat)|$#"; yes | head -c 300000; echo complaint >&2`), Event: "ringing", Call: "c1",
		Env: []string{"NAME=" + hostile}, Input: []byte(`{"a":1}`),
	})
	if err != nil {
		t.Fatal(err)
	}
	r := b.result(t)
	if r.Err != nil || r.Line != hostile+`|{"a":1}|0` || r.Call != "c1" || r.Took <= 0 {
		t.Errorf("%+v", r)
	}
}

// TestFailures: why a hook failed is said in our words, not in those of the system or a library.
func TestFailures(t *testing.T) {
	text := filepath.Join(t.TempDir(), "text")
	if err := os.WriteFile(text, []byte("no program\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	cut := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	defer cut.Close()
	busy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }))
	defer busy.Close()
	b := runner(t, limit)
	defer b.Close()
	for _, tt := range []struct {
		hook Hook
		want string
	}{
		{shell("echo nobody home >&2; exit 3"), "failed with status 3: nobody home"},
		{shell("kill -9 $$"), "failed with signal 9"},
		{shell("exit 4"), "failed with status 4"},
		{Hook{Command: []string{"/no/such/thing"}}, "could not be run: there is no such program"},
		{Hook{Command: []string{"no-such-thing"}}, "could not be run: there is no such program"},
		{Hook{Command: []string{os.TempDir()}}, "could not be run: you may not run it"},
		{Hook{Command: []string{text}}, "could not be run: it is not a program; a script begins with a line such as #!/bin/sh"},
		{Hook{URL: "http://127.0.0.1:1/"}, "could not be reached: the host is there, but nothing listens at 127.0.0.1:1"},
		{Hook{URL: cut.URL}, "could not be reached: " + cut.Listener.Addr().String() + " closes the connection without an answer"},
		{Hook{URL: busy.URL}, "answered with status 503"},
	} {
		if err := b.Start(Job{Hook: tt.hook}); err != nil {
			t.Fatal(err)
		}
		if r := b.result(t); r.Err == nil || r.Err.Error() != tt.want {
			t.Errorf("%v: %v, want %q", tt.hook, r.Err, tt.want)
		}
	}
}

// TestNoToken: in no error and no name is the token of a URL.
func TestNoToken(t *testing.T) {
	t.Setenv("HTTPS_PROXY", "http://user:geheim@[bad") // not a proxy: how it is refused repeats it
	for _, url := range []string{
		"http://127.0.0.1:1/hook/geheim?token=geheim", "http://127.0.0.1:1?token=geheim", "http://127.0.0.1:1/%zz?geheim", "https://host.invalid/geheim?token=geheim",
		"http://127.0.0.1:1\x7f/geheim",
	} {
		j := Job{Hook: Hook{URL: url}}
		err := post(t.Context(), j, &output{})
		if err == nil || strings.Contains(err.Error(), "geheim") || strings.Contains(j.Name(), "geheim") {
			t.Errorf("%s, called %s: %v", url, j.Name(), err)
		}
	}
}

// TestTooLong: a hook that takes too long is killed with the children it started, and named.
func TestTooLong(t *testing.T) {
	b := runner(t, 300*time.Millisecond)
	defer b.Close()
	pids := filepath.Join(t.TempDir(), "pids")
	if err := b.Start(Job{Hook: shell(`sleep 1000 & echo $! $$ > ` + pids + `; wait`)}); err != nil {
		t.Fatal(err)
	}
	r := b.result(t)
	if r.Err == nil || r.Err.Error() != "did not end within 0.3 s and was stopped" || r.Name() != "sh" {
		t.Errorf("%+v", r)
	}
	data, err := os.ReadFile(pids)
	if err != nil {
		t.Fatal(err)
	}
	for _, field := range strings.Fields(string(data)) {
		pid, _ := strconv.Atoi(field)
		deadline := time.After(timeout)
		for !gone(pid) {
			select {
			case <-deadline:
				t.Fatalf("process %d is still there", pid)
			default:
			}
		}
	}
}

// gone tells whether a process has ended, or is a zombie.
func gone(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return true
	}
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	return err != nil || strings.Contains(string(stat), ") Z ")
}

// TestManyAtOnce: four run, some wait, the rest is refused, and nobody blocks.
func TestManyAtOnce(t *testing.T) {
	b := runner(t, limit)
	gate := filepath.Join(t.TempDir(), "gate")
	if err := syscall.Mkfifo(gate, 0o600); err != nil {
		t.Fatal(err)
	}
	started, refused := 0, 0
	for range 2 * (atOnce + maxWaiting) {
		switch err := b.Start(Job{Hook: shell("cat " + gate)}); {
		case err == nil:
			started++
		case errors.Is(err, ErrBusy):
			refused++
		}
	}
	if started < maxWaiting || started > maxWaiting+atOnce || refused == 0 {
		t.Errorf("%d started, %d refused", started, refused)
	}
	b.stop()
	b.Close()
	if len(b.results) != started {
		t.Errorf("%d results of %d", len(b.results), started)
	}
}

func TestPost(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/ok":
			body := make([]byte, 100)
			n, _ := r.Body.Read(body)
			_, _ = w.Write([]byte("offer #881 " + r.Method + r.Header.Get("Content-Type") + string(body[:n]) + "\nmore"))
		case "/away":
			http.Redirect(w, r, "/ok", http.StatusFound)
		case "/slow":
			_, _ = io.Copy(io.Discard, r.Body) // only then is it noticed that the other side has gone
			<-r.Context().Done()
		}
	}))
	defer s.Close()
	b := runner(t, time.Second)
	defer b.Close()
	for path, want := range map[string]string{"/ok": "offer #881 POSTapplication/json{}", "/away": "answered with status 302", "/slow": "did not end within 1 s"} {
		if err := b.Start(Job{Hook: Hook{URL: s.URL + path}, Input: []byte("{}")}); err != nil {
			t.Fatal(err)
		}
		r := b.result(t)
		if got := r.Line; r.Err == nil && got != want || r.Err != nil && !strings.Contains(r.Err.Error(), want) {
			t.Errorf("%s: %q, %v", path, got, r.Err)
		}
	}
}
