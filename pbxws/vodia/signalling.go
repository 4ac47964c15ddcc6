package vodia

import (
	"strconv"
	"strings"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

// hearSDP takes a session description: progress, pickup, a new offer in mid-call, or a
// refusal.
func (s *switchboard) hearSDP(m wire.SDP) {
	l := s.legFor("sdp", m.CallID)
	switch {
	case l == nil:
	case m.Code >= 400:
		s.refused(l, m.Code, m.Reason)
	case l.answered || l.incoming:
		s.redescribe(l, m)
	default:
		s.progress(l, m)
	}
}

// codeProgress is 183 (RFC 3261 §21.1.5).
const codeProgress = 183

// progress takes a description for a call that we placed and that is not answered yet.
func (s *switchboard) progress(l *leg, m wire.SDP) {
	pickup := s.isPickup(l, m)
	if !pickup {
		code := m.Code
		if code == 0 {
			code = codeProgress
		}
		s.emit(pbxws.LegProgressed{Leg: l.id, Code: code, Peer: pbxws.Party{Name: m.ToDisplay, Number: m.ToUser}})
	}
	// A legacy PBX sends its answer twice; the second one only marks the pickup.
	if first := l.sdp == ""; m.SDP != "" && (first || !s.generation.legacy && l.sdp != m.SDP) {
		s.describe(l, m)
	}
	if pickup {
		s.pickUp(l)
	}
}

// isPickup tells whether a description means pickup: by a final code, or by none at all, which live
// systems were seen to use in the same way. A legacy PBX may send no codes: then it is the second
// description.
func (s *switchboard) isPickup(l *leg, m wire.SDP) bool {
	if m.Code == 0 && s.generation.legacy {
		return l.sdp != ""
	}
	return m.Code == 0 || m.Code >= 200
}

// redescribe takes a description in mid-call. A legacy PBX repeats itself there, so it counts only
// if it answers us or says its kind.
func (s *switchboard) redescribe(l *leg, m wire.SDP) {
	repeated := m.SDP == "" || m.SDP == l.sdp || s.generation.legacy && m.Kind == ""
	if repeated && (!l.offered || m.SDP == "") {
		return
	}
	s.describe(l, m)
}

func (s *switchboard) describe(l *leg, m wire.SDP) {
	l.sought = false
	kind, sure := s.generation.kindOf(m, l.offered)
	if kind == pbxws.SDPOffer || !sure {
		l.cseq = m.CSeq
	}
	if kind == pbxws.SDPAnswer {
		l.offered = false
		switch l.asked.(type) {
		case pbxws.Hold, pbxws.Reoffer:
			l.asked = nil
		}
	}
	l.sdp = m.SDP
	s.emit(pbxws.LegDescribed{Leg: l.id, SDP: m.SDP, Kind: kind, Sure: sure})
}

// refused takes a status of 400 and up: before the answer it ends the call, afterwards it
// refuses what we asked for last.
func (s *switchboard) refused(l *leg, code int, reason string) {
	switch {
	case !l.answered:
		s.end(l, pbxws.CauseOfCode(code, reason))
	case l.asked != nil:
		s.emit(pbxws.CommandRefused{Command: l.asked, Code: code, Reason: reason})
		if hold, ok := l.asked.(pbxws.Hold); ok && hold.SDP == "" {
			l.wantHold = !hold.On
		}
		s.giveUp(l.asked)
		l.offered = false
	default:
		s.emit(pbxws.Unrecognized{Name: "response", Why: "it refuses nothing that was asked for: " + strconv.Itoa(code)})
	}
}

// giveUp drops an order on all its legs.
func (s *switchboard) giveUp(c pbxws.Command) {
	for _, l := range s.legs.live {
		if l.asked == c {
			l.asked = nil
		}
	}
}

func (s *switchboard) hearInvite(m wire.Invite) {
	if m.CallID != "" && s.legs.wasHere(m.CallID) {
		return
	}
	if l := s.legs.find(m.CallID); l != nil && m.CallID != "" {
		l.cseq = m.CSeq
		switch {
		case l.answered:
			s.describe(l, wire.SDP{CSeq: m.CSeq, SDP: m.SDP, Kind: "offer"})
		case l.sought:
			s.offerAgain(l, m)
		}
		return
	}
	if l := s.ringsAgain(m); l != nil {
		s.offerAgain(l, m)
		return
	}
	if len(s.legs.live) >= maxLegs {
		s.ask(wire.Busy{CallID: m.CallID, CSeq: m.CSeq, Code: pbxws.CodeBusyHere})
		return
	}
	from := m.Caller()
	l := &leg{id: newLegID(m.CallID), callIDs: []string{m.CallID}, incoming: true, number: from.Number, sdp: m.SDP, cseq: m.CSeq}
	s.legs.add(l)
	s.emit(pbxws.LegOffered{Leg: l.id, From: from, To: wire.PartyOf(m.To, "", ""), Via: m.Group, SDP: m.SDP})
}

func (s *switchboard) hearCandidate(m wire.Candidate) {
	l := s.legFor("candidate", m.CallID)
	if l == nil {
		return
	}
	for _, line := range m.Lines() {
		s.emit(pbxws.LegCandidate{Leg: l.id, Candidate: pbxws.Candidate{Line: line, Mid: m.Mid, MLine: m.MLine}})
	}
}

func (s *switchboard) hearBye(m wire.Bye) {
	s.ask(wire.ByeDone{CallID: m.CallID, CSeq: m.CSeq})
	l := s.legFor("bye", m.CallID)
	switch {
	case l != nil:
		s.end(l, l.causeOf(m.Code, m.Reason))
	case m.CallID != "" && !s.legs.wasHere(m.CallID): // the phone may know a call that this link does not
		s.emit(pbxws.LegEnded{Leg: legIDOf(m.CallID), Cause: pbxws.CauseOfCode(m.Code, m.Reason)})
	}
}

func (s *switchboard) hearCancel(m wire.Cancel) {
	s.ask(wire.CancelDone{CallID: m.CallID, CSeq: m.CSeq})
	if l := s.legFor("cancel", m.CallID); l != nil && !l.answered { // RFC 3261 §9.1: after the answer it means nothing
		s.end(l, l.causeOf(m.Code, m.Reason))
	}
}

// causeOf reads why the PBX ended the leg.
func (l *leg) causeOf(code int, reason string) pbxws.Cause {
	cause := pbxws.CauseOfCode(code, reason)
	switch {
	case l.incoming && !l.answered && (code == 200 || strings.Contains(strings.ToLower(reason), "elsewhere")): // RFC 3326 §3.1
		cause.Ending = pbxws.EndedElsewhere
	case l.incoming && !l.answered:
		cause.Ending = pbxws.EndedCancelled
	case l.transferring() && code < 400:
		cause.Ending = pbxws.EndedTransferred
	}
	return cause
}

// codeNoSuchCall is the answer of a PBX that does not know the call.
const codeNoSuchCall = 481

// hearResponse takes a status. If it says that a call of an earlier link does not exist, that call
// is over (RFC 3261 §12.2.1.2).
func (s *switchboard) hearResponse(m wire.Response) {
	known := s.legs.find(m.CallID)
	lost := known != nil && known.sought
	l := s.legFor("response", m.CallID)
	switch {
	case l == nil:
	case lost && m.Code == codeNoSuchCall:
		s.end(l, pbxws.Cause{Ending: pbxws.EndedLink})
	case m.Code >= 400:
		s.refused(l, m.Code, m.Reason)
	case m.Code > 100 && m.Code < 200 && !l.answered && !l.incoming:
		s.emit(pbxws.LegProgressed{Leg: l.id, Code: m.Code})
	}
}

func (s *switchboard) hearRecording(frame, id string, on bool) {
	l := s.legs.byCall(id)
	if l == nil {
		l = s.legFor(frame, id)
	}
	if l != nil {
		s.recorded(l, on)
	}
}

// recorded reports when recording begins or ends, and confirms our own order.
func (s *switchboard) recorded(l *leg, on bool) {
	asked, ordered := l.asked.(pbxws.Record)
	ordered = ordered && asked.On == on
	if ordered {
		l.asked = nil
	}
	if l.recording != on || ordered {
		l.recording = on
		s.emit(pbxws.LegRecorded{Leg: l.id, On: on})
	}
}
