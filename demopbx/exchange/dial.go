package exchange

import (
	"slices"
	"time"
)

// A front dials in steps, because descriptions depend on its wire: Place, then Offer or Answer,
// then Begin; once the client has the PBX's description, Proceed.

// Place begins a leg by which a client calls a number; id is the client's id of the leg. It is nil
// if the call was refused at once; the client has been notified.
func (p *PBX) Place(c *Client, id, number string) *Leg {
	l := p.newLeg(c, id)
	l.Placed, l.dialled = true, number
	p.Note(Entry{Kind: CallPlaced, User: c.Account.Number, Peer: NumberOf(number), Call: id})
	_, code := p.route(c.Account, number)
	if p.legsOf(c.Account) > maxLegs {
		code = 503
	}
	if code != 0 {
		p.Refuse(l, code)
		return nil
	}
	return l
}

// Begin makes the call of a leg with media. It is false if the call was refused; the client has
// been notified.
func (p *PBX) Begin(l *Leg) bool {
	to, code := p.route(l.Account, l.dialled) // again: time has passed
	if code != 0 {
		p.Refuse(l, code)
		return false
	}
	c := p.newCall(l.ID, l.Account, to)
	c.Caller.Leg, l.Call = l, c
	p.connect(c)
	return true
}

// Proceed lets the call of a leg ring, or retrieve the call that waits at its target.
func (p *PBX) Proceed(l *Leg) { p.proceed(l.Call, l.dialled) }

func (p *PBX) proceed(c *Call, dialled string) {
	if waiting := p.waiting(dialled); waiting != nil {
		p.retrieve(c, waiting)
		return
	}
	p.ring(c)
}

// Refuse refuses a call that has not begun.
func (p *PBX) Refuse(l *Leg, code int) {
	p.Note(Entry{Kind: CallRefused, User: l.Account.Number, Peer: NumberOf(l.dialled), Call: l.ID, Code: code})
	p.endLeg(l, EndedByPeer, code)
}

// agreeTimeout is how long a caller's client may take to agree on the sound after the answer,
// agreeCheckEvery how often that is checked. A client on a busy machine is not broken.
const (
	agreeTimeout    = 3 * time.Second
	agreeCheckEvery = 20 * time.Millisecond
)

// pickUp answers a call: by a client's telephone or by somebody of ours.
func (p *PBX) pickUp(c *Call) {
	p.stopForks(c, AnsweredElsewhere)
	if l := c.Caller.Leg; l != nil && !l.agreed {
		if c.agreeChecks++; c.agreeChecks > int(agreeTimeout/agreeCheckEvery) {
			p.endCall(c, nil, 415)
			return
		}
		p.later(c, agreeCheckEvery, func() { p.pickUp(c) })
		return
	}
	p.Note(Entry{Kind: CallAnswered, User: c.Callee.Party.Number, Peer: c.Caller.Party.Number, Call: c.Callee.legID()})
	p.markAnswered(c)
	if r := c.Callee.Account.role; r != nil && r.does != nil {
		r.does()
	}
	p.connect(c)
	tellAnswered(c.Caller.Leg)
	tellAnswered(c.Callee.Leg) // a caller whose call was answered by pickup waits for it too
	p.converse(c)
	c.goesUp()
}

// tellAnswered says to a client that called that somebody picked up.
func tellAnswered(l *Leg) {
	if l != nil && l.Placed && l.Client != nil {
		l.Client.Phone.Answered(l)
	}
}

// HangUp ends a client's leg at its request, in any state of the call.
func (p *PBX) HangUp(l *Leg) {
	switch {
	case l.Call == nil: // its media is still being described
		p.Note(Entry{Kind: CallEnded, User: l.Account.Number, Call: l.ID, Code: 487})
		p.endLeg(l, Abandoned, 0)
	case !l.Placed && l.Call.Ringing():
		p.Decline(l, 603)
	default:
		p.endCall(l.Call, l.End(), 0)
	}
}

// endCall ends a call for everybody: by is who hung up, nil for the PBX, which gives the caller a
// code in case of an error.
func (p *PBX) endCall(c *Call, by *End, code int) {
	if c.Over {
		return
	}
	talked := !c.Ringing()
	if !talked && by != &c.Callee && c.refusal == 0 && slices.Contains(c.Callee.Account.Calls, c) {
		p.missed(c.Callee.Account)
	}
	p.noteEnd(c, by, code)
	p.stopForks(c, Cancelled)
	p.remove(c)
	for _, e := range []*End{&c.Caller, &c.Callee} {
		switch {
		case e.Leg == nil:
		case e != by && e == &c.Caller:
			p.endLeg(e.Leg, EndedByPeer, code)
		case e != by:
			p.endLeg(e.Leg, EndedByPeer, 0)
		case talked:
			p.endLeg(e.Leg, EndedByClient, 0)
		default:
			p.endLeg(e.Leg, Abandoned, 0)
		}
	}
	if r := c.Callee.Account.role; talked && r != nil && r.callsBack && !c.Caller.simulated() {
		p.callBack(c.Callee.Account, c.Caller.Account)
	}
	c.goesUp() // and learns that there is no such call
}

func (p *PBX) noteEnd(c *Call, by *End, code int) {
	e := Entry{Kind: CallEnded, Peer: c.Callee.Party.Number, Code: code, Call: c.Caller.legID()}
	if by == nil {
		e.Text = "by the PBX, call of " + c.Caller.Party.Number
	} else {
		e.User, e.Peer, e.Call = by.Party.Number, by.Far().Party.Number, by.legID()
	}
	p.Note(e)
}
