// Package pipenet is a network in memory, for tests in fake time.
package pipenet

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
)

// Net is a network in fake time: its listener accepts what Dial makes. It buffers nothing: a
// write waits until it has been read, unless the network is Roomy.
type Net struct {
	// Roomy lets a thousand writes wait before the other end reads.
	Roomy bool
	conns chan net.Conn
	down  chan struct{}
	close sync.Once

	mu      sync.Mutex
	refused bool
	dials   int
	last    net.Conn
}

// New makes a network without connections.
func New() *Net { return &Net{conns: make(chan net.Conn), down: make(chan struct{})} }

// ErrCut is the error of a Dial on a network that was cut or closed.
var ErrCut = errors.New("the line is cut")

// Dial is Config.DialContext.
func (p *Net) Dial(ctx context.Context, _, _ string) (net.Conn, error) {
	p.mu.Lock()
	p.dials++
	refused := p.refused
	p.mu.Unlock()
	if refused {
		return nil, ErrCut
	}
	near, far := net.Pipe()
	if p.Roomy {
		near, far = newRoomy(near), newRoomy(far)
	}
	select {
	case p.conns <- far:
		p.mu.Lock()
		p.last = near
		p.mu.Unlock()
		return near, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-p.down:
		return nil, ErrCut
	}
}

// Cut breaks the newest connection; with refuse no others can be made.
func (p *Net) Cut(refuse bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refused = refuse
	if p.last != nil {
		_ = p.last.Close()
	}
}

// Attempts counts the calls of Dial.
func (p *Net) Attempts() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.dials
}

// Mend lets connections be made again.
func (p *Net) Mend() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refused = false
}

// Accept is net.Listener's.
func (p *Net) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.down:
		return nil, net.ErrClosed
	}
}

// Addr is net.Listener's.
func (p *Net) Addr() net.Addr { return &net.UnixAddr{Name: "pipe"} }

// Close refuses all further connections.
func (p *Net) Close() error {
	p.close.Do(func() { close(p.down) })
	return nil
}

// Service is a server on the network.
type Service interface {
	http.Handler
	Close() error
}

// Serve runs a service on the network; stop ends it and waits.
func (p *Net) Serve(s Service) (stop func()) {
	server := &http.Server{Handler: s}
	var served sync.WaitGroup
	served.Go(func() { _ = server.Serve(p) })
	return func() {
		_ = s.Close()
		_ = server.Close()
		served.Wait()
	}
}

// roomyConn is a connection that takes a thousand writes before the other end reads.
type roomyConn struct {
	net.Conn
	out  chan []byte
	over chan struct{}
	once sync.Once
}

func newRoomy(c net.Conn) *roomyConn {
	r := &roomyConn{Conn: c, out: make(chan []byte, 1000), over: make(chan struct{})}
	go r.pump()
	return r
}

func (r *roomyConn) pump() {
	for {
		select {
		case b := <-r.out:
			if _, err := r.Conn.Write(b); err != nil {
				return
			}
		case <-r.over:
			return
		}
	}
}

func (r *roomyConn) Write(b []byte) (int, error) {
	select {
	case r.out <- append([]byte(nil), b...):
		return len(b), nil
	case <-r.over:
		return 0, net.ErrClosed
	}
}

func (r *roomyConn) Close() error {
	r.once.Do(func() { close(r.over) })
	return r.Conn.Close()
}
