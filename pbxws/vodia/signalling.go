package vodia

import (
	"slices"
	"strconv"
	"strings"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

// handleSDP takes a session description: progress, pickup, a new offer in mid-call, or a
// refusal.
func (t *translator) handleSDP(m wire.SDP) {
	l := t.legFor("sdp", m.CallID)
	switch {
	case l == nil:
	case m.Code >= 400:
		t.refused(l, m.Code, m.Reason)
	case l.answered || l.incoming:
		t.redescribe(l, m)
	default:
		t.progress(l, m)
	}
}

// codeProgress is 183 (RFC 3261 §21.1.5).
const codeProgress = 183

// progress takes a description for a call that we placed and that is not answered yet.
func (t *translator) progress(l *leg, m wire.SDP) {
	pickup := t.isPickup(l, m)
	if !pickup {
		code := m.Code
		if code == 0 {
			code = codeProgress
		}
		t.emit(pbxws.LegProgressed{Leg: l.id, Code: code, Peer: pbxws.Party{Name: m.ToDisplay, Number: m.ToUser}})
	}
	// A legacy PBX sends its answer twice; the second one only marks the pickup.
	if first := l.sdp == ""; m.SDP != "" && (first || !t.generation.legacy && l.sdp != m.SDP) {
		t.describe(l, m)
	}
	if pickup {
		t.pickUp(l)
	}
}

// isPickup tells whether a description means pickup: by a final code, or by none at all, which live
// systems were seen to use in the same way. A legacy PBX may send no codes: then it is the second
// description.
func (t *translator) isPickup(l *leg, m wire.SDP) bool {
	if m.Code == 0 && t.generation.legacy {
		return l.sdp != ""
	}
	return m.Code == 0 || m.Code >= 200
}

// redescribe takes a description in mid-call. A legacy PBX repeats itself there, so it counts only
// if it answers us or says its kind.
func (t *translator) redescribe(l *leg, m wire.SDP) {
	repeated := m.SDP == "" || m.SDP == l.sdp || t.generation.legacy && m.Kind == ""
	if repeated && (!l.offered || m.SDP == "") {
		return
	}
	t.describe(l, m)
}

func (t *translator) describe(l *leg, m wire.SDP) {
	l.unconfirmed = false
	kind, sure := t.generation.kindOf(m, l.offered)
	if kind == pbxws.SDPOffer || !sure {
		l.cseq = m.CSeq
	}
	if kind == pbxws.SDPAnswer {
		l.offered = false
		switch l.pending.(type) {
		case pbxws.Hold, pbxws.Reoffer:
			l.pending = nil
		}
	}
	l.sdp = m.SDP
	t.emit(pbxws.LegDescribed{Leg: l.id, SDP: m.SDP, Kind: kind, Sure: sure})
}

// refused takes a status of 400 and up: before the answer it ends the call, afterwards it
// refuses what we asked for last.
func (t *translator) refused(l *leg, code int, reason string) {
	switch {
	case !l.answered:
		t.end(l, pbxws.CauseOfCode(code, reason))
	case l.pending != nil:
		t.emit(pbxws.CommandRefused{Command: l.pending, Code: code, Reason: reason})
		if hold, ok := l.pending.(pbxws.Hold); ok && hold.SDP == "" {
			l.wantHold = !hold.On
		}
		t.giveUp(l.pending)
		l.offered = false
	default:
		t.emit(pbxws.Unrecognized{Name: "response", Why: "it refuses nothing that was asked for: " + strconv.Itoa(code)})
	}
}

// giveUp drops an order on all its legs.
func (t *translator) giveUp(c pbxws.Command) {
	for _, l := range t.legs.live {
		if l.pending == c {
			l.pending = nil
		}
	}
}

func (t *translator) handleInvite(m wire.Invite) {
	if m.CallID != "" && t.legs.wasHere(m.CallID) {
		return
	}
	if l := t.legs.find(m.CallID); l != nil && m.CallID != "" {
		l.cseq = m.CSeq
		switch {
		case l.answered:
			t.describe(l, wire.SDP{CSeq: m.CSeq, SDP: m.SDP, Kind: "offer"})
		case l.unconfirmed:
			t.offerAgain(l, m)
		}
		return
	}
	if l := t.ringsAgain(m); l != nil {
		t.offerAgain(l, m)
		return
	}
	if len(t.legs.live) >= maxLegs {
		t.send(wire.Busy{CallID: m.CallID, CSeq: m.CSeq, Code: pbxws.CodeBusyHere})
		return
	}
	from := m.Caller()
	l := &leg{id: newLegID(m.CallID), callIDs: []string{m.CallID}, incoming: true, number: from.Number, sdp: m.SDP, cseq: m.CSeq}
	t.legs.add(l)
	t.emit(pbxws.LegOffered{Leg: l.id, From: from, To: wire.PartyOf(m.To, "", ""), Via: m.Group, SDP: m.SDP, Intercom: asksForAnswer(m.AlertInfo)})
}

// answerWords are what an Alert-Info says that asks a telephone to answer by itself: answer-after of Call-Info, which
// many write there too, alert-autoanswer of snom's Alert-Info ("Intercom on Desk Phones"), and the spellings of
// others. What Vodia puts into alertinfo no source tells.
var answerWords = []string{"answer-after=", "alert-autoanswer", "auto answer", "auto-answer", "autoanswer"}

// asksForAnswer tells whether an Alert-Info asks for an answer without a hand.
func asksForAnswer(alertInfo string) bool {
	alertInfo = strings.ToLower(alertInfo)
	return slices.ContainsFunc(answerWords, func(word string) bool { return strings.Contains(alertInfo, word) })
}

func (t *translator) handleCandidate(m wire.Candidate) {
	l := t.legFor("candidate", m.CallID)
	if l == nil {
		return
	}
	for _, line := range m.Lines() {
		t.emit(pbxws.LegCandidate{Leg: l.id, Candidate: pbxws.Candidate{Line: line, Mid: m.Mid, MLine: m.MLine}})
	}
}

func (t *translator) handleBye(m wire.Bye) {
	t.send(wire.ByeDone{CallID: m.CallID, CSeq: m.CSeq})
	l := t.legFor("bye", m.CallID)
	switch {
	case l != nil:
		t.end(l, l.causeOf(m.Code, m.Reason))
	case m.CallID != "" && !t.legs.wasHere(m.CallID): // the phone may know a call that this link does not
		t.emit(pbxws.LegEnded{Leg: legIDOf(m.CallID), Cause: pbxws.CauseOfCode(m.Code, m.Reason)})
	}
}

func (t *translator) handleCancel(m wire.Cancel) {
	t.send(wire.CancelDone{CallID: m.CallID, CSeq: m.CSeq})
	if l := t.legFor("cancel", m.CallID); l != nil && !l.answered { // RFC 3261 §9.1: after the answer it means nothing
		t.end(l, l.causeOf(m.Code, m.Reason))
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

// handleResponse takes a status. If it says that a call of an earlier link does not exist, that call
// is over (RFC 3261 §12.2.1.2).
func (t *translator) handleResponse(m wire.Response) {
	known := t.legs.find(m.CallID)
	lost := known != nil && known.unconfirmed
	l := t.legFor("response", m.CallID)
	switch {
	case l == nil:
	case lost && m.Code == codeNoSuchCall:
		t.end(l, pbxws.Cause{Ending: pbxws.EndedLink})
	case m.Code >= 400:
		t.refused(l, m.Code, m.Reason)
	case m.Code > 100 && m.Code < 200 && !l.answered && !l.incoming:
		t.emit(pbxws.LegProgressed{Leg: l.id, Code: m.Code})
	}
}

func (t *translator) handleRecording(frame, id string, on bool) {
	l := t.legs.byCall(id)
	if l == nil {
		l = t.legFor(frame, id)
	}
	if l != nil {
		t.recorded(l, on)
	}
}

// recorded reports when recording begins or ends, and confirms our own order.
func (t *translator) recorded(l *leg, on bool) {
	asked, ordered := l.pending.(pbxws.Record)
	ordered = ordered && asked.On == on
	if ordered {
		l.pending = nil
	}
	if l.recording != on || ordered {
		l.recording = on
		t.emit(pbxws.LegRecorded{Leg: l.id, On: on})
	}
}
