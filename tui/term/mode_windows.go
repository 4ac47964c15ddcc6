package term

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// mode is how the two sides of a console are set.
type mode struct{ in, out uint32 }

// endIsCtrlZ tells that the Go library ends the input at a Ctrl+Z that was typed alone. A console does not end.
const endIsCtrlZ = true

// IsTerminal reports whether the file is a console.
func IsTerminal(f *os.File) bool {
	var m uint32
	return windows.GetConsoleMode(windows.Handle(f.Fd()), &m) == nil
}

// makeRaw gives every key to us as it is pressed, as the sequences that a terminal sends, and has the console
// understand those that we send. It returns the mode that was.
func makeRaw(in *os.File) (*mode, error) {
	var was mode
	if err := windows.GetConsoleMode(windows.Handle(in.Fd()), &was.in); err != nil {
		return nil, err
	}
	if err := windows.GetConsoleMode(windows.Stdout, &was.out); err != nil {
		return nil, err
	}
	raw := mode{
		in: was.in&^(windows.ENABLE_ECHO_INPUT|windows.ENABLE_LINE_INPUT|windows.ENABLE_PROCESSED_INPUT|windows.ENABLE_QUICK_EDIT_MODE) |
			windows.ENABLE_EXTENDED_FLAGS | windows.ENABLE_VIRTUAL_TERMINAL_INPUT,
		out: was.out | windows.ENABLE_PROCESSED_OUTPUT | windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING | windows.DISABLE_NEWLINE_AUTO_RETURN,
	}
	return &was, setMode(in, &raw)
}

func setMode(in *os.File, m *mode) error {
	return errors.Join(windows.SetConsoleMode(windows.Handle(in.Fd()), m.in), windows.SetConsoleMode(windows.Stdout, m.out))
}

// sizeOf is the window in columns and lines.
func sizeOf(f *os.File) (w, h int, err error) {
	var info windows.ConsoleScreenBufferInfo
	if err := windows.GetConsoleScreenBufferInfo(windows.Handle(f.Fd()), &info); err != nil {
		return 0, 0, err
	}
	return int(info.Window.Right-info.Window.Left) + 1, int(info.Window.Bottom-info.Window.Top) + 1, nil
}
