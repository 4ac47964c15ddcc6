// Package disk opens, replaces and finds the files of the program, and says in a sentence why a
// file could not be written.
//
// Files are opened without ever waiting: a pipe or a device in the place of a file is refused.
package disk

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// Open opens a regular file for reading. Anything else (a FIFO, a device, a directory) is refused
// without waiting.
func Open(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = &fs.PathError{Op: "open", Path: path, Err: errNoFile}
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// errNoFile says that a path is no regular file.
var errNoFile = errors.New("it is not a file")

// Missing tells whether there is no such file, also where HOME is /dev/null and there can be none.
func Missing(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
}

// Read reads at most limit bytes of a regular file.
func Read(path string, limit int64) ([]byte, error) {
	f, err := Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, limit))
}

// Replace replaces a file by data in one step, so that a crash or a full disk leaves the old one.
// It makes a missing directory. Only the owner may read either.
func Replace(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*") // of mode 600
	if err != nil {
		return about(path, err)
	}
	_, err = f.Write(data)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return about(path, err)
}

// lockTimeout is how long another program may hold a file, lockPause how soon it is tried again.
const lockTimeout, lockPause = 2 * time.Second, 20 * time.Millisecond

// Locked does something with a file while no other program of ours does, by a lock beside it. It makes a missing
// directory.
func Locked(path string, do func() error) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	lock, err := os.OpenFile(path+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	defer lock.Close()
	for began := time.Now(); ; time.Sleep(lockPause) {
		ours, err := TryLock(lock)
		switch {
		case err != nil:
			return err
		case ours:
			return do()
		case time.Since(began) > lockTimeout:
			return fmt.Errorf("another program holds %s", path)
		}
	}
}

// about names the intended file in an error about the temporary one.
func about(path string, err error) error {
	var errno syscall.Errno
	if errors.As(err, &errno) {
		return &fs.PathError{Op: "write", Path: path, Err: errno}
	}
	return err
}

// Explain makes an error of a file "why; what to do (PATH)": a path is long, and what matters stands in front. Other
// errors stay.
func Explain(err error) error {
	var path *fs.PathError
	if !errors.As(err, &path) {
		return err
	}
	return &explained{Reason(err).Error() + " (" + path.Path + ")", err}
}

// Reason is why a file could not be used, in our words and without its path: the words of the system
// are in what it wraps.
func Reason(err error) error {
	var errno syscall.Errno
	known := errors.As(err, &errno)
	text := why[errno]
	switch {
	case known && text != "":
	case errors.Is(err, fs.ErrNotExist):
		text = "there is no such file"
	case errors.Is(err, errNoFile):
		text = errNoFile.Error()
	case known:
		text = fmt.Sprintf("the system reports error %d", int(errno))
	default:
		return err
	}
	return &explained{text, err}
}

type explained struct {
	text string
	err  error
}

func (e *explained) Error() string { return e.text }
func (e *explained) Unwrap() error { return e.err }
