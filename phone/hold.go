package phone

import (
	"time"

	"github.com/patchcord/patchcord/pbxws"
)

// Hold and resume. Most systems keep the media connection meanwhile and only want to be told. Some
// want a new one at resume, with a new offer of ours: that is made where the old connection is
// gone, or where nothing comes over it after a resume.

func (m *move) hold(on bool) {
	if m.holding == on {
		return
	}
	m.holding = on
	m.askHold()
}

// askHold asks the PBX for the hold that is wanted, or for its end.
func (m *move) askHold() {
	m.HoldPending, m.unconfirmed, m.askedHold = true, true, m.now
	m.do(gate{open: !m.holding}, m.await(untilHold))
	switch {
	case m.holding:
		m.resuming = false
		m.do(drop{untilResumed}, send{pbxws.Hold{Leg: m.ID, On: true}})
	case m.described && !m.Media: // the PBX gave the connection up with the hold
		m.startRebuild()
	default:
		m.resuming = true
		m.do(send{pbxws.Hold{Leg: m.ID}}, m.await(untilResumed))
	}
}

// holdAgain asks anew for what went out on a link that broke and may never have arrived.
func (m *move) holdAgain() {
	if m.unconfirmed && !m.rebuilding {
		m.askHold()
	}
}

// held is the PBX's word on hold. Ours counts as confirmed only when it says what we asked
// for last: two quick presses must not end in the wrong state.
func (m *move) held(e pbxws.LegHeld) {
	if e.Remote {
		if m.RemoteHold != e.On {
			m.RemoteHold = e.On
			m.say(GradeInfo, "%s", choose(e.On, "%s put you on hold", "%s took you back").of(m.Peer))
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
		m.HeldAt, m.resuming = m.now, false
	}
	m.do(gate{open: !on}, drop{untilHold})
	m.expectSound()
}

// expectSound gives the far end a moment to be heard after a hold in which nothing came.
func (m *move) expectSound() {
	if m.path.silent && !m.holding && !m.RemoteHold {
		m.do(m.await(untilHeard))
	}
}

// resumedInVain notices that a resume brought no sound.
func (m *move) resumedInVain() {
	m.resuming = false
	if m.holding || m.RemoteHold || m.rebuilding || m.Media && !m.path.silent {
		return
	}
	m.say(GradeInfo, "nothing is heard of %s since you took the call back; the sound is set up anew", m.Peer)
	m.startRebuild()
}

func (m *move) startRebuild() {
	m.resuming, m.rebuilding = true, true
	m.path.asked = false // the old connection's path is of no interest any more
	m.do(drop{untilStray}, drop{untilPathAnswer}, rebuild{}, m.await(untilRebuilt))
}

// offerRebuilt tells the PBX our new offer, unless it is not wanted any more.
func (m *move) offerRebuilt(sdp string) {
	switch {
	case !m.rebuilding:
		m.do(takeBack{})
	case m.holding:
		m.abandonRebuild()
	default:
		m.do(send{pbxws.Hold{Leg: m.ID, SDP: sdp}}, m.await(untilRebuilt))
	}
}

// takeRebuilt takes what the PBX says to our new offer: an answer, or an offer of its own in place
// of ours. The session that was is kept until the new one is up.
func (m *move) takeRebuilt(e pbxws.LegDescribed) {
	if e.Kind == pbxws.SDPOffer {
		m.do(takeBack{}, makeAnswer{offer: e.SDP})
	} else {
		m.do(takeAnswer{answer: e.SDP})
	}
	m.do(m.await(untilRebuilt))
}

// endRebuild notes that the new session is up.
func (m *move) endRebuild() {
	if m.rebuilding {
		m.resuming, m.rebuilding, m.path = false, false, pathSearch{}
		m.do(drop{untilRebuilt}, letGo{})
	}
}

// abandonRebuild returns to the session that was; false when no other was wanted.
func (m *move) abandonRebuild() bool {
	if !m.rebuilding {
		return false
	}
	m.resuming, m.rebuilding = false, false
	m.do(drop{untilRebuilt}, takeBack{})
	m.unheard()
	m.stray()
	return true
}
