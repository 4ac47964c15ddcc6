package exchange

// Hold puts the far end on hold, or takes it back.
func (p *PBX) Hold(e *End, on bool) {
	far := e.Far()
	if e.Held != on {
		e.Held = on
		kind := Resumed
		if on {
			kind = Held
		}
		p.Note(Entry{Kind: kind, User: e.Party.Number, Peer: far.Party.Number, Call: e.legID()})
		p.callChanged(e.call)
		p.accountChanged(e.Account)
		p.accountChanged(far.Account)
	}
	if l := e.Leg; l != nil && l.media != nil {
		l.media.SetSending(!on)
	}
	p.connect(e.call)
}

// Record switches recording of the call on demand.
func (p *PBX) Record(e *End, on bool) {
	c := e.call
	c.Recording = on
	if on && c.tape == nil {
		c.tape = &tape{}
	}
	if c.bridge != nil {
		p.connect(c)
	}
	text := "off"
	if on {
		text = "on"
	}
	p.Note(Entry{Kind: Recording, User: e.Account.Number, Peer: e.Far().Party.Number, Call: e.legID(), Text: text})
	p.callChanged(e.call)
}

// Remark notes what an account says of its call.
func (p *PBX) Remark(e *End, text string) {
	p.Note(Entry{Kind: Remarked, User: e.Account.Number, Peer: e.Far().Party.Number, Call: e.legID(), Text: text})
}
