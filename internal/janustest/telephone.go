//go:build janus

package janustest

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// Telephone is a baresip.
type Telephone struct {
	Number  string
	control string // where it takes orders
	dir     string
	program *program
	old     []string // recordings that do not count any more
}

func (l *Lab) telephone(t testing.TB, number, answers, port, tone string) *Telephone {
	t.Helper()
	p := &Telephone{Number: number, control: "127.0.0.1:" + port, dir: filepath.Join(l.dir, number)}
	fill := []string{"@number@", number, "@answers@", answers, "@port@", port, "@tone@", tone, "@own@", p.dir}
	l.write(t, "baresip", filepath.Join(number, "config"), fill...)
	l.write(t, "accounts", filepath.Join(number, "accounts"), fill...)
	l.write(t, "contacts", filepath.Join(number, "contacts"), fill...)
	// It ends when its input ends, so it gets a pipe that stays open.
	silence, mouth, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = silence.Close(); _ = mouth.Close() })
	p.program = l.run(t, "baresip", silence, "-f", p.dir, "-p", p.dir)
	l.until(t, "telephone "+number, func() bool { return strings.Contains(p.Said(), "200 OK") })
	return p
}

// Said is what it has written to its log.
func (p *Telephone) Said() string { return p.program.said() }

// Order has it do something: "dial" with a SIP URI, "accept", "hangup".
func (p *Telephone) Order(t testing.TB, command, what string) {
	t.Helper()
	conn, err := net.Dial("tcp", p.control)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	order, _ := json.Marshal(map[string]string{"command": command, "params": what})
	_, err = fmt.Fprintf(conn, "%d:%s,", len(order), order)
	_ = conn.SetReadDeadline(time.Now().Add(5 * time.Second))
	if _, read := conn.Read(make([]byte, 4096)); err != nil || read != nil {
		t.Fatalf("telephone %s takes no orders: %v %v", p.Number, err, read)
	}
}

// Listen forgets what it recorded before the next call. It names recordings by the second, so the next one
// has to begin in another second.
func (p *Telephone) Listen() {
	p.old = p.recordings()
	time.Sleep(time.Until(time.Now().Truncate(time.Second).Add(time.Second)))
}

// ShareOf is the share of a tone in what it has heard, 0 to 1: that of the purest second in all
// recordings.
func (p *Telephone) ShareOf(t testing.TB, hz float64) float64 {
	t.Helper()
	best := 0.0
	for _, file := range p.recordings() {
		if slices.Contains(p.old, file) {
			continue
		}
		wav, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		best = max(best, purest(wav, hz))
	}
	return best
}

func (p *Telephone) recordings() []string {
	files, _ := filepath.Glob(filepath.Join(p.dir, "dump-*-dec.wav"))
	return files
}
