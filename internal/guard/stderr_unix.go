//go:build unix

package guard

import (
	"os"

	"golang.org/x/sys/unix"
)

// redirectStderr works on the file descriptor, below os.Stderr, because C code knows only
// that.
func redirectStderr(to *os.File) (restore func()) {
	saved, err := unix.Dup(2)
	if err != nil {
		return func() {}
	}
	unix.CloseOnExec(saved)
	if err := dup2(int(to.Fd()), 2); err != nil {
		_ = unix.Close(saved)
		return func() {}
	}
	return func() {
		_ = dup2(saved, 2)
		_ = unix.Close(saved)
	}
}
