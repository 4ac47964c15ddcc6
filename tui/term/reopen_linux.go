package term

import (
	"os"
	"syscall"
	"time"
)

// reopen gives a terminal an open file of our own, so that reads and writes can have
// deadlines without making the shell's files non-blocking. Where that does not work the file
// itself serves, without deadlines.
func reopen(f *os.File, flag int) *os.File {
	own, err := os.OpenFile(f.Name(), flag|syscall.O_NOCTTY, 0)
	if err != nil {
		return f
	}
	if own.SetDeadline(time.Time{}) != nil {
		own.Close()
		return f
	}
	return own
}
