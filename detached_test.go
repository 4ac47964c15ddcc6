//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/patchcord/patchcord/audio"
	"github.com/patchcord/patchcord/demopbx"
	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/internal/app"
	"github.com/patchcord/patchcord/internal/attach"
	"github.com/patchcord/patchcord/internal/control"
	"github.com/patchcord/patchcord/internal/desktest"
	"github.com/patchcord/patchcord/internal/station"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/rtc"
)

// runs runs a command of the program that ends by itself.
func (f flat) runs(t *testing.T, code int, says string, args ...string) string {
	t.Helper()
	cmd := exec.Command(mustBuild(t), args...)
	cmd.Env = append(f.env(), "PATH="+os.Getenv("PATH"), "LANG=C.UTF-8")
	out, _ := cmd.CombinedOutput()
	if got := cmd.ProcessState.ExitCode(); got != code || !regexp.MustCompile(says).Match(out) {
		t.Fatalf("%v: code %d, want %d: %s", args, got, code, out)
	}
	return string(out)
}

// downAfter ends the phone without a screen after the test, if there is one.
func (f flat) downAfter(t *testing.T) {
	t.Cleanup(func() {
		cmd := exec.Command(mustBuild(t), "down", "-force")
		cmd.Env = f.env()
		_ = cmd.Run() // the test may have ended it
	})
}

// up begins a phone without a screen, which is ended after the test.
func (f flat) up(t *testing.T, args ...string) {
	t.Helper()
	f.downAfter(t)
	f.runs(t, 0, `the phone runs \(process \d+\)`, append([]string{"up"}, args...)...)
}

// attaches opens a screen of the phone that runs.
func (f flat) attaches(t *testing.T, cols, rows uint16, args ...string) *terminal {
	t.Helper()
	s := startWith(t, cols, rows, args, f.env()...)
	s.sees(`201.*LIVE`)
	return s
}

// dies kills a screen without a word.
func (s *terminal) dies() {
	s.Helper()
	if err := s.cmd.Process.Kill(); err != nil {
		s.Fatal(err)
	}
	s.gone(-1)
}

// TestUpAndDown is a phone without a screen: screens come, leave and are killed, and its call goes on.
func TestUpAndDown(t *testing.T) {
	t.Parallel()
	f := newFlat(t)
	f.runs(t, 3, "no phone of yours is running; patchcord up starts one", "attach")
	f.runs(t, 3, "no phone of yours is running", "down")
	f.up(t)
	f.runs(t, 1, "the phone runs already", "up")

	s := f.attaches(t, 80, 24) // plain patchcord attaches by itself
	s.types("600\r")
	s.sees(`TALKING`)
	s.types("q")
	s.sees(`1 call: s stay \(Enter\), x hang up and leave, b leave, calls go on`)
	s.types("b")
	s.gone(0)
	f.runs(t, 1, "the phone and its call go on", "down") // nobody is there to be asked

	again := f.attaches(t, 120, 40, "attach")
	again.sees(`(?s)TALKING .*0:00:\d\d.*600 Echo`)
	again.dies()

	last := f.attaches(t, 80, 24, "attach", "-read-only")
	last.sees(`(?s)WATCHING.*TALKING.*600 Echo`)
	last.types("h")
	last.sees(`this screen is read-only`)
	last.types("q") // there is nothing to ask
	last.gone(0)
	f.gets(t, 0, `talking +600 Echo`, "status")

	asked := startWith(t, 80, 24, []string{"down"}, f.env()...)
	asked.sees(`1 call up: hang up and end the phone\? \[y/N\]`)
	asked.types("y\n")
	asked.sees(`the phone has ended`)
	f.gets(t, 3, "is running", "status")
}

// TestUpAtOnce: of several that begin a phone at once one does, and the others are told that it runs.
func TestUpAtOnce(t *testing.T) {
	t.Parallel()
	f := newFlat(t)
	f.downAfter(t)
	var said [3]string
	var tasks sync.WaitGroup
	for i := range said {
		tasks.Go(func() {
			cmd := exec.Command(mustBuild(t), "up")
			cmd.Env = append(f.env(), "HOME=/nonexistent") // where no process can be
			out, _ := cmd.CombinedOutput()
			said[i] = string(out)
		})
	}
	tasks.Wait()
	all := strings.Join(said[:], "")
	if strings.Count(all, "the phone runs (process ") != 1 || strings.Count(all, "the phone runs already") != 2 {
		t.Errorf("%s", all)
	}
}

// TestStaysOnClose: where config.toml says so, closing the terminal leaves the phone and its call up, and
// D leaves the screen. A phone that began with its screen cannot be left.
func TestStaysOnClose(t *testing.T) {
	t.Parallel()
	f := newFlat(t)
	plain := f.attaches(t, 80, 24)
	plain.types("D")
	plain.sees(`this phone ends with its screen; to keep the next one running`)
	plain.types("q")
	plain.gone(0)

	f.write(t, "config/patchcord/config.toml", "on_close = \"stay\"\n", 0o600)
	f.downAfter(t)
	s := f.attaches(t, 80, 24)
	s.types("600\r")
	s.sees(`TALKING`)
	if err := s.cmd.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	s.gone(-1)
	f.gets(t, 0, `talking +600 Echo`, "status")
	back := f.attaches(t, 80, 24)
	back.sees(`TALKING`)
	back.types("D")
	back.gone(0)
	f.gets(t, 0, `talking +600 Echo`, "status")

	watcher := f.attaches(t, 80, 24)
	f.runs(t, 0, "the phone has ended", "down", "-force")
	watcher.sees(`patchcord: the phone was ended by patchcord down`)
	watcher.gone(0)
}

// TestSignsInAnew: what changed in config.toml is offered at every screen; the phone then restarts, and all
// of them come back to it.
func TestSignsInAnew(t *testing.T) {
	t.Parallel()
	f := newFlat(t)
	f.up(t)
	screens := []*terminal{f.attaches(t, 80, 24), f.attaches(t, 120, 40)}
	f.write(t, "config/patchcord/config.toml", "[tones]\ncountry = \"us\"\n", 0o600)
	for _, s := range screens {
		s.sees(`n sign in again`)
	}
	var keys sync.WaitGroup
	for _, s := range screens { // at once, of which one is enough
		keys.Go(func() { s.types("n") })
	}
	keys.Wait()
	for _, s := range screens {
		s.waits("it is back", func() (string, bool) {
			return s.text(), strings.Contains(s.text(), "LIVE") && !strings.Contains(s.text(), "n sign in again")
		})
	}
	screens[1].types("600\r")
	for _, s := range screens {
		s.sees(`(?s)TALKING.*600 Echo`) // it is one phone still
	}
	f.write(t, "config/patchcord/config.toml", "[profile.office]\ndialect = \"vodia\"\nurl = \"http://127.0.0.1:1\"\ndomain = \"acme.example\"\nuser = \"201\"\npassword_env = \"PBX_PASSWORD\"\n", 0o600)
	screens[0].sees(`profile office is new`)
	f.gets(t, 0, "hung up", "hangup")
	screens[0].waits("no card is left", func() (string, bool) { return screens[0].text(), !strings.Contains(screens[0].text(), "600 Echo") })
	screens[0].types(":")
	screens[0].sees(`Enter run`)
	screens[0].types("profile office\r")
	for _, s := range screens {
		s.sees(`201 +office`) // wherever the phone goes, all screens go with it
	}
	f.gets(t, 0, `201 at office`, "status")

	// A profile that one screen has just written is news to the others, which go there all the same.
	f.write(t, "config/patchcord/config.toml", "[profile.branch]\ndialect = \"vodia\"\nurl = \"http://127.0.0.1:1\"\ndomain = \"acme.example\"\nuser = \"201\"\npassword_env = \"PBX_PASSWORD\"\n", 0o600)
	conn, err := control.Attach(t.Context(), filepath.Join(f.runtime, "patchcord"), control.RealSocket)
	if err != nil {
		t.Fatal(err)
	}
	saver, err := attach.Open(conn, attach.Options{Program: program.Version})
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- saver.Run(t.Context(), func(context.Context, attach.Note) {}) }()
	if err := saver.Renew(t.Context(), "branch"); err != nil {
		t.Fatal(err)
	}
	<-ended
	for _, s := range screens {
		s.sees(`201 +branch`)
	}
}

// TestStaysWhereTaken: a phone that is to go on to a profile, where another Patchcord is already, stays, and its
// screen says why.
func TestStaysWhereTaken(t *testing.T) {
	t.Parallel()
	f := newFlat(t)
	f.write(t, "config/patchcord/config.toml", "[profile.office]\ndialect = \"vodia\"\nurl = \"http://127.0.0.1:1\"\ndomain = \"acme.example\"\nuser = \"202\"\npassword_env = \"PBX_PASSWORD\"\n", 0o600)
	f.up(t, "--practice")
	s := f.attaches(t, 120, 24, "attach")
	socket, err := control.Take(filepath.Join(f.runtime, "patchcord"), control.RealSocket)
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	s.types(":")
	s.sees(`Enter run`)
	s.types("profile office\r")
	s.sees(`(?s)201.*LIVE.*the phone stays where it is: another Patchcord of yours is there already`)
	s.types("600\r")
	s.sees(`TALKING`)
}

// TestSecondLeavesNoTrace: a phone without a screen that finds the socket taken has not signed in before.
func TestSecondLeavesNoTrace(t *testing.T) {
	t.Parallel()
	f, pbx := newFlat(t), desktest.Serve(t, desktest.Quick())
	f.write(t, "config/patchcord/config.toml", fmt.Sprintf("[profile.office]\ndialect = \"vodia\"\nurl = %q\ndomain = %q\nuser = \"201\"\npassword_env = \"PBX_PASSWORD\"\n", pbx.URL(), exchange.Domain), 0o600)
	socket, err := control.Take(filepath.Join(f.runtime, "patchcord"), control.RealSocket)
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	f.runs(t, app.ExitTaken, "the Patchcord that was started first", "up", "--foreground", "--profile", "office")
	if done := pbx.Journal().Since(0); len(done) > 0 {
		t.Errorf("it did %+v at the PBX", done)
	}
}

// TestPhoneStandsStill: a screen of a phone whose process was stopped says so with the age and what to do, can be
// left, and shows it live when it goes on. Who comes then is told which process it is.
func TestPhoneStandsStill(t *testing.T) {
	t.Parallel()
	f := newFlat(t)
	f.up(t)
	lock, err := os.ReadFile(filepath.Join(f.runtime, "patchcord", control.PracticeSocket+".lock"))
	if err != nil {
		t.Fatal(err)
	}
	process := strings.TrimSpace(string(lock))
	pid, err := strconv.Atoi(process)
	if err != nil {
		t.Fatal(err)
	}
	signal := func(s syscall.Signal) {
		t.Helper()
		if err := syscall.Kill(pid, s); err != nil {
			t.Fatal(err)
		}
	}
	stays, leaves := f.attaches(t, 120, 24), f.attaches(t, 80, 24)
	signal(syscall.SIGSTOP)
	t.Cleanup(func() { _ = syscall.Kill(pid, syscall.SIGCONT) }) // so that it can be ended
	for _, s := range []*terminal{stays, leaves} {
		s.sees(`(?s)STALE \d+ s.*The phone \(process ` + process + `\) does not answer.*kill -9 ` + process)
	}
	leaves.types("q")
	leaves.gone(0)
	f.runs(t, 1, `process `+process+`\) and does not answer`, "attach", "-linear")
	signal(syscall.SIGCONT)
	stays.sees(`LIVE`)
	stays.types("600\r")
	stays.sees(`TALKING`)
}

// shown lets screens of other processes attach to the phone of a test.
func (f flat) shown(t *testing.T, d *desk, about attach.About) {
	t.Helper()
	about.Profile, about.Practice, about.Stays, about.Since = "", demopbx.Dialects()[0], true, time.Now()
	screens := attach.NewDesk(attach.Config{Phone: d.phone, About: about})
	f.serves(t, d, screens.Serve)
}

func (f flat) serves(t *testing.T, d *desk, serve func(context.Context, net.Conn)) {
	t.Helper()
	listen := func() (*control.Server, error) {
		return control.Listen(filepath.Join(f.runtime, "patchcord"), control.PracticeSocket, control.Config{
			Phone: d.phone, Attach: serve, Ask: func(context.Context, phone.Dial) bool { return false },
			Direct: func() bool { return true }, Missed: func() int { return 0 },
		})
	}
	server, err := listen()
	for began := time.Now(); err != nil; server, err = listen() {
		// A process that a test beside this one starts may still have the lock of the server before: it is a
		// copy of ours until it runs its own program.
		if taken := (*control.TakenError)(nil); !errors.As(err, &taken) || time.Since(began) > timeout {
			t.Fatal(err)
		}
		<-time.After(10 * time.Millisecond)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { server.Run(ctx) })
	t.Cleanup(func() { cancel(); running.Wait() })
}

// pauses is a sound device that measures the silences in what is played.
type pauses struct {
	audio.Device
	mu           sync.Mutex
	now, longest int // in samples
}

func (p *pauses) Write(pcm []int16) bool {
	if !p.Device.Write(pcm) {
		return false
	}
	const window = rtc.SampleRate / 200
	p.mu.Lock()
	defer p.mu.Unlock()
	for ; len(pcm) >= window; pcm = pcm[window:] {
		if p.now += window; loudness(pcm[:window]) > 100 {
			p.now = 0
		}
		p.longest = max(p.longest, p.now)
	}
	return true
}

// during is the longest silence while something was done.
func (p *pauses) during(do func()) time.Duration {
	p.mu.Lock()
	p.longest = 0
	p.mu.Unlock()
	do()
	p.mu.Lock()
	defer p.mu.Unlock()
	return time.Duration(p.longest) * time.Second / rtc.SampleRate
}

// TestScreenKilledInACall: the far end hears nothing of it, and the next screen has the card and the timer.
func TestScreenKilledInACall(t *testing.T) {
	t.Parallel()
	f := newFlat(t)
	d := sitWith(t, desktest.Quick(), says(t, ourPitch))
	f.shown(t, d, attach.About{Program: program.Version})
	var ear *pauses
	far := signInWith(t, d.pbx, "202", func(c *phone.Config) {
		open := c.OpenSound
		c.OpenSound = func() (audio.Device, error) {
			dev, err := open()
			ear = &pauses{Device: dev}
			return ear, err
		}
	})
	s := f.attaches(t, 80, 24)
	far.do(phone.Dial{To: station.PracticeUser})
	s.sees(`RINGING`)
	s.types("\x1bOR") // F3
	s.sees(`(?s)TALKING.*202 `)
	far.hears(ourPitch)
	before := ear.during(func() { s.sees(`TALKING.*0:00:(0[3-9]|[1-5]\d)`) })
	gap := ear.during(func() {
		s.dies()
		s = f.attaches(t, 120, 40, "attach")
		s.sees(`(?s)TALKING.*0:00:(0[3-9]|[1-5]\d).*202 `)
	})
	t.Logf("the longest gap was %s, and %s before", gap, before)
	if gap > max(40*time.Millisecond, 2*before) { // a machine that is busy makes gaps of its own
		t.Errorf("the far end heard a gap of %s", gap)
	}
	s.types("h")
	s.sees(`ON HOLD by you`)
	far.sees("on hold", func(s phone.Snapshot) bool { return len(s.Legs) > 0 && s.Legs[0].RemoteHold })
}

// TestTwoScreensActAtOnce: one answers and one rejects the same call; one of them has its way, and both show
// it.
func TestTwoScreensActAtOnce(t *testing.T) {
	t.Parallel()
	f := newFlat(t)
	d := sit(t, desktest.Quick())
	f.shown(t, d, attach.About{Program: program.Version})
	far := signIn(t, d.pbx, "202", plainly)
	one, two := f.attaches(t, 80, 24), f.attaches(t, 120, 40, "attach")
	for range 3 {
		far.do(phone.Dial{To: station.PracticeUser})
		for _, s := range []*terminal{one, two} {
			s.sees(`RINGING`)
		}
		d.sees("it rings", func(s phone.Snapshot) bool { _, rings := s.Alerting(); return rings })
		var keys sync.WaitGroup
		keys.Go(func() { one.types("\x1bOR") }) // F3 answers
		keys.Go(func() { two.types("\x1bOS") }) // F4 rejects, and hangs up what was answered
		keys.Wait()
		d.sees("it was answered or it is over", func(s phone.Snapshot) bool { _, rings := s.Alerting(); return !rings })
		for _, s := range []*terminal{one, two} {
			s.sees(`you (answered|declined|hung up)|no call to|answered already`) // who came too late reads why
		}
		d.do(phone.HangupAll{})
		for _, s := range []*terminal{one, two} {
			s.waits("no card is left", func() (string, bool) {
				return s.text(), !strings.Contains(s.text(), "RINGING") && !strings.Contains(s.text(), "TALKING")
			})
		}
		far.sees("it is over for them too", func(s phone.Snapshot) bool { return s.Live() == 0 })
	}
	// Each has a cursor of its own.
	one.types("/600")
	one.sees(`find: \[600`)
	two.types("601\r")
	two.sees(`(?s)TALKING.*601 `)
	one.sees(`(?s)601 .*find: \[600`)
	two.types("xx")
	two.sees(`you hung up`)
	one.sees(`you hung up`)
	if ended := d.witnessed(exchange.CallEnded, anything); ended.N == 0 {
		t.Error("nothing ended")
	}
}

// TestOlderAndNewer: a phone of another version is refused in words; the plain program then has a phone of its
// own, and says so.
func TestOlderAndNewer(t *testing.T) {
	t.Parallel()
	f := newFlat(t)
	d := sit(t, desktest.Quick())
	for i, version := range []string{"9.0", "0.0"} {
		t.Run(version, func(t *testing.T) {
			f.serves(t, d, func(_ context.Context, conn net.Conn) {
				fmt.Fprintf(conn, `{"program":%q,"shape":"of another time","profile":"","fields":["of the future"]}`+"\n", version)
				_, _ = conn.Read(make([]byte, 1))
			})
			order := []string{"older", "newer"}[i]
			f.runs(t, 1, "the running phone is Patchcord "+version+", which this "+order+" screen", "attach", "-linear")
			s := f.attaches(t, 120, 24, "-practice")
			s.sees("this is a separate phone: the running phone is Patchcord " + version)
			s.types("q")
			s.gone(0)
		})
	}
}
