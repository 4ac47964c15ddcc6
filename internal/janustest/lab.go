//go:build janus

package janustest

import (
	"bytes"
	"embed"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Where the parts listen. The registrar knows the users 201 to 206, each with the secret "pw" and its
// number. It refuses calls to 480, 486 and 603 with that code, and knows no other numbers (404).
const (
	Gateway   = "http://" + Host + ":8088/janus"
	Socket    = "ws://" + Host + ":8188"
	Registrar = Host + ":5060"
)

// startTimeout is how long a part may take to begin.
const startTimeout = 15 * time.Second

//go:embed config
var config embed.FS

// Lab is a gateway, a registrar and two telephones.
type Lab struct {
	// Answering answers by itself and plays 440 Hz; its number is 202. Ringing is 203, which does as
	// it is ordered and plays the same.
	Answering, Ringing *Telephone
	dir                string
	gateway            *program
}

// program is a running program.
type program struct {
	name    string
	process *exec.Cmd
	log     string // a file
}

// Start runs everything until the end of the test.
func Start(t testing.TB) *Lab {
	t.Helper()
	l := &Lab{dir: t.TempDir()}
	l.write(t, "kamailio.cfg", "kamailio.cfg")
	l.run(t, "kamailio", nil, "-DD", "-E", "-m", "32", "-M", "4", "-Y", l.dir, "-f", filepath.Join(l.dir, "kamailio.cfg"))
	l.until(t, "the registrar", func() bool { return answers(Registrar) })
	tone := filepath.Join(l.dir, "440.wav")
	if err := os.WriteFile(tone, sine(440, 180*time.Second), 0o600); err != nil {
		t.Fatal(err)
	}
	l.Answering = l.telephone(t, "202", "auto", "4444", tone)
	l.Ringing = l.telephone(t, "203", "manual", "4445", tone)
	for _, file := range []string{"janus.jcfg", "janus.plugin.sip.jcfg", "janus.transport.http.jcfg", "janus.transport.websockets.jcfg"} {
		l.write(t, file, filepath.Join("janus", file))
	}
	l.StartGateway(t)
	return l
}

// StartGateway runs the gateway again after StopGateway.
func (l *Lab) StartGateway(t testing.TB) {
	t.Helper()
	l.gateway = l.run(t, "janus", nil, "-F", filepath.Join(l.dir, "janus"))
	l.until(t, "the gateway", func() bool {
		resp, err := http.Get(Gateway + "/info")
		if err != nil {
			return false
		}
		defer resp.Body.Close()
		about, _ := io.ReadAll(resp.Body)
		return bytes.Contains(about, []byte("janus.plugin.sip"))
	})
}

// StopGateway ends the gateway as a crash would.
func (l *Lab) StopGateway() { l.gateway.kill() }

// write fills a file of config in.
func (l *Lab) write(t testing.TB, name, to string, more ...string) {
	t.Helper()
	text, err := config.ReadFile("config/" + name)
	if err != nil {
		t.Fatal(err)
	}
	libraries, _ := filepath.Glob("/usr/lib/*/janus")
	modules, _ := filepath.Glob("/usr/lib/*/kamailio/modules")
	if len(libraries) != 1 || len(modules) != 1 {
		t.Fatalf("these tests need janus and kamailio: %v %v", libraries, modules)
	}
	fill := strings.NewReplacer(append([]string{"@host@", Host, "@dir@", l.dir, "@janus@", libraries[0], "@kamailio@", modules[0]}, more...)...)
	to = filepath.Join(l.dir, to)
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, []byte(fill.Replace(string(text))), 0o600); err != nil {
		t.Fatal(err)
	}
}

// run starts a program, which ends with the test. Its log is shown where the test fails.
func (l *Lab) run(t testing.TB, name string, input io.Reader, arguments ...string) *program {
	t.Helper()
	log, err := os.CreateTemp(l.dir, name+"-*.log")
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	p := &program{name: name, process: exec.Command(name, arguments...), log: log.Name()}
	p.process.Stdin, p.process.Stdout, p.process.Stderr = input, log, log
	p.process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := p.process.Start(); err != nil {
		t.Fatalf("these tests need %s: %v", name, err)
	}
	t.Cleanup(func() {
		p.kill()
		if t.Failed() {
			text := p.said()
			t.Logf("%s:\n%s", name, text[max(0, len(text)-4000):])
		}
	})
	return p
}

// kill ends a program and its children at once. Some do not leave when asked to.
func (p *program) kill() {
	_ = syscall.Kill(-p.process.Process.Pid, syscall.SIGKILL)
	_ = p.process.Wait()
}

// said is all that a program has written.
func (p *program) said() string {
	text, _ := os.ReadFile(p.log)
	return string(text)
}

func (l *Lab) until(t testing.TB, what string, ok func() bool) {
	t.Helper()
	late := time.Now().Add(startTimeout)
	for !ok() {
		if time.Now().After(late) {
			t.Fatalf("%s has not begun in %s", what, startTimeout)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// answers asks a registrar for a sign of life.
func answers(address string) bool {
	conn, err := net.Dial("udp", address)
	if err != nil {
		return false
	}
	defer conn.Close()
	_, _ = io.WriteString(conn, strings.ReplaceAll(`OPTIONS sip:`+address+` SIP/2.0
Via: SIP/2.0/UDP `+conn.LocalAddr().String()+`;branch=z9hG4bK1
From: <sip:test@`+address+`>;tag=1
To: <sip:test@`+address+`>
Call-ID: 1
CSeq: 1 OPTIONS
Max-Forwards: 1
Content-Length: 0

`, "\n", "\r\n"))
	_ = conn.SetReadDeadline(time.Now().Add(200 * time.Millisecond))
	n, err := conn.Read(make([]byte, 1500))
	return err == nil && n > 0
}
