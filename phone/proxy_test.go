package phone_test

import (
	"bufio"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// proxy stands before a PBX and passes everything on until it is told to misbehave.
type proxy struct {
	listener net.Listener
	target   string
	tls      *tls.Config // nil for none
	tasks    sync.WaitGroup

	mu    sync.Mutex
	fault func(net.Conn) // what happens to each new connection; nil while the proxy is well
	conns map[net.Conn]bool
}

func newProxy(t *testing.T, target string, config *tls.Config) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{listener: l, target: target, tls: config, conns: map[net.Conn]bool{}}
	p.tasks.Go(p.accept)
	t.Cleanup(func() { _ = l.Close(); p.misbehave(func(net.Conn) {}); p.tasks.Wait() })
	return p
}

func (p *proxy) address() string {
	scheme := "http://"
	if p.tls != nil {
		scheme = "https://"
	}
	return scheme + p.listener.Addr().String()
}

func (p *proxy) accept() {
	for {
		c, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.tasks.Go(func() { p.serve(c) })
	}
}

// misbehave breaks all connections, and does this to each new one.
func (p *proxy) misbehave(fault func(net.Conn)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fault = fault
	for c := range p.conns {
		_ = c.Close()
	}
}

func (p *proxy) heal() { p.misbehave(nil) }

// keep registers a connection, which ends with the next change, and tells what is to happen to it.
func (p *proxy) keep(c net.Conn) (fault func(net.Conn)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.conns[c] = true
	return p.fault
}

func (p *proxy) drop(c net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.conns, c)
	_ = c.Close()
}

func (p *proxy) serve(c net.Conn) {
	defer p.drop(c)
	if fault := p.keep(c); fault != nil {
		fault(c)
		return
	}
	if p.tls != nil {
		c = tls.Server(c, p.tls)
	}
	p.forward(c, c)
}

// forward passes a connection on. first is where its bytes come from.
func (p *proxy) forward(c net.Conn, first io.Reader) {
	there, err := net.Dial("tcp", p.target)
	if err != nil {
		return
	}
	defer p.drop(there)
	p.keep(there)
	var back sync.WaitGroup
	back.Go(func() { _, _ = io.Copy(c, there); _ = c.Close() })
	_, _ = io.Copy(there, first)
	_ = there.Close()
	back.Wait()
}

// The ways to misbehave.

func closes(net.Conn) {}

func resets(c net.Conn) { _ = c.(*net.TCPConn).SetLinger(0) }

func hears(c net.Conn) { _, _ = c.Read(make([]byte, 4096)) }

// cutsTLS breaks the handshake off after the first bytes of its answer.
func cutsTLS(c net.Conn) { hears(c); _, _ = c.Write([]byte("\x16\x03\x03\x00\x40\x02")) }

// speaksPlainly answers a TLS greeting in plain text.
func speaksPlainly(answer ...string) func(net.Conn) {
	return func(c net.Conn) { hears(c); _, _ = io.WriteString(c, strings.Join(answer, "\r\n")) }
}

func keepsSilent(c net.Conn) { _, _ = io.Copy(io.Discard, c) }

// says answers every request with the same lines.
func says(answer ...string) func(net.Conn) {
	return func(c net.Conn) {
		if _, err := http.ReadRequest(bufio.NewReader(c)); err == nil {
			_, _ = io.WriteString(c, strings.Join(answer, "\r\n"))
		}
	}
}

// upgradesSay answers so to websockets only and passes the rest on.
func (p *proxy) upgradesSay(answer ...string) func(net.Conn) {
	return func(c net.Conn) {
		var seen strings.Builder
		r := bufio.NewReader(io.TeeReader(c, &seen))
		req, err := http.ReadRequest(r)
		switch {
		case err != nil:
		case req.Header.Get("Upgrade") != "":
			_, _ = io.WriteString(c, strings.Join(answer, "\r\n"))
		default:
			p.forward(c, io.MultiReader(strings.NewReader(seen.String()), c))
		}
	}
}
