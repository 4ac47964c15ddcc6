package exchange

// onDesk marks entries of the journal about a desk phone.
const onDesk = "desk phone"

// The orders for a desk phone return the code of a refusal, 0 for none. An end is nil when the account
// has no such call.

// deskAlone says that the account has no other telephone: no client of it has ever registered, and
// one follows its calls. Calls then ring on the desk phone.
func (p *PBX) deskAlone(a *Account) bool {
	followed := false
	for c := range p.clients {
		if c.Account == a && c.registeredOnce {
			return false
		}
		followed = followed || c.Account == a && c.follows
	}
	return followed
}

// DeskDial rings the desk phone and, when that is picked up, calls the number.
func (p *PBX) DeskDial(a *Account, dialled string) int {
	if p.o.DeafDesk {
		return 0
	}
	to, code := p.route(a, dialled)
	if code == 0 && len(a.Calls) >= maxLegs {
		code = 503
	}
	if code != 0 {
		p.Note(Entry{Kind: CallRefused, User: a.Number, Peer: NumberOf(dialled), Code: code, Text: onDesk})
		return code
	}
	p.Note(Entry{Kind: CallPlaced, User: a.Number, Peer: NumberOf(dialled), Text: onDesk})
	c := p.beginCall("", a, to)
	c.Caller.desk = true
	p.later(c, p.o.DeskAnswers, func() { p.deskLifted(c, dialled) })
	return 0
}

func (p *PBX) deskLifted(c *Call, dialled string) {
	to, code := p.route(c.Caller.Account, dialled) // again: time has passed
	if code != 0 {
		p.endCall(c, nil, code)
		return
	}
	c.Callee = End{Party: to.party(), Account: to, call: c}
	p.join(c, to)
	p.proceed(c, dialled)
}

// DeskAnswer picks up a call that rings for the account.
func (p *PBX) DeskAnswer(a *Account, e *End) int {
	switch {
	case p.o.DeafDesk:
	case e == nil || !e.call.Ringing() || e != &e.call.Callee:
		return p.failDesk(a, "answer")
	default:
		e.desk = true
		p.pickUp(e.call)
	}
	return 0
}

// DeskHold holds a call, or resumes it.
func (p *PBX) DeskHold(a *Account, e *End, on bool) int {
	switch {
	case p.o.DeafDesk:
	case e == nil || e.call.Ringing():
		return p.failDesk(a, "hold")
	default:
		p.Hold(e, on)
	}
	return 0
}

// Clear ends a call of the account, or turns it down while it rings.
func (p *PBX) Clear(a *Account, e *End) int {
	switch {
	case e == nil:
		return p.failDesk(a, "hang up")
	case e.call.Ringing() && e == &e.call.Callee:
		p.Note(Entry{Kind: CallRefused, User: e.Far().Party.Number, Peer: a.Number, Code: 603})
		e.call.refusal = 603
		p.endCall(e.call, nil, 603)
	default:
		p.endCall(e.call, e, 0)
	}
	return 0
}

func (p *PBX) failDesk(a *Account, what string) int {
	p.Note(Entry{Kind: CommandFailed, User: a.Number, Code: 481, Text: what})
	return 481
}

// HasDeskPhones tells whether everybody's desk phone is registered.
func (p *PBX) HasDeskPhones() bool { return p.o.DeskPhones }
