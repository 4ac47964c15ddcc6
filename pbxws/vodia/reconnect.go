package vodia

import (
	"slices"
	"time"

	"github.com/patchcord/patchcord/internal/number"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

// How long a call of an earlier link is searched in the lists of a new one. Own and domain lists
// alternate, so one list without it means little. A ringing call is given up sooner: whoever
// answers it should find somebody.
const (
	seekLimit        = 10 * time.Second
	seekRingingLimit = 3 * time.Second
)

// takeOver begins with the calls that were there when an earlier link was lost.
func (t *translator) takeOver(earlier []*leg) {
	for _, l := range earlier {
		t.legs.add(&leg{
			id: l.id, callIDs: l.callIDs, incoming: l.incoming, number: l.number, answered: l.answered, identified: l.identified, sdp: l.sdp, cseq: l.cseq,
			wantHold: l.held && !l.heldByPeer, held: l.held, heldByPeer: l.heldByPeer,
			recording: l.recording, recordingListed: l.recordingListed, call: l.call, earlierCalls: l.earlierCalls, unconfirmed: true, inherited: true,
		})
	}
}

// seeks reports whether calls of an earlier link are still searched in the lists: those that were
// answered, or those that ring.
func (t *translator) seeks(answered bool) bool {
	return t.callsListed && slices.ContainsFunc(t.legs.live, func(l *leg) bool { return l.unconfirmed && l.answered == answered })
}

// reportMissing reports the calls of an earlier link that no list has shown, the answered or the
// ringing ones. It leaves out a call that an unmatched record may belong to: two calls to the same
// number cannot be told apart.
func (t *translator) reportMissing(answered bool) {
	for _, l := range t.legs.live {
		if !l.unconfirmed || l.answered != answered {
			continue
		}
		l.unconfirmed = false
		if !t.mayBeListed(l) {
			t.emit(pbxws.LegMissing{Leg: l.id})
		}
	}
}

// found notes that a record shows a call of an earlier link. It reports even what has not changed,
// since the phone waits for a word of the PBX.
func (t *translator) found(l *leg, c pbxws.Call) {
	if l.unconfirmed && !l.answered && !l.incoming && c.Phase == pbxws.PhaseAlerting {
		t.emit(pbxws.LegProgressed{Leg: l.id, Code: codeProgress})
	}
	l.unconfirmed = false
}

// ringsAgain finds the call of an earlier link that the PBX offers again: a telephone that
// registers while somebody calls may be rung again, with another id.
func (t *translator) ringsAgain(m wire.Invite) *leg {
	var ringing []*leg
	for _, l := range t.legs.live {
		if l.unconfirmed && l.incoming && !l.answered {
			ringing = append(ringing, l)
		}
	}
	l, _ := number.Among(t.home(), m.Caller().Number, ringing, (*leg).farNumber)
	return l
}

// offerAgain takes the new offer of a call that rings already.
func (t *translator) offerAgain(l *leg, m wire.Invite) {
	if !slices.Contains(l.callIDs, m.CallID) {
		l.callIDs = append(l.callIDs, m.CallID)
	}
	l.unconfirmed, l.cseq, l.sdp = false, m.CSeq, m.SDP
	t.emit(pbxws.LegDescribed{Leg: l.id, SDP: m.SDP, Kind: pbxws.SDPOffer, Sure: true})
	t.send(wire.Ringing{CallID: l.callID(), CSeq: l.cseq})
}

// elsewhere ends a call of an earlier link that rang here and that a record shows as answered: it was
// not by this phone.
func (t *translator) elsewhere(l *leg, c pbxws.Call) bool {
	if !l.inherited || !l.incoming || l.answered || c.Phase == pbxws.PhaseAlerting {
		return false
	}
	t.end(l, pbxws.Cause{Ending: pbxws.EndedElsewhere})
	return true
}

// mayBeListed reports whether there is a record of ours that belongs to no leg and fits this
// one.
func (t *translator) mayBeListed(l *leg) bool {
	for id, r := range t.calls.known {
		if r.own && t.legs.byCall(id) == nil && !l.earlierCalls[id] && t.fits(l, r.call) {
			return true
		}
	}
	return false
}
