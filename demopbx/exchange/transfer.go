package exchange

import "github.com/patchcord/patchcord/pbxws"

// Transfer is a blind transfer (RFC 5589 §6): it sends the far end of the account's call elsewhere. It
// returns the code with which it is refused, and the call stays, when the number would not ring. e is
// nil when the account has no such call.
func (p *PBX) Transfer(a *Account, e *End, dialled string) int {
	if e == nil || e.call.Ringing() {
		return p.failTransfer(a, dialled, 481)
	}
	far := e.Far()
	if far.Account.conference != nil {
		return p.failTransfer(a, dialled, 403)
	}
	to, code := p.route(far.Account, dialled)
	if code != 0 {
		return p.failTransfer(a, dialled, code)
	}
	p.Note(Entry{Kind: Transferred, User: e.Party.Number, Peer: far.Party.Number, Call: e.legID(), Text: to.Number})
	moved := *far
	p.depart(e)
	c := p.carryOn(moved, to)
	if to.Kind == pbxws.KindOrbit {
		c.parkedBy = a
	}
	p.proceed(c, dialled)
	return 0
}

// depart ends the account's part of a transferred call.
func (p *PBX) depart(e *End) {
	p.remove(e.call)
	if e.Leg != nil {
		p.endLeg(e.Leg, EndedByPeer, 0)
	}
}

// carryOn makes a new call for a transferred end.
func (p *PBX) carryOn(from End, to *Account) *Call {
	c := p.newCall(from.legID(), from.Account, to)
	p.move(&c.Caller, from, c, to.party())
	p.connect(c)
	return c
}

// move puts an end into another call and tells its client who is there.
func (p *PBX) move(into *End, from End, c *Call, meets pbxws.Party) {
	into.Leg, into.voice, into.desk = from.Leg, from.voice, from.desk
	if from.Leg == nil {
		return
	}
	into.Held = from.Held
	from.Leg.Call = c
	tellPeer(from.Leg, meets)
}

// tellPeer tells a client who is at the far end now.
func tellPeer(l *Leg, far pbxws.Party) {
	if l != nil && l.Client != nil {
		l.Client.Phone.PeerChanged(l, far)
	}
}

// Join is an attended transfer (RFC 5589 §7): it joins the far ends of two calls of the account. It
// returns the code of a refusal. An end is nil when the account has no such call.
func (p *PBX) Join(a *Account, e, other *End) int {
	if e == nil || other == nil || e.call == other.call || e.call.Ringing() || other.call.Ringing() {
		return p.failTransfer(a, "", 481)
	}
	one, two := *e.Far(), *other.Far()
	if one.Account == two.Account || one.Account.conference != nil && two.Account.conference != nil {
		return p.failTransfer(a, one.Party.Number, 491)
	}
	p.Note(Entry{Kind: Transferred, User: a.Number, Peer: one.Party.Number, Call: e.legID(), Text: two.Party.Number})
	if one.Account.conference != nil { // a conference is called and does not call
		one, two = two, one
	}
	p.depart(e)
	p.depart(other)
	c := p.newCall(one.legID(), one.Account, two.Account)
	p.move(&c.Caller, one, c, two.Party)
	p.move(&c.Callee, two, c, one.Party)
	if two.Account.Kind == pbxws.KindOrbit {
		c.parkedBy = a
	}
	p.markAnswered(c)
	p.connect(c)
	p.converse(c)
	return 0
}

func (p *PBX) failTransfer(a *Account, to string, code int) int {
	p.Note(Entry{Kind: CommandFailed, User: a.Number, Peer: NumberOf(to), Code: code, Text: "transfer"})
	return code
}
