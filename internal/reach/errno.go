package reach

import (
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"syscall"
)

// Refused tells whether a host answered that nothing listens at a port.
func Refused(err error) bool { return isErrno(err, refusals) }

// Cut tells whether the other side ended a connection in the middle of something.
func Cut(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) || isErrno(err, resets)
}

// late tells whether our time or the system's ran out.
func late(err error) bool {
	return errors.Is(err, context.DeadlineExceeded) || isErrno(err, timeouts)
}

func isErrno(err error, these []syscall.Errno) bool {
	var errno syscall.Errno
	return errors.As(err, &errno) && slices.Contains(these, errno)
}
