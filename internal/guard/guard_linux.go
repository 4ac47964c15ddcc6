package guard

import (
	"encoding/binary"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"golang.org/x/sys/unix"
)

// mark in the environment makes this program a guard.
const mark = "PATCHCORD_GUARD"

// Guard is a small child that outlives us by a moment. It waits at a pipe; when the pipe ends
// without a goodbye, this process has died in a way that left no time to clean up (kill -9, a
// fault in C code, a panic outside the screen's goroutine), and the child gives the terminal
// back to the shell as it was.
type Guard struct {
	pipe  *os.File
	child *exec.Cmd
}

// Start must be called before the terminal is changed; reset is what puts its modes right
// again. Without a terminal, or when the child cannot be started, it gives nil, and that is no
// error: the screen's own exits restore the terminal as well. A nil Guard can be dismissed.
func Start(reset string) *Guard {
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
	child.Env = []string{mark + "=" + reset, "GOMAXPROCS=1", "GOGC=off"}
	child.Stdin, child.Stdout = os.Stdin, os.Stdout
	child.ExtraFiles = []*os.File{r}
	child.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // what kills our process group spares it
	if err := child.Start(); err != nil {
		_ = w.Close()
		return nil
	}
	_ = binary.Write(w, binary.NativeEndian, before)
	return &Guard{pipe: w, child: child}
}

// Dismiss tells the guard that the terminal is in order and waits for it to leave.
func (g *Guard) Dismiss() {
	if g == nil {
		return
	}
	_, _ = g.pipe.WriteString(goodbye)
	_ = g.pipe.Close()
	_ = g.child.Wait()
}

const goodbye = "bye"

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
	if last, _ := io.ReadAll(pipe); string(last) == goodbye {
		return true
	}
	_ = unix.IoctlSetTermios(int(os.Stdin.Fd()), unix.TCSETS, &before)
	_, _ = os.Stdout.WriteString(reset)
	return true
}
