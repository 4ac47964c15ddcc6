package vodia

import (
	"slices"
	"strconv"
	"strings"

	"github.com/patchcord/patchcord/pbxws"
)

// hearSDP takes a session description: progress, pickup, a new offer in mid-call, or a
// refusal.
func (s *switchboard) hearSDP(m SDP) {
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

// progress takes a description of a call that we placed and that nobody answered yet.
func (s *switchboard) progress(l *leg, m SDP) {
	pickup := s.isPickup(l, m)
	if !pickup {
		code := m.Code
		if code == 0 {
			code = codeProgress
		}
		s.emit(pbxws.LegProgressed{Leg: l.id, Code: code, Peer: pbxws.Party{Name: m.ToDisplay, Number: m.ToUser}})
	}
	// A legacy PBX sends its answer twice; the second one only marks the pickup.
	if first := l.sdp == ""; m.SDP != "" && (first || !s.habit.legacy && l.sdp != m.SDP) {
		s.describe(l, m)
	}
	if pickup {
		s.pickUp(l)
	}
}

// isPickup reads a description as the moment of pickup: a final code, or none at all, which
// live systems were seen to mean the same by. A legacy PBX may leave codes out altogether:
// there the second description is it.
func (s *switchboard) isPickup(l *leg, m SDP) bool {
	if m.Code == 0 && s.habit.legacy {
		return l.sdp != ""
	}
	return m.Code == 0 || m.Code >= 200
}

// redescribe takes a description in mid-call. A legacy PBX repeats itself there and is only
// believed when it answers us or says what it means.
func (s *switchboard) redescribe(l *leg, m SDP) {
	repeated := m.SDP == "" || m.SDP == l.sdp || s.habit.legacy && m.Kind == ""
	if repeated && (!l.offered || m.SDP == "") {
		return
	}
	s.describe(l, m)
}

func (s *switchboard) describe(l *leg, m SDP) {
	l.sought = false
	kind, sure := s.habit.kindOf(m, l.offered)
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

// giveUp forgets an order on every leg that it was for.
func (s *switchboard) giveUp(c pbxws.Command) {
	for _, l := range s.legs.live {
		if l.asked == c {
			l.asked = nil
		}
	}
}

func (s *switchboard) hearInvite(m Invite) {
	if m.CallID != "" && s.legs.wasHere(m.CallID) {
		return
	}
	if l := s.legs.find(m.CallID); l != nil && m.CallID != "" {
		l.cseq = m.CSeq
		switch {
		case l.answered:
			s.describe(l, SDP{CSeq: m.CSeq, SDP: m.SDP, Kind: "offer"})
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
		s.ask(Busy{CallID: m.CallID, CSeq: m.CSeq, Code: pbxws.CodeBusyHere})
		return
	}
	from := m.caller()
	l := &leg{id: newLegID(m.CallID), callIDs: []string{m.CallID}, incoming: true, number: from.Number, sdp: m.SDP, cseq: m.CSeq}
	s.legs.add(l)
	s.emit(pbxws.LegOffered{Leg: l.id, From: from, To: parseParty(m.To), Via: m.Group, SDP: m.SDP})
}

// caller is who calls. The URI tends to hold the full number, from-user the national form.
func (m Invite) caller() pbxws.Party {
	p := parseParty(m.From)
	return pbxws.Party{
		Name:   firstOf(m.FromDisplay, p.Name),
		Number: firstOf(p.Number, m.FromUser, m.FromNumber),
	}
}

func (s *switchboard) hearCandidate(m Candidate) {
	l := s.legFor("candidate", m.CallID)
	if l == nil {
		return
	}
	for _, line := range m.expand() {
		s.emit(pbxws.LegCandidate{Leg: l.id, Candidate: pbxws.Candidate{Line: line, Mid: m.Mid, MLine: m.MLine}})
	}
}

// expand gives one candidate for each address, put in place of the line's own (RFC 8839 §5.1:
// address and port are the fifth and sixth field).
func (m Candidate) expand() []string {
	if len(m.Addrs) == 0 {
		return []string{m.Line}
	}
	fields := strings.Fields(m.Line)
	if len(fields) < 6 {
		return nil
	}
	var lines []string
	for _, a := range m.Addrs {
		fields[4], fields[5] = a.Host, strconv.Itoa(int(a.Port))
		if line := strings.Join(fields, " "); !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	return lines
}

func (s *switchboard) hearBye(m Bye) {
	s.ask(ByeDone{m.CallID, m.CSeq})
	l := s.legFor("bye", m.CallID)
	switch {
	case l != nil:
		s.end(l, l.causeOf(m.Code, m.Reason))
	case m.CallID != "" && !s.legs.wasHere(m.CallID): // the phone may know a call that this link does not
		s.emit(pbxws.LegEnded{Leg: legIDOf(m.CallID), Cause: pbxws.CauseOfCode(m.Code, m.Reason)})
	}
}

func (s *switchboard) hearCancel(m Cancel) {
	s.ask(CancelDone{m.CallID, m.CSeq})
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

// codeNoSuchCall is what a PBX answers that knows nothing of a call.
const codeNoSuchCall = 481

// hearResponse takes a status. Of a call of an earlier link, one that says that there is no such
// call tells its fate (RFC 3261 §12.2.1.2).
func (s *switchboard) hearResponse(m Response) {
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

// recorded tells when recording begins or ends, and that it is as we asked.
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
