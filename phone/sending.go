package phone

import (
	"fmt"

	"github.com/patchcord/patchcord/pbxws"
)

// Moving a call: blind and attended transfer, parking, and their outcomes.

// sendOn asks the PBX to move the far end: to is the target, sent and unsent are the sentences for
// success and failure.
func (m *move) sendOn(c pbxws.Command, to, doing, sent, unsent string) {
	m.Transfer, m.askedTransfer, m.sent, m.unsent, m.pending.transfer = to, m.now, sent, unsent, m.receipt
	m.do(send{c}, m.await(untilTransfer))
	m.say(GradeInfo, "%s", doing)
}

// transferEnds is the intent that a transfer comes of, which has its outcome now.
func (m *move) transferEnds() Receipt {
	of := m.pending.transfer
	m.pending.transfer = 0
	return of
}

func (m *move) transfer(to string) {
	m.sendOn(pbxws.BlindTransfer{Leg: m.wire, To: to}, to,
		fmt.Sprintf("sending %s to %s ...", who(m.Peer), to),
		fmt.Sprintf("%s was transferred to %s", who(m.Peer), to),
		fmt.Sprintf("%s was not sent to %s", who(m.Peer), to))
}

// meet transfers the far end to a conference.
func (m *move) meet(room pbxws.Party) {
	m.sendOn(pbxws.BlindTransfer{Leg: m.wire, To: room.Number}, room.Number,
		fmt.Sprintf("bringing %s into conference %s ...", who(m.Peer), who(room)),
		fmt.Sprintf("%s is in conference %s", who(m.Peer), who(room)),
		fmt.Sprintf("%s was not brought into conference %s", who(m.Peer), who(room)))
}

func (m *move) join(in wantJoin) {
	m.sendOn(pbxws.AttendedTransfer{Leg: m.wire, With: in.with}, in.to.String(),
		fmt.Sprintf("putting %s through to %s ...", who(m.Peer), who(in.to)),
		fmt.Sprintf("%s was put through to %s", who(m.Peer), who(in.to)),
		fmt.Sprintf("%s was not put through to %s", who(m.Peer), who(in.to)))
}

func (m *move) refused(e pbxws.CommandRefused) {
	why := whyNot(e)
	switch c := e.Command.(type) {
	case pbxws.Hold:
		m.unconfirmed = false
		of := m.pending.hold
		if c.SDP != "" && !m.holdOffer.out {
			m.abandonRebuild()
			m.settleHold(c.On)
			m.sayOf(of, GradeFailed, "the PBX did not set up new audio with %s: %s", m.Peer, why)
			return
		}
		m.withdrawHold()
		m.settleHold(!c.On)
		m.sayOf(of, GradeFailed, "%s: %s", either[phrase](c.On, "the PBX did not hold %s", "the PBX did not resume %s").of(m.Peer), why)
	case pbxws.BlindTransfer, pbxws.AttendedTransfer, pbxws.Park:
		if m.joined { // the other leg tells
			m.joined = false
			return
		}
		m.Transfer = ""
		m.do(drop{untilTransfer})
		m.sayOf(m.transferEnds(), GradeFailed, "%s: %s; the call is still with you", m.unsent, why)
	case pbxws.Reoffer:
		m.pathRefused(e)
	case pbxws.Record:
		m.sayOf(m.recordingEnds(), GradeFailed, "%s: %s", either[phrase](c.On, "the call with %s is not recorded", "the call with %s is still recorded").of(m.Peer), why)
	default:
		m.live(reported{e})
	}
}
