// Package notice tells any number of waiters that something changed.
package notice

import "sync"

// Notice is a change that others wait for. New makes one.
type Notice struct {
	mu   sync.Mutex
	more chan struct{} // closed and replaced by a signal, if somebody waits
	seen bool          // somebody has more
}

// New makes a notice that nobody waits for.
func New() *Notice { return &Notice{more: make(chan struct{})} }

// Wait returns a channel that the next Signal closes.
func (n *Notice) Wait() <-chan struct{} {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.seen = true
	return n.more
}

// Signal wakes all who wait.
func (n *Notice) Signal() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.seen {
		close(n.more)
		n.more, n.seen = make(chan struct{}), false
	}
}
