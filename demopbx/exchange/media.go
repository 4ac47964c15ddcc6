package exchange

import (
	"context"
	"time"

	"github.com/patchcord/patchcord/rtc"
)

const (
	// describeTimeout is how long making or reading an SDP may take.
	describeTimeout = 10 * time.Second
	// mediaTimeout is how long sound may stay lost: a client that holds a call by closing its
	// connection says so only afterwards.
	mediaTimeout = 2 * time.Second
	// maxWaiting bounds the candidates that came before the media.
	maxWaiting = 64
)

// described is a session with its description.
type described struct {
	media *rtc.Session
	sdp   string
	err   error
}

// candidate is an address of a client.
type candidate struct {
	line, mid string
	mLine     uint16
}

// Offer makes the media of a leg and calls then with the PBX's offer, which Accept completes.
// Candidates follow after then has returned. then is not called if the leg has ended meanwhile.
func (p *PBX) Offer(l *Leg, then func(sdp string, err error)) { p.makeMedia(l, "", then) }

// Answer makes the media of a leg from the client's offer and calls then with the answer. All else
// is as with Offer.
func (p *PBX) Answer(l *Leg, offer string, then func(sdp string, err error)) {
	l.fingerprint = fingerprint(offer)
	p.makeMedia(l, offer, then)
}

func (p *PBX) makeMedia(l *Leg, offer string, then func(sdp string, err error)) {
	p.describe(offer, func(d described) {
		switch {
		case l.over:
			p.closeMedia(d.media)
			return
		case d.err == nil:
			p.attach(l, d)
			l.agreed = offer != ""
		}
		then(d.sdp, d.err)
	})
}

// Accept takes the client's answer to the PBX's offer; false if no offer waits for one. Once it was
// read, a call that rings at the client is answered, and then runs. An unreadable answer ends the
// leg.
func (p *PBX) Accept(l *Leg, answer string, then func()) bool {
	if l.media == nil || l.agreed {
		return false
	}
	l.agreed, l.fingerprint = true, fingerprint(answer)
	media := l.media
	p.work(func() func() {
		err := media.SetAnswer(answer)
		return func() {
			if !l.over {
				p.accepted(l, err, then)
			}
		}
	})
	return true
}

func (p *PBX) accepted(l *Leg, err error, then func()) {
	c := l.Call
	switch {
	case err != nil && l.Placed:
		p.complain(l, err)
		p.endCall(c, nil, 488)
		return
	case err != nil:
		p.complain(l, err)
		c.refusal = 488
		p.endLeg(l, EndedByPeer, 488)
		p.StopRinging(l)
		return
	case !l.Placed && c.Ringing():
		c.Callee.Leg = l
		c.dropFork(l)
		p.pickUp(c)
	}
	then()
}

// Reoffer takes a new offer for a leg and calls then with the answer: in the same session, or in a
// new one if the client has built a new connection.
func (p *PBX) Reoffer(l *Leg, offer string, then func(sdp string, err error)) {
	if print := fingerprint(offer); print != l.fingerprint || l.media == nil {
		l.rebuilding = true
		p.describe(offer, func(d described) { p.rebuilt(l, print, d, then) })
		return
	}
	media := l.media
	p.work(func() func() {
		ctx, cancel := context.WithTimeout(context.Background(), describeTimeout)
		defer cancel()
		sdp, err := media.AnswerReoffer(ctx, offer)
		return func() {
			if !l.over && l.media == media {
				then(sdp, err)
			}
		}
	})
}

// rebuilt replaces a leg's session.
func (p *PBX) rebuilt(l *Leg, print string, d described, then func(sdp string, err error)) {
	l.rebuilding = false
	switch {
	case l.over:
		p.closeMedia(d.media)
		return
	case d.err == nil:
		p.closeMedia(l.media)
		l.fingerprint = print
		p.attach(l, d)
		l.media.SetSending(!l.End().Held)
		p.connect(l.Call)
	}
	then(d.sdp, d.err)
}

// AddCandidate takes an address of the client. One that comes before the media waits for it.
func (p *PBX) AddCandidate(l *Leg, line, mid string, mLine uint16) {
	switch {
	case l.media != nil && !l.rebuilding:
		if err := l.media.AddCandidate(line, mid, mLine); err != nil {
			p.complain(l, err)
		}
	case len(l.waiting) < maxWaiting:
		l.waiting = append(l.waiting, candidate{line, mid, mLine})
	}
}

// SDP is the PBX's last description of the leg's media.
func (l *Leg) SDP() string { return l.sdp }

// Mute stops the sound to the client until it resumes the call with a new offer.
func (l *Leg) Mute() {
	if l.media != nil {
		l.media.SetSending(false)
	}
}

// CloseMedia ends the leg's media; the client makes new media by Reoffer.
func (p *PBX) CloseMedia(l *Leg) {
	p.closeMedia(l.media)
	l.media = nil
}

func (p *PBX) closeMedia(s *rtc.Session) {
	if s == nil {
		return
	}
	p.work(func() func() {
		err := s.Close()
		return func() {
			if err != nil {
				p.o.Log.Debug("the practice PBX could not close a session", "err", err)
			}
		}
	})
}

// describe makes a session in a worker: an answer to the offer, or an offer if there is none. then
// runs in the loop and owns the session.
func (p *PBX) describe(offer string, then func(described)) {
	p.work(func() func() {
		ctx, cancel := context.WithTimeout(context.Background(), describeTimeout)
		defer cancel()
		var d described
		if offer == "" {
			d.media, d.sdp, d.err = p.engine.Offer(ctx)
		} else {
			d.media, d.sdp, d.err = p.engine.Answer(ctx, asActive(offer))
		}
		return func() { then(d) }
	})
}

// attach gives a leg its media and begins to listen to it.
func (p *PBX) attach(l *Leg, d described) {
	l.media, l.sdp, l.lost = d.media, d.sdp, false
	for _, c := range l.waiting {
		p.AddCandidate(l, c.line, c.mid, c.mLine)
	}
	l.waiting = nil
	media := d.media
	p.enterLoop()
	go func() {
		defer p.Leave()
		for e := range media.Events() {
			p.post(func() { p.mediaEvent(l, media, e) })
		}
	}()
}

func (p *PBX) mediaEvent(l *Leg, media *rtc.Session, e rtc.Event) {
	if l.over || l.media != media {
		return
	}
	switch e := e.(type) {
	case rtc.LocalCandidate:
		if l.Client != nil {
			l.Client.Phone.Candidate(l, e)
		}
	case rtc.Connected:
		l.lost = false
		p.Note(Entry{Kind: MediaUp, User: l.Account.Number, Call: l.ID})
	case rtc.Lost:
		l.lost = true
		p.Note(Entry{Kind: MediaLost, User: l.Account.Number, Call: l.ID})
		p.endWhenLost(l)
	case rtc.DTMFReceived:
		p.digit(l, e)
	}
}

// endWhenLost ends a call whose sound stays lost, unless it is waiting for its client anyway.
func (p *PBX) endWhenLost(l *Leg) {
	media := l.media
	p.After(mediaTimeout, func() {
		if l.over || !l.lost || l.media != media || l.Client == nil || l.Call == nil {
			return
		}
		if own := l.End(); own.Leg == l && own.Held {
			return
		}
		p.endCall(l.Call, nil, 0)
	})
}

// complain notes an error in what a client's media sent.
func (p *PBX) complain(l *Leg, err error) {
	p.Note(Entry{Kind: Complaint, User: l.Account.Number, Call: l.ID, Text: err.Error()})
}
