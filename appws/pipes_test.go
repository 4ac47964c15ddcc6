package appws

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
)

// pipes is a network in fake time: its listener accepts what dial makes. It buffers nothing: a
// write waits until it has been read, unless the network is roomy.
type pipes struct {
	roomy bool
	conns chan net.Conn
	down  chan struct{}
	close sync.Once

	mu      sync.Mutex
	refused bool
	dials   int
	last    net.Conn
}

func newPipes() *pipes { return &pipes{conns: make(chan net.Conn), down: make(chan struct{})} }

var errCut = errors.New("the line is cut")

// dial is Config.DialContext.
func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	p.mu.Lock()
	p.dials++
	refused := p.refused
	p.mu.Unlock()
	if refused {
		return nil, errCut
	}
	near, far := net.Pipe()
	if p.roomy {
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
		return nil, errCut
	}
}

// cut breaks the newest connection; with refuse no others can be made.
func (p *pipes) cut(refuse bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refused = refuse
	_ = p.last.Close()
}

func (p *pipes) attempts() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.dials
}

func (p *pipes) mend() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refused = false
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.down:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe"} }

func (p *pipes) Close() error {
	p.close.Do(func() { close(p.down) })
	return nil
}

// serve runs a service on the network; stop ends it and waits.
func (p *pipes) serve(s *Service) (stop func()) {
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
