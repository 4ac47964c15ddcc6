package exchange

import (
	"cmp"

	"github.com/patchcord/patchcord/pbxws"
)

// maxForwards is how often one call may be forwarded.
const maxForwards = 5

// Forwards are the numbers to which an account forwards its calls in each case, empty for none.
// Without a number for its own case, a telephone that is not there counts as not answering.
type Forwards [pbxws.ForwardOffline + 1]string

// after is where a call goes that failed with the code. A declined call is not forwarded.
func (f Forwards) after(code int) string {
	switch code {
	case 486, 600:
		return f[pbxws.ForwardBusy]
	case 480:
		return cmp.Or(f[pbxws.ForwardOffline], f[pbxws.ForwardNoAnswer])
	case 408:
		return f[pbxws.ForwardNoAnswer]
	}
	return ""
}

// reach finds who gets a call to an account: itself, the target of its forwarding, or its mailbox.
func (p *PBX) reach(from, to *Account, hops int) (*Account, int) {
	code := obstacle(from, to)
	next := to.Forwards[pbxws.ForwardAlways]
	if next == "" && code != 0 {
		next = to.Forwards.after(code)
	}
	switch {
	case next != "" && to != from:
		target := p.accountAt(next)
		if target == nil {
			return nil, 404
		}
		if hops == 0 {
			return nil, 482
		}
		return p.reach(from, target, hops-1)
	case code == 480 && p.mailboxOf(to) != nil:
		return p.mailboxOf(to), 0
	case code != 0:
		return nil, code
	}
	return to, 0
}

// notReached forwards a call that nobody took, as its callee has set, or to the mailbox. Otherwise it
// ends the call with the code.
func (p *PBX) notReached(c *Call, code int) {
	a := c.Callee.Account
	if next := a.Forwards.after(code); next != "" && c.hops < maxForwards {
		if to, refused := p.route(c.Caller.Account, next); refused == 0 {
			p.redirect(c, to)
			return
		}
	}
	if box := p.mailboxOf(a); box != nil && (code == 480 || code == 408) {
		p.redirect(c, box)
		return
	}
	p.endCall(c, nil, code)
}

// redirect lets a call that was not answered ring elsewhere.
func (p *PBX) redirect(c *Call, to *Account) {
	from := c.Callee.Account
	p.Note(Entry{Kind: Forwarded, User: from.Number, Peer: c.Caller.Party.Number, Text: to.Number})
	p.stopForks(c, Cancelled)
	p.stopTimers(c)
	p.file(c, from)
	p.callChanged(c) // for whom it leaves
	p.leave(c, from)
	c.Callee = End{Party: to.party(), Account: to, call: c}
	c.refusal = 0
	c.hops++
	p.join(c, to)
	tellPeer(c.Caller.Leg, c.Callee.Party)
	p.ring(c)
}
