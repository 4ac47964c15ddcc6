package phone

import (
	"github.com/patchcord/patchcord/pbxws"
)

// A call of ours before it is answered: Offering, Dialing, Ringing, Early.

func (m *move) offering(in input) {
	switch in := in.(type) {
	case offered:
		m.State = Dialing
		m.do(send{pbxws.Offer{Leg: m.wire, To: m.dial, SDP: in.sdp, Kind: m.kind}}, m.await(untilProgress))
	case wantHangup: // the PBX knows nothing of this call yet
		m.say(GradeInfo, "you cancelled the call to %s", m.Peer)
		m.end(pbxws.Cause{Ending: pbxws.EndedHere})
	case timeout:
		if in.of == untilProgress {
			m.say(GradeFailed, "the call to %s could not be prepared in %s", m.Peer, seconds(timerLengths[untilProgress]))
			m.end(pbxws.Cause{Ending: pbxws.EndedMedia})
		}
	default:
		m.live(in)
	}
}

func (m *move) unanswered(in input) {
	switch in := in.(type) {
	case reported:
		m.unansweredEvent(in.event)
	case answered: // to an offer the PBX made instead of answering ours
		m.State = Early
		m.described = true
		m.answer(in.sdp)
	case answerTaken:
		m.elsewhere = in.elsewhere
	case wantHangup:
		m.say(GradeInfo, "you cancelled the call to %s", m.Peer)
		m.bye(pbxws.Cause{Ending: pbxws.EndedHere})
	case wantDigits:
		m.digits(in.digits)
	case timeout:
		m.unansweredTimeout(in.of)
	default:
		m.live(in)
	}
}

func (m *move) unansweredEvent(e pbxws.Event) {
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
		m.say(GradeDone, "%s answered %s", m.Peer, waited(m.now.Sub(m.Began)))
		m.followAnswer()
	default:
		m.live(reported{e})
	}
}

// progress notes that the PBX took our call.
func (m *move) progress() {
	m.do(drop{untilProgress}, m.await(untilAnswer))
}

// describe takes a session description before the call is answered. A 183 with an answer is early
// media: it is applied like a final answer.
func (m *move) describe(e pbxws.LegDescribed) {
	switch {
	case e.Kind == pbxws.SDPOffer:
		m.do(makeAnswer{offer: e.SDP})
	case m.described:
		m.answeredAgain(e.SDP)
		return
	default:
		m.described, m.taken = true, e.SDP
		m.State = Early
		m.do(takeAnswer{answer: e.SDP})
	}
	if !e.Sure {
		m.unsure = &e
		m.do(m.await(untilKind))
	}
}

// answeredAgain takes another answer to the same offer. A PBX repeats one at pickup; where the call
// rings at several telephones each may have its own (RFC 3261 §13.2.2.4).
func (m *move) answeredAgain(sdp string) {
	if sdp != m.taken && !m.renegotiated {
		m.taken = sdp
		m.do(takeAnswer{answer: sdp, again: true})
	}
}

// followAnswer sets the sound up again where the telephone that answered is not the one that was heard
// before.
func (m *move) followAnswer() {
	switch {
	case !m.elsewhere || m.holding:
		return
	case m.caps.Has(pbxws.CapNewSession):
		m.startRebuild()
	default:
		m.say(GradeWarn, "%s answered with another telephone, and this PBX sets up no new sound; hang up and call again", m.Peer)
	}
	m.elsewhere = false
}

func (m *move) unansweredTimeout(of timerKind) {
	switch of {
	case untilProgress:
		m.say(GradeFailed, "the PBX did not react to the call to %s", m.Peer)
		m.bye(pbxws.Cause{Ending: pbxws.EndedNoAnswer})
	case untilAnswer:
		if m.away {
			m.say(GradeFailed, "the call to %s ended: the link to the PBX has not come back", m.Peer)
			m.bye(pbxws.Cause{Ending: pbxws.EndedLink})
			return
		}
		m.say(GradeWarn, "%s did not answer", m.Peer)
		m.bye(pbxws.Cause{Ending: pbxws.EndedNoAnswer})
	case untilKind:
		m.retryOtherKind()
	}
}

// retryOtherKind takes a description as the other kind when it brought no media: an answer becomes
// an offer, and the reverse. A network may only be slow, so the two take turns until one has a path.
func (m *move) retryOtherKind() {
	d := m.unsure
	if d == nil || m.Media {
		return
	}
	m.do(m.await(untilKind))
	if m.bothKinds {
		m.do(otherSession{})
		return
	}
	m.bothKinds = true
	other := otherKind{d.SDP, pbxws.SDPOffer}
	if d.Kind == pbxws.SDPOffer {
		other.kind = pbxws.SDPAnswer
	}
	m.do(other)
}
