package demopbx

// onDesk marks what was done with a desk phone in the journal.
const onDesk = "desk phone"

// deskAlone says that the user has no other telephone: no client of the user is or was one,
// and one follows the user's calls. Calls then ring on the desk.
func (p *pbx) deskAlone(a *account) bool {
	followed := false
	for sock := range p.sockets {
		if sock.user == a && sock.phone {
			return false
		}
		followed = followed || sock.user == a && sock.own
	}
	return followed
}

// deskDial rings the user's desk phone and, when that was lifted, calls the number. It returns
// the code of a refusal.
func (p *pbx) deskDial(user *account, dialled string) int {
	if p.o.Faults.DeafDesk {
		return 0
	}
	to, code := p.route(user, dialled)
	if code == 0 && len(user.calls) >= maxLegs {
		code = 503
	}
	if code != 0 {
		p.note(Entry{Kind: CallRefused, User: user.number, Peer: numberOf(dialled), Code: code, Text: onDesk})
		return code
	}
	p.note(Entry{Kind: CallPlaced, User: user.number, Peer: numberOf(dialled), Text: onDesk})
	c := p.beginCall("", user, to)
	c.caller.desk = true
	p.later(c, p.o.DeskAnswers, func() { p.deskLifted(c, dialled) })
	return 0
}

func (p *pbx) deskLifted(c *call, dialled string) {
	to, code := p.route(c.caller.acct, dialled) // again: time has passed
	if code != 0 {
		p.endCall(c, nil, code)
		return
	}
	c.callee = end{party: to.party(), acct: to}
	p.join(c, to)
	p.proceed(c, dialled)
}

// deskAnswer picks up a call that rings for the user. Like the rest it returns the code of a
// refusal.
func (p *pbx) deskAnswer(user *account, id string) int {
	if p.o.Faults.DeafDesk {
		return 0
	}
	s, ok := p.sideOf(user, id)
	if !ok || !s.ringing() || s.own != &s.callee {
		return p.failDesk(user, "answer")
	}
	s.own.desk = true
	p.answer(s.call)
	return 0
}

// deskToggle holds a call, or resumes it when it is held.
func (p *pbx) deskToggle(user *account, id string) int {
	s, _ := p.sideOf(user, id)
	return p.deskHold(user, id, s.own == nil || !s.own.held)
}

func (p *pbx) deskHold(user *account, id string, on bool) int {
	if p.o.Faults.DeafDesk {
		return 0
	}
	s, ok := p.sideOf(user, id)
	if !ok || s.ringing() {
		return p.failDesk(user, "hold")
	}
	p.setHeld(s, on)
	return 0
}

// clear ends a call of the user, or turns it down while it rings. A client that has a leg of
// it did not do that itself and is told.
func (p *pbx) clear(user *account, id string) int {
	s, ok := p.sideOf(user, id)
	if !ok {
		return p.failDesk(user, "hang up")
	}
	if s.ringing() && s.own == &s.callee {
		p.note(Entry{Kind: CallRefused, User: s.far.party.Number, Peer: user.number, Code: 603})
		s.refusal = 603
		p.endCall(s.call, nil, 603)
		return 0
	}
	l := s.own.leg
	p.endCall(s.call, s.own, 0)
	if l != nil {
		p.sendBye(l, 0)
	}
	return 0
}

func (p *pbx) failDesk(user *account, what string) int {
	p.note(Entry{Kind: CommandFailed, User: user.number, Code: 481, Text: what})
	return 481
}
