package exchange

import "slices"

// inviteAll rings the callee's telephones.
func (p *PBX) inviteAll(c *Call) {
	phones := p.phonesOf(c.Callee.Account)
	if len(phones) == 0 && !p.deskAlone(c.Callee.Account) {
		p.notReached(c, 480)
		return
	}
	for _, phone := range phones {
		p.invite(c, phone)
	}
}

// invite rings one telephone.
func (p *PBX) invite(c *Call, phone *Client) {
	l := p.newLeg(phone, p.MintID())
	l.Call = c
	c.forks = append(c.forks, l)
	phone.Phone.Ring(l)
}

// ringsAt tells whether one of the callee's telephones that ring is this client.
func (c *Call) ringsAt(phone *Client) bool {
	return slices.ContainsFunc(c.forks, func(l *Leg) bool { return l.Client == phone })
}

func (c *Call) dropFork(l *Leg) {
	c.forks = slices.DeleteFunc(c.forks, func(f *Leg) bool { return f == l })
}

// StopRinging removes a ringing telephone from the call, and continues the call if it was the last.
func (p *PBX) StopRinging(l *Leg) {
	c, a := l.Call, l.Call.Callee.Account
	c.dropFork(l)
	p.closeLeg(l)
	if !c.Ringing() || len(c.forks) > 0 || !a.claimed || p.deskAlone(a) {
		return
	}
	code := c.refusal
	if code == 0 {
		code = 480
	}
	p.notReached(c, code)
}

// stopForks ends the ringing of all telephones.
func (p *PBX) stopForks(c *Call, how Ending) {
	for _, l := range c.forks {
		p.endLeg(l, how, 0)
	}
	c.forks = nil
}

// Decline is a client that turns down a call that rings, and gives up one that does not.
func (p *PBX) Decline(l *Leg, code int) {
	if l.Placed || !l.Call.Ringing() {
		p.HangUp(l)
		return
	}
	if code < 400 {
		code = 486
	}
	l.Call.refusal = code
	p.Note(Entry{Kind: CallRefused, User: l.Call.Caller.Party.Number, Peer: l.Account.Number, Call: l.ID, Code: code})
	p.endLeg(l, Abandoned, code)
	p.StopRinging(l)
}

// missed counts a call that a client did not answer.
func (p *PBX) missed(a *Account) {
	if !a.claimed {
		return
	}
	a.Missed++
	p.tell(func(f Front) { f.CallMissed(a) })
}
