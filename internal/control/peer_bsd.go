//go:build darwin || freebsd

package control

import "golang.org/x/sys/unix"

// solLocal is the level of options of a local socket.
const solLocal = 0

// peerOf is the user at the other end, as the kernel noted it when the socket was connected.
func peerOf(fd int) (int, error) {
	cred, err := unix.GetsockoptXucred(fd, solLocal, unix.LOCAL_PEERCRED)
	if err != nil {
		return 0, err
	}
	return int(cred.Uid), nil
}
