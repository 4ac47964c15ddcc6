package term

import (
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Stopping the program (Ctrl+Z, kill -TSTP) gives the terminal to the shell, and going on takes
// it over again.

const (
	// stopTakes is how long the system may take to stop us.
	stopTakes = 250 * time.Millisecond
	// stoppedWords are read in the shell meanwhile.
	stoppedWords = "Patchcord is stopped: nobody can call you until it goes on (fg).\r\n"
)

// pause holds the writer of a terminal between two frames or lines.
type pause struct {
	// held carries a channel to the writer, which writes nothing until that is closed.
	held chan chan struct{}
}

func newPause() pause { return pause{held: make(chan chan struct{})} }

// hold waits until the writer stands still, or has hung for a while, and returns what lets it go
// on.
func (p pause) hold(done <-chan struct{}) (release func()) {
	h := make(chan struct{})
	timer := time.NewTimer(writeTimeout)
	defer timer.Stop()
	select {
	case p.held <- h:
	case <-done:
	case <-timer.C:
	}
	return func() { close(h) }
}

// Suspend gives the terminal back, stops the program until somebody continues it, and takes the
// terminal over again. With group it stops everything that the shell started as this job, as Ctrl+Z
// does. Where nobody could continue the program it does not stop.
func (t *Terminal) Suspend(group bool, hold func() func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.restored || !isJob() {
		return
	}
	defer hold()()
	t.write(t.farewell + stoppedWords)
	setMode(t.in, t.saved)
	stopProcess(group)
	_ = t.resume() // where it fails the terminal is gone, and reading says so
	if t.titles {
		t.write(saveTitle)
	}
}

// isJob tells whether a shell with job control started us, which can take us up again: it makes a
// process group for each job, while a session leader has nobody above it.
func isJob() bool {
	session, err := unix.Getsid(0)
	return err == nil && unix.Getpgrp() != session
}

// write is for the few words that are no frame.
func (t *Terminal) write(s string) {
	t.Writer.SetWriteDeadline(time.Now().Add(writeTimeout))
	io.WriteString(t.Writer, s)
	t.Writer.SetWriteDeadline(time.Time{})
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
