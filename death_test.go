//go:build linux

package main

import (
	"context"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/patchcord/patchcord/internal/cli"
)

// deathVariable makes this test program the phone itself, which dies of what the variable names
// when it gets SIGUSR1.
const deathVariable = "PATCHCORD_TEST_DEATH"

// deaths are the ways in which the program ends itself; each runs on a goroutine of its own.
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
	_ = cli.Run(context.Background(), program, nil, os.Stdout, os.Stderr)
}

// TestTerminalAfterDeath: whatever ends the program, the shell gets a sane terminal back.
func TestTerminalAfterDeath(t *testing.T) {
	t.Parallel()
	for _, sig := range []syscall.Signal{
		syscall.SIGTERM, syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGABRT, syscall.SIGSEGV, syscall.SIGKILL,
	} {
		t.Run(sig.String(), func(t *testing.T) {
			s := start(t, 80, 24)
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
			s := newTerminal(t, 80, 24)
			s.cmd = exec.Command(self, "-test.run=^$")
			home := t.TempDir()
			s.cmd.Env = []string{"HOME=" + home, "PATH=" + os.Getenv("PATH"), "TERM=xterm-256color", "LANG=C.UTF-8", deathVariable + "=" + death}
			s.begin()
			s.sees(`LIVE`)
			if err := s.cmd.Process.Signal(syscall.SIGUSR1); err != nil {
				t.Fatal(err)
			}
			s.gone(-1)
			s.reported(filepath.Join(home, ".local", "state", "patchcord"), crashWords[death])
		})
	}
}

// crashWords is the text for each death; os.Exit is no crash.
var crashWords = map[string]string{
	"panic": "a fault of ours", "nil pointer": "invalid memory address or nil pointer dereference",
	"stack overflow": "a fatal error, which the last lines of the log name", "fatal error": "a fatal error, which the last lines of the log name",
}

// reported checks the one line on the terminal and the report that it names.
func (s *terminal) reported(dir, words string) {
	s.Helper()
	reports, err := filepath.Glob(filepath.Join(dir, "crash-*.txt"))
	if words == "" {
		if len(reports) != 0 || strings.Contains(s.text(), "crashed") {
			s.Errorf("a crash was told: %q\n%s", reports, s.text())
		}
		return
	}
	s.sees(`patchcord crashed: .*` + words[:10])
	if err != nil || len(reports) != 1 {
		s.Fatalf("the reports are %q, %v", reports, err)
	}
	output := strings.ReplaceAll(strings.ReplaceAll(s.output(), "\r", ""), "\n", "")
	if !strings.HasSuffix(output, "The report is in "+reports[0]) {
		s.Errorf("the last words are %q", output[max(0, len(output)-300):])
	}
	report, err := os.ReadFile(reports[0])
	if err != nil {
		s.Fatal(err)
	}
	log, err := os.ReadFile(filepath.Join(dir, "patchcord.log"))
	if err != nil || strings.Count(string(log), "\ngoroutine ") > strings.Count(string(report), "\ngoroutine ") {
		s.Errorf("the log: %v\n%s", err, log)
	}
	for _, want := range []string{words, "Patchcord " + program.Version + " crashed on", "death_test.go"} {
		if !strings.Contains(string(report), want) {
			s.Errorf("the report lacks %q:\n%s", want, report)
		}
	}
}
