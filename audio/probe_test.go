package audio

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestPulseDial(t *testing.T) {
	for address, want := range map[string]string{
		"unix:/run/user/1000/pulse/native":       "unix /run/user/1000/pulse/native",
		"/run/user/1000/pulse/native":            "unix /run/user/1000/pulse/native",
		"{0f3c}unix:/run/user/1000/pulse/native": "unix /run/user/1000/pulse/native",
		"tcp:studio.example:4000":                "tcp studio.example:4000",
		"tcp6:[2001:db8::1]":                     "tcp6 [2001:db8::1]:4713",
		"studio.example":                         "tcp studio.example:4713",
		"{":                                      "tcp {:4713",
		"":                                       "tcp :4713",
	} {
		if network, target := pulseDial(address); network+" "+target != want {
			t.Errorf("%q is dialled as %s %s, want %s", address, network, target, want)
		}
	}
}

func TestPulseAddresses(t *testing.T) {
	home := t.TempDir()
	for _, key := range []string{"PULSE_SERVER", "PULSE_RUNTIME_PATH", "PULSE_CLIENTCONFIG", "XDG_CONFIG_HOME"} {
		t.Setenv(key, "")
	}
	t.Setenv("HOME", home)
	t.Setenv("XDG_RUNTIME_DIR", "/run/user/7")
	if got := pulseAddresses(); got[0] != "/run/user/7/pulse/native" {
		t.Errorf("in a session: %q", got)
	}
	t.Setenv("PULSE_RUNTIME_PATH", "/elsewhere")
	if got := pulseAddresses(); !slices.Equal(got, []string{"/elsewhere/native"}) {
		t.Errorf("with a runtime path: %q", got)
	}
	config := filepath.Join(home, "client.conf")
	if err := os.WriteFile(config, []byte("; default-server = no\n# nor this = \ndefault-server = tcp:a tcp:b\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PULSE_CLIENTCONFIG", config)
	if got := pulseAddresses(); !slices.Equal(got, []string{"tcp:a", "tcp:b"}) {
		t.Errorf("with a configuration: %q", got)
	}
	t.Setenv("PULSE_SERVER", "unix:/one two")
	if got := pulseAddresses(); !slices.Equal(got, []string{"unix:/one", "two"}) {
		t.Errorf("with a server in the environment: %q", got)
	}
}

func TestPulseAnswers(t *testing.T) {
	dir, err := os.MkdirTemp("", "probe") // short: it becomes the name of a unix socket
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "native")
	t.Setenv("PULSE_SERVER", "unix:"+path)
	if pulseAnswers(context.Background()) {
		t.Error("nothing answers")
	}
	listener, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	if !pulseAnswers(context.Background()) {
		t.Error("a server that listens was not found")
	}
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	if pulseAnswers(ended) {
		t.Error("somebody answers after the end")
	}
}

func FuzzPulseDial(f *testing.F) {
	for _, address := range []string{"unix:/a", "{m}tcp:b:1", "tcp6:[::1]", "", "}", "{}"} {
		f.Add(address)
	}
	f.Fuzz(func(t *testing.T, address string) {
		if network, _ := pulseDial(address); network != "unix" && !strings.HasPrefix(network, "tcp") {
			t.Errorf("%q is dialled by %q", address, network)
		}
		_ = defaultServer(strings.NewReader(address))
	})
}
