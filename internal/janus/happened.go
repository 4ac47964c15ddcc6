package janus

// happened is news of a handle.
func (l *loop) happened(m message, frame []byte) {
	h := l.handles[m.Sender]
	switch m.Janus {
	case "webrtcup", "media", "slowlink": // the media says that itself
	case "event":
		if h != nil {
			l.plugin(h, m, frame)
		}
	case "trickle":
		if h != nil && h.call != nil && m.Candidate != nil && m.Candidate.Line != "" && len(m.Candidate.Line) <= maxRaw {
			l.tell(Candidate{h.call.id, m.Candidate.Line, short(m.Candidate.Mid), m.Candidate.MLine})
		}
	case "hangup":
		l.freed(h, short(m.Reason))
	case "detached":
		if h != nil {
			l.gone(h)
		}
	default:
		l.tell(Unrecognized{Name: short(m.Janus), Why: "no such message is known", Raw: l.excerpt(frame)})
	}
}

// freed is the gateway's word that the media of a call is gone. The end of the call comes before or
// after it.
func (l *loop) freed(h *handle, why string) {
	if h == nil {
		return
	}
	h.taken = false
	c := h.call
	if c == nil || c.freed != "" {
		return
	}
	if c.freed = why; why == "" {
		c.freed = "the gateway has closed the connection"
	}
	if !c.leaving {
		l.expect(question{kind: askFreed, call: c})
	}
}

// plugin is what the SIP plugin says.
func (l *loop) plugin(h *handle, m message, frame []byte) {
	s := m.Plugin.Data
	if s.Error != nil {
		l.settle(m.Transaction, func(a *question) { l.failed(a, failing{code: s.Code, reason: short(*s.Error)}) })
		return
	}
	switch s.Result.Event {
	case "registering", "unregistering", "calling", "declining", "hangingup", "updating", "accepting", "transferring", "progressing":
		l.begun(h, m)
	case "registered":
		l.registeredHandle(h, s.Result.MasterID)
	case "registration_failed":
		if h == l.master {
			l.asked(askRegister, h, nil)
			l.registrationFailed(failing{code: s.Result.Code, reason: short(s.Result.Reason)})
		}
	case "unregistered":
		l.unregisteredHandle(h)
	case "incomingcall":
		l.ring(h, m)
	case "missed_call":
		l.tell(Missed{party(s.Result.Caller, s.Result.DisplayName)})
	case "info", "message", "messagesent", "messagedelivery", "infosent": // texts of the far end: nobody asks for them
	default:
		l.ofCall(h, m, frame)
	}
}

// ofCall is what the plugin says of the call that a handle has.
func (l *loop) ofCall(h *handle, m message, frame []byte) {
	c, r := h.call, m.Plugin.Data.Result
	if c == nil || c.sip != "" && m.Plugin.Data.CallID != "" && c.sip != m.Plugin.Data.CallID {
		return // of a call before
	}
	switch r.Event {
	case "ringing":
		l.progress(c, 180)
	case "proceeding":
		l.progress(c, r.Code)
	case "progress":
		l.progress(c, 183)
		l.describe(c, m)
	case "accepted":
		l.accepted(c, m)
	case "updatingcall":
		l.changed(c, m)
	case "updated":
		l.asked(askUpdate, nil, c)
	case "holding", "resuming":
		l.held(c, r.Event == "holding")
	case "dtmfsent":
		l.asked(askDigit, nil, c)
	case "notify":
		l.notified(c, r.Notify, r.Substate, r.Content)
	case "hangup":
		l.over(c, m)
	default:
		l.tell(Unrecognized{Name: short(r.Event), Why: "no such event of a call is known", Raw: l.excerpt(frame)})
	}
}

// begun is the plugin's word that it is at work.
func (l *loop) begun(h *handle, m message) {
	c := h.call
	if c == nil {
		return
	}
	switch m.Plugin.Data.Result.Event {
	case "calling":
		if l.asked(askCall, nil, c) != nil {
			c.sip = short(m.Plugin.Data.CallID)
		}
	case "accepting": // our offer is out; the answer comes with the far end's ACK
		l.prolong(askAnswer, c, acceptTimeout)
	case "transferring":
		if a := l.asked(askTransfer, nil, c); a != nil {
			l.expect(question{kind: askOutcome, call: c, order: a.order})
		}
	}
}

func (l *loop) registeredHandle(h *handle, id uint64) {
	if h == l.master {
		l.registeredAs(id)
		return
	}
	l.asked(askHelper, h, nil)
	h.ready = true
}

func (l *loop) unregisteredHandle(h *handle) {
	switch {
	case h != l.master:
	case l.leaving:
		if l.asked(askUnregister, h, nil) != nil {
			l.destroy()
		}
	default:
		l.registrationFailed(failing{reason: "it has unregistered us"})
	}
}

// progress is told once for each code: ringing comes in two messages.
func (l *loop) progress(c *call, code int) {
	if c.stage == calling && code > 100 && code < 200 && c.code != code {
		c.code = code
		l.tell(Progressed{c.id, code})
	}
}

// describe passes a description on.
func (l *loop) describe(c *call, m message) {
	sdp := m.sdp()
	switch {
	case sdp == "":
	case c.own && m.JSEP.Type != "offer":
		c.own = false
	default:
		l.tell(Described{c.id, sdp, m.JSEP.Type == "offer"})
	}
}

// accepted takes an answer: to a call, or to our offer in a call that is up.
func (l *loop) accepted(c *call, m message) {
	l.asked(askCall, nil, c)
	l.asked(askAnswer, nil, c)
	if m.sdp() != "" && !c.own {
		l.asked(askReoffer, nil, c)
	}
	l.describe(c, m)
	if c.stage == calling || c.stage == alerting {
		c.stage = talking
		l.tell(Answered{c.id})
	}
}

// changed is an offer of the far end's on a call that is up. Where it wants ours instead, it gets the
// description that it has: nothing has changed here.
func (l *loop) changed(c *call, m message) {
	if sdp := m.sdp(); sdp != "" {
		l.describe(c, m)
		if held := holds(sdp); held != c.held {
			c.held = held
			l.tell(FarHeld{c.id, held})
		}
		return
	}
	c.own = true
	l.message(question{kind: askTrivial, handle: c.handle}, body{"request": "update"}, &jsep{"offer", c.ours})
}

func (l *loop) held(c *call, on bool) {
	for _, a := range l.asks {
		if o, ok := a.order.(Hold); ok && a.call == c && a.kind == askHold && o.On == on {
			l.done(a)
			l.tell(Held{c.id, on})
			return
		}
	}
}

// notified is how a transfer goes (RFC 3515 §2.4.5).
func (l *loop) notified(c *call, event, substate, fragment string) {
	code, reason := statusOf(fragment)
	switch {
	case event != "refer":
		return
	case code < 200 && substate != "terminated":
		l.prolong(askOutcome, c, transferTimeout)
		return
	}
	l.asked(askTransfer, nil, c)
	a := l.asked(askOutcome, nil, c)
	switch {
	case a == nil:
	case code/100 == 2:
		l.transferred(c, a.order)
	default:
		if code == 0 {
			reason = "the PBX has not told the outcome"
		}
		l.refuse(a.order, failing{code: code, reason: reason})
	}
}

// transferred leaves a call that goes on without us.
func (l *loop) transferred(c *call, o Order) {
	left := []*call{c}
	if join, ok := o.(Join); ok {
		if with := l.calls[join.With]; with != nil {
			left = append(left, with)
		}
	}
	for _, c := range left {
		c.ending = EndedTransferred
		l.tell(Transferred{c.id})
		if c.handle == nil {
			l.drop(c)
			l.tell(Ended{ID: c.id, How: EndedTransferred})
			continue
		}
		l.end(c, codeDecline)
	}
}
