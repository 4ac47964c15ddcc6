//go:build pulse

package pulsetest

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

// Server is a PulseAudio for one test. It has two sinks, "Speaker" and "Bus" with the ids spk and
// bus, and their monitors.
type Server struct {
	// Address is where clients find it.
	Address    string
	directory  string
	process    *exec.Cmd
	complaints bytes.Buffer
}

// Start runs a server until the end of the test and makes it the default of clients in this
// process. norewinds keeps the null sinks from blocking a stream for seconds at its start.
func Start(t testing.TB) *Server {
	t.Helper()
	dir, err := os.MkdirTemp("", "pulse") // short: it becomes the name of a unix socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	s := &Server{directory: dir, Address: "unix:" + filepath.Join(dir, "native")}
	t.Cleanup(func() {
		s.Kill()
		if t.Failed() {
			t.Log(s.complaints.String())
		}
	})
	t.Setenv("PULSE_SERVER", s.Address)
	t.Setenv("HOME", dir) // where the client library keeps its cookie
	s.Start(t)
	return s
}

// Start runs the server again after Kill.
func (s *Server) Start(t testing.TB) {
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

// Kill ends the server as a crash would.
func (s *Server) Kill() {
	_ = s.process.Process.Kill()
	_ = s.process.Wait()
}

// Signal sends the server a signal.
func (s *Server) Signal(t testing.TB, signal os.Signal) {
	t.Helper()
	if err := s.process.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
}

// Control runs pactl and returns what it said, without the end of the line.
func (s *Server) Control(t testing.TB, arguments ...string) string {
	t.Helper()
	out, err := exec.Command("pactl", append([]string{"-s", s.Address}, arguments...)...).CombinedOutput()
	if err != nil {
		t.Fatalf("pactl %v: %v: %s", arguments, err, out)
	}
	return strings.TrimSpace(string(out))
}

// Plug adds a sink with its monitor and returns the module's number, for Unplug.
func (s *Server) Plug(t testing.TB, name, description string) string {
	t.Helper()
	return s.Control(t, "load-module", "module-null-sink", "sink_name="+name, "rate=48000", "channels=1", "norewinds=1",
		"sink_properties=device.description="+description)
}

// Unplug takes a sink away again.
func (s *Server) Unplug(t testing.TB, module string) {
	t.Helper()
	s.Control(t, "unload-module", module)
}
