//go:build unix

package hook

import (
	"fmt"
	"os/exec"
	"syscall"
)

// errNoProgram and noProgram are of a file that the system cannot run.
const (
	errNoProgram = syscall.ENOEXEC
	noProgram    = "it is not a program; a script begins with a line such as #!/bin/sh"
)

// runGroup runs a command in a process group of its own, which is killed as a whole.
func runGroup(cmd *exec.Cmd) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	return cmd.Run()
}

// outcome says how a command ended.
func outcome(exit *exec.ExitError) string {
	if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return fmt.Sprintf("signal %d", status.Signal())
	}
	return fmt.Sprintf("status %d", exit.ExitCode())
}
