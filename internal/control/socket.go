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
	"syscall"
)

// The sockets of a directory: one for a telephone, and one for a telephone at the practice PBX,
// which never gets in its way.
const (
	RealSocket     = "control.sock"
	PracticeSocket = "practice.sock"
)

// longestPath is how long the path of a socket may be on every system, in bytes.
const longestPath = 100

// Socket is one that is taken, with the lock that marks it as in use.
type Socket struct {
	*net.UnixListener
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
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(&TakenError{PID: processOf(path)}, lock.Close())
	}
	l, err := bind(path, lock)
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
	if errors.Is(err, syscall.ENOTDIR) { // nor can there be one
		return fs.ErrNotExist
	}
	if err != nil {
		return err
	}
	if st, ok := info.Sys().(*syscall.Stat_t); !info.IsDir() || ok && int(st.Uid) != os.Getuid() {
		return fmt.Errorf("%s is not a directory of yours", dir)
	}
	return nil
}

func bind(path string, lock *os.File) (*net.UnixListener, error) {
	if err := lock.Truncate(0); err != nil {
		return nil, err
	}
	if _, err := lock.WriteAt(fmt.Appendln(nil, os.Getpid()), 0); err != nil {
		return nil, err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

// Close removes the socket and lets go of the lock.
func (s *Socket) Close() error { return errors.Join(s.UnixListener.Close(), s.lock.Close()) }

// TakenError says that another Patchcord has the socket.
type TakenError struct{ PID string }

func (e *TakenError) Error() string {
	return "other programs control the Patchcord that was started first (process " + e.PID + "), not this one"
}
