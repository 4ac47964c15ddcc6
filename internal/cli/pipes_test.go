package cli

import (
	"context"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// unread is a pipe that nobody reads until the test is over.
func unread(t *testing.T) io.Writer {
	from, to := io.Pipe()
	t.Cleanup(func() { from.Close() })
	return to
}

// TestNobodyReads: no command is held up by a pipe that is not read once it is asked to end.
func TestNobodyReads(t *testing.T) {
	t.Setenv("HOME", t.TempDir())
	t.Setenv("XDG_CONFIG_HOME", "")
	t.Setenv("XDG_STATE_HOME", "")
	var all sync.WaitGroup
	for _, line := range []string{"version", "keys", "man", "desktop", "completion bash", "help", "--help", "ctl", "serve-demo -addr 127.0.0.1:0", "nonsense"} {
		all.Go(func() {
			t.Run(line, func(t *testing.T) {
				ctx, interrupt := context.WithCancel(t.Context())
				var trouble strings.Builder
				ended := make(chan int, 1)
				out := unread(t)
				go func() { ended <- Run(ctx, program, strings.Fields(line), out, &trouble) }()
				interrupt()
				select {
				case <-ended:
				case <-time.After(45 * time.Second):
					t.Fatal("goes on")
				}
			})
		})
	}
	all.Wait()
}

// TestWriteUntil: a write has a second more once the program is to end, and a stream that took none is not
// tried again.
func TestWriteUntil(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, interrupt := context.WithCancel(t.Context())
		from, to := io.Pipe()
		defer from.Close()
		o := &output{ctx: ctx, to: to}
		go func() {
			time.Sleep(time.Hour)
			io.ReadFull(from, make([]byte, 3))
			time.Sleep(time.Hour)
			interrupt()
		}()
		begin := time.Now()
		if n, err := o.Write([]byte("one")); n != 3 || err != nil || time.Since(begin) != time.Hour {
			t.Errorf("read an hour later: %d, %v after %v", n, err, time.Since(begin))
		}
		for _, want := range []time.Duration{2*time.Hour + partingTime, 2*time.Hour + partingTime} {
			if _, err := o.Write([]byte("two")); err != errUnread || time.Since(begin) != want {
				t.Errorf("not read: %v after %v", err, time.Since(begin))
			}
		}
	})
}

// TestNoCode: what reads a line from a terminal can be interrupted.
func TestNoCode(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, interrupt := context.WithCancel(t.Context())
		from, to := io.Pipe()
		defer to.Close()
		time.AfterFunc(time.Minute, interrupt)
		if line := readLine(ctx, from, maxCode); line != "" {
			t.Errorf("read %q", line)
		}
	})
	if line := readLine(t.Context(), strings.NewReader(" 123 456 \nrest"), maxCode); line != "123 456" {
		t.Errorf("read %q", line)
	}
	if line := readLine(t.Context(), strings.NewReader("123456"), 4); line != "1234" {
		t.Errorf("read %q of a long one", line)
	}
}
