package demopbx

import (
	"slices"

	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

// inviteAll rings the callee's telephones.
func (p *pbx) inviteAll(c *call) {
	phones := p.phonesOf(c.callee.acct)
	if len(phones) == 0 && !p.deskAlone(c.callee.acct) {
		p.notReached(c, 480)
		return
	}
	for _, sock := range phones {
		p.invite(c, sock)
	}
}

// invite rings one telephone.
func (p *pbx) invite(c *call, sock *socket) {
	c.inviting++
	p.describe("", func(d described) {
		c.inviting--
		if d.err != nil || sock.gone || !c.ringing() || c.callee.acct != sock.user {
			p.closeMedia(d.media)
			p.nobodyLeft(c)
			return
		}
		l := &leg{user: sock.user, sock: sock, id: p.mintID(), call: c}
		c.forks = append(c.forks, l)
		p.addLeg(l)
		from, to := c.caller.party, c.callee.party
		p.send(sock, wire.Invite{
			CallID: l.id, CSeq: l.nextCSeq(), SDP: p.outward(d.sdp),
			From: address(from), To: address(to),
			FromUser: p.shown(from.Number), FromDisplay: from.Name, FromNumber: p.shown(from.Number), Group: c.via,
		})
		p.attach(l, d)
	})
}

// ringsAt tells whether one of the callee's telephones that ring is this one.
func (c *call) ringsAt(sock *socket) bool {
	return slices.ContainsFunc(c.forks, func(l *leg) bool { return l.sock == sock })
}

// phoneGone takes a telephone that rang out of the call.
func (p *pbx) phoneGone(l *leg) {
	l.call.forks = slices.DeleteFunc(l.call.forks, func(f *leg) bool { return f == l })
	p.closeLeg(l)
	p.nobodyLeft(l.call)
}

// nobodyLeft goes on with a ringing call whose telephones have all turned it down.
func (p *pbx) nobodyLeft(c *call) {
	a := c.callee.acct
	if !c.ringing() || c.inviting > 0 || len(c.forks) > 0 || !a.staffed || p.deskAlone(a) {
		return
	}
	code := c.refusal
	if code == 0 {
		code = 480
	}
	p.notReached(c, code)
}

// stopForks quiets the telephones that still ring.
func (p *pbx) stopForks(c *call) { p.hush(c, 0, "") }

// answeredElsewhere quiets them because somebody else has taken the call (RFC 3326 §3.1).
func (p *pbx) answeredElsewhere(c *call) { p.hush(c, 200, "Call completed elsewhere") }

func (p *pbx) hush(c *call, code int, reason string) {
	for _, l := range c.forks {
		if p.o.Faults.AbandonByBye {
			p.send(l.sock, wire.Bye{CallID: l.id, CSeq: l.nextCSeq(), Code: code, Reason: reason})
		} else {
			p.send(l.sock, wire.Cancel{CallID: l.id, CSeq: l.nextCSeq(), Code: code, Reason: reason})
		}
		p.closeLeg(l)
	}
	c.forks = nil
}

// turnDown is a client that refuses a call that rings.
func (p *pbx) turnDown(l *leg, code int) {
	if l.placed || !l.call.ringing() {
		own, _ := l.call.endsOf(l)
		p.endCall(l.call, own, 0)
		return
	}
	if code < 400 {
		code = 486
	}
	l.call.refusal = code
	p.note(Entry{Kind: CallRefused, User: l.call.caller.party.Number, Peer: l.user.number, Call: l.id, Code: code})
	p.phoneGone(l)
}

// missed counts a call that somebody's client did not take.
func (p *pbx) missed(a *account) {
	if !a.staffed {
		return
	}
	a.missed++
	p.tell(a, wire.MissedCalls{Count: a.missed})
}
