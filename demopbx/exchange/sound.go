package exchange

import "github.com/patchcord/patchcord/rtc"

// connect bridges the sound of a call as its state wants it.
func (p *PBX) connect(c *Call) {
	if c.Callee.Account.conference != nil && !c.Ringing() {
		p.connectConference(c)
		return
	}
	near, far := &c.Caller, &c.Callee
	if near.Leg == nil {
		near, far = far, near
	}
	if near.Leg == nil || near.Leg.media == nil {
		return
	}
	w := routing{a: clientSound{near.Leg.media}, aHeld: near.Held, bHeld: far.Held}
	if c.Recording {
		w.tape = c.tape
	}
	switch {
	case c.Ringing():
		w.b = &robot{tune: newRingback()}
	case far.Leg != nil && far.Leg.media == nil:
		w.b = &robot{}
	case far.Leg != nil:
		w.b = clientSound{far.Leg.media}
	default:
		w.b = p.voiceOf(c, far)
	}
	c.bridge = p.mixer.connect(c.bridge, w)
}

// connectConference makes the caller a participant. A desk phone has no sound.
func (p *PBX) connectConference(c *Call) {
	e := &c.Callee
	if e.participant == nil {
		e.participant = e.Account.conference.join()
	}
	w := routing{b: e.participant, aHeld: c.Caller.Held, quiet: true}
	switch l := c.Caller.Leg; {
	case l != nil && l.media != nil:
		w.a = clientSound{l.media}
	case c.Caller.simulated():
		w.a = p.voiceOf(c, &c.Caller)
	default:
		return
	}
	c.bridge = p.mixer.connect(c.bridge, w)
}

// voiceOf is the voice of a simulated person.
func (p *PBX) voiceOf(c *Call, e *End) *robot {
	if e.voice == nil {
		r := p.roleOf(e.Account)
		e.voice = r.voice()
		if e == &c.Caller {
			e.voice = r.calling()
		}
	}
	return e.voice
}

// digit records a key, passes it on to another client, or lets a simulated person acknowledge it.
func (p *PBX) digit(l *Leg, e rtc.DTMFReceived) {
	own := Entry{Kind: DigitPressed, User: l.Account.Number, Call: l.ID, Text: string(e.Digit)}
	if l.Call == nil || l.Call.Ringing() {
		p.Note(own)
		return
	}
	far := l.End().Far()
	own.Peer = far.Party.Number
	p.Note(own)
	switch {
	case far.Leg != nil && far.Leg.media != nil:
		if err := far.Leg.media.SendDTMF(e.Digit, e.Duration); err != nil {
			p.complain(far.Leg, err)
		}
	case far.voice != nil:
		far.voice.acknowledge(e.Digit)
	}
}
