package appws

import "sync"

// notice tells any number of waiters that something changed.
type notice struct {
	mu   sync.Mutex
	more chan struct{} // closed and replaced by a signal, if somebody waits
	seen bool          // somebody has more
}

// wait returns a channel that the next signal closes.
func (n *notice) wait() <-chan struct{} {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.seen = true
	return n.more
}

func (n *notice) signal() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.seen {
		close(n.more)
		n.more, n.seen = make(chan struct{}), false
	}
}
