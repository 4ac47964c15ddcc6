package demopbx

import (
	"slices"
	"time"

	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

// place begins a call that a client dialled.
func (p *pbx) place(sock *socket, r wire.Offer) {
	user := sock.user
	if p.legs[legKey{user.number, r.CallID}] != nil {
		p.complain(sock.user, r.CallID, "that callid is in use")
		return
	}
	l := &leg{user: user, sock: sock, id: r.CallID, placed: true, print: fingerprint(r.SDP)}
	if p.o.Faults.RenameCalls {
		l.id, l.alias = p.mintID(), r.CallID
	}
	p.note(Entry{Kind: CallPlaced, User: user.number, Peer: numberOf(r.To), Call: r.CallID})
	p.addLeg(l)
	if p.legsOf(user) > maxLegs {
		p.refuse(l, r.To, 503)
		return
	}
	if _, code := p.route(user, r.To); code != 0 {
		p.refuse(l, r.To, code)
		return
	}
	offer := r.SDP
	if p.o.Dialect.offers() {
		offer = ""
	} else if offer == "" {
		p.refuse(l, r.To, 488)
		return
	}
	p.describe(offer, func(d described) { p.placed(l, r.To, d) })
}

// placed goes on when the media of a dialled call is described.
func (p *pbx) placed(l *leg, dialled string, d described) {
	if l.over || d.err != nil {
		p.closeMedia(d.media)
		if !l.over {
			p.refuse(l, dialled, 488)
		}
		return
	}
	to, code := p.route(l.user, dialled) // again: time has passed
	if code != 0 {
		p.closeMedia(d.media)
		p.refuse(l, dialled, code)
		return
	}
	l.agreed = !p.o.Dialect.offers()
	c := p.newCall(l.id, l.user, to)
	c.caller.leg, l.call = l, c
	p.send(l.sock, p.description(l, d.sdp, 183))
	p.attach(l, d)
	p.wire(c)
	p.proceed(c, dialled)
}

// proceed lets a call ring, or take over the one that waits where it was sent.
func (p *pbx) proceed(c *call, dialled string) {
	if waiting := p.waiting(dialled); waiting != nil {
		p.retrieve(c, waiting)
		return
	}
	p.ring(c)
}

// description is our SDP for a placed call.
func (p *pbx) description(l *leg, sdp string, code int) wire.SDP {
	m := wire.SDP{CallID: l.id, CSeq: l.nextCSeq(), SDP: p.outward(sdp), Code: code}
	if l.call != nil {
		to := l.call.callee.party
		m.ToUser, m.ToDisplay = p.shown(to.Number), to.Name
	}
	return m
}

// refuse turns down a call that never came to be.
func (p *pbx) refuse(l *leg, dialled string, code int) {
	p.note(Entry{Kind: CallRefused, User: l.user.number, Peer: numberOf(dialled), Call: l.id, Code: code})
	p.sendBye(l, code)
	p.closeLeg(l)
}

// noSDP stands where a message needs an SDP and there is none: an empty one would hide the
// message's type.
const noSDP = "v=0\r\n"

// sendBye tells a client that its leg is over.
func (p *pbx) sendBye(l *leg, code int) {
	if p.o.Faults.RefuseBySDP && code >= 400 && l.placed && !l.told {
		p.send(l.sock, wire.SDP{CallID: l.id, CSeq: l.nextCSeq(), SDP: noSDP, Code: code, Reason: reasons[code]})
		return
	}
	p.send(l.sock, wire.Bye{CallID: l.id, CSeq: l.nextCSeq(), Code: code, Reason: reasons[code]})
}

// answered takes a client's answer to a description of ours.
func (p *pbx) answered(sock *socket, r wire.Answer) {
	l := p.find(sock, r.CallID)
	if l == nil || l.media == nil || l.agreed {
		p.complain(sock.user, r.CallID, "nothing of ours waits for that answer")
		return
	}
	p.checkCSeq(l, r.CSeq)
	l.agreed, l.print = true, fingerprint(r.SDP)
	media := l.media
	p.work(func() func() {
		err := media.SetAnswer(r.SDP)
		return func() { p.agreed(l, err) }
	})
}

// agreed goes on when a client's answer was read.
func (p *pbx) agreed(l *leg, err error) {
	if l.over {
		return
	}
	c := l.call
	if err != nil {
		p.complain(l.user, l.id, err.Error())
		if l.placed {
			p.endCall(c, nil, 488)
			return
		}
		c.refusal = 488
		p.sendBye(l, 488)
		p.phoneGone(l)
		return
	}
	switch {
	case l.placed && c.ringing() && p.o.Faults.SecondSDP:
		p.send(l.sock, p.description(l, l.sdp, 183))
	case !l.placed && c.ringing():
		c.callee.leg = l
		c.forks = slices.DeleteFunc(c.forks, func(f *leg) bool { return f == l })
		p.answer(c)
	}
}

// agreePatience is how long a caller's client may take to agree on the sound after the call was
// answered, agreeLook how often that is looked at. A client on a busy machine is no broken one.
const (
	agreePatience = time.Second
	agreeLook     = 20 * time.Millisecond
)

// answer picks up: by a client's telephone or by a person of ours.
func (p *pbx) answer(c *call) {
	p.answeredElsewhere(c)
	if l := c.caller.leg; l != nil && !l.agreed {
		if c.looks++; c.looks > int(agreePatience/agreeLook) {
			p.endCall(c, nil, 415)
			return
		}
		p.later(c, agreeLook, func() { p.answer(c) })
		return
	}
	p.note(Entry{Kind: CallAnswered, User: c.callee.party.Number, Peer: c.caller.party.Number, Call: callidOf(&c.callee)})
	p.pickUp(c)
	if r := c.callee.acct.role; r != nil && r.does != nil {
		r.does()
	}
	p.wire(c)
	p.tellPickup(c.caller.leg)
	p.tellPickup(c.callee.leg) // one whose call was picked up elsewhere waits for it too
	p.converse(c)
}

// tellPickup says to a client that called what its dialect has words for.
func (p *pbx) tellPickup(l *leg) {
	if l == nil || !l.placed || l.told {
		return
	}
	l.told = true
	if !p.o.Dialect.offers() && !p.o.Faults.PickupByStateOnly {
		p.send(l.sock, p.description(l, l.sdp, 200))
	}
}

// hangUp ends a client's leg at its wish, in whatever state the call is.
func (p *pbx) hangUp(sock *socket, r wire.Hangup) {
	l := p.find(sock, r.CallID)
	switch {
	case l == nil:
		p.complain(sock.user, r.CallID, "there is no such call to end")
	case l.call == nil: // its media is still being described
		p.note(Entry{Kind: CallEnded, User: l.user.number, Call: l.id, Code: 487})
		p.send(sock, wire.CancelResponse{CallID: l.id})
		p.closeLeg(l)
	case !l.placed && l.call.ringing():
		p.turnDown(l, 603)
	default:
		own, _ := l.call.endsOf(l)
		p.endCall(l.call, own, 0)
	}
}

// endCall ends a call for everybody: by is who hung up, nil when it was the PBX, which gives
// the caller a code when something was wrong.
func (p *pbx) endCall(c *call, by *end, code int) {
	if c.over {
		return
	}
	talked := !c.ringing()
	if !talked && by != &c.callee && c.refusal == 0 && slices.Contains(c.callee.acct.calls, c) {
		p.missed(c.callee.acct)
	}
	p.noteEnd(c, by, code)
	p.stopForks(c)
	p.remove(c)
	for _, e := range []*end{&c.caller, &c.callee} {
		if e.leg == nil {
			continue
		}
		switch {
		case e != by && e == &c.caller:
			p.sendBye(e.leg, code)
		case e != by:
			p.sendBye(e.leg, 0)
		case talked:
			p.send(e.leg.sock, wire.ByeResponse{CallID: e.leg.id})
		default:
			p.send(e.leg.sock, wire.CancelResponse{CallID: e.leg.id})
		}
		p.closeLeg(e.leg)
	}
	if r := c.callee.acct.role; talked && r != nil && r.callsBack && !c.caller.pretended() {
		p.callBack(c.callee.acct, c.caller.acct)
	}
}

func (p *pbx) noteEnd(c *call, by *end, code int) {
	e := Entry{Kind: CallEnded, Peer: c.callee.party.Number, Code: code, Call: callidOf(&c.caller)}
	if by == nil {
		e.Text = "by the PBX, call of " + c.caller.party.Number
	} else {
		own, far := c.ends(by.acct)
		e.User, e.Peer, e.Call = own.party.Number, far.party.Number, callidOf(own)
	}
	p.note(e)
}

func callidOf(e *end) string {
	if e.leg == nil {
		return ""
	}
	return e.leg.id
}
