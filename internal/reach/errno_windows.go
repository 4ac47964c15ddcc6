package reach

import "syscall"

// Numbers of Winsock that package syscall has no name for (winerror.h).
const (
	wsaETIMEDOUT    syscall.Errno = 10060
	wsaECONNREFUSED syscall.Errno = 10061
)

var (
	refusals = []syscall.Errno{wsaECONNREFUSED}
	resets   = []syscall.Errno{syscall.WSAECONNABORTED, syscall.WSAECONNRESET, syscall.ERROR_BROKEN_PIPE}
	timeouts = []syscall.Errno{wsaETIMEDOUT}
)
