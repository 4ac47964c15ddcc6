package demopbx

import "cmp"

// maxForwards is how often one call may be sent on.
const maxForwards = 5

// forwards are the numbers to which an account sends its calls, empty for none. A telephone
// that is not there does not answer, unless there is a number for that case.
type forwards struct{ always, busy, noAnswer, offline string }

// after is where a call goes that came to nothing with the code. What was declined outright is
// not sent on.
func (f forwards) after(code int) string {
	switch code {
	case 486, 600:
		return f.busy
	case 480:
		return cmp.Or(f.offline, f.noAnswer)
	case 408:
		return f.noAnswer
	}
	return ""
}

// reach finds who takes a call to an account: itself, whoever it forwards to, or its mailbox.
func (p *pbx) reach(from, to *account, hops int) (*account, int) {
	code := obstacle(from, to)
	next := to.forward.always
	if next == "" && code != 0 {
		next = to.forward.after(code)
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

// notReached goes on with a call that nobody took: where its callee forwards it to, or to the
// mailbox. Otherwise it ends with the code.
func (p *pbx) notReached(c *call, code int) {
	a := c.callee.acct
	if next := a.forward.after(code); next != "" && c.hops < maxForwards {
		if to, refused := p.route(c.caller.acct, next); refused == 0 {
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

// redirect lets a call that rings in vain ring elsewhere.
func (p *pbx) redirect(c *call, to *account) {
	from := c.callee.acct
	p.note(Entry{Kind: Forwarded, User: from.number, Peer: c.caller.party.Number, Text: to.number})
	p.stopForks(c)
	p.dropAlarms(c)
	p.file(c, from)
	p.callChanged(c) // for whom it leaves
	p.leave(c, from)
	c.callee = end{party: to.party(), acct: to}
	c.refusal = 0
	c.hops++
	p.join(c, to)
	if l := c.caller.leg; l != nil {
		p.introduce(l, c.callee.party)
	}
	p.ring(c)
}
