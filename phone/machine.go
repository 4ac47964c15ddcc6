package phone

import (
	"fmt"
	"time"

	"github.com/patchcord/patchcord/pbxws"
)

// leg is one of our calls with what the machine alone has to know of it.
type leg struct {
	Leg
	// offer is the far end's offer that waits for us to pick up.
	offer string
	// doubt is a description whose kind the dialect guessed, until media proves it.
	doubt *pbxws.LegDescribed
	// dial is what the PBX is asked to call, and kind what that is.
	dial string
	kind pbxws.OfferKind
	// sent and unsent are the outcomes of a transfer under way, in words.
	sent, unsent string
	// joined is true while this leg's far end is being joined with another leg's, whose
	// outcome tells for both.
	joined bool
	// holding is what we asked for last; LocalHold is what the PBX confirmed.
	holding bool
	// since is when the state began.
	since time.Time
	// described is true once the session has the far end's description.
	described bool
	// askedHold and askedTransfer are when the PBX was asked, to tell how long it took.
	askedHold, askedTransfer time.Time
}

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
	return m.leg, m.effects
}

// place begins a call of ours: dial, of the given kind, is what the PBX is asked for, peer who
// we expect there.
func place(id pbxws.LegID, dial string, kind pbxws.OfferKind, peer pbxws.Party, now time.Time) (leg, []effect) {
	m := &move{
		leg: leg{Leg: Leg{ID: id, Dir: Outgoing, Peer: peer, State: Offering, Began: now}, dial: dial, kind: kind},
		now: now,
	}
	m.do(makeOffer{}, m.await(untilProgress))
	return m.leg, m.effects
}

// receive begins a call that comes in.
func receive(o pbxws.LegOffered, now time.Time) (leg, []effect) {
	m := &move{leg: leg{
		Leg:   Leg{ID: o.Leg, Dir: Incoming, Peer: o.From, Via: o.Via, State: Alerting, Began: now},
		offer: o.SDP,
	}, now: now}
	m.do(send{pbxws.Ringing{Leg: m.ID}}, m.await(untilAnswer))
	m.say(GradeInfo, "%s calls", m.Peer)
	return m.leg, m.effects
}

func (m *move) offering(in input) {
	switch in := in.(type) {
	case offered:
		m.State = Dialing
		m.do(send{pbxws.Offer{Leg: m.ID, To: m.dial, SDP: in.sdp, Kind: m.kind}}, m.await(untilProgress))
	case wantHangup: // the PBX knows nothing of this call yet
		m.end(pbxws.Cause{Ending: pbxws.EndedHere})
	case timeout:
		if in.of == untilProgress {
			m.say(GradeFailed, "the call to %s could not be prepared in %s", m.Peer, seconds(patiences[untilProgress]))
			m.end(pbxws.Cause{Ending: pbxws.EndedMedia})
		}
	default:
		m.live(in)
	}
}

func (m *move) unanswered(in input) {
	switch in := in.(type) {
	case told:
		m.unansweredTold(in.event)
	case answered: // to an offer the PBX made instead of answering ours
		m.State = Early
		m.described = true
		m.do(send{pbxws.Answer{Leg: m.ID, SDP: in.sdp}})
	case wantHangup:
		m.bye(pbxws.Cause{Ending: pbxws.EndedHere})
	case wantDigits:
		m.digits(in.digits)
	case timeout:
		m.unansweredTimeout(in.of)
	default:
		m.live(in)
	}
}

func (m *move) unansweredTold(e pbxws.Event) {
	switch e := e.(type) {
	case pbxws.LegProgressed:
		m.progress()
		if m.State == Dialing {
			m.State = Ringing
		}
		m.name(e.Peer)
	case pbxws.LegDescribed:
		m.progress()
		m.describe(e)
	case pbxws.LegAnswered:
		m.do(drop{untilProgress}, drop{untilAnswer}, m.await(untilPath))
		m.State = Connected
		m.Answered = m.now
		m.say(GradeDone, "%s answered after %s", m.Peer, seconds(m.now.Sub(m.Began)))
	default:
		m.live(told{e})
	}
}

// progress notes that the PBX took our call.
func (m *move) progress() {
	m.do(drop{untilProgress}, m.await(untilAnswer))
}

// describe takes a session description before the call is answered. A 183 with an answer is
// early media: it is applied like a final answer, because nothing may be heard under a
// provisional one.
func (m *move) describe(e pbxws.LegDescribed) {
	switch {
	case e.Kind == pbxws.SDPOffer:
		m.do(makeAnswer{offer: e.SDP})
	case m.described: // the same answer again with the pickup (legacy dialect)
		return
	default:
		m.described = true
		m.State = Early
		m.do(takeAnswer{answer: e.SDP})
	}
	if !e.Sure {
		m.doubt = &e
		m.do(m.await(untilKind))
	}
}

func (m *move) unansweredTimeout(of patience) {
	switch of {
	case untilProgress:
		m.say(GradeFailed, "the PBX did not react to the call to %s", m.Peer)
		m.bye(pbxws.Cause{Ending: pbxws.EndedNoAnswer})
	case untilAnswer:
		m.say(GradeWarn, "%s did not answer", m.Peer)
		m.bye(pbxws.Cause{Ending: pbxws.EndedNoAnswer})
	case untilKind:
		m.secondThought()
	}
}

// secondThought takes a description the other way round when the first reading brought no
// media: an answer becomes an offer, and the reverse.
func (m *move) secondThought() {
	d := m.doubt
	if d == nil || m.Media {
		return
	}
	m.doubt = nil
	if d.Kind == pbxws.SDPAnswer {
		m.do(makeAnswer{offer: d.SDP})
		return
	}
	m.do(takeAnswer{answer: d.SDP, spare: true})
}

func (m *move) alerting(in input) {
	switch in := in.(type) {
	case wantAnswer:
		m.State = Answering
		m.do(makeAnswer{offer: m.offer}, drop{untilAnswer}, m.await(untilMedia))
		m.offer = ""
	case wantReject:
		code := in.code
		if code == 0 {
			code = pbxws.CodeDecline
		}
		m.refuse(pbxws.Cause{Ending: pbxws.EndedDeclined, Code: code})
	case wantHangup:
		m.refuse(pbxws.Cause{Ending: pbxws.EndedDeclined, Code: pbxws.CodeDecline})
	case timeout: // a PBX that forgets to tell us must not ring for ever
		if in.of == untilAnswer {
			m.say(GradeWarn, "missed call from %s", m.Peer)
			m.refuse(pbxws.Cause{Ending: pbxws.EndedNoAnswer, Code: pbxws.CodeUnavailable})
		}
	case told:
		if d, ok := in.event.(pbxws.LegDescribed); ok {
			m.offer = d.SDP // the far end changed its mind before we answered
			return
		}
		m.live(in)
	default:
		m.live(in)
	}
}

func (m *move) answering(in input) {
	switch in := in.(type) {
	case answered:
		m.described = true
		m.do(send{pbxws.Answer{Leg: m.ID, SDP: in.sdp}})
	case mediaUp:
		m.Media = true
		m.pickedUp()
	case wantHangup:
		m.bye(pbxws.Cause{Ending: pbxws.EndedHere})
	case timeout:
		if in.of == untilMedia {
			m.say(GradeFailed, "%s could not be heard: no sound path came up in %s", m.Peer, seconds(patiences[untilMedia]))
			m.bye(pbxws.Cause{Ending: pbxws.EndedMedia})
		}
	case told:
		if _, ok := in.event.(pbxws.LegAnswered); ok && m.described {
			m.pickedUp()
			return
		}
		m.live(in)
	default:
		m.live(in)
	}
}

func (m *move) pickedUp() {
	m.State = Connected
	m.Answered = m.now
	m.do(drop{untilMedia}, m.await(untilPath))
	m.say(GradeDone, "you answered %s", m.Peer)
}

func (m *move) connected(in input) {
	switch in := in.(type) {
	case wantHangup:
		m.bye(pbxws.Cause{Ending: pbxws.EndedHere})
	case wantHold:
		m.hold(in.on)
	case wantTransfer:
		m.transfer(in.to)
	case wantJoin:
		m.join(in)
	case wantJoined:
		m.joined = true
		m.do(m.await(untilTransfer))
	case wantPark:
		m.park(in.orbit)
	case wantRecord:
		m.do(send{pbxws.Record{Leg: m.ID, On: in.on}})
	case wantDigits:
		m.digits(in.digits)
	case answered: // to a new offer of the PBX in mid-call
		m.described = true
		m.do(send{pbxws.Answer{Leg: m.ID, SDP: in.sdp}})
	case mediaBad:
		if !m.described {
			m.live(in)
			return
		}
		m.say(GradeWarn, "a change of the sound with %s failed: %v; the call goes on as it was", m.Peer, in.err)
	case told:
		m.connectedTold(in.event)
	case timeout:
		m.connectedTimeout(in.of)
	default:
		m.live(in)
	}
}

func (m *move) connectedTold(e pbxws.Event) {
	switch e := e.(type) {
	case pbxws.LegDescribed:
		m.redescribe(e)
	case pbxws.LegHeld:
		m.held(e)
	case pbxws.CommandRefused:
		m.refused(e)
	default:
		m.live(told{e})
	}
}

// redescribe takes a description in mid-call: our first one if the pickup was known before
// its SDP, else a new offer. A repeated answer is what a legacy PBX sends at pickup.
func (m *move) redescribe(e pbxws.LegDescribed) {
	switch {
	case !m.described && e.Kind == pbxws.SDPAnswer:
		m.described = true
		m.do(takeAnswer{answer: e.SDP})
	case !m.described:
		m.do(makeAnswer{offer: e.SDP})
	case e.Kind == pbxws.SDPOffer:
		m.do(reanswer{offer: e.SDP})
	}
}

func (m *move) hold(on bool) {
	if m.holding == on {
		return
	}
	m.holding, m.HoldPending, m.askedHold = on, true, m.now
	m.do(gate{open: !on}, send{pbxws.Hold{Leg: m.ID, On: on}}, m.await(untilHold))
}

// held is the PBX's word on hold. Ours counts as confirmed only when it says what we asked
// for last: two quick presses must not end in the wrong state.
func (m *move) held(e pbxws.LegHeld) {
	if e.Remote {
		if m.RemoteHold != e.On {
			m.RemoteHold = e.On
			m.say(GradeInfo, "%s", choose(e.On, "%s put you on hold", "%s took you back").of(m.Peer))
		}
		return
	}
	if m.HoldPending && e.On != m.holding || !m.HoldPending && e.On == m.LocalHold {
		return
	}
	took := time.Duration(0)
	if m.HoldPending {
		took = m.now.Sub(m.askedHold)
	}
	m.settleHold(e.On)
	m.do(say{GradeDone, choose(e.On, "%s is on hold", "%s is back with you").of(m.Peer), took})
}

func (m *move) settleHold(on bool) {
	m.holding, m.LocalHold, m.HoldPending = on, on, false
	m.HeldAt = time.Time{}
	if on {
		m.HeldAt = m.now
	}
	m.do(gate{open: !on}, drop{untilHold})
}

// sendOn asks the PBX to take the far end somewhere else: to is where, sent and unsent what
// is said when it did or would not.
func (m *move) sendOn(c pbxws.Command, to, doing, sent, unsent string) {
	m.Transfer, m.askedTransfer, m.sent, m.unsent = to, m.now, sent, unsent
	m.do(send{c}, m.await(untilTransfer))
	m.say(GradeInfo, "%s", doing)
}

func (m *move) transfer(to string) {
	m.sendOn(pbxws.BlindTransfer{Leg: m.ID, To: to}, to,
		fmt.Sprintf("sending %s to %s ...", m.Peer, to),
		fmt.Sprintf("%s was transferred to %s", m.Peer, to),
		fmt.Sprintf("%s was not sent to %s", m.Peer, to))
}

func (m *move) join(in wantJoin) {
	m.sendOn(pbxws.AttendedTransfer{Leg: m.ID, With: in.with}, in.to.String(),
		fmt.Sprintf("putting %s through to %s ...", m.Peer, in.to),
		fmt.Sprintf("%s was put through to %s", m.Peer, in.to),
		fmt.Sprintf("%s was not put through to %s", m.Peer, in.to))
}

func (m *move) park(orbit pbxws.OrbitID) {
	where := "parked"
	if orbit != "" {
		where = "parked at " + string(orbit)
	}
	m.sendOn(pbxws.Park{Leg: m.ID, Orbit: orbit}, where,
		fmt.Sprintf("parking %s ...", m.Peer),
		fmt.Sprintf("%s is %s", m.Peer, where),
		fmt.Sprintf("%s was not %s", m.Peer, where))
}

func (m *move) refused(e pbxws.CommandRefused) {
	why := pbxws.CauseOfCode(e.Code, e.Reason)
	switch c := e.Command.(type) {
	case pbxws.Hold:
		m.settleHold(!c.On)
		m.say(GradeFailed, "%s: %s", choose(c.On, "the PBX would not hold %s", "the PBX would not give %s back").of(m.Peer), why)
	case pbxws.BlindTransfer, pbxws.AttendedTransfer, pbxws.Park:
		if m.joined { // the other leg tells
			m.joined = false
			return
		}
		m.Transfer = ""
		m.do(drop{untilTransfer})
		m.say(GradeFailed, "%s: %s; the call is still with you", m.unsent, why)
	case pbxws.Record:
		m.say(GradeFailed, "%s: %s", choose(c.On, "the call with %s is not recorded", "the call with %s is still recorded").of(m.Peer), why)
	default:
		m.live(told{e})
	}
}

func (m *move) connectedTimeout(of patience) {
	switch of {
	case untilHold:
		if m.HoldPending {
			m.say(GradeWarn, "%s; the PBX has not confirmed it in %s",
				choose(m.holding, "your sound to %s is stopped", "your sound to %s is open again").of(m.Peer), seconds(patiences[untilHold]))
			m.settleHold(m.holding)
		}
	case untilTransfer:
		if m.Transfer != "" {
			m.say(GradeWarn, "the PBX has not said what came of sending %s to %s; the call is still here", m.Peer, m.Transfer)
			m.Transfer = ""
		}
		m.joined = false
	case untilKind:
		m.secondThought()
	case untilLink:
		m.say(GradeFailed, "the call with %s ended: the link to the PBX did not come back", m.Peer)
		m.end(pbxws.Cause{Ending: pbxws.EndedLink})
	default:
		m.live(timeout{of})
	}
}

func (m *move) digits(digits string) {
	if m.holding {
		m.say(GradeWarn, "%s is on hold and hears no tones", m.Peer)
		return
	}
	if !m.described {
		m.say(GradeWarn, "no sound path to %s yet, tones cannot be sent", m.Peer)
		return
	}
	m.Digits += digits
	m.do(tones{digits})
}

// live is what every state before Ended does with an input it has no mind of its own for.
func (m *move) live(in input) {
	switch in := in.(type) {
	case told:
		m.liveTold(in.event)
	case mediaUp:
		m.Media = true
		m.doubt = nil
		m.do(drop{untilKind}, drop{untilSound})
	case mediaOff: // often the first sign of a far end that hangs up; it gets the time to say so
		if m.Media {
			m.Media = false
			m.do(m.await(untilSound))
		}
	case mediaBad:
		m.say(GradeFailed, "no sound could be agreed with %s: %v", m.Peer, in.err)
		m.quit(pbxws.Cause{Ending: pbxws.EndedMedia, Code: pbxws.CodeNotAcceptable})
	case tonesFailed:
		m.say(GradeFailed, "the tones to %s were not sent: %v", m.Peer, in.err)
	case heardDigit:
		m.say(GradeInfo, "%s pressed %c", m.Peer, in.digit)
	case gathered:
		m.do(send{pbxws.AddCandidate{Leg: m.ID, Candidate: in.candidate}})
	case timeout:
		m.liveTimeout(in.of)
	case mediaSilent:
		if m.State == Connected && !m.holding && !m.Unheard {
			m.Unheard = true
			m.say(GradeWarn, "nothing comes from %s: the PBX or the network between has stopped sending", m.Peer)
		}
	case mediaHeard:
		if m.Unheard {
			m.Unheard = false
			m.say(GradeInfo, "%s is heard again", m.Peer)
		}
	case mediaMoved:
		m.say(GradeInfo, "the sound of %s takes another path, %.1f s gap", m.Peer, in.gap.Seconds())
	case linkLost:
		m.unlinked(in.kept)
	case linkBack:
		m.do(drop{untilLink})
	}
}

func (m *move) liveTimeout(of patience) {
	switch {
	case m.Media || m.State != Connected:
	case of == untilSound:
		m.say(GradeWarn, "the sound path to %s is lost; the call itself is still up", m.Peer)
	case of == untilPath:
		m.say(GradeWarn, "no sound to or from %s: no path through the network to the PBX has come up", m.Peer)
	}
}

func (m *move) liveTold(e pbxws.Event) {
	switch e := e.(type) {
	case pbxws.LegCandidate:
		m.do(takeCandidate{e.Candidate})
	case pbxws.LegNamed:
		m.name(e.Peer)
	case pbxws.LegRecorded:
		if m.Recording != e.On {
			m.Recording = e.On
			m.say(GradeInfo, "%s", choose(e.On, "the call with %s is being recorded", "the call with %s is no longer recorded").of(m.Peer))
		}
	case pbxws.LegHeld: // the far end may hold before we count as connected
		m.RemoteHold = e.Remote && e.On
	case pbxws.LegEnded:
		m.toldEnd(e.Cause)
	case pbxws.CommandRefused:
		switch e.Command.(type) {
		case pbxws.Offer, pbxws.Answer:
			if m.State != Alerting && m.State != Offering { // nothing of the kind is asked there
				m.toldEnd(pbxws.CauseOfCode(e.Code, e.Reason))
			}
		}
	}
}

// toldEnd is the PBX ending the leg. While a transfer is under way that is how it succeeds.
func (m *move) toldEnd(c pbxws.Cause) {
	gone := c.Ending == pbxws.EndedThere || c.Ending == pbxws.EndedTransferred
	switch {
	case m.joined && gone:
		c.Ending = pbxws.EndedTransferred
	case m.Transfer != "" && gone:
		c.Ending = pbxws.EndedTransferred
		m.do(say{GradeDone, m.sent, m.now.Sub(m.askedTransfer)})
	case m.State == Alerting && c.Ending == pbxws.EndedElsewhere:
		m.say(GradeInfo, "%s: %s", m.Peer, c)
	case m.State == Alerting:
		m.say(GradeWarn, "missed call from %s", m.Peer)
	case m.State == Connected:
		m.say(GradeInfo, "call with %s over after %s: %s", m.Peer, seconds(m.now.Sub(m.Answered)), c)
	default:
		m.say(GradeWarn, "%s: %s", m.Peer, c)
	}
	m.end(c)
}

// unlinked is the loss of the link. A call that is up goes on for a while, sound and all;
// one that is not up yet cannot come up any more.
func (m *move) unlinked(kept time.Duration) {
	if m.State == Connected && kept > 0 {
		m.do(wait{untilLink, kept})
		return
	}
	m.say(GradeFailed, "the call with %s ended: %s", m.Peer, pbxws.EndedLink)
	m.end(pbxws.Cause{Ending: pbxws.EndedLink})
}

// quit ends the leg from our side in whatever way the PBX understands in this state.
func (m *move) quit(c pbxws.Cause) {
	switch m.State {
	case Offering:
		m.end(c)
	case Alerting:
		m.refuse(c)
	default:
		m.bye(c)
	}
}

func (m *move) refuse(c pbxws.Cause) {
	m.do(send{pbxws.Reject{Leg: m.ID, Cause: c}})
	m.end(c)
}

func (m *move) bye(c pbxws.Cause) {
	m.do(send{pbxws.Bye{Leg: m.ID}})
	m.end(c)
}

func (m *move) end(c pbxws.Cause) {
	m.State, m.Cause, m.Leg.Ended = Ended, c, m.now
	m.Media, m.HoldPending, m.doubt, m.offer = false, false, nil, ""
	m.do(closeMedia{}, m.await(untilForgotten))
}

func (m *move) ended(in input) {
	if t, ok := in.(timeout); ok && t.of == untilForgotten {
		m.do(forget{})
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

func (m *move) say(g Grade, format string, args ...any) {
	m.do(say{grade: g, text: fmt.Sprintf(format, args...)})
}

// phrase is a sentence that lacks a name.
type phrase string

func (p phrase) of(who pbxws.Party) string { return fmt.Sprintf(string(p), who) }

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
