package control

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"sync"

	"github.com/Microsoft/go-winio"
	"golang.org/x/sys/windows"
)

// longestPath is how long the path of a socket may be, in bytes: the name of a pipe has at most 256.
const longestPath = 200

// pipeOf is the named pipe that stands for a socket: Windows has them outside the directories.
func pipeOf(path string) string {
	return `\\.\pipe\patchcord-` + strings.NewReplacer(`\`, "-", ":", "", "/", "-").Replace(strings.ToLower(path))
}

// bind makes a named pipe that this user alone may open.
func bind(path string) (net.Listener, error) {
	l, err := winio.ListenPipe(pipeOf(path), &winio.PipeConfig{SecurityDescriptor: "D:P(A;;GA;;;" + thisUser() + ")"})
	if err != nil {
		return nil, err
	}
	return pipes{l}, nil
}

type pipes struct{ net.Listener }

func (l pipes) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return pipe{conn}, nil
}

// pipe is a named pipe whose deadlines end as those of a socket do.
type pipe struct{ net.Conn }

func (p pipe) Read(b []byte) (int, error) {
	n, err := p.Conn.Read(b)
	return n, inTime(err)
}

func (p pipe) Write(b []byte) (int, error) {
	n, err := p.Conn.Write(b)
	return n, inTime(err)
}

func inTime(err error) error {
	if errors.Is(err, winio.ErrTimeout) {
		return os.ErrDeadlineExceeded
	}
	return err
}

// dial connects to the process that listens at a path.
func dial(ctx context.Context, path string) (net.Conn, error) {
	conn, err := winio.DialPipeContext(ctx, pipeOf(path))
	if err != nil {
		return nil, err
	}
	return pipe{conn}, nil
}

// ofThisUser tells whether a directory is the user's. Those of an administrator are owned by the group.
func ofThisUser(dir string, _ os.FileInfo) bool {
	sd, err := windows.GetNamedSecurityInfo(dir, windows.SE_FILE_OBJECT, windows.OWNER_SECURITY_INFORMATION)
	if err != nil {
		return false
	}
	owner, _, err := sd.Owner()
	return err == nil && (owner.String() == thisUser() || owner.IsWellKnown(windows.WinBuiltinAdministratorsSid))
}

// thisUser is the security identifier of the user, empty if the system does not say.
var thisUser = sync.OnceValue(func() string {
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return ""
	}
	return user.User.Sid.String()
})

// userOf is the security identifier of the user at the other end of a pipe.
func userOf(conn net.Conn) (sid string, err error) {
	own, _ := conn.(pipe)
	handled, ok := own.Conn.(interface{ Fd() uintptr })
	if !ok {
		return "", fmt.Errorf("%T has no owner", conn)
	}
	handle := windows.Handle(handled.Fd())
	var mode, process uint32
	if err := windows.GetNamedPipeInfo(handle, &mode, nil, nil, nil); err != nil {
		return "", err
	}
	if mode&windows.PIPE_SERVER_END != 0 {
		err = windows.GetNamedPipeClientProcessId(handle, &process)
	} else {
		err = windows.GetNamedPipeServerProcessId(handle, &process)
	}
	if err != nil {
		return "", err
	}
	peer, err := windows.OpenProcess(windows.PROCESS_QUERY_LIMITED_INFORMATION, false, process)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, windows.CloseHandle(peer)) }()
	var token windows.Token
	if err := windows.OpenProcessToken(peer, windows.TOKEN_QUERY, &token); err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, token.Close()) }()
	user, err := token.GetTokenUser()
	if err != nil {
		return "", err
	}
	return user.User.Sid.String(), nil
}
