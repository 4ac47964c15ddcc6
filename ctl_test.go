//go:build linux

package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/patchcord/patchcord/demopbx"
	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/internal/control"
	"github.com/patchcord/patchcord/internal/desktest"
	"github.com/patchcord/patchcord/internal/station"
)

// flat is where a person's Patchcord of a test has its files and its socket; a socket's path must
// be short.
type flat struct{ home, runtime string }

func newFlat(t *testing.T) flat {
	t.Helper()
	dir, err := os.MkdirTemp("", "pc")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.MkdirAll(filepath.Join(dir, "config", "patchcord"), 0o700); err != nil {
		t.Fatal(err)
	}
	return flat{dir, filepath.Join(dir, "run")}
}

func (f flat) env() []string {
	return []string{
		"HOME=" + f.home, "XDG_RUNTIME_DIR=" + f.runtime, "XDG_CONFIG_HOME=" + filepath.Join(f.home, "config"),
		"XDG_STATE_HOME=" + filepath.Join(f.home, "state"), "PBX_PASSWORD=" + exchange.Password,
	}
}

func (f flat) write(t *testing.T, name, text string, mode os.FileMode) string {
	t.Helper()
	path := filepath.Join(f.home, name)
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	return path
}

// ctl runs patchcord ctl as a second terminal would.
func (f flat) ctl(t *testing.T, args ...string) (out string, code int) {
	t.Helper()
	binary, err := built()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(binary, append([]string{"ctl"}, args...)...)
	cmd.Env = append(f.env(), "PATH="+os.Getenv("PATH"), "LANG=C.UTF-8")
	text, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return string(text), cmd.ProcessState.ExitCode()
}

// opens waits until the Patchcord at the terminal accepts requests: its screen may come before its
// socket.
func (f flat) opens(t *testing.T, s *terminal) {
	t.Helper()
	s.waits("it takes requests", func() (string, bool) {
		out, code := f.ctl(t, "status")
		return out, code != 3
	})
}

// gets runs ctl and compares its output and exit code with what is wanted.
func (f flat) gets(t *testing.T, code int, says string, args ...string) string {
	t.Helper()
	out, got := f.ctl(t, args...)
	if got != code || !regexp.MustCompile(says).MatchString(out) {
		t.Fatalf("ctl %v: code %d, want %d: %s", args, got, code, out)
	}
	return out
}

// TestControl is a day of a developer with a second terminal: status, dialling by a link, answering,
// holding, events, a hook that is quick and one that sleeps, a second Patchcord.
func TestControl(t *testing.T) {
	t.Parallel()
	f := newFlat(t)
	f.gets(t, 3, "no Patchcord of yours is running", "status")
	quick := f.write(t, "crm", "#!/bin/sh\necho \"offer #881 for $PATCHCORD_NAME\x1b[2J\"\n", 0o700)
	log := filepath.Join(f.home, "log")
	ended := f.write(t, "ended", "#!/bin/sh\necho \"$PATCHCORD_EVENT $PATCHCORD_NUMBER $# ${PBX_PASSWORD-none}\" >> "+log+"; cat >> "+log+"\n", 0o700)
	f.write(t, "config/patchcord/config.toml", fmt.Sprintf(`
[profile.spare]
dialect = "vodia"
url = "https://pbx.acme.example"
domain = "acme.example"
user = "201"
password_env = "PBX_PASSWORD"
[hooks]
ringing = [%q]
ended = [%q]
practice = true
`, quick, ended), 0o600)
	s := startWith(t, 80, 24, []string{"-practice"}, f.env()...)
	s.sees(`LIVE`)
	f.opens(t, s)

	var events bytes.Buffer
	listener := exec.Command(mustBuild(t), "events", "--json")
	listener.Env, listener.Stdout = f.env(), &events
	if err := listener.Start(); err != nil {
		t.Fatal(err)
	}
	f.gets(t, 0, `no calls`, "status")
	f.gets(t, 2, `no command "patchcord ctl fly"`, "fly")
	f.gets(t, 1, "nothing to hold", "hold")
	f.gets(t, 0, "asked on the screen", "dial", "tel:+39-0721-555016")
	s.sees(`(?s)dial: \[\+390721555016.*Enter: calls \+390721555016`)
	s.types("\x1b")
	s.sees(`0-9 dial`)

	s.types("604\r")
	s.sees(`RINGING`)
	s.sees(`offer #881 for Will Callback`) // on the card, made harmless
	f.gets(t, 0, "talking to 604", "answer")
	s.sees(`TALKING`)
	f.gets(t, 0, "is on hold", "hold", "2")
	s.sees(`ON HOLD by you`)
	var st control.Status
	if err := json.Unmarshal([]byte(f.gets(t, 0, "", "status", "--json")), &st); err != nil || len(st.Calls) != 1 || st.Calls[0].State != "held" {
		t.Fatalf("%+v, %v", st, err)
	}
	f.gets(t, 0, "^201 1 held VM", "status", "--line")
	f.gets(t, 0, "talking to 604", "resume")
	f.gets(t, 0, "sent 5 to 604", "tones", "5")
	f.gets(t, 0, "is recorded", "record", "start")
	f.gets(t, 1, "you need two calls for that", "link")
	f.gets(t, 0, "hung up", "hangup")
	s.sees(`you hung up`)
	s.waits("the hook was told of the end", func() (string, bool) {
		text, _ := os.ReadFile(log)
		return string(text), strings.Contains(string(text), "ended 604 0 none\n{\"event\":\"ended\"") && strings.Contains(string(text), `"outcome":"talked"`)
	})

	second := startWith(t, 120, 24, []string{"demo", "--pbx", "nethcti"}, f.env()...)
	second.sees(`control the Patchcord that was started first`)
	second.types("q")
	second.gone(0)
	f.gets(t, 0, `no calls`, "status")

	s.types("q")
	s.gone(0)
	if err := listener.Wait(); err != nil {
		t.Errorf("events ended with %v", err)
	}
	for _, want := range []string{`"event":"status"`, `"state":"ringing"`, `"state":"talking"`, `"state":"held"`, `"state":"ended"`, `"event":"bye"`} {
		if !strings.Contains(events.String(), want) {
			t.Errorf("no %s among the events:\n%s", want, events.String())
		}
	}
	f.gets(t, 3, "is running", "status")
}

func mustBuild(t *testing.T) string {
	t.Helper()
	binary, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return binary
}

// served is a practice PBX for other programs, and what it tells.
type served struct {
	testing.TB
	lines chan string
}

func serveTo(t *testing.T, o demopbx.Options) *served {
	out, in := io.Pipe()
	ctx, cancel := context.WithCancel(context.Background())
	s := &served{t, make(chan string, 1000)}
	var serving sync.WaitGroup
	serving.Go(func() { _ = in.CloseWithError(demopbx.Serve(ctx, o, in)) })
	serving.Go(func() {
		for lines := bufio.NewScanner(out); lines.Scan(); {
			s.lines <- lines.Text()
		}
	})
	t.Cleanup(func() { cancel(); serving.Wait() })
	return s
}

// tells waits for a line and returns the group of the pattern.
func (s *served) tells(pattern string) string {
	s.Helper()
	want, deadline, all := regexp.MustCompile(pattern), time.After(timeout), ""
	for {
		select {
		case line := <-s.lines:
			if m := want.FindStringSubmatch(line); m != nil {
				return m[1]
			}
			all += line + "\n"
		case <-deadline:
			s.Fatalf("the PBX has not told %s:\n%s", pattern, all)
		}
	}
}

// TestDeathInACall: when the terminal closes, the call is hung up; a killed program cannot do that,
// so the PBX ends the call after its timeout, and the next start works as usual.
func TestDeathInACall(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		signal  syscall.Signal
		saysBye bool
	}{{syscall.SIGHUP, true}, {syscall.SIGKILL, false}} {
		t.Run(tt.signal.String(), func(t *testing.T) {
			t.Parallel()
			o := desktest.Quick()
			o.PBX.OrphanGrace, o.PBX.DeskAnswers, o.PBX.DeskPhones = 500*time.Millisecond, 100*time.Millisecond, true
			pbx := serveTo(t, o)
			url := pbx.tells(`server +(http\S+)`)
			f := newFlat(t)
			f.write(t, "config/patchcord/config.toml", fmt.Sprintf(
				"default = \"office\"\n[profile.office]\ndialect = \"vodia\"\nurl = %q\ndomain = %q\nuser = %q\npassword_env = \"PBX_PASSWORD\"\n[control]\ndial = \"direct\"\n",
				url, exchange.Domain, station.PracticeUser), 0o600)
			s := start(t, 80, 24, f.env()...)
			s.sees(`(?s)LIVE.*EXTENSIONS 50\d`) // before that a short number is asked about
			f.opens(t, s)
			f.gets(t, 0, "calling 604", "dial", "604") // by the desk phone: there is no sound here
			s.sees(`RINGING`)
			f.gets(t, 0, "talking to 604", "answer")
			s.sees(`TALKING`)
			pbx.tells(`()answered +201 / 604`) // not the call by which 604 was asked to call
			s.waits("the answer is on the disk", func() (string, bool) {
				text, _ := os.ReadFile(filepath.Join(f.home, "state", "patchcord", "history", "profile-office.jsonl"))
				return string(text), strings.Contains(string(text), `"answered"`)
			})
			if err := s.cmd.Process.Signal(tt.signal); err != nil {
				t.Fatal(err)
			}
			s.gone(-1)
			pbx.tells(`()ended +(201 / 604|604 / 201)`)

			again := start(t, 80, 24, f.env()...)
			again.sees(`LIVE`)
			f.opens(t, again)
			f.gets(t, 0, "no calls", "status")
			again.types("gh")
			outcome := "0:0" // how long it was
			if !tt.saysBye {
				outcome = "cut off"
			}
			again.sees(`(?s)< in +\d+:\d+ +604 Will Callback.*` + outcome)
		})
	}
}

// TestLink: a link to a number opens the phone where none runs, and asks in any case, on the one screen that
// there is: that of the phone, or a new one of a phone that had none.
func TestLink(t *testing.T) {
	t.Parallel()
	f := newFlat(t)
	s := startWith(t, 80, 24, []string{"tel:600"}, f.env()...)
	s.sees(`(?s)dial: \[600_.*Enter: calls 600 Echo`)
	f.opens(t, s)
	f.runs(t, 0, "asked on the screen whether to call 601", "sip:601@pbx.example")
	s.sees(`asks to call 601|dial: \[601`)
	f.runs(t, 1, "the link names no number", "tel:")

	f = newFlat(t)
	f.up(t)
	for status := ""; !strings.Contains(status, "PBX: up"); { // before, it refuses to call anybody
		status, _ = f.ctl(t, "status")
	}
	s = startWith(t, 80, 24, []string{"callto:600"}, f.env()...)
	s.sees(`(?s)dial: \[600_.*Enter: calls 600 Echo`)
}
