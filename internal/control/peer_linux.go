package control

import "golang.org/x/sys/unix"

// peerOf is the user at the other end, as the kernel noted it when the socket was connected.
func peerOf(fd int) (int, error) {
	cred, err := unix.GetsockoptUcred(fd, unix.SOL_SOCKET, unix.SO_PEERCRED)
	if err != nil {
		return 0, err
	}
	return int(cred.Uid), nil
}
