package term

import (
	"io"
	"testing"

	"github.com/creack/pty"
)

// TestSize: a terminal that says nonsense of its size costs no memory.
func TestSize(t *testing.T) {
	master, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer master.Close()
	defer tty.Close()
	for _, tt := range []struct{ says, want [2]int }{
		{[2]int{80, 24}, [2]int{80, 24}},
		{[2]int{1000, 400}, [2]int{1000, 400}},
		{[2]int{0, 0}, [2]int{80, 24}},
		{[2]int{65535, 65535}, [2]int{80, 24}},
		{[2]int{80, 65535}, [2]int{80, 24}},
		{[2]int{9000, 24}, [2]int{maxColumns, 24}},
		{[2]int{9000, 9000}, [2]int{maxColumns, maxRows}},
	} {
		if err := pty.Setsize(master, &pty.Winsize{Cols: uint16(tt.says[0]), Rows: uint16(tt.says[1])}); err != nil {
			t.Fatal(err)
		}
		if w, h := (&Terminal{out: tty}).Size(); [2]int{w, h} != tt.want {
			t.Errorf("%d is drawn at %d by %d, want %d", tt.says, w, h, tt.want)
		}
	}
}

// TestCtrlZOfAConsole: the end of the input is the key, and what else was read stays.
func TestCtrlZOfAConsole(t *testing.T) {
	b := []byte("abc")
	if n, err := ctrlZ(b, 0, io.EOF); n != 1 || err != nil || b[0] != 0x1a {
		t.Errorf("read %q, %v", b[:n], err)
	}
	for _, tt := range []struct {
		n   int
		err error
	}{{3, nil}, {2, io.EOF}, {0, io.ErrClosedPipe}} {
		if n, err := ctrlZ(b, tt.n, tt.err); n != tt.n || err != tt.err {
			t.Errorf("%d, %v became %d, %v", tt.n, tt.err, n, err)
		}
	}
}
