package janus

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/patchcord/patchcord/internal/redact"
)

// maxPending bounds the events that wait for the reader of Events; beyond it the gateway is not
// listened to.
const maxPending = 1024

// loop is the one goroutine that knows what is going on. It owns the session, the handles, the calls
// and all that is asked.
type loop struct {
	account Account
	dial    func() carrier
	log     *slog.Logger
	hide    *redact.Filter
	orders  <-chan Order
	events  chan<- Event
	closing <-chan struct{}
	inbox   chan inbound // unbuffered: what is not taken is not read
	work    sync.WaitGroup

	link    *link  // nil between two
	session uint64 // 0 until there is one
	phase   phase
	master  *handle
	id      uint64 // of the master's registration, which helpers refer to
	handles map[uint64]*handle
	doomed  []*handle // that could not be given back
	calls   map[CallID]*call
	count   int // of calls so far
	asks    []*question

	up          bool          // the last told is Registered
	reported    *Unregistered // the last told since, nil for none
	away        bool          // the gateway does not answer
	lastWord    time.Time     // when it was heard last
	failedPolls int           // polls in a row that failed
	tries       int           // tries in a row that failed, for a session or a registration

	// What is due when; zero for never.
	startAt, registerAt, probeAt, provideAt, tellAt time.Time

	pending []Event // not yet taken by the reader of Events
	trace   bool
	leaving bool // Close was called
	left    bool // and all is said
}

func newLoop(c Config, dial func() carrier, client *Client, hide *redact.Filter) *loop {
	return &loop{
		account: c.Account, dial: dial, log: c.Log, hide: hide,
		orders: client.orders, events: client.events, closing: client.closing, inbox: make(chan inbound),
		handles: map[uint64]*handle{}, calls: map[CallID]*call{},
	}
}

func (l *loop) run() {
	timer := time.NewTimer(0)
	defer timer.Stop()
	l.startAt = time.Now()
	closing := l.closing
	var late <-chan time.Time
	for !l.left {
		l.provide()
		timer.Reset(time.Until(l.nextDue()))
		inbox, events, next := l.inbox, l.events, Event(nil)
		if l.leaving || len(l.pending) == 0 { // once we leave nobody listens
			events = nil
		} else {
			next = l.pending[0]
		}
		if len(l.pending) > maxPending {
			inbox = nil
		}
		select {
		case in := <-inbox:
			l.take(in)
		case events <- next:
			l.pending = l.pending[1:]
		case o := <-l.orders:
			l.order(o)
		case <-timer.C:
			l.doDue(time.Now())
		case <-closing:
			closing, late = nil, time.After(closeTimeout)
			l.leave()
		case <-late:
			return
		}
	}
}

// stop ends what the loop has started.
func (l *loop) stop() {
	l.disconnect()
	l.work.Wait()
}

func (l *loop) tell(events ...Event) {
	if !l.leaving {
		l.pending = append(l.pending, events...)
	}
}

// connect makes a new link.
func (l *loop) connect() {
	ctx, cancel := context.WithCancel(context.Background())
	k := &link{
		carrier: l.dial(), out: make(chan request, outRoom), listen: make(chan uint64, 1), inbox: l.inbox, cancel: cancel, log: l.log,
	}
	l.link = k
	l.work.Go(func() { k.run(ctx) })
}

func (l *loop) disconnect() {
	if l.link != nil {
		l.link.cancel()
		l.link = nil
	}
}

// take handles what a link reports. A link that was given up is ignored.
func (l *loop) take(in inbound) {
	switch {
	case in.link != l.link:
	case in.broken:
		l.broke(in.err)
	case in.err != nil && in.asked != "":
		l.log.Debug("a request to the gateway failed", "err", in.err)
		l.settle(in.asked, func(a *question) { l.failed(a, failing{err: in.err}) })
	case in.err != nil:
		l.log.Debug("a poll of the gateway failed", "err", in.err)
		l.pollFailed(in.err)
	default:
		if in.asked == "" {
			l.polled()
		}
		for _, frame := range in.frames {
			if in.link == l.link { // the one before may have ended it
				l.hear(in.asked, frame)
			}
		}
	}
}

// hear is one message. asked is the request that it came as the reply to, empty for none.
func (l *loop) hear(asked string, frame []byte) {
	l.traceFrame(frame, false)
	m, err := decode(frame)
	if err != nil {
		l.tell(Unrecognized{Why: err.Error(), Raw: l.excerpt(frame)})
		if asked != "" {
			l.settle(asked, func(a *question) { l.failed(a, failing{err: err}) })
		}
		return
	}
	if m.Error != nil && m.Error.Code == codeNoSession || m.Janus == "timeout" {
		l.lose()
		return
	}
	l.alive()
	if asked == "" {
		asked = m.Transaction
	}
	switch m.Janus {
	case "ack", "keepalive":
		l.settle(asked, l.acked)
	case "success":
		l.settle(asked, func(a *question) { l.succeeded(a, m.Data.ID) })
	case "error":
		if m.Error == nil {
			m.Error = &failure{}
		}
		l.settle(asked, func(a *question) {
			l.failed(a, failing{code: m.Error.Code, reason: short(m.Error.Reason)})
		})
	default:
		l.happened(m, frame)
	}
}

// nextDue is when something is to be done next.
func (l *loop) nextDue() time.Time {
	next := time.Now().Add(time.Hour)
	sooner := func(at time.Time) {
		if !at.IsZero() && at.Before(next) {
			next = at
		}
	}
	for _, at := range []time.Time{l.startAt, l.registerAt, l.probeAt, l.provideAt, l.tellAt} {
		sooner(at)
	}
	for _, a := range l.asks {
		sooner(a.due)
	}
	return next
}

// come handles a time that has come.
func come(at *time.Time, now time.Time) bool {
	if at.IsZero() || now.Before(*at) {
		return false
	}
	*at = time.Time{}
	return true
}

func (l *loop) doDue(now time.Time) {
	for _, a := range slices.Clone(l.asks) {
		switch {
		case now.Before(a.due) || !slices.Contains(l.asks, a): // one may end others
		case len(l.pending) > maxPending: // the answer may be here
			a.due = now.Add(time.Second)
		default:
			l.failed(a, failing{late: true})
		}
	}
	if come(&l.tellAt, now) {
		l.unregistered(Unregistered{})
	}
	if come(&l.startAt, now) {
		l.start()
	}
	if come(&l.registerAt, now) {
		l.register()
	}
	if come(&l.probeAt, now) {
		l.probe()
	}
	come(&l.provideAt, now)
}

func (l *loop) traceFrame(frame []byte, sent bool) {
	if l.trace {
		l.tell(Frame{At: time.Now(), Sent: sent, Text: l.excerpt(frame)})
	}
}

// excerpt is the beginning of a frame without its secrets.
func (l *loop) excerpt(frame []byte) string {
	clean, _ := l.hide.Text(frame)
	return strings.ToValidUTF8(string(clean[:min(len(clean), maxRaw)]), "")
}
