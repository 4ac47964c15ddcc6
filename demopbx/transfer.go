package demopbx

import (
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

// blind is a blind transfer (RFC 5589 §6) of the user's call with the id. It returns the code
// with which it is refused, and the call stays, when the number would not ring.
func (p *pbx) blind(user *account, id, dialled string) int {
	s, ok := p.sideOf(user, id)
	switch {
	case !ok || s.ringing():
		return p.failTransfer(user, dialled, 481)
	case s.far.acct.room != nil:
		return p.failTransfer(user, dialled, 403)
	}
	to, code := p.route(s.far.acct, dialled)
	if code != 0 {
		return p.failTransfer(user, dialled, code)
	}
	p.note(Entry{Kind: Transferred, User: s.own.party.Number, Peer: s.far.party.Number, Call: callidOf(s.own), Text: to.number})
	moved := *s.far
	p.depart(s)
	c := p.carryOn(moved, to)
	if to.kind == pbxws.KindOrbit {
		c.parkedBy = user
	}
	p.proceed(c, dialled)
	return 0
}

// depart takes an end out of its call, which the far end will leave for another.
func (p *pbx) depart(s side) {
	p.remove(s.call)
	if l := s.own.leg; l != nil {
		p.sendBye(l, 0)
		p.closeLeg(l)
	}
}

// carryOn makes a call of an end that lost its own.
func (p *pbx) carryOn(from end, to *account) *call {
	c := p.newCall(callidOf(&from), from.acct, to)
	p.move(&c.caller, from, c, to.party())
	p.wire(c)
	return c
}

// move puts an end into another call and tells its client whom it meets there.
func (p *pbx) move(into *end, from end, c *call, meets pbxws.Party) {
	into.leg, into.voice, into.desk = from.leg, from.voice, from.desk
	if from.leg == nil {
		return
	}
	into.held = from.held
	from.leg.call = c
	p.introduce(from.leg, meets)
}

// introduce tells a client who is at the far end now.
func (p *pbx) introduce(l *leg, far pbxws.Party) {
	p.send(l.sock, wire.CallerID{CallID: l.id, Name: far.Name, Number: p.shown(far.Number)})
}

// attended is an attended transfer (RFC 5589 §7) of two calls of the user; it returns the code
// of a refusal.
func (p *pbx) attended(user *account, id, id2 string) int {
	s, ok := p.sideOf(user, id)
	t, ok2 := p.sideOf(user, id2)
	if !ok || !ok2 || s.call == t.call || s.ringing() || t.ringing() {
		return p.failTransfer(user, "", 481)
	}
	if s.far.acct == t.far.acct || s.far.acct.room != nil && t.far.acct.room != nil {
		return p.failTransfer(user, s.far.party.Number, 491)
	}
	p.note(Entry{Kind: Transferred, User: user.number, Peer: s.far.party.Number, Call: callidOf(s.own), Text: t.far.party.Number})
	one, two := *s.far, *t.far
	if one.acct.room != nil { // a conference is called and does not call
		one, two = two, one
	}
	p.depart(s)
	p.depart(t)
	c := p.newCall(callidOf(&one), one.acct, two.acct)
	p.move(&c.caller, one, c, two.party)
	p.move(&c.callee, two, c, one.party)
	if two.acct.kind == pbxws.KindOrbit {
		c.parkedBy = user
	}
	p.pickUp(c)
	p.wire(c)
	p.converse(c)
	return 0
}

func (p *pbx) failTransfer(user *account, to string, code int) int {
	p.note(Entry{Kind: CommandFailed, User: user.number, Peer: numberOf(to), Code: code, Text: "transfer"})
	return code
}
