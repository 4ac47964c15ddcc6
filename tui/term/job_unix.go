//go:build unix

package term

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// The signals of a shell with jobs.
const (
	askedToStop = syscall.SIGTSTP
	wentOn      = syscall.SIGCONT
)

// stopTakes is how long the system may take to stop us.
const stopTakes = 250 * time.Millisecond

// Watch has Signals tell of the window and of stops until the function it returns is called.
func (t *Terminal) Watch() (stop func()) {
	signal.Notify(t.Signals, syscall.SIGWINCH, wentOn)
	if CanSuspend() {
		signal.Notify(t.Signals, askedToStop)
	}
	return func() { signal.Stop(t.Signals) }
}

// isJob tells whether a shell with job control started us, which can take us up again: it makes a
// process group for each job, while a session leader has nobody above it.
func isJob() bool {
	session, err := unix.Getsid(0)
	return err == nil && unix.Getpgrp() != session
}

// stopProcess has the system stop this process, or its group, and returns when it goes on. The
// stop signal of the keyboard would not do: once it was asked for, Go's runtime never lets it stop
// anything.
func stopProcess(group bool) {
	goesOn := make(chan os.Signal, 1) // full means that one is enough
	signal.Notify(goesOn, syscall.SIGCONT)
	defer signal.Stop(goesOn)
	who := os.Getpid()
	if group {
		who = 0
	}
	_ = syscall.Kill(who, syscall.SIGSTOP)
	timer := time.NewTimer(stopTakes)
	defer timer.Stop()
	select {
	case <-goesOn:
	case <-timer.C:
	}
}

// CanSuspend tells whether a shell could continue the program after it was stopped.
func CanSuspend() bool { return isJob() && !signal.Ignored(syscall.SIGTSTP) }

// runInFront runs a program as the foreground job of a terminal, so that Ctrl+C there is not meant for us. One
// that stops goes on at once: there is no shell to resume it.
func runInFront(ctx context.Context, terminal *os.File, program *exec.Cmd) error {
	fd := int(terminal.Fd())
	ours, err := unix.IoctlGetInt(fd, unix.TIOCGPGRP)
	if err != nil {
		return fmt.Errorf("find the terminal's foreground job: %w", err)
	}
	program.SysProcAttr = &syscall.SysProcAttr{Foreground: true, Ctty: fd}
	if err := program.Start(); err != nil {
		return err
	}
	pid := program.Process.Pid
	unkill := context.AfterFunc(ctx, func() { _ = syscall.Kill(-pid, syscall.SIGKILL) })
	defer unkill()
	var status unix.WaitStatus
	for err = nil; ; {
		_, err = unix.Wait4(pid, &status, unix.WUNTRACED, nil)
		if err == nil && status.Stopped() {
			_ = syscall.Kill(-pid, syscall.SIGCONT)
		} else if !errors.Is(err, unix.EINTR) {
			break
		}
	}
	_ = program.Process.Release()
	signal.Ignore(syscall.SIGTTOU) // a job in the background may not set the foreground
	defer signal.Reset(syscall.SIGTTOU)
	back := unix.IoctlSetPointerInt(fd, unix.TIOCSPGRP, ours)
	switch {
	case err != nil:
		return errors.Join(err, back)
	case ctx.Err() == nil && status.Exited() && status.ExitStatus() != 0:
		return errors.Join(fmt.Errorf("%s ended with status %d", program.Path, status.ExitStatus()), back)
	}
	return back
}

// The programs for a text where the environment names none.
const (
	Pager  = "less"
	Editor = "vi"
)

// ShellCommand is a command line for a shell, as in PAGER, with a file as its last argument.
func ShellCommand(line, file string) *exec.Cmd {
	return exec.Command("/bin/sh", "-c", line+` "$1"`, "sh", file)
}
