package phone

import (
	"github.com/patchcord/patchcord/pbxws"
)

// An incoming call before it is up: Alerting, Answering.

func (m *move) alerting(in input) {
	switch in := in.(type) {
	case wantAnswer:
		m.State, m.pending.answer = Answering, m.receipt
		if m.offer == "" {
			m.do(makeOffer{})
		} else {
			m.do(makeAnswer{offer: m.offer})
		}
		m.do(drop{untilAnswer}, m.await(untilMedia))
		m.offer = ""
	case wantReject:
		code := in.code
		if code == 0 {
			code = pbxws.CodeDecline
		}
		m.say(GradeInfo, "you rejected the call from %s", m.Peer)
		m.refuse(pbxws.Cause{Ending: pbxws.EndedDeclined, Code: code})
	case wantHangup:
		m.say(GradeInfo, "you rejected the call from %s", m.Peer)
		m.refuse(pbxws.Cause{Ending: pbxws.EndedDeclined, Code: pbxws.CodeDecline})
	case timeout: // a call must not ring for ever because the PBX sends no end
		switch in.of {
		case untilAnswer:
			m.say(GradeWarn, "missed call from %s", m.Peer.String())
			m.refuse(pbxws.Cause{Ending: pbxws.EndedNoAnswer, Code: pbxws.CodeUnavailable})
		case untilLink:
			m.missedUnlinked()
		}
	case reported:
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
		m.answer(in.sdp)
	case offered: // to a far end that waited for our offer
		m.answer(in.sdp)
	case mediaUp:
		m.soundIsUp()
		m.pickedUp()
	case wantHangup:
		m.say(GradeInfo, "you hung up on %s", m.Peer)
		m.bye(pbxws.Cause{Ending: pbxws.EndedHere})
	case timeout:
		if in.of == untilMedia {
			m.say(GradeFailed, "%s could not be heard: no sound path came up in %s", m.Peer, seconds(timerLengths[untilMedia]))
			m.bye(pbxws.Cause{Ending: pbxws.EndedMedia})
		}
	case reported:
		m.answeringEvent(in.event)
	default:
		m.live(in)
	}
}

func (m *move) answeringEvent(e pbxws.Event) {
	switch e := e.(type) {
	case pbxws.LegAnswered:
		if m.described {
			m.pickedUp()
		}
	case pbxws.LegDescribed:
		if !m.described && e.Kind == pbxws.SDPAnswer {
			m.described = true
			m.do(takeAnswer{answer: e.SDP})
		}
	default:
		m.live(reported{e})
	}
}

func (m *move) pickedUp() {
	m.State = Connected
	m.Answered = m.now
	m.do(drop{untilMedia}, m.await(untilPath))
	m.say(GradeDone, "you answered %s", m.Peer)
}
