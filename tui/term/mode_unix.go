//go:build unix

package term

import (
	"os"

	"golang.org/x/sys/unix"
)

// endIsCtrlZ is false: Ctrl+Z comes like other keys.
const endIsCtrlZ = false

// IsTerminal reports whether the file is one.
func IsTerminal(f *os.File) bool {
	_, err := unix.IoctlGetTermios(int(f.Fd()), getTermios)
	return err == nil
}

// mode is how the line of a terminal is set.
type mode = unix.Termios

// makeRaw gives every key to us as it is pressed and shows none by itself (cfmakeraw of
// termios(3)). It returns the mode that was.
func makeRaw(f *os.File) (*mode, error) {
	was, err := unix.IoctlGetTermios(int(f.Fd()), getTermios)
	if err != nil {
		return nil, err
	}
	raw := *was
	raw.Iflag &^= unix.IGNBRK | unix.BRKINT | unix.PARMRK | unix.ISTRIP | unix.INLCR | unix.IGNCR |
		unix.ICRNL | unix.IXON
	raw.Oflag &^= unix.OPOST
	raw.Lflag &^= unix.ECHO | unix.ECHONL | unix.ICANON | unix.ISIG | unix.IEXTEN
	raw.Cflag &^= unix.CSIZE | unix.PARENB
	raw.Cflag |= unix.CS8
	raw.Cc[unix.VMIN], raw.Cc[unix.VTIME] = 1, 0
	return was, setMode(f, &raw)
}

// setMode takes effect at once; what is still to be written is neither waited for nor lost.
func setMode(f *os.File, m *mode) error {
	return unix.IoctlSetTermios(int(f.Fd()), setTermios, m)
}

// sizeOf is the window in columns and lines.
func sizeOf(f *os.File) (w, h int, err error) {
	size, err := unix.IoctlGetWinsize(int(f.Fd()), unix.TIOCGWINSZ)
	if err != nil {
		return 0, 0, err
	}
	return int(size.Col), int(size.Row), nil
}
