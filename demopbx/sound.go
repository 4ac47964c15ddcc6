package demopbx

import "github.com/patchcord/patchcord/rtc"

// wire joins the sounds of a call as its state wants it.
func (p *pbx) wire(c *call) {
	if c.callee.acct.room != nil && !c.ringing() {
		p.wireSeat(c)
		return
	}
	near, far := &c.caller, &c.callee
	if near.leg == nil {
		near, far = far, near
	}
	if near.leg == nil || near.leg.media == nil {
		return
	}
	w := wiring{a: line{near.leg.media}, aHeld: near.held, bHeld: far.held}
	switch {
	case c.ringing():
		w.b = &robot{tune: newRingback()}
	case far.leg != nil && far.leg.media == nil:
		w.b = &robot{}
	case far.leg != nil:
		w.b = line{far.leg.media}
	default:
		w.b = p.voiceOf(c, far)
	}
	c.bridge = p.mixer.connect(c.bridge, w)
}

// wireSeat gives the caller a seat at the conference. A desk phone just sits there.
func (p *pbx) wireSeat(c *call) {
	e := &c.callee
	if e.seat == nil {
		e.seat = e.acct.room.join()
	}
	w := wiring{b: e.seat, aHeld: c.caller.held, quiet: true}
	switch l := c.caller.leg; {
	case l != nil && l.media != nil:
		w.a = line{l.media}
	case c.caller.pretended():
		w.a = p.voiceOf(c, &c.caller)
	default:
		return
	}
	c.bridge = p.mixer.connect(c.bridge, w)
}

// voiceOf is what is heard of somebody of ours.
func (p *pbx) voiceOf(c *call, e *end) *robot {
	if e.voice == nil {
		r := p.roleOf(e.acct)
		e.voice = r.voice()
		if e == &c.caller {
			e.voice = r.calling()
		}
	}
	return e.voice
}

// digit journals a key, passes it on to another client, or lets our voice acknowledge it.
func (p *pbx) digit(l *leg, e rtc.DTMFReceived) {
	own := Entry{Kind: DigitHeard, User: l.user.number, Call: l.id, Text: string(e.Digit)}
	if l.call == nil || l.call.ringing() {
		p.note(own)
		return
	}
	_, far := l.call.endsOf(l)
	own.Peer = far.party.Number
	p.note(own)
	switch {
	case far.leg != nil && far.leg.media != nil:
		if err := far.leg.media.SendDTMF(e.Digit, e.Duration); err != nil {
			p.complain(far.acct, far.leg.id, err.Error())
		}
	case far.voice != nil:
		far.voice.acknowledge(e.Digit)
	}
}
