package main

import (
	"context"
	"os"
	"os/exec"
	"os/signal"
	"runtime/debug"
	"sync"
	"syscall"
	"testing"
)

// deathVariable makes this test program the phone itself, which dies of what the variable names
// when it gets SIGUSR1.
const deathVariable = "PATCHCORD_TEST_DEATH"

// deaths are the ends that come from inside; each runs on a goroutine of its own.
var deaths = map[string]func(){
	"panic":          func() { panic("a fault of ours") },
	"nil pointer":    func() { var nobody *desk; nobody.phone = nil },
	"stack overflow": func() { debug.SetMaxStack(1 << 20); overflow(0) },
	"os.Exit":        func() { os.Exit(3) },
	"fatal error":    func() { new(sync.Mutex).Unlock() },
}

func overflow(n int) int { return overflow(n+1) + overflow(n+2) }

func dieOf(death string) {
	cue := make(chan os.Signal, 1) // full means that one is enough
	signal.Notify(cue, syscall.SIGUSR1)
	go func() {
		<-cue
		deaths[death]()
	}()
	_ = run(context.Background(), nil, os.Stdout)
}

// TestTerminalAfterDeath: whatever ends the program, the shell gets a sane terminal back.
func TestTerminalAfterDeath(t *testing.T) {
	t.Parallel()
	for _, sig := range []syscall.Signal{
		syscall.SIGTERM, syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGABRT, syscall.SIGSEGV, syscall.SIGKILL,
	} {
		t.Run(sig.String(), func(t *testing.T) {
			s := takeSeat(t, 80, 24)
			s.sees(`LIVE`)
			if err := s.cmd.Process.Signal(sig); err != nil {
				t.Fatal(err)
			}
			s.gone(-1)
		})
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for death := range deaths {
		t.Run(death, func(t *testing.T) {
			s := emptySeat(t, 80, 24)
			s.cmd = exec.Command(self, "-test.run=^$")
			s.cmd.Env = []string{"HOME=" + t.TempDir(), "PATH=" + os.Getenv("PATH"), "TERM=xterm-256color", "LANG=C.UTF-8", deathVariable + "=" + death}
			s.begin()
			s.sees(`LIVE`)
			if err := s.cmd.Process.Signal(syscall.SIGUSR1); err != nil {
				t.Fatal(err)
			}
			s.gone(-1)
		})
	}
}
