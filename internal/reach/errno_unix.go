//go:build unix

package reach

import "syscall"

var (
	refusals = []syscall.Errno{syscall.ECONNREFUSED}
	resets   = []syscall.Errno{syscall.ECONNRESET, syscall.EPIPE}
	timeouts = []syscall.Errno{syscall.ETIMEDOUT}
)
