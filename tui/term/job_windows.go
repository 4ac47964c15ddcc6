package term

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// news is what a console tells in the place of a signal.
type news string

func (n news) String() string { return string(n) }

// Signal makes it an os.Signal.
func (n news) Signal() {}

// A console has no jobs: nobody sends these.
const (
	askedToStop = news("stop")
	wentOn      = news("go on")
)

// looksEvery is how often the size of the window is asked for: the console tells it only among the keys.
const looksEvery = 250 * time.Millisecond

// Watch has Signals tell of the window until the function it returns is called.
func (t *Terminal) Watch() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var watching sync.WaitGroup
	watching.Go(func() {
		w, h := t.Size()
		for {
			select {
			case <-ctx.Done():
				return
			case <-time.After(looksEvery):
			}
			w0, h0 := w, h
			if w, h = t.Size(); w == w0 && h == h0 {
				continue
			}
			select {
			case t.Signals <- news("resized"):
			default:
			}
		}
	})
	return func() { cancel(); watching.Wait() }
}

// isJob is false: no shell of Windows could take us up again.
func isJob() bool { return false }

// CanSuspend is false.
func CanSuspend() bool { return false }

func stopProcess(bool) {}

// runInFront runs a program in our console.
func runInFront(ctx context.Context, _ *os.File, program *exec.Cmd) error {
	if err := program.Start(); err != nil {
		return err
	}
	unkill := context.AfterFunc(ctx, func() { _ = program.Process.Kill() })
	defer unkill()
	state, err := program.Process.Wait()
	if err == nil && ctx.Err() == nil && !state.Success() {
		return fmt.Errorf("%s ended with status %d", program.Path, state.ExitCode())
	}
	return err
}

// The programs for a text where the environment names none.
const (
	Pager  = "more"
	Editor = "notepad"
)

// ShellCommand is a command line, as in PAGER, with a file as its last argument. A path with blanks in it is not
// taken apart at them where it is all that there is.
func ShellCommand(line, file string) *exec.Cmd {
	if _, err := exec.LookPath(line); err == nil {
		return exec.Command(line, file)
	}
	words := strings.Fields(line)
	if len(words) == 0 {
		words = []string{line}
	}
	return exec.Command(words[0], append(words[1:], file)...)
}
