package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// soundServer is a PulseAudio that we started, with null sinks as cards: what is played into one
// can be recorded from its monitor.
type soundServer struct {
	directory string
	process   *exec.Cmd
}

// The cards: each end has a mouth, whose monitor is its microphone, and an ear, its speaker.
var cards = []string{"mouthA", "earA", "mouthB", "earB"}

// browserMic is the microphone of A for a browser.
const browserMic = "micA"

// startSound runs the server and makes it the default of this process and its children. norewinds
// keeps a null sink from blocking a stream for seconds at its start.
func startSound(ctx context.Context) (*soundServer, error) {
	for _, program := range []string{"pulseaudio", "pacat", "parec"} {
		if _, err := exec.LookPath(program); err != nil {
			return nil, missingPart{program, "pulseaudio pulseaudio-utils"}
		}
	}
	directory, err := os.MkdirTemp("", "measure") // short: it becomes the name of a unix socket
	if err != nil {
		return nil, err
	}
	socket := filepath.Join(directory, "native")
	arguments := []string{
		"-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=false", "--log-level=error",
		"-L", "module-native-protocol-unix auth-anonymous=1 socket=" + socket,
	}
	for _, card := range cards {
		arguments = append(arguments, "-L", "module-null-sink sink_name="+card+
			" rate=48000 channels=1 norewinds=1 sink_properties=device.description="+card)
	}
	// Chromium takes no monitor for a microphone.
	arguments = append(arguments, "-L", "module-remap-source master=mouthA.monitor source_name="+browserMic+" channels=1 remix=no")
	s := &soundServer{directory, exec.Command("pulseaudio", arguments...)}
	s.process.Env = append(slices.DeleteFunc(os.Environ(), func(v string) bool {
		return strings.HasPrefix(v, "DBUS_") || strings.HasPrefix(v, "DISPLAY=")
	}), "HOME="+directory, "PULSE_RUNTIME_PATH="+directory, "PULSE_STATE_PATH="+directory)
	if err := s.process.Start(); err != nil {
		_ = os.RemoveAll(directory)
		return nil, fmt.Errorf("start PulseAudio: %w", err)
	}
	for _, set := range [][2]string{{"PULSE_SERVER", "unix:" + socket}, {"HOME", directory}} {
		if err := os.Setenv(set[0], set[1]); err != nil {
			s.close()
			return nil, err
		}
	}
	if err := awaitSocket(ctx, socket); err != nil {
		s.close()
		return nil, fmt.Errorf("start PulseAudio: %w", err)
	}
	return s, nil
}

// awaitSocket waits until somebody listens there.
func awaitSocket(ctx context.Context, socket string) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		conn, err := net.Dial("unix", socket)
		if err == nil {
			return conn.Close()
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return err
		}
	}
}

func (s *soundServer) close() {
	_ = s.process.Process.Kill()
	_ = s.process.Wait()
	_ = os.RemoveAll(s.directory)
}
