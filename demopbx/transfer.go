package demopbx

import (
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/pbxws/vodia"
)

// transfer sends the far end of a call to another number. It is refused, and the call stays,
// when the number would not ring.
func (p *pbx) transfer(sock *socket, id, dialled string) {
	l := p.legOfID(sock, id)
	if l == nil || l.call.ringing() {
		p.failTransfer(sock, id, dialled, 481)
		return
	}
	c := l.call
	own, far := c.endsOf(l)
	to, code := p.route(far.acct, dialled)
	if code != 0 {
		p.failTransfer(sock, id, dialled, code)
		return
	}
	p.note(Entry{Kind: Transferred, User: own.party.Number, Peer: far.party.Number, Call: l.id, Text: to.number})
	moved := *far
	p.remove(c)
	p.sendBye(l, 0)
	p.closeLeg(l)
	p.carryOn(moved, to)
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

// attended joins the far ends of two calls of the user and takes the user out (RFC 5589 §7).
func (p *pbx) attended(sock *socket, id, id2 string) {
	l, m := p.legOfID(sock, id), p.legOfID(sock, id2)
	if l == nil || m == nil || l == m || l.call.ringing() || m.call.ringing() {
		p.failTransfer(sock, id, id2, 481)
		return
	}
	_, far := l.call.endsOf(l)
	_, far2 := m.call.endsOf(m)
	if far.acct == far2.acct {
		p.failTransfer(sock, id, id2, 491)
		return
	}
	p.note(Entry{Kind: Transferred, User: sock.user.number, Peer: far.party.Number, Call: l.id, Text: far2.party.Number})
	one, two := *far, *far2
	for _, done := range []*leg{l, m} {
		p.remove(done.call)
		p.sendBye(done, 0)
		p.closeLeg(done)
	}
	c := p.newCall(callidOf(&one), one.acct, two.acct)
	p.move(&c.caller, one, c, two.party)
	p.move(&c.callee, two, c, one.party)
	p.pickUp(c)
	p.wire(c)
	p.converse(c)
}

func (p *pbx) failTransfer(sock *socket, id, to string, code int) {
	p.note(Entry{Kind: CommandFailed, User: sock.user.number, Peer: numberOf(to), Call: id, Code: code, Text: "transfer"})
	p.respond(sock, id, code)
}
