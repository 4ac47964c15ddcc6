package demopbx

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"github.com/patchcord/patchcord/pbxws/vodia/wire"
	"github.com/patchcord/patchcord/rtc"
)

const (
	// describePatience is how long making or reading an SDP may take.
	describePatience = 10 * time.Second
	// mediaPatience is how long lost sound may stay lost: a client that puts a call on hold by
	// closing its connection says so after it has done it.
	mediaPatience = 2 * time.Second
	// maxLegs bounds the calls of one user.
	maxLegs = 16
	// maxWaiting bounds the candidates that came before the media.
	maxWaiting = 64
)

// legKey finds a leg by the user and the callid that the user's client knows.
type legKey struct{ user, callid string }

// leg is a user's WebRTC side of a call. It belongs to the user and not to a socket: it
// outlives one that breaks.
type leg struct {
	user *account
	sock *socket // nil while the client is away
	// id is the callid, alias the one that the client chose where the PBX renamed the call.
	id, alias string
	cseq      int
	born      uint64 // its number among all legs
	// placed says that the client called; told that it knows that somebody picked up.
	placed, told bool
	call         *call // nil until the media is described
	media        *rtc.Session
	sdp          string // what we said of it
	// agreed says that both sides have described the media.
	agreed bool
	lost   bool   // the sound broke and has not healed
	print  string // the client's certificate
	// rebuilding says that the client's new connection is being described; waiting are candidates
	// that came before theirs was.
	rebuilding bool
	waiting    []wire.ICECandidate
	over       bool
	orphan     *alarm
}

func (l *leg) nextCSeq() json.RawMessage {
	l.cseq++
	return strconv.AppendInt(nil, int64(l.cseq), 10)
}

// addLeg makes a leg known by its callid.
func (p *pbx) addLeg(l *leg) {
	p.legsBegun++
	l.born = p.legsBegun
	p.legs[legKey{l.user.number, l.id}] = l
	if l.alias != "" {
		p.legs[legKey{l.user.number, l.alias}] = l
	}
}

// find is the leg that a client means; without a callid it is the socket's newest.
func (p *pbx) find(sock *socket, callid string) *leg {
	l := p.legs[legKey{sock.user.number, callid}]
	if l == nil && callid == "" {
		for _, other := range p.legs {
			if other.sock == sock && (l == nil || other.born > l.born) {
				l = other
			}
		}
	}
	if l != nil && l.sock != sock { // the client is back, be it before its old socket was missed
		p.reclaim(sock, l)
	}
	return l
}

// legsOf counts the user's legs.
func (p *pbx) legsOf(a *account) int {
	n := 0
	for _, l := range p.legs {
		if l.user == a {
			n++
		}
	}
	return n
}

// closeLeg forgets a leg and ends its media; what the client is told is somebody else's care.
func (p *pbx) closeLeg(l *leg) {
	if l.over {
		return
	}
	l.over = true
	p.agenda.drop(l.orphan)
	delete(p.legs, legKey{l.user.number, l.id})
	if l.alias != "" {
		delete(p.legs, legKey{l.user.number, l.alias})
	}
	p.closeMedia(l.media)
	l.media = nil
}

func (p *pbx) closeMedia(s *rtc.Session) {
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

// described is a session with what is to be said of it.
type described struct {
	media *rtc.Session
	sdp   string
	err   error
}

// describe makes a session in a worker: an answer to the offer, or an offer if there is none.
// then runs in the loop and owns the session.
func (p *pbx) describe(offer string, then func(described)) {
	p.work(func() func() {
		ctx, cancel := context.WithTimeout(context.Background(), describePatience)
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

// attach gives a leg its media and begins to listen to it. Our description must be on its way
// already, because candidates follow at once.
func (p *pbx) attach(l *leg, d described) {
	l.media, l.sdp, l.lost = d.media, d.sdp, false
	for _, c := range l.waiting {
		p.addCandidate(l, c)
	}
	l.waiting = nil
	media := d.media
	p.letIn()
	go func() {
		defer p.leaves()
		for e := range media.Events() {
			p.post(func() { p.mediaEvent(l, media, e) })
		}
	}()
}

func (p *pbx) mediaEvent(l *leg, media *rtc.Session, e rtc.Event) {
	if l.over || l.media != media {
		return
	}
	switch e := e.(type) {
	case rtc.LocalCandidate:
		p.sendCandidate(l, e)
	case rtc.Connected:
		l.lost = false
		p.note(Entry{Kind: MediaUp, User: l.user.number, Call: l.id})
	case rtc.Lost:
		l.lost = true
		p.note(Entry{Kind: MediaLost, User: l.user.number, Call: l.id})
		p.bury(l)
	case rtc.DTMFReceived:
		p.digit(l, e)
	}
}

// bury ends a call whose sound stays lost, unless it waits for its client anyway.
func (p *pbx) bury(l *leg) {
	media := l.media
	p.agenda.in(mediaPatience, func() {
		if l.over || !l.lost || l.media != media || l.sock == nil || l.call == nil {
			return
		}
		if own, _ := l.call.endsOf(l); own.leg == l && own.held {
			return
		}
		p.endCall(l.call, nil, 0)
	})
}
