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

// mark in the environment makes this program a guard; the others are the rest of its Config.
const (
	mark        = "PATCHCORD_GUARD"
	markDir     = "PATCHCORD_GUARD_DIR"
	markVersion = "PATCHCORD_GUARD_VERSION"
)

// maxCrash bounds what is kept of the runtime's words about a crash, in bytes.
const maxCrash = 256 << 10

// Guard is a small child that outlives us by a moment. It waits at a pipe; when the pipe ends
// without a dismissal, this process has died in a way that left no time to clean up (kill -9, a
// fault in C code, a panic on a goroutine of its own), and the child gives the terminal back to
// the shell as it was. What Go's runtime says of a crash comes through the pipe too: the child
// writes it into a report and leaves one line on the terminal.
type Guard struct {
	pipe  *os.File
	child *exec.Cmd
}

// Start must be called before the terminal is changed. Without a terminal, or when the child cannot be
// started, it gives nil. That is no error: the screen's own exits restore the terminal as well. A nil
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
	child.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // what kills our process group spares it
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

// Keep is the whole life of the child and is called first thing by every process of the
// program. It reports false when this process is no guard and has to go on.
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
	_, _ = io.Copy(io.Discard, pipe) // who dies must not wait for us
	_ = unix.IoctlSetTermios(int(os.Stdin.Fd()), unix.TCSETS, &before)
	_, _ = os.Stdout.WriteString(reset + lastLine(string(last)))
	return true
}

// lastLine writes the report of a crash and gives the line that tells of it; empty where the
// program was killed.
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
