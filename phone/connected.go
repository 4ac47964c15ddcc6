package phone

import (
	"errors"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/rtc"
)

// A call that is up: tones, changes of the sound, timers.

func (m *move) connected(in input) {
	switch in := in.(type) {
	case wantHangup:
		m.say(GradeInfo, "you hung up on %s %s", m.Peer, m.lasted())
		m.bye(pbxws.Cause{Ending: pbxws.EndedHere})
	case unlinkedPeer:
		m.say(GradeInfo, "the call with %s ended %s: nobody is linked with it any more", m.Peer, m.lasted())
		m.bye(pbxws.Cause{Ending: pbxws.EndedHere})
	case wantHold:
		m.hold(in.on)
	case wantSilence:
		m.settleHold(true)
		m.say(GradeWarn, "%s cannot hear you: you are talking to %s", m.Peer, in.with)
	case wantTransfer:
		m.transfer(in.to)
	case wantJoin:
		m.join(in)
	case wantJoined:
		m.joined = true
		m.do(m.await(untilTransfer))
	case wantPark:
		m.park(in.orbit)
	case parkedAt:
		m.placed(in.orbit)
	case wantMeet:
		m.meet(in.room)
	case wantRecord:
		m.pending.recording = m.receipt
		m.do(send{pbxws.Record{Leg: m.wire, On: in.on}}, m.await(untilRecorded))
	case wantDigits:
		m.digits(in.digits)
	case wantPath:
		m.restartICE(true)
	case holdMade:
		m.holdOffered(in.sdp)
	case holdUnmade:
		m.holdUnmade(in.err)
	case pathMade:
		m.pathOffered(in.sdp)
	case pathUnmade:
		if m.path.asked {
			m.pathFailed(reasonOf(in.err))
		}
	case pathWhole: // the silence does not come from the path
		m.endSearch()
		m.noteSilence()
	case linkBack: // where the link broke, the path often did
		m.live(in)
		m.holdAgain()
		m.path.tries = 0
		m.restartICE(false)
	case answered: // to a new offer of the PBX in mid-call
		m.described = true
		m.do(send{pbxws.Answer{Leg: m.wire, SDP: in.sdp}})
		m.offerDueHold()
	case answerTaken:
		m.elsewhere = in.elsewhere
		m.followAnswer()
	case rebuilt:
		m.offerRebuilt(in.sdp)
	case mediaBad:
		if !m.described || in.final {
			m.live(in)
			return
		}
		if errors.Is(in.err, rtc.ErrNewEndpoint) && !m.Media && !m.rebuilding && m.caps.Has(pbxws.CapNewSession) {
			m.startRebuild()
			return
		}
		m.abandonRebuild()
		m.say(GradeWarn, "changing the audio with %s failed: %s; the call goes on as it was", m.Peer, reasonOf(in.err))
	case reported:
		m.connectedEvent(in.event)
	case timeout:
		m.connectedTimeout(in.of)
	default:
		m.live(in)
	}
}

func (m *move) connectedEvent(e pbxws.Event) {
	switch e := e.(type) {
	case pbxws.LegDescribed:
		m.redescribe(e)
	case pbxws.LegHeld:
		m.unlisted = false
		m.held(e)
	case pbxws.LegMissing:
		m.missing()
	case pbxws.CommandRefused:
		m.refused(e)
	default:
		m.live(reported{e})
	}
}

// redescribe takes a description in mid-call: the first one if the pickup came before its SDP, else
// a new offer. A repeated answer is what a legacy PBX sends at pickup.
func (m *move) redescribe(e pbxws.LegDescribed) {
	switch {
	case !m.described && e.Kind == pbxws.SDPAnswer:
		m.described, m.taken = true, e.SDP
		m.do(takeAnswer{answer: e.SDP})
	case !m.described:
		m.do(makeAnswer{offer: e.SDP})
	case m.rebuilding:
		m.takeRebuilt(e)
	case e.Kind == pbxws.SDPOffer: // before one of ours, which has to be made again
		m.path.asked, m.renegotiated = false, true
		m.yieldHold()
		m.do(drop{untilPathAnswer}, reanswer{offer: e.SDP})
		m.noteSilence()
	case m.holdOffer.out:
		m.holdAnswered(e.SDP)
	case m.path.asked:
		m.pathAnswered(e.SDP)
	default:
		m.answeredAgain(e.SDP)
	}
}

func (m *move) connectedTimeout(of timerKind) {
	switch of {
	case untilHold:
		m.holdUnanswered()
	case untilResumed:
		m.silentResume()
	case untilAudible:
		m.unheard()
	case untilRebuilt:
		if m.abandonRebuild() {
			m.say(GradeWarn, "the PBX did not accept the new audio with %s; the call goes on as it was", m.Peer)
		}
	case untilTransfer:
		if m.Transfer != "" {
			m.sayOf(m.transferEnds(), GradeWarn, "the PBX has not said whether %s was sent to %s; the call is still here", m.Peer, m.Transfer)
			m.Transfer = ""
		}
		m.joined = false
	case untilRecorded:
		m.sayOf(m.recordingEnds(), GradeWarn, "the PBX has not said whether the call with %s is recorded", m.Peer)
	case untilKind:
		m.retryOtherKind()
	case untilSearch, untilPathAnswer:
		m.pathTimeout(of)
	case untilLink:
		if m.away && m.soundless() {
			m.say(GradeFailed, "the call with %s ended: neither its sound nor the link to the PBX came back", m.Peer)
			m.bye(pbxws.Cause{Ending: pbxws.EndedLink})
		}
	default:
		m.live(timeout{of})
	}
}

func (m *move) digits(digits string) {
	if m.holding {
		m.say(GradeWarn, "%s is on hold and hears no tones", m.Peer)
		return
	}
	if !m.described && !m.caps.Has(pbxws.CapTones) {
		m.say(GradeWarn, "no sound path to %s yet, tones cannot be sent", m.Peer)
		return
	}
	m.sendTones(digits)
}

// sendTones sends digits with the sound, or by the PBX where it takes them.
func (m *move) sendTones(digits string) {
	m.Digits += digits
	m.do(tones{digits: digits, bySignal: m.caps.Has(pbxws.CapTones)})
	if m.caps.Has(pbxws.CapTones) {
		m.do(send{pbxws.Tones{Leg: m.wire, Digits: digits}})
	}
}
