// Package proxytest is a proxy for tests, like that of a company: HTTP, with tunnels (CONNECT),
// credentials, and names that only the proxy knows; and a relay that can stop. Only tests import it.
package proxytest

import (
	"encoding/base64"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

// Proxy runs until its test has ended.
type Proxy struct {
	// Address is its host:port.
	Address string

	mu      sync.Mutex
	names   map[string]string
	pair    string
	refuse  int
	tunnels []string
	pages   []string
	wg      sync.WaitGroup
	server  *httptest.Server
}

// Start runs a proxy that everybody may use for the addresses in names, which maps host:port as
// requested to the real address. Others do not exist (502).
func Start(t testing.TB, names map[string]string) *Proxy {
	t.Helper()
	p := &Proxy{names: names}
	p.server = httptest.NewServer(http.HandlerFunc(p.serve))
	p.Address = p.server.Listener.Addr().String()
	t.Cleanup(func() {
		p.server.CloseClientConnections()
		p.server.Close()
		p.wg.Wait()
	})
	return p
}

// Protect requires a name and a password.
func (p *Proxy) Protect(name, password string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pair = "Basic " + base64.StdEncoding.EncodeToString([]byte(name+":"+password))
}

// Refuse answers everything with a status; 0 ends that.
func (p *Proxy) Refuse(status int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refuse = status
}

// Tunnels are the addresses to which tunnels were made.
func (p *Proxy) Tunnels() []string { return p.seen(&p.tunnels) }

// Pages are the addresses to which requests were passed on.
func (p *Proxy) Pages() []string { return p.seen(&p.pages) }

func (p *Proxy) seen(list *[]string) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), *list...)
}

// look finds the real address, or the status of the refusal.
func (p *Proxy) look(r *http.Request) (real string, status int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch real = p.names[r.Host]; {
	case p.refuse != 0:
		return "", p.refuse
	case p.pair != "" && r.Header.Get("Proxy-Authorization") != p.pair:
		return "", http.StatusProxyAuthRequired
	case real == "":
		return "", http.StatusBadGateway
	}
	if r.Method == http.MethodConnect {
		p.tunnels = append(p.tunnels, r.Host)
	} else {
		p.pages = append(p.pages, r.Host)
	}
	return real, 0
}

func (p *Proxy) serve(w http.ResponseWriter, r *http.Request) {
	real, status := p.look(r)
	switch {
	case status != 0:
		http.Error(w, http.StatusText(status), status)
	case r.Method == http.MethodConnect:
		p.tunnel(w, real)
	default:
		p.pass(w, r, real)
	}
}

func (p *Proxy) tunnel(w http.ResponseWriter, real string) {
	there, err := net.Dial("tcp", real)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	here, buffered, err := w.(http.Hijacker).Hijack()
	if err != nil {
		_ = there.Close()
		return
	}
	_, _ = io.WriteString(here, "HTTP/1.1 200 Connection established\r\n\r\n")
	for _, way := range []struct {
		to   net.Conn
		from io.Reader
	}{{there, buffered}, {here, there}} {
		p.wg.Go(func() {
			_, _ = io.Copy(way.to, way.from)
			_, _ = here.Close(), there.Close()
		})
	}
}

func (p *Proxy) pass(w http.ResponseWriter, r *http.Request, real string) {
	out := r.Clone(r.Context())
	out.RequestURI, out.URL.Host = "", real
	out.Header.Del("Proxy-Authorization")
	once := &http.Transport{DisableKeepAlives: true}
	resp, err := once.RoundTrip(out)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer resp.Body.Close()
	for name, values := range resp.Header {
		w.Header()[name] = values
	}
	w.WriteHeader(resp.StatusCode)
	_, _ = io.Copy(w, resp.Body)
}
