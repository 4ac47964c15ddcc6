package disk

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// lockedByte is far behind the content of any file: Windows keeps others from reading and writing what is
// locked, and a lock of ours only says that a file is in use.
var lockedByte = windows.Overlapped{OffsetHigh: 0x7fffffff}

// tryLock uses LockFileEx, which ends with the process, however that ends.
func tryLock(f *os.File) (bool, error) {
	at := lockedByte
	err := windows.LockFileEx(windows.Handle(f.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, &at)
	switch {
	case err == nil:
		return true, nil
	case errors.Is(err, windows.ERROR_LOCK_VIOLATION):
		return false, nil
	}
	return false, &os.PathError{Op: "lock", Path: f.Name(), Err: err}
}

func unlock(f *os.File) error {
	at := lockedByte
	return windows.UnlockFileEx(windows.Handle(f.Fd()), 0, 1, 0, &at)
}
