package proxytest

import (
	"net"
	"sync"
	"testing"
)

// Relay passes TCP on, and stops to on demand.
type Relay struct {
	// Address is where it listens.
	Address string
	target  string
	flows   sync.RWMutex // held for writing while nothing may pass
	mu      sync.Mutex
	open    []net.Conn
	work    sync.WaitGroup
}

// StartRelay passes TCP on to a target until the end of the test.
func StartRelay(t testing.TB, target string) *Relay {
	t.Helper()
	door, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &Relay{Address: door.Addr().String(), target: target}
	r.work.Go(func() { r.serve(door) })
	t.Cleanup(func() {
		_ = door.Close()
		r.Reset()
		r.work.Wait()
	})
	return r
}

func (r *Relay) serve(door net.Listener) {
	for {
		near, err := door.Accept()
		if err != nil {
			return
		}
		far, err := net.Dial("tcp", r.target)
		if err != nil {
			_ = near.Close()
			continue
		}
		r.mu.Lock()
		r.open = append(r.open, near, far)
		r.mu.Unlock()
		r.work.Go(func() { r.pass(far, near) })
		r.work.Go(func() { r.pass(near, far) })
	}
}

func (r *Relay) pass(to, from net.Conn) {
	defer to.Close()
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		r.flows.RLock()
		_, failed := to.Write(buffer[:n])
		r.flows.RUnlock()
		if err != nil || failed != nil {
			return
		}
	}
}

// Stop lets nothing pass until Resume, which has to follow; what is on its way is kept.
func (r *Relay) Stop() { r.flows.Lock() }

// Resume lets it pass again.
func (r *Relay) Resume() { r.flows.Unlock() }

// Reset drops what is connected.
func (r *Relay) Reset() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range r.open {
		_ = c.Close()
	}
	r.open = nil
}
