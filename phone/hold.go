package phone

import (
	"time"

	"github.com/patchcord/patchcord/pbxws"
)

// Hold and resume. Some PBXs have a message for that, others want an offer in the session. Some
// want a new session at resume: it is offered if the old connection is gone, or if nothing comes
// over it after a resume. With other PBXs a silent resume leads to an ICE restart.

// holdOffer is our offer of a hold or resume in the session. Only one exchange of descriptions is
// under way at a time: a later request waits.
type holdOffer struct {
	// out is true from when the offer is made until it is answered; on is what it asks for.
	out, on bool
	// due is true while an offer waits for the end of another exchange.
	due bool
}

func (m *move) hold(on bool) {
	if m.holding == on {
		return
	}
	m.holding, m.pending.hold = on, m.receipt
	m.askHold()
}

// askHold asks the PBX for the hold that is wanted, or for its end.
func (m *move) askHold() {
	if !m.caps.Has(pbxws.CapHold) && !m.caps.Has(pbxws.CapHoldByOffer) {
		m.holdAlone()
		return
	}
	if m.away && (m.holding || m.unconfirmed) {
		m.holdUnlinked()
		return
	}
	m.HoldPending, m.unconfirmed, m.askedHold = true, true, m.now
	m.do(gate{open: !m.holding}, wait{untilHold, m.holdTimeout()})
	switch {
	case m.holding:
		m.resuming = false
		m.do(drop{untilResumed})
		m.requestHold()
	case m.closed && m.caps.Has(pbxws.CapNewSession): // the PBX gave the connection up with the hold
		m.startRebuild()
	default:
		m.resuming = true
		m.requestHold()
		m.do(m.await(untilResumed))
	}
}

// holdTimeout is how long the PBX may take to confirm. An exchange of descriptions may have to
// be repeated (RFC 3261 §14.1).
func (m *move) holdTimeout() time.Duration {
	if m.caps.Has(pbxws.CapHold) {
		return timerLengths[untilHold]
	}
	return timerLengths[untilRebuilt]
}

// holdAlone is for a PBX without hold: only our sound stops.
func (m *move) holdAlone() {
	of := m.pending.hold
	m.settleHold(m.holding)
	m.sayOf(of, GradeWarn, "%s", either[phrase](m.holding, "%s no longer hears you; this PBX has no hold", "%s hears you again").of(m.Peer))
}

// holdUnlinked is for a call without a link: our sound stops, or is open again, so that another call can be
// talked on. The next link has the PBX do it.
func (m *move) holdUnlinked() {
	of := m.pending.hold
	m.settleHold(m.holding)
	m.unconfirmed = true
	m.sayOf(of, GradeWarn, "%s; the PBX is told when the link is back",
		either[phrase](m.holding, "%s no longer hears you", "%s hears you again").of(m.Peer))
}

func (m *move) requestHold() {
	if m.caps.Has(pbxws.CapHold) {
		m.do(send{pbxws.Hold{Leg: m.wire, On: m.holding}})
		return
	}
	m.offerHold()
}

func (m *move) offerHold() {
	switch {
	case m.holdOffer.out: // its answer is followed by another offer
	case m.path.asked || m.rebuilding:
		m.holdOffer.due = true
	default:
		m.holdOffer, m.renegotiated = holdOffer{out: true, on: m.holding}, true
		m.do(makeHold{m.holding})
	}
}

// offerDueHold makes the offer that waited for the end of another exchange.
func (m *move) offerDueHold() {
	if m.holdOffer.due {
		m.holdOffer.due = false
		m.offerHold()
	}
}

// yieldHold drops our offer for one of the far end; ours is made again after our answer.
func (m *move) yieldHold() {
	if m.holdOffer.out {
		m.holdOffer = holdOffer{due: true}
	}
}

// holdOffered gives the PBX our offer, unless it is not wanted any more.
func (m *move) holdOffered(sdp string) {
	if !m.holdOffer.out {
		m.do(withdraw{})
		return
	}
	m.do(send{pbxws.Hold{Leg: m.wire, On: m.holdOffer.on, SDP: sdp}})
}

// holdAnswered takes the answer, which confirms what we offered.
func (m *move) holdAnswered(sdp string) {
	on := m.holdOffer.on
	m.holdOffer = holdOffer{}
	m.do(takeAnswer{answer: sdp})
	if on != m.holding {
		m.askHold()
		return
	}
	m.held(pbxws.LegHeld{On: on})
}

// withdrawHold takes back an offer that failed.
func (m *move) withdrawHold() {
	if m.holdOffer.out {
		m.do(withdraw{})
	}
	m.holdOffer = holdOffer{}
}

// holdUnmade is an offer that could not be made.
func (m *move) holdUnmade(err error) {
	if !m.holdOffer.out {
		return
	}
	m.holdOffer, m.unconfirmed = holdOffer{}, false
	m.sayOf(m.pending.hold, GradeFailed, "%s: %s", either[phrase](m.holding, "%s could not be put on hold", "%s could not be resumed").of(m.Peer), reasonOf(err))
	m.settleHold(!m.holding)
}

// holdUnanswered stops waiting for the PBX's confirmation.
func (m *move) holdUnanswered() {
	if !m.HoldPending {
		return
	}
	m.withdrawHold()
	m.sayOf(m.pending.hold, GradeWarn, "%s; the PBX has not confirmed it in %s",
		either[phrase](m.holding, "%s no longer hears you", "%s hears you again").of(m.Peer), seconds(m.holdTimeout()))
	m.settleHold(m.holding)
}

// holdAgain repeats what was sent on a link that broke, since it may never have arrived.
func (m *move) holdAgain() {
	if m.unconfirmed && !m.rebuilding {
		m.withdrawHold()
		m.askHold()
	}
}

// held takes the PBX's report of a hold. It confirms ours only if it matches our last request: two
// quick presses must not end in the wrong state.
func (m *move) held(e pbxws.LegHeld) {
	if e.Remote {
		if m.RemoteHold != e.On {
			m.RemoteHold = e.On
			m.say(GradeInfo, "%s", either[phrase](e.On, "%s put you on hold", "%s resumed the call").of(m.Peer))
			m.expectSound()
		}
		return
	}
	if m.HoldPending && e.On != m.holding {
		return
	}
	m.unconfirmed = false
	if !m.HoldPending && e.On == m.LocalHold {
		return
	}
	took, of := time.Duration(0), m.pending.hold
	if m.HoldPending {
		took = m.now.Sub(m.askedHold)
	}
	m.settleHold(e.On)
	m.do(say{GradeDone, either[phrase](e.On, "%s is on hold", "%s is back on the line").of(m.Peer), took, of})
}

func (m *move) settleHold(on bool) {
	m.holding, m.LocalHold, m.HoldPending, m.pending.hold = on, on, false, 0
	m.HeldAt = time.Time{}
	if on {
		m.HeldAt, m.resuming = m.now, false
	}
	m.do(gate{open: !on}, drop{untilHold})
	m.expectSound()
}

// expectSound waits a moment for sound of the far end after a hold without any.
func (m *move) expectSound() {
	if m.path.silent && !m.holding && !m.RemoteHold {
		m.do(m.await(untilAudible))
	}
}

// silentResume handles a resume that brought no sound.
func (m *move) silentResume() {
	m.resuming = false
	if m.holding || m.RemoteHold || m.rebuilding || m.Media && !m.path.silent {
		return
	}
	const words = "nothing has been heard from %s since you resumed the call; "
	switch {
	case m.caps.Has(pbxws.CapNewSession):
		m.say(GradeInfo, words+"the audio is being set up again", m.Peer)
		m.startRebuild()
	case m.caps.Has(pbxws.CapICERestart) && !m.path.barred:
		m.say(GradeInfo, words+"another path is being looked for", m.Peer)
		m.restartICE(false)
	default:
		m.Unheard = m.path.silent
		m.say(GradeWarn, words+"if that does not help, hang up and call again", m.Peer)
	}
}

func (m *move) startRebuild() {
	m.resuming, m.rebuilding, m.renegotiated, m.renewed = true, true, true, false
	m.path.asked, m.unsure, m.bothKinds = false, nil, false // of the old connection nothing is of interest any more
	m.do(drop{untilKind}, drop{untilSearch}, drop{untilPathAnswer}, rebuild{}, m.await(untilRebuilt))
}

// offerRebuilt sends our new offer to the PBX, unless it is not wanted any more.
func (m *move) offerRebuilt(sdp string) {
	switch {
	case !m.rebuilding:
		m.do(fallBack{})
	case m.holding:
		m.abandonRebuild()
	default:
		m.do(send{pbxws.Hold{Leg: m.wire, SDP: sdp}}, m.await(untilRebuilt))
	}
}

// takeRebuilt takes the PBX's reaction to our new offer: an answer, or an offer of its own instead.
// The old session is kept until the new one is up.
func (m *move) takeRebuilt(e pbxws.LegDescribed) {
	m.renewed = true
	if e.Kind == pbxws.SDPOffer {
		m.do(fallBack{}, makeAnswer{offer: e.SDP})
	} else {
		m.do(takeAnswer{answer: e.SDP})
	}
	m.do(m.await(untilRebuilt))
	if !m.caps.Has(pbxws.CapHold) { // where the answer is all the PBX says to it
		m.held(pbxws.LegHeld{})
	}
}

// endRebuild notes that the new session is up.
func (m *move) endRebuild() {
	if m.rebuilding {
		m.resuming, m.rebuilding, m.path = false, false, pathSearch{}
		m.do(drop{untilRebuilt}, letGo{})
		m.offerDueHold()
	}
}

// abandonRebuild returns to the old session; false if no other was being made.
func (m *move) abandonRebuild() bool {
	if !m.rebuilding {
		return false
	}
	m.resuming, m.rebuilding = false, false
	m.do(drop{untilRebuilt}, fallBack{})
	m.offerDueHold()
	m.unheard()
	m.noteSilence()
	return true
}
