package term

import (
	"io"
	"time"
)

// Stopping the program (Ctrl+Z, kill -TSTP) gives the terminal to the shell, and going on takes
// it over again.

// stoppedWords are read in the shell meanwhile.
const stoppedWords = "Patchcord is stopped: nobody can call you until it goes on (fg).\r\n"

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

// write is for the few words that are no frame.
func (t *Terminal) write(s string) {
	t.Writer.SetWriteDeadline(time.Now().Add(writeTimeout))
	io.WriteString(t.Writer, s)
	t.Writer.SetWriteDeadline(time.Time{})
}
