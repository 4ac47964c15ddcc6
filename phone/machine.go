package phone

import (
	"fmt"
	"time"

	"github.com/patchcord/patchcord/pbxws"
)

// leg is one of our calls, with what only the machine has to know of it.
type leg struct {
	Leg
	// wire is what the link calls the leg.
	wire pbxws.LegID
	// offer is the far end's offer that waits for us to pick up; empty where the far end waits for ours.
	offer string
	// unsure is a description whose kind was guessed, until media proves it.
	unsure *pbxws.LegDescribed
	// bothKinds tells that it was taken as the other kind too.
	bothKinds bool
	// taken is the last answer to our first offer. elsewhere tells that it is of another endpoint than
	// the one before, which has the session.
	taken     string
	elsewhere bool
	// renegotiated is true once there was another offer: a late answer does not belong to the first one
	// then.
	renegotiated bool
	// dial is the number for the PBX, and kind what it means.
	dial string
	kind pbxws.OfferKind
	// caps are what the PBX at the other end of the call's link can do.
	caps pbxws.Caps
	// sent and unsent are the outcomes of a transfer under way, in words.
	sent, unsent string
	// joined is true while this leg's far end is being joined with that of another leg, which reports
	// the outcome for both.
	joined bool
	// holding is our last request; LocalHold is what the PBX confirmed.
	holding bool
	// resuming is true from a resume until sound comes, or a new session was agreed on or failed.
	// rebuilding is true while our offer of a new session is made or not answered yet.
	resuming, rebuilding bool
	// renewed tells that the PBX has described the new session; before that a path is that of the old one.
	renewed bool
	// closed tells that there was a path and is none any more.
	closed bool
	// holdOffer is our offer of a hold or resume in the same session that is made or waits for its answer.
	holdOffer holdOffer
	// unconfirmed is true until the PBX has confirmed holding; the request may have been lost.
	unconfirmed bool
	// unlisted is true if a new link has not shown the call; then it ends when its sound does.
	unlisted bool
	// away is true while there is no link to the PBX.
	away bool
	// reply is our answer to the far end's offer until sound comes. It is sent again on a new link,
	// since the PBX may not have got it.
	reply string
	// candidates are ours until sound comes of them, for the same reason.
	candidates []pbxws.Candidate
	// since is when the state began.
	since time.Time
	// described is true once the session has the far end's description.
	described bool
	// askedHold and askedTransfer are when the PBX was asked, to tell how long it took.
	askedHold, askedTransfer time.Time
	path                     pathSearch
	// by is the intent that placed the call.
	by Receipt
	// receipt belongs to the intent of the present input, 0 for none. pending are the intents that the
	// leg has not answered yet.
	receipt Receipt
	pending pending
}

// talks is true if the far end shall hear us and stay with us.
func (l *leg) talks() bool { return l.State == Connected && !l.holding && l.Transfer == "" }

// move is one step of a leg: the next leg and its effects.
type move struct {
	leg
	now     time.Time
	effects []effect
}

// step takes an input and returns the next leg and the effects, in order. It does no I/O and is
// total: a state ignores inputs that mean nothing in it, so late, repeated or misplaced messages of
// a PBX do no harm.
func (l leg) step(in input, now time.Time) (leg, []effect) {
	m := &move{leg: l, now: now}
	switch l.State {
	case Offering:
		m.offering(in)
	case Dialing, Ringing, Early:
		m.unanswered(in)
	case Alerting:
		m.alerting(in)
	case Answering:
		m.answering(in)
	case Connected:
		m.connected(in)
	case Ended:
		m.ended(in)
	}
	if m.State != l.State {
		m.since = now
	}
	m.ascribe(l)
	if l.Queued != "" {
		m.followUp(l, in)
	}
	return m.leg, m.effects
}

// ascribe assigns the sentences of a step to the intent whose outcome they are, if they have none
// yet: the one that answered the call, else the one that placed it.
func (m *move) ascribe(was leg) {
	of := m.pending.answer
	if was.Dir == Outgoing && was.State < Connected {
		of = m.by
	}
	if m.State == Connected || m.State == Ended {
		m.pending.answer = 0
	}
	if m.State == Ended {
		waits := m.pending.transfer
		m.pending = pending{}
		if m.Transfer == parkedWord { // the orbit is still to come
			m.pending.transfer = waits
		}
	}
	for i, e := range m.effects {
		if s, ok := e.(say); ok && s.of == 0 && m.receipt == 0 {
			s.of = of
			m.effects[i] = s
		}
	}
}

// place begins a call of ours to dial, of the given kind, at a PBX with these capabilities; peer is
// whom we expect there.
func place(id pbxws.LegID, dial string, kind pbxws.OfferKind, peer pbxws.Party, caps pbxws.Caps, now time.Time) (leg, []effect) {
	m := &move{
		leg: leg{Leg: Leg{ID: id, Dir: Outgoing, Peer: peer, State: Offering, Began: now}, wire: id, dial: dial, kind: kind, caps: caps},
		now: now,
	}
	m.do(makeOffer{}, m.await(untilProgress))
	return m.leg, m.effects
}

// receive begins an incoming call from a PBX with these capabilities.
func receive(o pbxws.LegOffered, caps pbxws.Caps, now time.Time) (leg, []effect) {
	if o.From == (pbxws.Party{}) {
		o.From.Name = pbxws.WithheldName
	}
	m := &move{leg: leg{
		Leg:  Leg{ID: o.Leg, Dir: Incoming, Peer: o.From, Via: o.Via, Intercom: o.Intercom, State: Alerting, Began: now},
		wire: o.Leg, offer: o.SDP, caps: caps,
	}, now: now}
	m.do(send{pbxws.Ringing{Leg: m.wire}}, m.await(untilAnswer))
	m.say(GradeInfo, "%s calls", m.Peer)
	return m.leg, m.effects
}

// live handles an input in all states before Ended that do not handle it themselves.
func (m *move) live(in input) {
	switch in := in.(type) {
	case reported:
		m.liveEvent(in.event)
	case mediaUp:
		if m.renewed {
			m.endRebuild()
		}
		m.soundIsUp()
		if m.bothKinds {
			m.do(letGo{})
		}
		m.unsure, m.bothKinds = nil, false
		m.do(drop{untilKind}, drop{untilSound})
		m.stopAwaiting()
		if !m.path.silent {
			m.path.tries = 0
		}
	case mediaOff: // often the far end is hanging up; its message gets the time to come
		if m.Media {
			m.Media, m.closed = false, true
			if !m.holding { // some systems give the connection up with the hold
				m.do(m.await(untilSound))
			}
			m.awaitLinkOrSound()
		}
	case mediaBad:
		words := "no audio could be agreed with %s: %s"
		if in.final {
			words = "the call with %s ended: %s"
		}
		m.say(GradeFailed, words, m.Peer, reasonOf(in.err))
		m.quit(pbxws.Cause{Ending: pbxws.EndedMedia, Code: pbxws.CodeNotAcceptable})
	case tonesFailed:
		m.say(GradeFailed, "the tones to %s were not sent: %s", m.Peer, reasonOf(in.err))
	case digitReceived:
		m.say(GradeInfo, "%s pressed %c", m.Peer, in.digit)
	case gathered:
		m.candidate(in.candidate)
	case gatheredAll:
		m.do(send{pbxws.EndOfCandidates{Leg: m.wire}})
	case timeout:
		m.liveTimeout(in.of)
	case mediaSilent:
		m.path.silent = true
		if !m.endedUnlisted() {
			m.unheard()
			m.awaitLinkOrSound()
		}
	case mediaAudible:
		m.resuming = false
		m.pathSound()
		m.stopAwaiting()
		if m.Unheard {
			m.Unheard = false
			m.say(GradeInfo, "%s is heard again", m.Peer)
		}
	case mediaMoved:
		m.pathMoved(in.gap)
	case linkLost:
		m.unlinked()
	case linkGone:
		m.linkGivenUp()
	case linkBack:
		m.relinked(in)
	}
}

// unheard says that no sound comes, unless a hold explains it.
func (m *move) unheard() {
	if m.State != Connected || m.holding || m.resuming || m.RemoteHold || m.Unheard || !m.path.silent {
		return
	}
	m.Unheard = true
	m.say(GradeWarn, "nothing is coming from %s: the PBX or the network has stopped sending", m.Peer)
	m.noteSilence()
}

func (m *move) liveTimeout(of timerKind) {
	switch {
	case m.Media || m.State != Connected || m.holding:
	case of == untilSound && m.endedUnlisted():
	case of == untilSound:
		m.say(GradeWarn, "the sound path to %s is lost; the call itself is still up", m.Peer)
		m.noteSilence()
	case of == untilPath:
		m.say(GradeWarn, "no sound to or from %s: there is no network path to the PBX", m.Peer)
	}
}

func (m *move) liveEvent(e pbxws.Event) {
	switch e := e.(type) {
	case pbxws.LegCandidate:
		m.do(takeCandidate{e.Candidate})
	case pbxws.LegCandidatesEnded:
		m.do(takeCandidate{})
	case pbxws.LegNamed:
		was := m.Peer
		m.name(e.Peer)
		if m.State == Connected && m.Peer != was {
			m.say(GradeInfo, "you are now connected to %s", m.Peer)
		}
	case pbxws.LegRecorded:
		of := m.recordingEnds()
		if m.Recording != e.On {
			m.Recording = e.On
			m.sayOf(of, GradeInfo, "%s", either[phrase](e.On, "the call with %s is being recorded", "the call with %s is no longer recorded").of(m.Peer))
		} else if of != 0 {
			m.do(confirm{of})
		}
	case pbxws.LegHeld: // the far end may hold before we count as connected
		m.RemoteHold = e.Remote && e.On
	case pbxws.LegEnded:
		m.endedByPBX(e.Cause)
	case pbxws.LegMissing:
		m.lost()
	case pbxws.CommandRefused:
		switch e.Command.(type) {
		case pbxws.Offer, pbxws.Answer:
			if m.State != Alerting && m.State != Offering { // nothing of the kind is asked there
				m.endedByPBX(m.causeOf(e))
			}
		case pbxws.Tones:
			m.say(GradeFailed, "the tones to %s were not sent: %s", m.Peer, whyNot(e))
		}
	}
}

// recordingEnds is the intent that a recording comes of, which has its outcome now.
func (m *move) recordingEnds() Receipt {
	of := m.pending.recording
	m.pending.recording = 0
	m.do(drop{untilRecorded})
	return of
}

// name keeps a known name: a PBX may send a name in one message and only the number in the next.
func (m *move) name(p pbxws.Party) {
	if p.Number != "" && p.Number != m.Peer.Number {
		m.Peer = p
		return
	}
	if p.Name != "" {
		m.Peer.Name = p.Name
	}
}

func (m *move) do(effects ...effect) { m.effects = append(m.effects, effects...) }

// await starts a timer with its usual length.
func (m *move) await(of timerKind) effect { return wait{of, timerLengths[of]} }

// say makes a notice of an outcome. A party among args is named by who.
func (m *move) say(g Grade, format string, args ...any) { m.sayOf(0, g, format, args...) }

// sayOf makes a notice of the outcome of an intent.
func (m *move) sayOf(r Receipt, g Grade, format string, args ...any) {
	for i, a := range args {
		if p, ok := a.(pbxws.Party); ok {
			args[i] = who(p)
		}
	}
	m.do(say{grade: g, text: fmt.Sprintf(format, args...), of: r})
}

// phrase is a sentence that lacks a name.
type phrase string

func (p phrase) of(party pbxws.Party) string { return fmt.Sprintf(string(p), who(party)) }

// either picks one of two texts.
func either[T ~string](first bool, one, two T) T {
	if first {
		return one
	}
	return two
}

// waited is how long something took, in words that follow a verb.
func waited(d time.Duration) string {
	if d < time.Second/2 {
		return "at once"
	}
	return "after " + seconds(d)
}

func seconds(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("%d s", int(d.Round(time.Second).Seconds()))
	}
	return fmt.Sprintf("%d:%02d", int(d.Minutes()), int(d.Seconds())%60)
}
