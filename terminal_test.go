//go:build linux

package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/hinshun/vt10x"
	"golang.org/x/sys/unix"
)

// buildDir holds the built program until the tests are over.
var buildDir = filepath.Join(os.TempDir(), fmt.Sprintf("patchcord-test-%d", os.Getpid()))

// built is the path of the built program.
var built = sync.OnceValues(func() (string, error) {
	binary := filepath.Join(buildDir, "patchcord")
	out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return binary, nil
})

// terminal is a person at a terminal: the built program in a pty, an independent terminal
// emulator that shows what it draws.
type terminal struct {
	testing.TB
	pty, tty *os.File
	before   unix.Termios
	cmd      *exec.Cmd
	mu       sync.Mutex
	screen   vt10x.Terminal
	raw      bytes.Buffer
	drawn    chan struct{} // one token: something was drawn since it was last looked
	read     chan struct{} // closed when the program's output has ended
	// forbidden must never be on the screen, slip is the first screen that showed any of it.
	forbidden []*regexp.Regexp
	slip      string
	// gate is nil while the terminal reads, closed to let it go on.
	gate chan struct{}
}

func start(t testing.TB, cols, rows uint16, env ...string) *terminal {
	t.Helper()
	return startWith(t, cols, rows, nil, env...)
}

// startWith starts the program with arguments.
func startWith(t testing.TB, cols, rows uint16, args []string, env ...string) *terminal {
	t.Helper()
	binary, err := built()
	if err != nil {
		t.Fatal(err)
	}
	s := newTerminal(t, cols, rows)
	s.cmd = exec.Command(binary, args...)
	home := t.TempDir()
	runtime, err := os.MkdirTemp("", "pc") // the path of a socket must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(runtime) })
	s.cmd.Env = append([]string{"HOME=" + home, "XDG_RUNTIME_DIR=" + runtime, "PATH=" + os.Getenv("PATH"), "TERM=xterm-256color", "LANG=C.UTF-8"}, env...)
	s.begin()
	return s
}

// begin starts the command at the terminal.
func (s *terminal) begin() {
	s.Helper()
	s.cmd.Stdin, s.cmd.Stdout, s.cmd.Stderr = s.tty, s.tty, s.tty
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := s.cmd.Start(); err != nil {
		s.Fatal(err)
	}
	go s.watch()
	s.Cleanup(s.leave)
}

// newTerminal is a terminal without a program.
func newTerminal(t testing.TB, cols, rows uint16) *terminal {
	t.Helper()
	var err error
	s := &terminal{TB: t, screen: vt10x.New(vt10x.WithSize(int(cols), int(rows))), drawn: make(chan struct{}, 1), read: make(chan struct{})}
	if s.pty, s.tty, err = pty.Open(); err != nil {
		t.Fatal(err)
	}
	if err := pty.Setsize(s.pty, &pty.Winsize{Cols: cols, Rows: rows}); err != nil {
		t.Fatal(err)
	}
	s.before = s.termios()
	return s
}

func (s *terminal) termios() unix.Termios {
	s.Helper()
	got, err := unix.IoctlGetTermios(int(s.tty.Fd()), unix.TCGETS)
	if err != nil {
		s.Fatal(err)
	}
	return *got
}

func (s *terminal) watch() {
	defer close(s.read)
	buf := make([]byte, 1<<16)
	for {
		s.mu.Lock()
		gate := s.gate
		s.mu.Unlock()
		if gate != nil {
			<-gate
		}
		n, err := s.pty.Read(buf)
		s.mu.Lock()
		s.raw.Write(buf[:n])
		_, _ = s.screen.Write(buf[:n])
		s.check()
		s.mu.Unlock()
		select {
		case s.drawn <- struct{}{}:
		default:
		}
		if err != nil {
			return
		}
	}
}

// stall makes the terminal stop reading after what it reads now, goOn lets it read again.
func (s *terminal) stall() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gate = make(chan struct{})
}

func (s *terminal) goOn() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.gate != nil {
		close(s.gate)
		s.gate = nil
	}
}

// check looks for what must never be seen. It needs the lock.
func (s *terminal) check() {
	for _, f := range s.forbidden {
		if text := s.screen.String(); s.slip == "" && f.MatchString(text) {
			s.slip = f.String() + "\n" + text
		}
	}
}

// never forbids a pattern from now on.
func (s *terminal) never(pattern string) {
	s.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forbidden = append(s.forbidden, regexp.MustCompile(pattern))
	s.check()
}

func (s *terminal) leave() {
	s.goOn()
	if s.cmd != nil {
		_ = s.cmd.Process.Kill()
		_ = s.cmd.Wait()
	}
	_ = s.tty.Close()
	_ = s.pty.Close()
	<-s.read
	if s.slip != "" {
		s.Errorf("seen, and must never be: %s", s.slip)
	}
}

func (s *terminal) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.screen.String()
}

func (s *terminal) output() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.raw.String()
}

// sees waits until the screen matches the pattern.
func (s *terminal) sees(pattern string) string {
	s.Helper()
	want := regexp.MustCompile(pattern)
	return s.waits("the screen shows "+pattern, func() (string, bool) {
		text := s.text()
		return text, want.MatchString(text)
	})
}

func (s *terminal) waits(what string, ok func() (string, bool)) string {
	s.Helper()
	deadline := time.After(timeout)
	for {
		text, done := ok()
		if done {
			return text
		}
		select {
		case <-s.drawn:
		case <-deadline:
			s.Fatalf("waited in vain until %s\n%s", what, text)
		}
	}
}

func (s *terminal) types(keys string) {
	s.Helper()
	if _, err := s.pty.WriteString(keys); err != nil {
		s.Fatal(err)
	}
}

// TestNewcomer is the first minute with the program: a live screen, the echo, the leaving.
func TestNewcomer(t *testing.T) {
	t.Parallel()
	s := start(t, 80, 24)
	began := time.Now()
	s.sees(`(?is)201.*practice.*LIVE`)
	s.sees(`EXTENSIONS\s+50\d`)
	s.types("600\r")
	s.sees(`TALKING`)
	s.sees(`0:00:(0[1-9]|[1-5]\d)`)
	s.types("\x1b") // Esc never hangs up
	s.sees(`0:00:(0[3-9]|[1-5]\d)`)
	s.sees(`(?s)mic\s*\|#+.*speaker\s*\|#+`)
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("talking to the echo took %s", took)
	}
	s.types("q")
	s.sees(`(?i)stay`)
	s.types("\r")
	s.sees(`TALKING`)
	s.types("xx")
	s.sees(`(?i)you hung up`)
	s.types("q")
	s.gone(0)
	for _, library := range []string{"ALSA", "pulse", "panic", "websocket:"} {
		if strings.Contains(s.output(), library) {
			t.Errorf("the screen held %q", library)
		}
	}
}

// gone waits for the end of the program and checks that the shell gets its terminal back.
func (s *terminal) gone(code int) {
	s.Helper()
	_ = s.cmd.Wait()
	if got := s.cmd.ProcessState.ExitCode(); got != code && code >= 0 {
		s.Errorf("exit code %d, want %d", got, code)
	}
	s.waits("the terminal is as it was", func() (string, bool) {
		return s.text(), s.termios() == s.before && strings.Contains(s.output(), "\x1b[?1049l") &&
			strings.LastIndex(s.output(), "\x1b[?25h") > strings.LastIndex(s.output(), "\x1b[?25l")
	})
}
