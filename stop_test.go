//go:build linux

package main

import (
	"os/exec"
	"syscall"
	"testing"

	"github.com/hinshun/vt10x"
	"golang.org/x/sys/unix"
)

// TestStopAndGoOn stops the program as a shell does, by the key and by a signal: the shell has a
// sane terminal in between, and the program comes back whole.
func TestStopAndGoOn(t *testing.T) {
	t.Parallel()
	binary, err := built()
	if err != nil {
		t.Fatal(err)
	}
	s := newTerminal(t, 80, 24)
	s.cmd = exec.Command("bash", "--norc", "--noprofile", "-i")
	s.cmd.Env = []string{"HOME=" + t.TempDir(), "PATH=/usr/bin:/bin", "TERM=xterm-256color", "LANG=C.UTF-8", "PS1=shell> "}
	s.begin()
	s.sees(`shell>`)
	s.types(binary + "\n")
	s.sees(`LIVE`)
	s.types("\x1a")
	s.shell()
	s.types("fg\n")
	s.sees(`EXTENSIONS`)
	s.never(`nobody can call you`)
	s.types("600\r")
	s.sees(`TALKING`)
	s.types("\x1a")
	s.sees(`would silence your call`)
	s.forbidden = nil
	program, err := unix.IoctlGetInt(int(s.pty.Fd()), unix.TIOCGPGRP)
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(program, syscall.SIGTSTP); err != nil {
		t.Fatal(err)
	}
	s.shell()
	s.types("fg\n")
	s.sees(`TALKING`)
	s.types("xx")
	s.sees(`(?i)you hung up`)
	s.types("q")
	s.waits("the screen is left", func() (string, bool) { return s.text(), !s.taken() })
	s.types("exit\n")
	s.gone(0)
}

// taken tells whether a program has the whole screen.
func (s *terminal) taken() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.screen.CursorVisible() || s.screen.Mode()&vt10x.ModeAltScreen != 0
}

// shell waits for the shell to be back with a terminal that it can use.
func (s *terminal) shell() {
	s.Helper()
	// The emulator has one saved cursor for both screens, so the first letter may stand elsewhere.
	s.sees(`(?s)atchcord is stopped.*Stopped.*hell>`)
	s.types("clear; stty -a\n")
	s.sees(`(?s) icanon.* echo .*shell>`)
	if s.taken() {
		s.Error("the cursor is hidden, or the alternate screen still there")
	}
}
