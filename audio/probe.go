package audio

import (
	"bufio"
	"context"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// probeLimit is how long a sound server on another machine may take to answer.
const probeLimit = 300 * time.Millisecond

// pulseAnswers reports whether a PulseAudio server can be reached. It is asked before anything that
// is repeated, since miniaudio leaves a file descriptor open each time PulseAudio's client library
// finds no server. The addresses are looked up as that library does, except that of an X server: a
// server known only there is found at the start alone.
func pulseAnswers(ctx context.Context) bool {
	for _, address := range pulseAddresses() {
		network, address := pulseDial(address)
		dialer := net.Dialer{Timeout: probeLimit}
		if conn, err := dialer.DialContext(ctx, network, address); err == nil {
			_ = conn.Close() // the server ignores a client that says nothing
			return true
		}
	}
	return false
}

// pulseAddresses are where a server may be, in PulseAudio's own notation: those of the environment,
// else those of the client's configuration, else the socket of the session.
func pulseAddresses() []string {
	list := os.Getenv("PULSE_SERVER")
	if list == "" {
		list = configuredServer()
	}
	if list != "" {
		return strings.Fields(list)
	}
	if dir := os.Getenv("PULSE_RUNTIME_PATH"); dir != "" {
		return []string{filepath.Join(dir, "native")}
	}
	addresses := []string{"/run/pulse/native", "/var/run/pulse/native"}
	if dir := os.Getenv("XDG_RUNTIME_DIR"); filepath.IsAbs(dir) {
		addresses = append([]string{filepath.Join(dir, "pulse", "native")}, addresses...)
	}
	// Without a session directory the socket is behind a link that is named after the machine.
	if home, err := os.UserHomeDir(); err == nil {
		links, _ := filepath.Glob(filepath.Join(home, ".config", "pulse", "*-runtime", "native"))
		addresses = append(addresses, links...)
	}
	return addresses
}

// pulseDial turns "{machine}unix:/path", "/path", "tcp:host:port" or "host" into arguments of
// net.Dial. 4713 is PulseAudio's port.
func pulseDial(address string) (network, target string) {
	if i := strings.IndexByte(address, '}'); i >= 0 && strings.HasPrefix(address, "{") {
		address = address[i+1:]
	}
	if path, ok := strings.CutPrefix(address, "unix:"); ok || strings.HasPrefix(address, "/") {
		return "unix", path
	}
	network = "tcp"
	for _, prefix := range []string{"tcp4", "tcp6", "tcp"} {
		if host, ok := strings.CutPrefix(address, prefix+":"); ok {
			network, address = prefix, host
			break
		}
	}
	if _, _, err := net.SplitHostPort(address); err != nil {
		address = net.JoinHostPort(strings.Trim(address, "[]"), "4713")
	}
	return network, address
}

// configuredServer is the default-server of the first client.conf that has one.
func configuredServer() string {
	var files []string
	if own := os.Getenv("PULSE_CLIENTCONFIG"); own != "" {
		files = append(files, own)
	} else {
		if dir, err := os.UserConfigDir(); err == nil {
			files = append(files, filepath.Join(dir, "pulse", "client.conf"))
		}
		files = append(files, "/etc/pulse/client.conf")
	}
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			continue
		}
		server := defaultServer(f)
		_ = f.Close()
		if server != "" {
			return server
		}
	}
	return ""
}

// defaultServer reads one client.conf: "default-server = address", and comments after ; or #.
func defaultServer(r io.Reader) string {
	lines := bufio.NewScanner(io.LimitReader(r, 1<<16))
	for lines.Scan() {
		key, value, found := strings.Cut(lines.Text(), "=")
		if found && strings.TrimSpace(key) == "default-server" {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
