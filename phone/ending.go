package phone

import (
	"slices"
	"time"

	"github.com/patchcord/patchcord/pbxws"
)

// How a leg ends, from either side.

// endedByPBX is the end of the leg by the PBX. During a transfer that means success.
func (m *move) endedByPBX(c pbxws.Cause) {
	gone := c.Ending == pbxws.EndedThere || c.Ending == pbxws.EndedTransferred
	switch {
	case m.joined && gone:
		c.Ending = pbxws.EndedTransferred
	case m.Transfer == parkedWord && gone:
		c.Ending = pbxws.EndedTransferred
		m.parked(c)
		return
	case m.Transfer != "" && gone:
		c.Ending = pbxws.EndedTransferred
		m.do(say{GradeDone, m.sent, m.now.Sub(m.askedTransfer), m.transferEnds()})
	case m.State == Alerting && c.Ending == pbxws.EndedElsewhere:
		m.Cause = c
		m.say(GradeInfo, "%s: %s", m.Peer, m.EndWords())
	case m.State == Alerting:
		m.say(GradeWarn, "missed call from %s", m.Peer.String())
	case m.State == Connected:
		m.say(GradeInfo, "%s", m.endedWords(c))
	case m.kind != pbxws.OfferCall && c.Ending == pbxws.EndedNotFound:
		m.say(GradeWarn, "%s is no longer waiting: somebody was faster, or they hung up", m.Peer)
	default:
		m.say(GradeWarn, "%s", m.failedWords(c))
	}
	m.end(c)
}

// EndWords are why the call ended, with who took it where that is known.
func (l Leg) EndWords() string {
	if l.TakenBy == (pbxws.Party{}) {
		return l.Cause.String()
	}
	return l.Cause.Ending.String() + " by " + l.TakenBy.String()
}

// endedWords say that a call that was up has ended, and why.
func (m *move) endedWords(c pbxws.Cause) string {
	lasted := m.lasted()
	if c == (pbxws.Cause{Ending: pbxws.EndedThere}) {
		return who(m.Peer) + " hung up " + lasted
	}
	return "the call with " + who(m.Peer) + " ended " + lasted + ": " + c.String()
}

// lasted says how long an answered call has lasted, in whole seconds like the clock of its card.
func (m *move) lasted() string { return waited(m.now.Sub(m.Answered).Truncate(time.Second)) }

// failedWords say why a call of ours did not come up.
func (m *move) failedWords(c pbxws.Cause) string {
	said := c.Said()
	switch c.Ending {
	case pbxws.EndedThere, pbxws.EndedCancelled:
		return who(m.Peer) + " hung up before the call was up" + said
	case pbxws.EndedBusy:
		return who(m.Peer) + " is busy" + said
	case pbxws.EndedDeclined:
		return who(m.Peer) + " declined the call" + said
	case pbxws.EndedNoAnswer:
		return who(m.Peer) + " did not answer" + said
	case pbxws.EndedNotFound:
		return "no such number: " + who(m.Peer) + said
	}
	return "the call with " + who(m.Peer) + " failed: " + c.String()
}

// unlinked is the loss of the link. A call that is up goes on as long as it has sound, one of ours that
// rings as long as somebody may answer it. One that rings here cannot be answered: it waits a while for
// the link. Only what the PBX has not received yet cannot come up any more.
func (m *move) unlinked() {
	switch m.State {
	case Offering:
		m.say(GradeFailed, "the call with %s ended: %s", m.Peer, pbxws.EndedLink)
		m.end(pbxws.Cause{Ending: pbxws.EndedLink})
	case Connected:
		m.away = true
		m.awaitLinkOrSound()
	default:
		m.away = true
		m.do(drop{untilProgress})
		if m.State == Alerting {
			m.do(m.await(untilLink))
			m.say(GradeWarn, "the link to the PBX is lost: the call from %s may have ended", m.Peer)
		}
	}
}

// linkGivenUp ends what cannot come up without a link that nobody tries any more. A call that is up lives as long as
// its sound.
func (m *move) linkGivenUp() {
	switch m.State {
	case Connected:
	case Alerting:
		m.missedUnlinked()
	default:
		m.say(GradeFailed, "the call with %s ended: the link to the PBX has not come back", m.Peer)
		m.bye(pbxws.Cause{Ending: pbxws.EndedLink})
	}
}

// missedUnlinked is a call that rang here when the link was lost. Nothing is refused: the caller may still wait, and
// comes again with the link.
func (m *move) missedUnlinked() {
	m.say(GradeWarn, "missed call from %s: the link to the PBX has not come back", m.Peer)
	m.end(pbxws.Cause{Ending: pbxws.EndedLink})
}

// relinked is a new link. What was requested and not confirmed on the old one is requested again.
func (m *move) relinked(in linkBack) {
	m.away, m.caps = false, in.caps
	m.do(drop{untilLink})
	if m.reply != "" {
		m.answer(m.reply)
	}
	for _, c := range m.candidates {
		m.do(send{pbxws.AddCandidate{Leg: m.wire, Candidate: c}})
	}
	switch m.State {
	case Dialing:
		m.do(m.await(untilProgress))
	case Answering:
		m.do(m.await(untilMedia))
	}
}

// answer gives the PBX our description of a call, on the next link where there is none.
func (m *move) answer(sdp string) {
	m.reply = sdp
	if !m.away {
		m.do(send{pbxws.Answer{Leg: m.wire, SDP: sdp}})
	}
}

// lost ends a call that was not up yet and that a new link to the PBX does not show.
func (m *move) lost() {
	cause := pbxws.Cause{Ending: pbxws.EndedLink}
	if m.State == Alerting {
		m.say(GradeWarn, "missed call from %s: it ended while the link to the PBX was lost", m.Peer)
		m.end(cause)
		return
	}
	m.say(GradeFailed, "the call with %s ended: the PBX no longer has it", m.Peer)
	m.bye(cause)
}

// maxRepeated bounds those of ours that a new link repeats.
const maxRepeated = 32

// candidate tells the PBX of a candidate of ours, on the next link where there is none.
func (m *move) candidate(c pbxws.Candidate) {
	if !m.Media && len(m.candidates) < maxRepeated {
		m.candidates = append(slices.Clone(m.candidates), c)
	}
	if !m.away {
		m.do(send{pbxws.AddCandidate{Leg: m.wire, Candidate: c}})
	}
}

// soundIsUp forgets what was only needed to get there.
func (m *move) soundIsUp() { m.Media, m.closed, m.reply, m.candidates = true, false, "", nil }

// awaitLinkOrSound gives a call without link and sound time to get one of them back, for example
// when this machine changes its network. A call on hold needs no sound.
func (m *move) awaitLinkOrSound() {
	if m.away && m.soundless() {
		m.do(m.await(untilLink))
	}
}

// stopAwaiting is for sound that came back while the link is away.
func (m *move) stopAwaiting() {
	if m.away && !m.soundless() {
		m.do(drop{untilLink})
	}
}

// soundless is true if sound should come and does not.
func (m *move) soundless() bool {
	return m.State == Connected && !m.holding && !m.RemoteHold && (!m.Media || m.path.silent)
}

// missing notes that a new link to the PBX does not show the call. It lives as long as it has
// sound.
func (m *move) missing() {
	m.unlisted = true
	if m.endedUnlisted() {
		return
	}
	m.say(GradeWarn, "the PBX no longer shows the call with %s; it goes on as long as you hear it", m.Peer)
}

// endedUnlisted ends a call that the PBX does not show and that has no sound.
func (m *move) endedUnlisted() bool {
	if !m.unlisted || m.State != Connected || m.Media && !m.path.silent && !m.holding {
		return false
	}
	m.say(GradeFailed, "the call with %s ended: the PBX no longer has it", m.Peer)
	m.bye(pbxws.Cause{Ending: pbxws.EndedLink})
	return true
}

// quit ends the leg from our side, in the way for its state.
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
	m.do(send{pbxws.Reject{Leg: m.wire, Cause: c}})
	m.end(c)
}

func (m *move) bye(c pbxws.Cause) {
	m.do(send{pbxws.Bye{Leg: m.wire}})
	m.end(c)
}

func (m *move) end(c pbxws.Cause) {
	m.State, m.Cause, m.Leg.Ended = Ended, c, m.now
	m.Media, m.HoldPending, m.unsure, m.offer = false, false, nil, ""
	m.do(closeMedia{}, m.await(untilForgotten))
}

func (m *move) ended(in input) {
	switch in := in.(type) {
	case parkedAt:
		m.placed(in.orbit)
	case timeout:
		switch in.of {
		case untilPlace:
			m.unplaced()
		case untilForgotten:
			m.do(forget{})
		}
	}
}
