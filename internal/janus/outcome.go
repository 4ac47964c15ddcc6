package janus

import (
	"slices"
	"time"
)

// acked notes that a request has arrived. Most are followed by something else.
func (l *loop) acked(a *question) {
	switch a.kind {
	case askProbe, askTrivial, askDetach:
		l.done(a)
	}
}

// succeeded is the reply that says it all; id is what was made.
func (l *loop) succeeded(a *question, id uint64) {
	l.done(a)
	switch a.kind {
	case askCreate:
		if id == 0 {
			l.notStarted(failing{err: errNoMessage})
			return
		}
		l.created(id)
	case askMaster:
		l.mastered(id)
	case askHandle:
		l.helped(id)
	case askDestroy:
		l.left = true
	}
}

// failed handles a question that failed.
func (l *loop) failed(a *question, f failing) {
	l.done(a)
	if f.code == codeNoHandle && a.handle != nil && l.handles[a.handle.id] == a.handle {
		defer l.gone(a.handle)
	}
	switch a.kind {
	case askCreate, askMaster:
		l.notStarted(f)
	case askRegister:
		l.registrationFailed(f)
	case askProbe:
		l.unheard(a.at, f)
	case askHandle:
		l.provideAt = time.Now().Add(provideAgain)
	case askHelper:
		l.provideAt = time.Now().Add(provideAgain)
		l.release(a.handle)
	case askDetach:
		if f.err != nil || f.late {
			l.doomed = append(l.doomed, a.handle)
			l.suspect()
		}
	case askUnregister:
		l.destroy()
	case askDestroy:
		l.left = true
	case askTrivial:
		l.log.Debug("the gateway refused what does not matter", "code", f.code, "err", f.err)
		if f.err != nil {
			l.suspect()
		}
	default:
		l.failedCall(a, f)
	}
}

// failedCall handles a question about a call that failed.
func (l *loop) failedCall(a *question, f failing) {
	c := a.call
	switch a.kind {
	case askRoom:
		l.refuse(a.order, failing{reason: "the gateway has no room for one more call"})
		l.drop(c)
	case askCall:
		l.refuse(a.order, f)
		l.drop(c)
	case askEnd:
		l.drop(c)
		l.tell(Ended{ID: c.id, How: c.ending, Code: c.declined})
	case askFreed:
		l.drop(c)
		l.tell(Ended{ID: c.id, How: EndedLost, Reason: c.freed})
	case askTone, askRing:
		l.goOn(c)
	case askDigit: // those after it are of no use any more
		l.asks = slices.DeleteFunc(l.asks, func(b *question) bool { return b.kind == askDigit && b.call == c })
		l.refuse(a.order, f)
	case askAnswer, askUpdate, askHold, askReoffer, askTransfer, askOutcome:
		l.refuse(a.order, f)
	}
	if f.err != nil {
		l.suspect()
	}
}

func (l *loop) refuse(o Order, f failing) {
	if o != nil {
		l.tell(Refused{Order: o, Code: f.code, Reason: f.words()})
	}
}
