package phone

import (
	"fmt"
	"time"

	"github.com/patchcord/patchcord/pbxws"
)

// leg is one of our calls with what the machine alone has to know of it.
type leg struct {
	Leg
	// wire is what the link calls the leg.
	wire pbxws.LegID
	// offer is the far end's offer that waits for us to pick up; empty where the far end waits for ours.
	offer string
	// doubt is a description whose kind the dialect guessed, until media proves it.
	doubt *pbxws.LegDescribed
	// dial is what the PBX is asked to call, and kind what that is.
	dial string
	kind pbxws.OfferKind
	// caps are what the PBX at the other end of the call's link can do.
	caps pbxws.Caps
	// sent and unsent are the outcomes of a transfer under way, in words.
	sent, unsent string
	// joined is true while this leg's far end is being joined with another leg's, whose
	// outcome tells for both.
	joined bool
	// holding is what we asked for last; LocalHold is what the PBX confirmed.
	holding bool
	// resuming is true from a resume until the far end is heard, or new sound was agreed or could
	// not be. rebuilding is true while our offer of a new session is made or waits for its answer.
	resuming, rebuilding bool
	// holdOffer is our offer of a hold or resume in the same session that is made or waits for its answer.
	holdOffer holdOffer
	// unconfirmed is true until the PBX has said that the call is as holding wants it; the wish may
	// have been lost on its way.
	unconfirmed bool
	// unlisted is true once a new link has not shown the call; then it ends with its sound.
	unlisted bool
	// away is true while there is no link to the PBX.
	away bool
	// reply is our answer to the far end's offer until sound comes of it. A new link repeats it: the
	// PBX may not have got it by the old one.
	reply string
	// since is when the state began.
	since time.Time
	// described is true once the session has the far end's description.
	described bool
	// askedHold and askedTransfer are when the PBX was asked, to tell how long it took.
	askedHold, askedTransfer time.Time
	path                     pathSearch
	// by is the intent that placed the call.
	by Receipt
	// receipt is that of the intent that the input at hand comes of, 0 for none. pending are those
	// that the leg has not answered yet.
	receipt Receipt
	pending pending
}

// talks tells that the far end is to hear us and to stay with us.
func (l *leg) talks() bool { return l.State == Connected && !l.holding && l.Transfer == "" }

// move is one step of a leg: the leg as it becomes and what is to be done.
type move struct {
	leg
	now     time.Time
	effects []effect
}

// step takes an input and gives the leg after it and the effects, in order. It does no I/O
// and is total: an input that means nothing in a state is ignored there, so a late, doubled
// or misplaced message of a PBX is harmless.
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

// ascribe gives the sentences of a step to the intent that they are the outcome of, where they have
// none of their own: the one that picked the call up, else the one that placed it.
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

// place begins a call of ours: dial, of the given kind, is what a PBX with these abilities is asked
// for, peer who we expect there.
func place(id pbxws.LegID, dial string, kind pbxws.OfferKind, peer pbxws.Party, caps pbxws.Caps, now time.Time) (leg, []effect) {
	m := &move{
		leg: leg{Leg: Leg{ID: id, Dir: Outgoing, Peer: peer, State: Offering, Began: now}, wire: id, dial: dial, kind: kind, caps: caps},
		now: now,
	}
	m.do(makeOffer{}, m.await(untilProgress))
	return m.leg, m.effects
}

// receive begins a call that comes in from a PBX with these abilities.
func receive(o pbxws.LegOffered, caps pbxws.Caps, now time.Time) (leg, []effect) {
	if o.From == (pbxws.Party{}) {
		o.From.Name = pbxws.WithheldName
	}
	m := &move{leg: leg{
		Leg:  Leg{ID: o.Leg, Dir: Incoming, Peer: o.From, Via: o.Via, State: Alerting, Began: now},
		wire: o.Leg, offer: o.SDP, caps: caps,
	}, now: now}
	m.do(send{pbxws.Ringing{Leg: m.wire}}, m.await(untilAnswer))
	m.say(GradeInfo, "%s calls", m.Peer)
	return m.leg, m.effects
}

// live is what every state before Ended does with an input it has no mind of its own for.
func (m *move) live(in input) {
	switch in := in.(type) {
	case told:
		m.liveTold(in.event)
	case mediaUp:
		m.endRebuild()
		m.Media, m.reply = true, ""
		m.doubt = nil
		m.do(drop{untilKind}, drop{untilSound})
		m.stopAwaiting()
		if !m.path.silent {
			m.path.tries = 0
		}
	case mediaOff: // often the first sign of a far end that hangs up; it gets the time to say so
		if m.Media {
			m.Media = false
			if !m.holding { // some systems give the connection up with the hold
				m.do(m.await(untilSound))
			}
			m.awaitLinkOrSound()
		}
	case mediaBad:
		words := "no sound could be agreed with %s: %s"
		if in.final {
			words = "the call with %s ended: %s"
		}
		m.say(GradeFailed, words, m.Peer, reasonOf(in.err))
		m.quit(pbxws.Cause{Ending: pbxws.EndedMedia, Code: pbxws.CodeNotAcceptable})
	case tonesFailed:
		m.say(GradeFailed, "the tones to %s were not sent: %s", m.Peer, reasonOf(in.err))
	case heardDigit:
		m.say(GradeInfo, "%s pressed %c", m.Peer, in.digit)
	case gathered:
		m.do(send{pbxws.AddCandidate{Leg: m.wire, Candidate: in.candidate}})
	case gatheredAll:
		m.do(send{pbxws.EndOfCandidates{Leg: m.wire}})
	case timeout:
		m.liveTimeout(in.of)
	case mediaSilent:
		m.path.silent = true
		if !m.buried() {
			m.unheard()
			m.awaitLinkOrSound()
		}
	case mediaHeard:
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
	case linkBack:
		m.relinked(in)
	}
}

// unheard says that nothing comes, unless a hold explains it.
func (m *move) unheard() {
	if m.State != Connected || m.holding || m.resuming || m.RemoteHold || m.Unheard || !m.path.silent {
		return
	}
	m.Unheard = true
	m.say(GradeWarn, "nothing comes from %s: the PBX or the network between has stopped sending", m.Peer)
	m.stray()
}

func (m *move) liveTimeout(of patience) {
	switch {
	case m.Media || m.State != Connected || m.holding:
	case of == untilSound && m.buried():
	case of == untilSound:
		m.say(GradeWarn, "the sound path to %s is lost; the call itself is still up", m.Peer)
		m.stray()
	case of == untilPath:
		m.say(GradeWarn, "no sound to or from %s: no path through the network to the PBX has come up", m.Peer)
	}
}

func (m *move) liveTold(e pbxws.Event) {
	switch e := e.(type) {
	case pbxws.LegCandidate:
		m.do(takeCandidate{e.Candidate})
	case pbxws.LegNamed:
		was := m.Peer
		m.name(e.Peer)
		if m.State == Connected && m.Peer != was {
			m.say(GradeInfo, "the other side is %s now", m.Peer)
		}
	case pbxws.LegRecorded:
		of := m.pending.recording
		m.pending.recording = 0
		if m.Recording != e.On {
			m.Recording = e.On
			m.sayOf(of, GradeInfo, "%s", choose(e.On, "the call with %s is being recorded", "the call with %s is no longer recorded").of(m.Peer))
		}
	case pbxws.LegHeld: // the far end may hold before we count as connected
		m.RemoteHold = e.Remote && e.On
	case pbxws.LegEnded:
		m.toldEnd(e.Cause)
	case pbxws.LegMissing:
		m.lost()
	case pbxws.CommandRefused:
		switch e.Command.(type) {
		case pbxws.Offer, pbxws.Answer:
			if m.State != Alerting && m.State != Offering { // nothing of the kind is asked there
				m.toldEnd(m.causeOf(e))
			}
		}
	}
}

// name keeps what is known: a PBX may name a party in one message and only number it in the
// next.
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
func (m *move) await(of patience) effect { return wait{of, patiences[of]} }

// say tells an outcome. A party among args is named as who names it.
func (m *move) say(g Grade, format string, args ...any) { m.sayOf(0, g, format, args...) }

// sayOf tells what came of an intent.
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

func (p phrase) plain() string { return string(p) }

func choose(yes bool, a, b phrase) phrase {
	if yes {
		return a
	}
	return b
}

// seconds is a duration as people say it.
func seconds(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("%d s", int(d.Round(time.Second).Seconds()))
	}
	return fmt.Sprintf("%d:%02d", int(d.Minutes()), int(d.Seconds())%60)
}
