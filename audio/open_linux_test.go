//go:build cgo

package audio

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gen2brain/malgo"
)

// stderrOf runs f and returns what came on file descriptor 2 meanwhile, also from C.
func stderrOf(t *testing.T, f func()) string {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	saved, err := syscall.Dup(2)
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Dup3(int(w.Fd()), 2, 0); err != nil {
		t.Fatal(err)
	}
	f()
	if err := syscall.Dup3(saved, 2, 0); err != nil {
		t.Fatal(err)
	}
	syscall.Close(saved)
	w.Close()
	said, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(said)
}

// The runtime directory cannot be made, about which the client library complains on standard error
// unless told not to.
func TestOpenWithoutServer(t *testing.T) {
	for _, key := range []string{"PULSE_SERVER", "PULSE_LOG_SYSLOG", "DISPLAY"} {
		t.Setenv(key, "") // so that it is restored
		os.Unsetenv(key)
	}
	t.Setenv("HOME", t.TempDir())
	t.Setenv("PULSE_RUNTIME_PATH", "/proc/nothing")
	var d Device
	var err error
	said := stderrOf(t, func() {
		d, err = openWithin(openLimit, Config{}, []malgo.Backend{malgo.BackendPulseaudio})
	})
	if said != "" {
		t.Errorf("standard error got %q", said)
	}
	if !errors.Is(err, ErrNoCard) || err.Error() != "no sound card or sound server was found, so there is no sound here" {
		t.Errorf("the error is %v", err)
	}
	if !d.Silent() || !d.Wants() || !d.Write(make([]int16, 960)) {
		t.Error("the device is of no use")
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
}

// deafServer accepts connections and then says nothing. hangUp ends it and whoever waits in C, and
// tells whether anybody connected.
func deafServer(t *testing.T) (hangUp func() bool) {
	t.Helper()
	dir, err := os.MkdirTemp("", "deaf") // short: it becomes the name of a unix socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	listener, err := net.Listen("unix", filepath.Join(dir, "native"))
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("HOME", dir)
	t.Setenv("PULSE_SERVER", "unix:"+listener.Addr().String())
	accepted := make(chan net.Conn, 8)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := listener.Accept()
			if err != nil {
				close(accepted)
				return
			}
			accepted <- conn
		}
	}()
	return func() bool {
		listener.Close()
		<-done
		asked := false
		for conn := range accepted {
			asked = true
			conn.Close()
		}
		return asked
	}
}

// A deaf server must not hold anybody up. (Where no client library is installed Open fails before it
// gets there.)
func TestOpenWithDeafServer(t *testing.T) {
	hangUp := deafServer(t)
	const limit = 100 * time.Millisecond
	began := time.Now()
	d, err := openWithin(limit, Config{}, []malgo.Backend{malgo.BackendPulseaudio})
	if took := time.Since(began); took > 10*limit {
		t.Errorf("it took %v", took)
	}
	if err == nil || !d.Silent() {
		t.Errorf("a deaf server gives silent %v and %v", d.Silent(), err)
	}
	if hangUp() && !errors.Is(err, errNoAnswer) {
		t.Errorf("the server was asked and the error is %v", err)
	}
}

// Nor may it hold up more than one goroutine, however often it is asked.
func TestDevicesOfADeafServer(t *testing.T) {
	hangUp := deafServer(t)
	before := runtime.NumGoroutine()
	for range 5 {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		began := time.Now()
		if l, err := Devices(ctx); err == nil && len(l.Mics)+len(l.Speakers) == 0 {
			t.Error("an empty list is no error")
		}
		if took := time.Since(began); took > time.Second {
			t.Errorf("it took %v", took)
		}
		cancel()
	}
	if after := runtime.NumGoroutine(); after > before+2 { // one that waits, one that may be dialling
		t.Errorf("%d goroutines wait", after-before)
	}
	hangUp()
}

func TestListsCard(t *testing.T) {
	for list, want := range map[string]bool{
		"":                        false,
		"--- no soundcards ---\n": false,
		" 0 [PCH            ]: HDA-Intel - HDA Intel PCH\n                      HDA Intel PCH at 0xf7f10000 irq 30\n": true,
	} {
		if got := listsCard([]byte(list)); got != want {
			t.Errorf("%q lists a card: %v", list, got)
		}
	}
}

func TestPrintable(t *testing.T) {
	if got := printable("Jabra\x1b[31m\u202e\xff Evolve"); strings.ContainsAny(got, "\x1b\u202e\xff") || !strings.HasSuffix(got, "Evolve") {
		t.Errorf("%q", got)
	}
}

func TestPrepareEnvironmentLeavesWhatIsSet(t *testing.T) {
	t.Setenv("PULSE_PROP", "media.role=game")
	t.Setenv("PULSE_LOG_SYSLOG", "")
	os.Unsetenv("PULSE_LOG_SYSLOG")
	prepareEnvironment()
	if role, syslog := os.Getenv("PULSE_PROP"), os.Getenv("PULSE_LOG_SYSLOG"); role != "media.role=game" || syslog != "1" {
		t.Errorf("PULSE_PROP is %q and PULSE_LOG_SYSLOG %q", role, syslog)
	}
}
