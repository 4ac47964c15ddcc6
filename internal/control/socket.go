package control

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"

	"github.com/patchcord/patchcord/internal/disk"
)

// The sockets of a directory: one for a telephone, and one for a telephone at the practice PBX,
// which never gets in its way.
const (
	RealSocket     = "control.sock"
	PracticeSocket = "practice.sock"
)

// Socket is one that is taken, with the lock that marks it as in use.
type Socket struct {
	net.Listener
	lock *os.File
}

// Take opens the socket called name in a directory, and replaces an abandoned one. A *TakenError says that
// another Patchcord is behind it.
func Take(dir, name string) (*Socket, error) {
	path := filepath.Join(dir, name)
	if len(path) > longestPath {
		return nil, fmt.Errorf("%s is too long a name for a socket; set XDG_RUNTIME_DIR to a shorter one", path)
	}
	if err := own(dir); err != nil {
		return nil, err
	}
	lock, err := os.OpenFile(path+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	ours, err := disk.TryLock(lock)
	if err == nil && !ours {
		err = &TakenError{PID: processOf(path)}
	}
	if err == nil {
		err = sign(lock)
	}
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	l, err := bind(path)
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	return &Socket{l, lock}, nil
}

// processOf is the process behind a socket, empty where there is none.
func processOf(path string) string {
	lock, err := os.Open(path + ".lock")
	if err != nil {
		return ""
	}
	defer lock.Close()
	process, _ := io.ReadAll(io.LimitReader(lock, 20))
	return strings.TrimSpace(string(process))
}

// own makes the directory and keeps everybody else out of it.
func own(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	if err := owned(dir); err != nil {
		return err
	}
	return os.Chmod(dir, 0o700)
}

// owned refuses anything but a directory of the user: also a link, which could lead anywhere.
func owned(dir string) error {
	info, err := os.Lstat(dir)
	if disk.Missing(err) {
		return fs.ErrNotExist
	}
	if err != nil {
		return err
	}
	if !info.IsDir() || !ofThisUser(dir, info) {
		return fmt.Errorf("%s is not a directory of yours", dir)
	}
	return nil
}

// sign writes who holds a lock into it.
func sign(lock *os.File) error {
	if err := lock.Truncate(0); err != nil {
		return err
	}
	_, err := lock.WriteAt(fmt.Appendln(nil, os.Getpid()), 0)
	return err
}

// Close removes the socket and lets go of the lock.
func (s *Socket) Close() error { return errors.Join(s.Listener.Close(), s.lock.Close()) }

// TakenError says that another Patchcord has the socket.
type TakenError struct{ PID string }

func (e *TakenError) Error() string {
	return "other programs control the Patchcord that was started first (process " + e.PID + "), not this one"
}
