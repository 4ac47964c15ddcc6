package janus

import "time"

const (
	// maxHandles bounds how many handles we have, and with that the calls.
	maxHandles = 11
	// provideAgain is how long no helper is wanted after one could not be had.
	provideAgain = 5 * time.Second
)

// handle is room for one call at the gateway.
type handle struct {
	id    uint64
	ready bool // registered, as master or as helper
	call  *call
	taken bool // by a call whose media the gateway has not freed
}

// provide gives handles to calls that wait for one, and has one more ready.
func (l *loop) provide() {
	if l.phase != registered || l.leaving {
		return
	}
	queued := 0
	for _, c := range l.inOrder() {
		if c.stage != waiting {
			continue
		}
		if h := l.freeHandle(); h != nil {
			l.dialOn(c, h)
		} else {
			queued++
		}
	}
	if l.away || !l.provideAt.IsZero() {
		return
	}
	coming, free := 0, 0
	for _, a := range l.asks {
		if a.kind == askHandle {
			coming++
		}
	}
	total := len(l.handles) + coming
	for _, h := range l.handles {
		switch {
		case h == l.master || h.call != nil:
		case h.ready:
			free++
		default:
			coming++
		}
	}
	for ; free+coming < queued+1 && total < maxHandles; total++ {
		l.request(question{kind: askHandle}, request{Janus: "attach", Plugin: plugin})
		coming++
	}
}

// freeHandle is a helper without a call. The master is left to be called, unless the gateway gives us no
// helpers.
func (l *loop) freeHandle() *handle {
	for _, h := range l.handles {
		if h != l.master && h.ready && h.call == nil {
			return h
		}
	}
	if !l.provideAt.IsZero() && l.master.call == nil && !l.master.taken {
		return l.master
	}
	return nil
}

// helped has a handle that is to be a helper.
func (l *loop) helped(id uint64) {
	h := &handle{id: id}
	l.handles[id] = h
	l.message(question{kind: askHelper, handle: h}, body{
		"request": "register", "type": "helper", "username": l.account.URI, "master_id": l.id,
	}, nil)
}

// release gives a helper back. The master has to end what is left of a call.
func (l *loop) release(h *handle) {
	if h == l.master {
		return
	}
	delete(l.handles, h.id)
	l.request(question{kind: askDetach, handle: h}, request{Janus: "detach"})
}

// gone is a handle that the gateway has taken away.
func (l *loop) gone(h *handle) {
	if h == l.master {
		l.lose()
		return
	}
	delete(l.handles, h.id)
	if h.call != nil {
		l.orphan(h.call)
	}
}
