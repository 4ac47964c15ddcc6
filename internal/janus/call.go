package janus

import (
	"crypto/rand"
	"slices"
	"time"
)

const (
	// maxWaiting bounds the orders of a call that wait.
	maxWaiting = 64
	// codeDecline and codeNotAcceptable are SIP's (RFC 3261 §21.6.2, §21.4.26).
	codeDecline       = 603
	codeNotAcceptable = 488
)

// stage is how far a call has come.
type stage uint8

const (
	waiting  stage = iota // ours, has no handle yet
	calling               // ours, not answered
	alerting              // theirs, not answered
	talking               // answered
	orphaned              // of a session that is lost
)

// call is one call. It keeps its handle until it is over.
type call struct {
	id     CallID
	number int // counts all calls
	order  Call
	stage  stage
	handle *handle // nil while it waits, and of an orphan
	sip    string  // its Call-ID
	far    string  // the SIP URI of the far end
	code   int     // the last that was told of its progress
	ours   string  // our last description
	waits  []Order // candidates of a call that waits for its handle, or what is kept back

	held      bool   // by the far end
	offerless bool   // it came without an SDP and waits for ours
	own       bool   // an offer was made that nobody else knows of; its answer is not passed on
	ending    How    // what will have ended it
	leaving   bool   // we are ending it
	declined  int    // the status that it was refused with
	freed     string // why the gateway has given up its media, empty while it has not
}

// add makes a call known.
func (l *loop) add(c *call) {
	l.count++
	c.number = l.count
	l.calls[c.id] = c
	if h := c.handle; h != nil {
		h.call, h.taken = c, true
	}
}

// inOrder are the calls in the order of their beginning.
func (l *loop) inOrder() []*call {
	all := make([]*call, 0, len(l.calls))
	for _, c := range l.calls {
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b *call) int { return a.number - b.number })
	return all
}

// place takes a call of ours, which gets a handle as soon as there is one.
func (l *loop) place(o Call) {
	switch {
	case l.calls[o.ID] != nil:
		l.refuse(o, failing{reason: "there is such a call already"})
	case l.phase != registered && l.tellAt.IsZero(): // else it is about to be again
		l.refuse(o, failing{reason: "the gateway is not registered at the PBX"})
	case l.away || l.failedPolls >= maxFailedPolls:
		l.refuse(o, failing{err: errAway})
	default:
		c := &call{id: o.ID, order: o, stage: waiting, far: o.To, ours: o.SDP}
		l.add(c)
		l.expect(question{kind: askRoom, call: c, order: o})
	}
}

// dialOn places a call on a handle.
func (l *loop) dialOn(c *call, h *handle) {
	l.asked(askRoom, nil, c)
	c.stage, c.handle, h.call, h.taken = calling, h, c, true
	l.message(question{kind: askCall, handle: h, call: c, order: c.order}, body{
		"request": "call", "uri": c.order.To, "autoaccept_reinvites": false,
	}, &jsep{"offer", c.ours})
	l.goOn(c)
}

// goOn carries out what has waited.
func (l *loop) goOn(c *call) {
	waits := c.waits
	c.waits = nil
	for _, o := range waits {
		l.order(o)
	}
}

// yield has a call of ours wait for another handle: this one rings.
func (l *loop) yield(c *call) {
	l.asked(askCall, nil, c)
	c.stage, c.handle.call, c.handle = waiting, nil, nil
	l.expect(question{kind: askRoom, call: c, order: c.order})
}

// ring begins a call of theirs.
func (l *loop) ring(h *handle, m message) {
	r := m.Plugin.Data.Result
	if c := h.call; c != nil && c.stage == calling && c.sip == "" {
		l.yield(c)
	} else if c != nil { // its end was lost on the way
		l.drop(c)
		l.tell(Ended{ID: c.id, How: EndedLost})
	}
	if l.handles[h.id] == nil { // given back with the call before
		l.log.Debug("a call came on a handle that was given back")
		return
	}
	from := party(r.Username, r.DisplayName)
	c := &call{
		id: CallID("in-" + rand.Text()[:12]), stage: alerting, handle: h, sip: short(m.Plugin.Data.CallID), far: from.URI, offerless: m.JSEP == nil,
	}
	l.add(c)
	l.expect(question{kind: askRing, call: c})
	if m.JSEP != nil && m.sdp() == "" { // not one that we would pass on
		c.waits = []Order{Decline{c.id, codeNotAcceptable}}
		return
	}
	l.tell(Offered{ID: c.id, From: from, To: party(r.Callee, ""), SDP: m.sdp()})
}

// order carries an order out, or refuses it.
func (l *loop) order(o Order) {
	switch o := o.(type) {
	case Trace:
		l.trace = o.On
		return
	case Call:
		l.place(o)
		return
	}
	c := l.calls[o.about()]
	switch {
	case c == nil || c.leaving:
		l.tooLate(o)
	case c.handle == nil:
		l.tooEarly(c, o)
	case l.keptBack(c, o):
	default:
		l.carryOut(c, o)
	}
}

// tooLate answers an order for a call that is over. An order to end it needs no answer.
func (l *loop) tooLate(o Order) {
	switch o.(type) {
	case Hangup, Decline, AddCandidate, EndOfCandidates:
	default:
		l.refuse(o, failing{reason: "the call is over"})
	}
}

// tooEarly is an order for a call that has no handle, yet or any more.
func (l *loop) tooEarly(c *call, o Order) {
	switch o.(type) {
	case Hangup, Decline:
		l.drop(c)
		l.tell(Ended{ID: c.id, How: EndedHere})
	case AddCandidate, EndOfCandidates:
		if c.stage == waiting && len(c.waits) < maxWaiting {
			c.waits = append(c.waits, o)
		}
	default:
		l.refuse(o, failing{reason: "the gateway has no such call"})
	}
}

// keptBack has an order wait that would be lost at the gateway: what changes the descriptions of a call
// whose tone is still under way, because its SIP stack drops a re-INVITE that meets an INFO, and all after
// it; and an answer to a call in the moment it came, which the gateway tells before it can be answered.
func (l *loop) keptBack(c *call, o Order) bool {
	pause := askTone
	switch o.(type) {
	case Answer, Hold, Reoffer:
	case Decline, Hangup:
		pause = askRing
	default:
		return false
	}
	if c.stage == alerting {
		pause = askRing
	}
	if len(c.waits) == maxWaiting || !l.askingOf(pause, c) {
		return false
	}
	c.waits = append(c.waits, o)
	return true
}

// carryOut asks the gateway for what a call is to do.
func (l *loop) carryOut(c *call, o Order) {
	a := question{handle: c.handle, call: c, order: o}
	switch o := o.(type) {
	case Answer:
		l.answer(c, a, o.SDP)
	case Decline:
		code := o.Code
		if code < 300 || code > 699 {
			code = codeDecline
		}
		l.end(c, code)
	case Hangup:
		l.end(c, codeDecline)
	case Hold:
		l.asked(askHold, nil, c) // the last order counts
		a.kind = askHold
		l.message(a, body{"request": holdWords[o.On]}, nil)
	case Reoffer:
		c.ours, a.kind = o.SDP, askReoffer
		l.message(a, body{"request": "update"}, &jsep{"offer", o.SDP})
	case Tones:
		l.tones(c, a, o.Digits)
	case Transfer:
		a.kind = askTransfer
		l.message(a, body{"request": "transfer", "uri": o.To}, nil)
	case Join:
		l.join(c, a, o)
	case AddCandidate:
		l.request(question{kind: askTrivial, handle: c.handle}, request{Janus: "trickle", Candidate: candidate{o.Line, o.Mid, o.MLine}})
	case EndOfCandidates:
		l.request(question{kind: askTrivial, handle: c.handle}, request{Janus: "trickle", Candidate: noMore{true}})
	}
}

var holdWords = map[bool]string{true: "hold", false: "unhold"}

// answer takes a call that came in, or an offer of a call that is up.
func (l *loop) answer(c *call, a question, sdp string) {
	c.ours = sdp
	switch {
	case c.stage == alerting && c.offerless:
		a.kind = askAnswer
		l.message(a, body{"request": "accept", "autoaccept_reinvites": false}, &jsep{"offer", sdp})
	case c.stage == alerting:
		a.kind = askAnswer
		l.message(a, body{"request": "accept", "autoaccept_reinvites": false}, &jsep{"answer", sdp})
	default:
		a.kind = askUpdate
		l.message(a, body{"request": "update"}, &jsep{"answer", sdp})
	}
}

// tones sends digits. The SIP stack of the gateway sends each when the one before was answered.
func (l *loop) tones(c *call, a question, digits string) {
	if len(digits) > maxWaiting {
		l.refuse(a.order, failing{reason: "these are too many tones at once"})
		return
	}
	busy := time.Duration(0)
	if before := l.asked(askTone, nil, c); before != nil {
		busy = time.Until(before.due)
	}
	l.expect(question{kind: askTone, call: c})
	l.prolong(askTone, c, busy+time.Duration(len(digits))*timeout[askTone])
	a.kind = askDigit
	for _, d := range digits {
		l.message(a, body{"request": "dtmf_info", "digit": string(d)}, nil)
	}
}

// join sends the far end of a call to that of another, in its place (RFC 3891).
func (l *loop) join(c *call, a question, o Join) {
	with := l.calls[o.With]
	if c.stage != talking || with == nil || with == c || with.stage != talking || with.sip == "" {
		l.refuse(o, failing{reason: "both calls must be up"})
		return
	}
	a.kind = askTransfer
	l.message(a, body{"request": "transfer", "uri": with.far, "replace": with.sip}, nil)
}

// end ends a call that the gateway has; code refuses one that rings.
func (l *loop) end(c *call, code int) {
	if c.leaving {
		return
	}
	c.leaving = true
	if c.ending == EndedThere {
		c.ending = EndedHere
	}
	a := question{kind: askEnd, handle: c.handle, call: c}
	if c.stage == alerting && !l.askingOf(askAnswer, c) {
		c.declined = code
		l.message(a, body{"request": "decline", "code": code}, nil)
		return
	}
	l.message(a, body{"request": "hangup"}, nil)
}

// over is the far end's or the PBX's end of a call, or the confirmation of ours.
func (l *loop) over(c *call, m message) {
	r := m.Plugin.Data.Result
	e := Ended{ID: c.id, How: c.ending, Code: r.Code, Reason: short(r.Reason)}
	switch {
	case e.How != EndedThere:
	case r.ReasonCause == "200": // RFC 3326, of a CANCEL
		e.How = EndedElsewhere
	case c.freed != "":
		e.How, e.Code, e.Reason = EndedLost, 0, c.freed
	}
	l.drop(c)
	l.tell(e)
}

// drop forgets a call with all that was asked of it, and gives its handle back.
func (l *loop) drop(c *call) {
	delete(l.calls, c.id)
	l.asks = slices.DeleteFunc(l.asks, func(a *question) bool { return a.call == c })
	if h := c.handle; h != nil {
		c.handle, h.call = nil, nil
		l.release(h)
	}
}

// orphan is a call whose session or handle is lost.
func (l *loop) orphan(c *call) {
	if c.stage == orphaned {
		return
	}
	if c.handle != nil {
		c.handle.call, c.handle = nil, nil
	}
	if c.stage == talking && !c.leaving {
		c.stage = orphaned
		l.tell(Orphaned{c.id})
		return
	}
	how := EndedLost
	if c.leaving {
		how = c.ending
	}
	l.drop(c)
	l.tell(Ended{ID: c.id, How: how})
}
