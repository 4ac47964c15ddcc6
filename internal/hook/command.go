package hook

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
	"time"
)

// drainTime is how long children that a finished command left behind may keep its output open.
const drainTime = time.Second

// command runs a command so that its children end with it when it is killed.
func (r *Runner) command(ctx context.Context, j Job, said *output) error {
	cmd := exec.CommandContext(ctx, j.Command[0], j.Command[1:]...)
	cmd.Env = append(r.Environ(), j.Env...)
	cmd.Stdin, cmd.Stdout = bytes.NewReader(j.Input), said
	var complaint output
	cmd.Stderr = &complaint
	cmd.WaitDelay = drainTime
	err := runGroup(cmd)
	var exit *exec.ExitError
	switch {
	case errors.Is(err, exec.ErrWaitDelay): // it has ended; its children go on
		return nil
	case errors.As(err, &exit) && complaint.firstLine() != "":
		return fmt.Errorf("failed with %s: %s", outcome(exit), complaint.firstLine())
	case errors.As(err, &exit):
		return fmt.Errorf("failed with %s", outcome(exit))
	case err != nil:
		return errors.New("could not be run: " + obstacle(err))
	}
	return nil
}

// obstacle says why a command could not be started.
func obstacle(err error) string {
	switch {
	case errors.Is(err, exec.ErrNotFound), errors.Is(err, fs.ErrNotExist):
		return "there is no such program"
	case errors.Is(err, fs.ErrPermission):
		return "you may not run it"
	case errors.Is(err, errNoProgram):
		return noProgram
	}
	return "the system did not start it"
}
