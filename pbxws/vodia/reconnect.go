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
func (s *switchboard) takeOver(earlier []*leg) {
	for _, l := range earlier {
		s.legs.add(&leg{
			id: l.id, callIDs: l.callIDs, incoming: l.incoming, number: l.number, answered: l.answered, heard: l.heard, sdp: l.sdp, cseq: l.cseq,
			wantHold: l.held && !l.heldThere, held: l.held, heldThere: l.heldThere,
			recording: l.recording, listed: l.listed, call: l.call, before: l.before, sought: true, inherited: true,
		})
	}
}

// seeks reports whether calls of an earlier link are still searched in the lists: those that were
// answered, or those that ring.
func (s *switchboard) seeks(answered bool) bool {
	return s.listed && slices.ContainsFunc(s.legs.live, func(l *leg) bool { return l.sought && l.answered == answered })
}

// tellMissing reports the calls of an earlier link that no list has shown, the answered or the
// ringing ones. It leaves out a call that an unmatched record may belong to: two calls to the same
// number cannot be told apart.
func (s *switchboard) tellMissing(answered bool) {
	for _, l := range s.legs.live {
		if !l.sought || l.answered != answered {
			continue
		}
		l.sought = false
		if !s.mayBeListed(l) {
			s.emit(pbxws.LegMissing{Leg: l.id})
		}
	}
}

// found notes that a record shows a call of an earlier link. It reports even what has not changed,
// since the phone waits for a word of the PBX.
func (s *switchboard) found(l *leg, c pbxws.Call) {
	if l.sought && !l.answered && !l.incoming && c.Phase == pbxws.PhaseAlerting {
		s.emit(pbxws.LegProgressed{Leg: l.id, Code: codeProgress})
	}
	l.sought = false
}

// ringsAgain finds the call of an earlier link that the PBX offers again: a telephone that
// registers while somebody calls may be rung again, with another id.
func (s *switchboard) ringsAgain(m wire.Invite) *leg {
	from := m.Caller().Number
	for _, l := range s.legs.live {
		if l.sought && l.incoming && !l.answered && (l.number == from || number.Same(l.number, from)) {
			return l
		}
	}
	return nil
}

// offerAgain takes the new offer of a call that rings already.
func (s *switchboard) offerAgain(l *leg, m wire.Invite) {
	if !slices.Contains(l.callIDs, m.CallID) {
		l.callIDs = append(l.callIDs, m.CallID)
	}
	l.sought, l.cseq, l.sdp = false, m.CSeq, m.SDP
	s.emit(pbxws.LegDescribed{Leg: l.id, SDP: m.SDP, Kind: pbxws.SDPOffer, Sure: true})
	s.ask(wire.Ringing{CallID: l.callID(), CSeq: l.cseq})
}

// elsewhere ends a call of an earlier link that rang here and that a record shows as answered: it was
// not by this phone.
func (s *switchboard) elsewhere(l *leg, c pbxws.Call) bool {
	if !l.inherited || !l.incoming || l.answered || c.Phase == pbxws.PhaseAlerting {
		return false
	}
	s.end(l, pbxws.Cause{Ending: pbxws.EndedElsewhere})
	return true
}

// mayBeListed reports whether there is a record of ours that belongs to no leg and fits this
// one.
func (s *switchboard) mayBeListed(l *leg) bool {
	for id, r := range s.calls.known {
		if r.own && s.legs.byCall(id) == nil && !l.before[id] && s.fits(l, r.call) {
			return true
		}
	}
	return false
}
