package demopbx

import (
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/pbxws/vodia"
)

// transfer sends the far end of a call to another number.
func (p *pbx) transfer(sock *socket, id, dialled string) {
	if code := p.blind(sock.user, p.legOfID(sock.user, id), dialled); code != 0 {
		p.respond(sock, id, code)
	}
}

// blind is a blind transfer (RFC 5589 §6). It returns the code with which it is refused, and
// the call stays, when the number would not ring.
func (p *pbx) blind(user *account, l *leg, dialled string) int {
	if l == nil || l.call.ringing() {
		return p.failTransfer(user, dialled, 481)
	}
	own, far := l.call.endsOf(l)
	to, code := p.route(far.acct, dialled)
	if code != 0 {
		return p.failTransfer(user, dialled, code)
	}
	p.note(Entry{Kind: Transferred, User: own.party.Number, Peer: far.party.Number, Call: l.id, Text: to.number})
	moved := *far
	p.depart(l)
	p.carryOn(moved, to)
	return 0
}

// depart takes a leg out of its call, which the far end will leave for another.
func (p *pbx) depart(l *leg) {
	p.remove(l.call)
	p.sendBye(l, 0)
	p.closeLeg(l)
}

// carryOn lets an end that lost its call ring somebody.
func (p *pbx) carryOn(from end, to *account) {
	c := p.newCall(callidOf(&from), from.acct, to)
	p.move(&c.caller, from, c, to.party())
	p.wire(c)
	p.ring(c)
}

// move puts an end into another call and tells its client whom it meets there.
func (p *pbx) move(into *end, from end, c *call, meets pbxws.Party) {
	into.leg, into.voice = from.leg, from.voice
	if from.leg == nil {
		return
	}
	into.held = from.held
	from.leg.call = c
	p.send(from.leg.sock, vodia.CallerID{CallID: from.leg.id, Name: meets.Name, Number: meets.Number})
}

// consult joins the far ends of two calls of the user.
func (p *pbx) consult(sock *socket, id, id2 string) {
	l, m := p.legOfID(sock.user, id), p.legOfID(sock.user, id2)
	if code := p.attended(sock.user, l, m); code != 0 {
		p.respond(sock, id, code)
	}
}

// attended is an attended transfer (RFC 5589 §7); it returns the code of a refusal.
func (p *pbx) attended(user *account, l, m *leg) int {
	if l == nil || m == nil || l == m || l.call.ringing() || m.call.ringing() {
		return p.failTransfer(user, "", 481)
	}
	_, far := l.call.endsOf(l)
	_, far2 := m.call.endsOf(m)
	if far.acct == far2.acct {
		return p.failTransfer(user, far.party.Number, 491)
	}
	p.note(Entry{Kind: Transferred, User: user.number, Peer: far.party.Number, Call: l.id, Text: far2.party.Number})
	one, two := *far, *far2
	p.depart(l)
	p.depart(m)
	c := p.newCall(callidOf(&one), one.acct, two.acct)
	p.move(&c.caller, one, c, two.party)
	p.move(&c.callee, two, c, one.party)
	p.pickUp(c)
	p.wire(c)
	p.converse(c)
	return 0
}

func (p *pbx) failTransfer(user *account, to string, code int) int {
	p.note(Entry{Kind: CommandFailed, User: user.number, Peer: numberOf(to), Code: code, Text: "transfer"})
	return code
}
