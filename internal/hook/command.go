package hook

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"syscall"
	"time"
)

// drainTime is how long children that a finished command left behind may keep its output open.
const drainTime = time.Second

// command runs a command in a process group of its own, so that its children end with it.
func (r *Runner) command(ctx context.Context, j Job, said *output) error {
	cmd := exec.CommandContext(ctx, j.Command[0], j.Command[1:]...)
	cmd.Env = append(r.Environ(), j.Env...)
	cmd.Stdin, cmd.Stdout = bytes.NewReader(j.Input), said
	var complaint output
	cmd.Stderr = &complaint
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = drainTime
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case errors.Is(err, exec.ErrWaitDelay): // it has ended; its children go on
		return nil
	case errors.As(err, &exit) && complaint.firstLine() != "":
		return fmt.Errorf("failed (%s): %s", exit, complaint.firstLine())
	case errors.As(err, &exit):
		return fmt.Errorf("failed (%s)", exit)
	case err != nil:
		return fmt.Errorf("could not be run: %w", err)
	}
	return nil
}
