package term

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"os/signal"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Lend gives the terminal to a program and takes it over again when that has ended, or ctx has and the
// program was killed. Frames stand still meanwhile, and keys are the program's.
func (t *Terminal) Lend(ctx context.Context, hold func() func(), program *exec.Cmd) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.restored {
		return ErrNoTerminal
	}
	defer hold()()
	t.write(t.farewell)
	t.keys.lend()
	setMode(t.in, t.saved)
	program.Stdin, program.Stdout, program.Stderr = t.in, t.out, t.out
	err := t.runInFront(ctx, program)
	err = errors.Join(err, t.resume())
	t.keys.regain()
	if t.titles {
		t.write(saveTitle)
	}
	return err
}

// runInFront runs a program as the terminal's foreground job, so that Ctrl+C there is not meant for us. One
// that stops goes on at once: there is no shell to resume it.
func (t *Terminal) runInFront(ctx context.Context, program *exec.Cmd) error {
	fd := int(t.in.Fd())
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

// lend has reading stand still: a read from the background would end or stop us. Where reads have no deadlines,
// one that is under way goes on.
func (k *keyboard) lend() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.lent = true
	if k.f.SetReadDeadline(time.Unix(1, 0)) != nil {
		return
	}
	for k.reading {
		k.free.Wait()
	}
}

// regain goes on with reading.
func (k *keyboard) regain() {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.lent {
		k.lent = false
		k.f.SetReadDeadline(time.Time{})
		k.free.Broadcast()
	}
}

// ShellCommand is a command line for a shell, as in PAGER, with a file as its last argument.
func ShellCommand(line, file string) *exec.Cmd {
	return exec.Command("/bin/sh", "-c", line+` "$1"`, "sh", file)
}
