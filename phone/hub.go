package phone

import (
	"context"
	"sync"
)

// hub hands snapshots to watchers, the newest replacing one not yet fetched.
type hub struct {
	mu     sync.Mutex
	subs   map[chan Snapshot]struct{}
	last   *Snapshot
	closed bool
}

func (h *hub) subscribe(ctx context.Context) <-chan Snapshot {
	ch := make(chan Snapshot, 1)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		close(ch)
		return ch
	}
	if h.subs == nil {
		h.subs = map[chan Snapshot]struct{}{}
	}
	h.subs[ch] = struct{}{}
	if h.last != nil {
		ch <- *h.last
	}
	context.AfterFunc(ctx, func() { h.unsubscribe(ch) })
	return ch
}

func (h *hub) unsubscribe(ch chan Snapshot) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, ok := h.subs[ch]; ok {
		delete(h.subs, ch)
		close(ch)
	}
}

// publish never waits: only it sends, so room made by taking the old snapshot stays.
func (h *hub) publish(s Snapshot) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.last = &s
	for ch := range h.subs {
		select {
		case <-ch:
		default:
		}
		ch <- s
	}
}

func (h *hub) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	for ch := range h.subs {
		delete(h.subs, ch)
		close(ch)
	}
}
