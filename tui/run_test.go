//go:build linux

package tui

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/hinshun/vt10x"
	"golang.org/x/sys/unix"

	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/term"
)

// emulator is a terminal with a screen that can be read.
type emulator struct {
	t           *testing.T
	master, tty *os.File
	mu          sync.Mutex
	screen      vt10x.Terminal
	raw         strings.Builder
	gate        chan struct{} // nil while the terminal reads; closed to let it go on
	changed     chan struct{} // 1: something was written
	done        chan struct{}
}

func newEmulator(t *testing.T, w, h int) *emulator {
	t.Helper()
	master, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	e := &emulator{t: t, master: master, tty: tty, screen: vt10x.New(vt10x.WithSize(w, h)),
		changed: make(chan struct{}, 1), done: make(chan struct{})}
	e.resize(w, h)
	go e.read()
	t.Cleanup(func() {
		e.goOn()
		tty.Close()
		master.Close()
		<-e.done
	})
	return e
}

func (e *emulator) resize(w, h int) {
	if err := pty.Setsize(e.master, &pty.Winsize{Rows: uint16(h), Cols: uint16(w)}); err != nil {
		e.t.Fatal(err)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.screen.Resize(w, h)
}

func (e *emulator) read() {
	defer close(e.done)
	b := make([]byte, 4096)
	for {
		e.mu.Lock()
		gate := e.gate
		e.mu.Unlock()
		if gate != nil {
			<-gate
		}
		n, err := e.master.Read(b)
		if err != nil {
			return
		}
		e.mu.Lock()
		e.screen.Write(b[:n])
		e.raw.Write(b[:n])
		e.mu.Unlock()
		select {
		case e.changed <- struct{}{}:
		default:
		}
	}
}

// stall makes the terminal stop reading after what it is reading now.
func (e *emulator) stall() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.gate = make(chan struct{})
}

func (e *emulator) goOn() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.gate != nil {
		close(e.gate)
		e.gate = nil
	}
}

func (e *emulator) text() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	_, h := e.screen.Size()
	var lines []string
	for y := range h {
		lines = append(lines, lineOf(e.screen, y))
	}
	return strings.Join(lines, "\n")
}

// sees waits until the screen shows all the words.
func (e *emulator) sees(words ...string) {
	e.t.Helper()
	e.until(strings.Join(words, ", "), func() bool {
		for _, w := range words {
			if !strings.Contains(e.text(), w) {
				return false
			}
		}
		return true
	})
}

func (e *emulator) until(what string, ok func() bool) {
	e.t.Helper()
	ctx, cancel := context.WithTimeout(e.t.Context(), 10*time.Second)
	defer cancel()
	for !ok() {
		select {
		case <-e.changed:
		case <-ctx.Done():
			e.t.Fatalf("never came: %s; the screen:\n%s", what, e.text())
		}
	}
}

func (e *emulator) types(keys string) {
	if _, err := io.WriteString(e.master, keys); err != nil {
		e.t.Fatal(err)
	}
}

func (e *emulator) mode() unix.Termios {
	mode, err := unix.IoctlGetTermios(int(e.tty.Fd()), unix.TCGETS)
	if err != nil {
		e.t.Fatal(err)
	}
	return *mode
}

// running is an App on an emulator.
type running struct {
	*emulator
	phone  *recorder
	before unix.Termios
	err    chan error
	cancel context.CancelFunc
}

func start(t *testing.T, env map[string]string) *running {
	t.Helper()
	e := newEmulator(t, 80, 24)
	r := &running{emulator: e, phone: &recorder{snapshots: make(chan phone.Snapshot, 1)}, before: e.mode(), err: make(chan error, 1)}
	app, err := New(Config{Phone: r.phone, Keys: shippedKeys(t), In: e.tty, Out: e.tty,
		Getenv: func(name string) string { return env[name] }})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	r.cancel = cancel
	t.Cleanup(cancel)
	s := calm()
	s.Link.AliveAt = time.Now()
	r.phone.snapshots <- s
	go func() { r.err <- app.Run(ctx) }()
	e.sees("201 Luca Russo", "EXTENSIONS 500", "? help")
	return r
}

var xterm = map[string]string{"TERM": "xterm-256color", "LANG": "C.UTF-8"}

// restored waits for the end and holds the terminal against what it was.
func (r *running) restored() error {
	r.t.Helper()
	err := await(r.t, r.err, "the end of Run")
	r.until("the end of the alternate screen", func() bool {
		r.mu.Lock()
		defer r.mu.Unlock()
		return strings.HasSuffix(r.raw.String(), leave)
	})
	if r.mode() != r.before {
		r.t.Error("the mode of the terminal is not what it was")
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.screen.CursorVisible() || r.screen.Mode()&vt10x.ModeAltScreen != 0 {
		r.t.Error("the cursor is hidden, or the alternate screen still there")
	}
	return err
}

func TestRun(t *testing.T) {
	r := start(t, xterm)
	r.types("6")
	r.sees("dial:")
	r.types("\x1b[200~xxq 0a0\x1b[201~") // a bracketed paste
	r.sees("[6xxq")
	r.types("\x15")
	r.types("602\r")
	r.sees("EXTENSIONS")
	s := with(calm(), calling(carla, phone.Ringing))
	r.phone.snapshots <- s
	r.sees("it rings there", "305 Carla Verdi")
	r.resize(100, 30)
	syscall.Kill(os.Getpid(), syscall.SIGWINCH)
	r.until("the new size", func() bool {
		lines := strings.Split(r.text(), "\n")
		return len(lines) == 30 && strings.Contains(lines[29], "? help")
	})
	r.phone.snapshots <- calm()
	r.until("the end of the call", func() bool { return !strings.Contains(r.text(), "CALLING") })
	r.types("q")
	if err := r.restored(); err != nil {
		t.Error(err)
	}
	if err := rendererOnlyRun(r.raw.String()); err != nil {
		t.Error(err)
	}
}

// TestAnswersAreNoKeys: what a terminal tells of itself reaches neither the call nor a field, and a
// key that comes in pieces is that key.
func TestAnswersAreNoKeys(t *testing.T) {
	t.Parallel()
	for _, env := range []map[string]string{xterm, {"TERM": "dumb", "LANG": "C.UTF-8"}} {
		e := newEmulator(t, 80, 24)
		phoned := &recorder{snapshots: make(chan phone.Snapshot, 1)}
		app, err := New(Config{Phone: phoned, Keys: shippedKeys(t), In: e.tty, Out: e.tty, Getenv: func(name string) string { return env[name] }})
		if err != nil {
			t.Fatal(err)
		}
		phoned.snapshots <- with(calm(), talkingTo(mario))
		ended := make(chan error, 1)
		go func() { ended <- app.Run(t.Context()) }()
		e.sees("Mario Bianchi")
		for _, answer := range []string{
			"\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\", "\x1bP1+r544e=31\x1b\\", "\x1b_Gi=31;OK\x1b\\", "\x1b[24;80R", "\x1b[?62;1;6c", "\x9d11;rgb:11\x9c",
		} {
			e.types(answer)
		}
		for _, b := range []byte("\x1b[15~") {
			e.types(string([]byte{b}))
		}
		e.types("7")
		e.types("q")
		e.sees("x hang up")
		e.types("x")
		if err := await(t, ended, "the end of Run"); err != nil {
			t.Error(err)
		}
		want := []phone.Intent{phone.Hold{Leg: "leg-1"}, phone.SendDigits{Leg: "leg-1", Digits: "7"}, phone.HangupAll{}}
		if !reflect.DeepEqual(phoned.did, want) {
			t.Errorf("TERM=%s: the phone was told %#v, want %#v", env["TERM"], phoned.did, want)
		}
	}
}

// rendererOnlyRun checks all bytes of a run: frames, and the sequences around them.
func rendererOnlyRun(raw string) error {
	raw = strings.TrimPrefix(raw, "\x1b[22;2t")
	raw = strings.TrimSuffix(raw, leave)
	return rendererOnly([]byte(raw), false)
}

// TestResizedThereAndBack: the window had another size for a moment too short to be seen, and lost
// what stood in it.
func TestResizedThereAndBack(t *testing.T) {
	r := start(t, xterm)
	r.resize(20, 5)
	r.resize(80, 24)
	syscall.Kill(os.Getpid(), syscall.SIGWINCH)
	r.sees("EXTENSIONS", "? help")
	r.types("q")
	if err := r.restored(); err != nil {
		t.Error(err)
	}
}

func TestRunEndsWithItsContext(t *testing.T) {
	r := start(t, xterm)
	r.cancel()
	if err := r.restored(); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestRunEndsBySignal(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGHUP} {
		r := start(t, xterm)
		syscall.Kill(os.Getpid(), sig)
		if err := r.restored(); err == nil || !strings.Contains(err.Error(), sig.String()) {
			t.Errorf("%v: %v", sig, err)
		}
	}
}

func TestRunEndsWithThePhone(t *testing.T) {
	r := start(t, xterm)
	close(r.phone.snapshots)
	if err := r.restored(); err != nil {
		t.Error(err)
	}
}

// TestFaultKeepsTheScreen: a fault at a key is phoned, and the screen goes on.
func TestFaultKeepsTheScreen(t *testing.T) {
	r := start(t, xterm)
	r.phone.panics = true
	r.types("6\r")
	r.sees("part of the screen failed", "fault in Patchcord")
	r.types("\x15q\x1b")
	r.until("the field is closed", func() bool { return !strings.Contains(r.text(), "dial:") })
	r.types("q")
	if err := r.restored(); err != nil {
		t.Error(err)
	}
}

// TestLeaveAStalledTerminal: the terminal reads nothing any more, and q works all the same;
// when it reads again it finds itself restored.
func TestLeaveAStalledTerminal(t *testing.T) {
	t.Parallel()
	r := start(t, xterm)
	r.resize(200, 60)
	syscall.Kill(os.Getpid(), syscall.SIGWINCH)
	r.until("the new size", func() bool { return strings.HasSuffix(r.text(), "? help") && strings.Count(r.text(), "\n") == 59 })
	r.stall()
	r.types(strings.Repeat("\x0c", 100) + "q")
	err := await(t, r.err, "the end of Run")
	r.goOn()
	r.err <- err
	if err := r.restored(); err != nil {
		t.Error(err)
	}
	if n := strings.Count(r.raw.String(), "\x1b[?1049h"); n > 90 {
		t.Errorf("%d frames came through: the terminal was not stalled", n)
	}
}

func TestRunASCII(t *testing.T) {
	r := start(t, map[string]string{"TERM": "screen", "LANG": "C", "NO_COLOR": "1"})
	s := with(calm(), ringingFrom(mario))
	s.Legs[0].Peer.Name = "M\u00e4rio \u65e5\u672c \u2028\u202e"
	r.phone.snapshots <- s
	r.sees("RINGING", "M?rio ??")
	r.types("x")
	r.phone.snapshots <- calm()
	r.until("the end of the call", func() bool { return !strings.Contains(r.text(), "RINGING") })
	r.types("q")
	r.restored()
	for i, b := range []byte(r.raw.String()) {
		if b > 0x7f {
			t.Fatalf("byte %d is %#x", i, b)
		}
	}
}

func TestNoTerminal(t *testing.T) {
	in, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	defer out.Close()
	if _, err := New(Config{In: in, Out: out}); !errors.Is(err, term.ErrNoTerminal) {
		t.Error(err)
	}
}

// TestStartAsksNothing starts a program that imports this package on a terminal of its own:
// not a byte may be asked of it, and the environment is the person's afterwards.
func TestStartAsksNothing(t *testing.T) {
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, env := range []string{"", "CI=yes"} {
		cmd := exec.CommandContext(t.Context(), exe)
		cmd.Env = []string{"TERM=xterm-256color", childVariable + "=1"}
		want := `greetings, CI is ""`
		if env != "" {
			cmd.Env = append(cmd.Env, env)
			want = `greetings, CI is "yes"`
		}
		master, err := pty.Start(cmd)
		if err != nil {
			t.Fatal(err)
		}
		said, _ := io.ReadAll(master) // ends with an error when the program does
		if err := cmd.Wait(); err != nil {
			t.Error(err)
		}
		master.Close()
		if string(said) != want {
			t.Errorf("the program said %q, want %q", said, want)
		}
	}
}

func await[T any](t *testing.T, c <-chan T, what string) T {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	select {
	case v := <-c:
		return v
	case <-ctx.Done():
		t.Fatal("waited in vain for " + what)
		panic("unreachable")
	}
}

// leave is what a terminal with a title is sent last.
const leave = "\x1b\\\x1b[?2026l\x1b[0m\x1b[?1006l\x1b[?1000l\x1b[?2004l\x1b[?7h\x1b[?25h\x1b[?1049l\x1b[23;2t"

func lineOf(term vt10x.Terminal, y int) string {
	w, _ := term.Size()
	var b []rune
	for x := range w {
		b = append(b, max(' ', term.Cell(x, y).Char))
	}
	return strings.TrimRight(string(b), " ")
}
