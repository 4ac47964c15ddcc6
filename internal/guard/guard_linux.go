package guard

import (
	"encoding/binary"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/patchcord/patchcord/internal/fault"
)

// mark is a variable of the environment that makes this program a guard; the others hold the rest
// of its Config.
const (
	mark        = "PATCHCORD_GUARD"
	markDir     = "PATCHCORD_GUARD_DIR"
	markVersion = "PATCHCORD_GUARD_VERSION"
)

// maxCrash is how much of the runtime's text about a crash is kept, in bytes.
const maxCrash = 256 << 10

// Guard is a small child process that lives a moment longer than we do. It waits at a pipe. If the
// pipe ends without a dismissal, this process has died without cleaning up (kill -9, a fault in C
// code, a panic on another goroutine), and the child restores the terminal for the shell. The pipe
// also brings what Go's runtime says about a crash: the child writes it into a report and prints
// one line.
type Guard struct {
	pipe  *os.File
	child *exec.Cmd
}

// Start must be called before the terminal is changed. It returns nil without a terminal or when
// the child cannot be started. That is no error: the normal exits restore the terminal too. A nil
// Guard can be dismissed.
func Start(c Config) *Guard {
	before, err := unix.IoctlGetTermios(int(os.Stdin.Fd()), unix.TCGETS)
	if err != nil {
		return nil
	}
	self, err := os.Executable()
	if err != nil {
		return nil
	}
	r, w, err := os.Pipe()
	if err != nil {
		return nil
	}
	defer r.Close()
	child := exec.Command(self)
	child.Env = []string{mark + "=" + c.Farewell, markDir + "=" + c.Dir, markVersion + "=" + c.Version, "GOMAXPROCS=1", "GOGC=off"}
	if zone, ok := os.LookupEnv("TZ"); ok {
		child.Env = append(child.Env, "TZ="+zone)
	}
	child.Stdin, child.Stdout = os.Stdin, os.Stdout
	child.ExtraFiles = []*os.File{r}
	child.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // a signal to our process group does not reach it
	if err := child.Start(); err != nil {
		_ = w.Close()
		return nil
	}
	_ = binary.Write(w, binary.NativeEndian, before)
	_ = debug.SetCrashOutput(w, debug.CrashOptions{})
	return &Guard{pipe: w, child: child}
}

// Dismiss tells the guard that the terminal is in order and waits for it to leave.
func (g *Guard) Dismiss() {
	if g == nil {
		return
	}
	_ = debug.SetCrashOutput(nil, debug.CrashOptions{})
	_, _ = g.pipe.WriteString(dismissal)
	_ = g.pipe.Close()
	_ = g.child.Wait()
}

const dismissal = "bye"

// Keep is what the child does. Every process of the program calls it first; it returns false if
// this process is no guard and has to go on.
func Keep() bool {
	reset := os.Getenv(mark)
	if reset == "" {
		return false
	}
	signal.Ignore(syscall.SIGTTOU, syscall.SIGHUP, syscall.SIGINT, syscall.SIGTERM, syscall.SIGQUIT)
	pipe := os.NewFile(3, "guard")
	var before unix.Termios
	if binary.Read(pipe, binary.NativeEndian, &before) != nil {
		return true
	}
	last, _ := io.ReadAll(io.LimitReader(pipe, maxCrash))
	if string(last) == dismissal {
		return true
	}
	_, _ = io.Copy(io.Discard, pipe) // a dying process must not wait for us
	_ = unix.IoctlSetTermios(int(os.Stdin.Fd()), unix.TCSETS, &before)
	_, _ = os.Stdout.WriteString(reset + lastLine(string(last)))
	return true
}

// lastLine writes the report of a crash and returns the line about it; empty if the program was
// killed.
func lastLine(crash string) string {
	report := fault.ParseCrash(crash, os.Getenv(markVersion), time.Now())
	if report == (fault.Report{}) {
		return ""
	}
	path := ""
	if dir := os.Getenv(markDir); dir != "" {
		path, _ = report.Save(dir) // the line says that there is none
	}
	return report.Farewell(path) + "\n"
}
