package hook

import (
	"errors"
	"fmt"
	"os/exec"

	"golang.org/x/sys/windows"
)

// errNoProgram and noProgram are of a file that the system cannot run.
const (
	errNoProgram = windows.ERROR_BAD_EXE_FORMAT
	noProgram    = "it is not a program; put the one that runs it in front, such as powershell -File"
)

// runGroup runs a command in a job of its own, which is killed as a whole. A child that the command starts in
// the moment before it is in the job is not part of it.
func runGroup(cmd *exec.Cmd) (err error) {
	job, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, windows.CloseHandle(job)) }()
	cmd.Cancel = func() error {
		return errors.Join(windows.TerminateJobObject(job, 1), cmd.Process.Kill())
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	process, err := windows.OpenProcess(windows.PROCESS_SET_QUOTA|windows.PROCESS_TERMINATE, false, uint32(cmd.Process.Pid))
	if err == nil { // else it has ended
		_ = windows.AssignProcessToJobObject(job, process)
		_ = windows.CloseHandle(process)
	}
	return cmd.Wait()
}

// outcome says how a command ended.
func outcome(exit *exec.ExitError) string { return fmt.Sprintf("status %d", exit.ExitCode()) }
