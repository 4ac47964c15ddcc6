//go:build unix

package term

import (
	"io"
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// TestLentKeyboard: once the keys are lent nothing of them is read here, whatever the reader was about to do, and
// afterwards all of them are again.
func TestLentKeyboard(t *testing.T) {
	in, keys, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	k := newKeyboard(in)
	got := make(chan byte, 1)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for b := make([]byte, 1); ; {
			if _, err := k.Read(b); err != nil {
				return
			}
			got <- b[0]
		}
	}()
	press := func(key byte) {
		if _, err := keys.Write([]byte{key}); err != nil {
			t.Fatal(err)
		}
	}
	raw, err := in.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	for i := range 2000 {
		press('a')
		if key := <-got; key != 'a' {
			t.Fatalf("round %d: our key is %q", i, key)
		}
		k.lend()
		press('b')
		b := make([]byte, 1)
		var n int
		_ = raw.Control(func(fd uintptr) { n, _ = unix.Read(int(fd), b) })
		if n != 1 || b[0] != 'b' {
			t.Fatalf("round %d: the key of the program was taken from it", i)
		}
		k.regain()
	}
	k.stop()
	<-done
	keys.Close()
	if _, err := io.ReadAll(in); err == nil {
		t.Error("reading goes on after the stop")
	}
}
