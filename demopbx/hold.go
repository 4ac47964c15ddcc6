package demopbx

import (
	"context"

	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

// hold puts the far end on hold or takes it back. The bare request is confirmed by the call
// states alone; one with an SDP is answered with an SDP.
func (p *pbx) hold(sock *socket, r wire.Hold) {
	l := p.find(sock, r.CallID)
	if l == nil || l.call == nil || l.call.ringing() {
		p.note(Entry{Kind: CommandFailed, User: sock.user.number, Code: 481, Text: "hold"})
		p.respond(sock, r.CallID, 481)
		return
	}
	if r.SDP != "" && p.o.Faults.NoReoffer {
		p.note(Entry{Kind: CommandFailed, User: sock.user.number, Call: l.id, Code: 488, Text: "new offer"})
		p.respond(sock, r.CallID, 488)
		return
	}
	own, far := l.call.endsOf(l)
	p.setHeld(side{l.call, own, far}, r.On)
	switch {
	case r.SDP != "":
		p.reoffered(l, r.SDP)
	case r.On && p.o.Faults.HoldClosesMedia:
		p.closeMedia(l.media)
		l.media = nil
	case !r.On && p.o.Faults.ResumeNeedsOffer && l.media != nil:
		l.media.SetSending(false)
	}
}

// setHeld puts the far end on hold, or takes it back.
func (p *pbx) setHeld(s side, on bool) {
	if s.own.held != on {
		s.own.held = on
		kind := Resumed
		if on {
			kind = Held
		}
		p.note(Entry{Kind: kind, User: s.own.party.Number, Peer: s.far.party.Number, Call: callidOf(s.own)})
		p.callChanged(s.call)
		p.accountChanged(s.own.acct)
		p.accountChanged(s.far.acct)
	}
	if l := s.own.leg; l != nil && l.media != nil {
		l.media.SetSending(!on)
	}
	p.wire(s.call)
}

// reoffered answers a new offer for a leg: in the same session, or in a new one when the
// client has thrown its connection away and built another.
func (p *pbx) reoffered(l *leg, offer string) {
	print := fingerprint(offer)
	if print != l.print || l.media == nil {
		l.rebuilding = true
		p.describe(offer, func(d described) { p.rebuilt(l, print, d) })
		return
	}
	media := l.media
	p.work(func() func() {
		ctx, cancel := context.WithTimeout(context.Background(), describePatience)
		defer cancel()
		sdp, err := media.AnswerReoffer(ctx, offer)
		return func() {
			if l.over || l.media != media {
				return
			}
			if err != nil {
				p.note(Entry{Kind: CommandFailed, User: l.user.number, Call: l.id, Code: 488, Text: err.Error()})
				p.respond(l.sock, l.id, 488)
				return
			}
			p.send(l.sock, p.description(l, sdp, 200))
		}
	})
}

// rebuilt replaces a leg's session.
func (p *pbx) rebuilt(l *leg, print string, d described) {
	l.rebuilding = false
	if l.over || d.err != nil {
		p.closeMedia(d.media)
		if !l.over {
			p.respond(l.sock, l.id, 488)
		}
		return
	}
	p.closeMedia(l.media)
	l.print = print
	p.send(l.sock, p.description(l, d.sdp, 200))
	p.attach(l, d)
	own, _ := l.call.endsOf(l)
	l.media.SetSending(!own.held)
	p.wire(l.call)
}
