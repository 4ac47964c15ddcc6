package janus

import (
	"crypto/rand"
	"encoding/json"
	"slices"
	"time"
)

// kind is what a request is for.
type kind uint8

const (
	askCreate kind = iota
	askMaster
	askRegister
	askProbe
	askHandle
	askHelper
	askRoom // no request: a call waits for a handle
	askCall
	askAnswer
	askUpdate
	askEnd
	askHold
	askReoffer
	askDigit
	askTransfer
	askOutcome // no request: of a transfer that has begun
	askFreed   // no request: the gateway has freed the media of a call that is not over
	askTone    // no request: tones by signalling may be under way
	askRing    // no request: a call came in this moment
	askDetach
	askTrivial // nothing depends on it
	askUnregister
	askDestroy
)

// replyTimeout is for what the reply to a request says: an error of the way there comes first.
const replyTimeout = postTimeout + time.Second

// timeout is how long each may take.
var timeout = [...]time.Duration{
	askCreate: replyTimeout, askMaster: replyTimeout, askRegister: 40 * time.Second, askProbe: replyTimeout,
	askHandle: replyTimeout, askHelper: 5 * time.Second, askRoom: 10 * time.Second,
	askCall: 10 * time.Second, askAnswer: 10 * time.Second, askUpdate: 10 * time.Second, askEnd: 5 * time.Second,
	askHold: 5 * time.Second, askReoffer: 10 * time.Second, askDigit: 5 * time.Second,
	askTransfer: 10 * time.Second, askOutcome: 10 * time.Second, askFreed: 3 * time.Second, askTone: 500 * time.Millisecond, askRing: 200 * time.Millisecond,
	askDetach: replyTimeout, askTrivial: replyTimeout, askUnregister: closeTimeout / 2, askDestroy: closeTimeout,
}

const (
	// acceptTimeout is for the word of a far end that has to answer our offer (RFC 3261 §13.3.1.4).
	acceptTimeout = 32 * time.Second
	// transferTimeout is for the outcome of a transfer that the far end has taken up. It tells that at
	// once (RFC 3515 §2.4.4); of one that was refused the gateway says nothing.
	transferTimeout = 3 * time.Minute
)

// question is a request that an event must follow.
type question struct {
	kind        kind
	transaction string
	handle      *handle
	call        *call
	order       Order
	at, due     time.Time // from when to when
}

// failing is why a question failed: code and reason of the other side, or err where the other side was not
// reached.
type failing struct {
	code   int
	reason string
	err    error
	late   bool
}

// words are for Refused.
func (f failing) words() string {
	switch {
	case f.late:
		return "it was not answered in time"
	case f.err != nil:
		return "the gateway does not answer"
	}
	return f.reason
}

// request sends a request and waits for the event that must follow.
func (l *loop) request(a question, r request) {
	r.Transaction = rand.Text()[:12]
	r.Session = l.session
	if a.handle != nil {
		r.Handle = a.handle.id
	}
	a.transaction = r.Transaction
	l.expect(a)
	if l.trace {
		frame, _ := json.Marshal(r) // it is sent the same way, which tells the error
		l.traceFrame(frame, true)
	}
	var out chan<- request
	if l.link != nil {
		out = l.link.out
	}
	select {
	case out <- r:
	default:
		l.settle(a.transaction, func(a *question) { l.failed(a, failing{err: errFull}) })
	}
}

// message asks the SIP plugin.
func (l *loop) message(a question, b body, j *jsep) {
	l.request(a, request{Janus: "message", Body: b, JSEP: j})
}

// expect notes a question that no request asks.
func (l *loop) expect(a question) {
	a.at = time.Now()
	a.due = a.at.Add(timeout[a.kind])
	l.asks = append(l.asks, &a)
}

// settle gives the question of a transaction to f, which removes it or not.
func (l *loop) settle(transaction string, f func(*question)) {
	if transaction == "" {
		return
	}
	if i := slices.IndexFunc(l.asks, func(a *question) bool { return a.transaction == transaction }); i >= 0 {
		f(l.asks[i])
	}
}

// done removes a question.
func (l *loop) done(a *question) {
	l.asks = slices.DeleteFunc(l.asks, func(b *question) bool { return a == b })
}

// asked finds the question of a call, or of a handle where there is no call, and removes it.
func (l *loop) asked(k kind, h *handle, c *call) *question {
	for _, a := range l.asks {
		if a.kind == k && a.call == c && (c != nil || a.handle == h) {
			l.done(a)
			return a
		}
	}
	return nil
}

// prolong gives what a call is asked more time.
func (l *loop) prolong(k kind, c *call, timeout time.Duration) {
	for _, a := range l.asks {
		if a.kind == k && a.call == c {
			a.due = time.Now().Add(timeout)
		}
	}
}

// asking tells whether something of a kind is asked.
func (l *loop) asking(k kind) bool {
	return slices.ContainsFunc(l.asks, func(a *question) bool { return a.kind == k })
}

// askingOf tells whether something of a kind is asked of a call.
func (l *loop) askingOf(k kind, c *call) bool {
	return slices.ContainsFunc(l.asks, func(a *question) bool { return a.kind == k && a.call == c })
}
