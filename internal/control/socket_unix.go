//go:build unix

package control

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"syscall"
)

// longestPath is how long the path of a socket may be on every system, in bytes.
const longestPath = 100

// bind makes a local socket, in the place of one whose process has ended.
func bind(path string) (net.Listener, error) {
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

// dial connects to the process that listens at a path.
func dial(ctx context.Context, path string) (net.Conn, error) {
	var d net.Dialer
	return d.DialContext(ctx, "unix", path)
}

// ofThisUser tells whether a directory is the user's.
func ofThisUser(_ string, info os.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(st.Uid) == os.Getuid()
}

// thisUser is the number of the user.
func thisUser() string { return strconv.Itoa(os.Getuid()) }

// userOf is the number of the user at the other end, as the kernel noted it when the connection was made.
func userOf(conn net.Conn) (string, error) {
	local, ok := conn.(syscall.Conn)
	if !ok {
		return "", fmt.Errorf("%T has no owner", conn)
	}
	raw, err := local.SyscallConn()
	if err != nil {
		return "", err
	}
	var uid int
	ctl := raw.Control(func(fd uintptr) { uid, err = peerOf(int(fd)) })
	return strconv.Itoa(uid), errors.Join(ctl, err)
}
