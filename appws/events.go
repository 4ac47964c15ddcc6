package appws

import (
	"slices"
	"sync"
)

// maxEvents bounds what waits for a Client's Next: the newest of the failed attempts that follow one
// another, and the newest connections, which hold what they received.
const maxEvents = 16

// events are what happened to a Client and was not told yet, oldest first.
type events struct {
	mu   sync.Mutex
	list []Event
	came chan struct{} // has a token when there is news
}

// add keeps an event and makes room where Next is not called.
func (q *events) add(e Event) {
	q.mu.Lock()
	defer q.mu.Unlock()
	_, failed := e.(Failed)
	if last := len(q.list) - 1; failed && last >= 0 && isFailed(q.list[last]) {
		q.list[last] = e
	} else {
		q.list = append(q.list, e)
	}
	if len(q.list) > maxEvents {
		q.forget()
	}
	signal(q.came)
}

func isFailed(e Event) bool { _, ok := e.(Failed); return ok }

// forget drops the oldest connection that came and went unseen, with the failed attempts after it, and
// counts it at the next one. The list is full, so it has one.
func (q *events) forget() {
	isOpened := func(e Event) bool { _, ok := e.(Opened); return ok }
	first := slices.IndexFunc(q.list, isOpened)
	if first < 0 {
		return
	}
	length := slices.IndexFunc(q.list[first+1:], isOpened)
	if length < 0 {
		return
	}
	gone, after := q.list[first].(Opened), q.list[first+1+length].(Opened)
	after.Missed += gone.Missed + 1
	q.list[first+1+length] = after
	q.list = slices.Delete(q.list, first, first+1+length)
}

// take is the oldest event, nil for none.
func (q *events) take() Event {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.list) == 0 {
		return nil
	}
	e := q.list[0]
	q.list = slices.Delete(q.list, 0, 1)
	if len(q.list) > 0 {
		signal(q.came)
	}
	return e
}
