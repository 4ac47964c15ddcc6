// Package newest passes values on where only the last one counts: a slow reader misses values, but
// never the last. A sender never waits.
package newest

import (
	"context"
	"sync"
)

// Put puts a value into a channel of size one and replaces one that nobody took. Only one goroutine
// at a time may send.
func Put[T any](into chan T, value T) {
	select {
	case <-into:
	default:
	}
	into <- value // has room: nobody else sends
}

// Hub hands values to any number of watchers. The zero value is ready.
type Hub[T any] struct {
	mu     sync.Mutex
	subs   map[chan T]struct{}
	last   *T
	closed bool
}

// Watch gives the newest value, now and whenever there is a newer one, until ctx ends or the hub is
// closed; the channel is closed then.
func (h *Hub[T]) Watch(ctx context.Context) <-chan T {
	ch := make(chan T, 1) // full: the newest takes the place
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		close(ch)
		return ch
	}
	if h.subs == nil {
		h.subs = map[chan T]struct{}{}
	}
	h.subs[ch] = struct{}{}
	if h.last != nil {
		ch <- *h.last
	}
	context.AfterFunc(ctx, func() { h.leave(ch) })
	return ch
}

func (h *Hub[T]) leave(ch chan T) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, ok := h.subs[ch]; ok {
		delete(h.subs, ch)
		close(ch)
	}
}

// Publish hands a value to everybody.
func (h *Hub[T]) Publish(value T) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.last = &value
	for ch := range h.subs {
		Put(ch, value)
	}
}

// Close ends all watches. What was published last can still be taken.
func (h *Hub[T]) Close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	for ch := range h.subs {
		delete(h.subs, ch)
		close(ch)
	}
}
