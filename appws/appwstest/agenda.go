package appwstest

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"time"
)

// maxAgenda is how many messages may wait for their time on one connection.
const maxAgenda = 10_000

var errFullAgenda = errors.New("too many answers wait")

// agenda has the messages of a connection that are due at some time. Those of one time keep their order.
type agenda struct {
	mu    sync.Mutex
	items []due // by their time
	// changed has a token when another item is the first one.
	changed chan struct{}
}

type due struct {
	at   time.Time
	text json.RawMessage
}

func newAgenda() *agenda { return &agenda{changed: make(chan struct{}, 1)} }

func (a *agenda) add(at time.Time, text json.RawMessage) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.items) == maxAgenda {
		return errFullAgenda
	}
	i := len(a.items)
	for i > 0 && a.items[i-1].at.After(at) {
		i--
	}
	a.items = slices.Insert(a.items, i, due{at, text})
	if i == 0 {
		select {
		case a.changed <- struct{}{}:
		default:
		}
	}
	return nil
}

// next takes the first item if it is due; else it says how long that takes, 0 for nothing there.
func (a *agenda) next() (text json.RawMessage, wait time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.items) == 0 {
		return nil, 0
	}
	if wait = time.Until(a.items[0].at); wait > 0 {
		return nil, wait
	}
	text = a.items[0].text
	a.items = slices.Delete(a.items, 0, 1)
	return text, 0
}

// sendAll sends each message when it is due, until ctx or the connection ends.
func (a *agenda) sendAll(ctx context.Context, c asker) {
	for {
		text, wait := a.next()
		if text != nil {
			if c.Send(context.WithoutCancel(ctx), text) != nil {
				return
			}
			continue
		}
		var over <-chan time.Time
		if wait > 0 {
			over = time.After(wait)
		}
		select {
		case <-a.changed:
		case <-over:
		case <-ctx.Done():
			return
		}
	}
}
