//go:build pulse

package audio

import (
	"bytes"
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// server is a PulseAudio of the test's own.
type server struct {
	directory, address string
	process            *exec.Cmd
	complaints         bytes.Buffer
}

// startServer runs a private PulseAudio until the end of the test and makes it the one that
// Open finds. norewinds keeps the null sinks from stalling a stream for seconds at its start.
func startServer(t testing.TB) *server {
	t.Helper()
	dir, err := os.MkdirTemp("", "pulse") // short: it becomes the name of a unix socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	s := &server{directory: dir, address: "unix:" + filepath.Join(dir, "native")}
	t.Cleanup(func() {
		s.kill()
		if t.Failed() {
			t.Log(s.complaints.String())
		}
	})
	t.Setenv("PULSE_SERVER", s.address)
	t.Setenv("HOME", dir) // where the client library keeps its cookie
	s.start(t)
	return s
}

// start runs the server, for the first time or again.
func (s *server) start(t testing.TB) {
	t.Helper()
	socket := filepath.Join(s.directory, "native")
	s.process = exec.Command("pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1",
		"--use-pid-file=false", "--log-level=error",
		"-L", "module-native-protocol-unix auth-anonymous=1 socket="+socket,
		"-L", "module-null-sink sink_name=spk rate=48000 channels=2 norewinds=1 sink_properties=device.description=Speaker",
		"-L", "module-null-sink sink_name=bus rate=48000 channels=1 norewinds=1 sink_properties=device.description=Bus")
	s.process.Env = append(slices.DeleteFunc(os.Environ(), func(v string) bool {
		return strings.HasPrefix(v, "DBUS_") || strings.HasPrefix(v, "DISPLAY=")
	}), "HOME="+s.directory, "PULSE_RUNTIME_PATH="+s.directory, "PULSE_STATE_PATH="+s.directory)
	s.process.Stderr = &s.complaints
	if err := s.process.Start(); err != nil {
		t.Fatalf("these tests need PulseAudio: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for ; ; <-tick.C {
		conn, err := net.Dial("unix", socket)
		if err == nil {
			conn.Close()
			return
		}
		if ctx.Err() != nil {
			t.Fatalf("PulseAudio does not listen: %v", err)
		}
	}
}

func (s *server) kill() {
	_ = s.process.Process.Kill()
	_ = s.process.Wait()
}

func (s *server) signal(t testing.TB, signal os.Signal) {
	t.Helper()
	if err := s.process.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
}

// control runs pactl and returns what it said, without the end of the line.
func (s *server) control(t testing.TB, arguments ...string) string {
	t.Helper()
	out, err := exec.Command("pactl", append([]string{"-s", s.address}, arguments...)...).CombinedOutput()
	if err != nil {
		t.Fatalf("pactl %v: %v: %s", arguments, err, out)
	}
	return strings.TrimSpace(string(out))
}

// plug adds a sink with its monitor and returns the module's number, to unload it by.
func (s *server) plug(t testing.TB, name, description string) string {
	t.Helper()
	return s.control(t, "load-module", "module-null-sink", "sink_name="+name, "rate=48000", "channels=1", "norewinds=1",
		"sink_properties=device.description="+description)
}
