package vodia

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
	"github.com/patchcord/patchcord/rtc"
)

// dialog is the state of a leg on the wire.
type dialog struct {
	cseq int
	// alias is the callid that the client chose where the PBX renamed the call.
	alias string
	// invited says that the client knows of a call that came in, answered that it knows that its own
	// was picked up.
	invited, answered bool
}

// alias is a callid of a client's own.
type alias struct{ user, callid string }

func dialogOf(l *exchange.Leg) *dialog {
	d, ok := l.Data.(*dialog)
	if !ok {
		d = &dialog{}
		l.Data = d
	}
	return d
}

func nextCSeq(l *exchange.Leg) json.RawMessage {
	d := dialogOf(l)
	d.cseq++
	return strconv.AppendInt(nil, int64(d.cseq), 10)
}

// legID is the PBX's id for a leg that a client names.
func (s *socket) legID(callid string) string {
	if id, renamed := s.f.aliases[alias{s.user.Number, callid}]; renamed {
		return id
	}
	return callid
}

// leg is the leg that the client means; without a callid it is the newest.
func (s *socket) leg(callid string) *exchange.Leg {
	l := s.f.pbx.Leg(s.user, s.legID(callid))
	if l == nil && callid == "" {
		l = s.f.pbx.NewestLeg(s.client)
	}
	if l != nil {
		s.f.pbx.Claim(s.client, l)
	}
	return l
}

// endOf is the user's end of a call that is named by its id or by the callid of the user's leg.
func (f *Front) endOf(user *exchange.Account, id string) *exchange.End {
	if renamed, ok := f.aliases[alias{user.Number, id}]; ok {
		id = renamed
	}
	return f.pbx.FindEnd(user, id)
}

// place begins a call that the client dialled.
func (s *socket) place(r wire.Offer) {
	f := s.f
	if f.pbx.Leg(s.user, s.legID(r.CallID)) != nil {
		f.complain(s.user, r.CallID, "that callid is in use")
		return
	}
	id := r.CallID
	if f.o.RenameCalls {
		id = f.pbx.MintID()
	}
	l := f.pbx.Place(s.client, id, r.To)
	if l == nil {
		return
	}
	if id != r.CallID {
		dialogOf(l).alias = r.CallID
		f.aliases[alias{s.user.Number, r.CallID}] = id
	}
	described := func(sdp string, err error) {
		switch {
		case err != nil:
			f.pbx.Refuse(l, 488)
		case f.pbx.Begin(l):
			f.send(l, f.description(l, sdp, 183))
			f.pbx.Proceed(l)
		}
	}
	switch {
	case f.o.Dialect.offers():
		f.pbx.Offer(l, described)
	case r.SDP == "":
		f.pbx.Refuse(l, 488)
	default:
		f.pbx.Answer(l, r.SDP, described)
	}
}

// description is the PBX's SDP for a placed call.
func (f *Front) description(l *exchange.Leg, sdp string, code int) wire.SDP {
	to := l.Call.Callee.Party
	return wire.SDP{CallID: l.ID, CSeq: nextCSeq(l), SDP: f.outward(sdp), Code: code, ToUser: f.shown(to.Number), ToDisplay: to.Name}
}

// noSDP stands where a message needs an SDP and there is none: an empty one would hide the message's
// type.
const noSDP = "v=0\r\n"

// bye tells a client that its leg is over.
func (f *Front) bye(l *exchange.Leg, code int) {
	if f.o.RefuseBySDP && code >= 400 && l.Placed && !dialogOf(l).answered {
		f.send(l, wire.SDP{CallID: l.ID, CSeq: nextCSeq(l), SDP: noSDP, Code: code, Reason: reasons[code]})
		return
	}
	f.send(l, wire.Bye{CallID: l.ID, CSeq: nextCSeq(l), Code: code, Reason: reasons[code]})
}

// send sends a message to the client of a leg, if it is there.
func (f *Front) send(l *exchange.Leg, m wire.Message) {
	if l.Client == nil {
		return
	}
	if s, ok := l.Client.Phone.(*socket); ok {
		s.send(m)
	}
}

// Ring implements exchange.Phone.
func (s *socket) Ring(l *exchange.Leg) {
	f := s.f
	f.pbx.Offer(l, func(sdp string, err error) {
		if err != nil {
			f.pbx.StopRinging(l)
			return
		}
		dialogOf(l).invited = true
		from, to := l.Call.Caller.Party, l.Call.Callee.Party
		alert := ""
		if l.Call.Intercom {
			alert = "<>;info=alert-autoanswer;delay=0"
		}
		s.send(wire.Invite{
			CallID: l.ID, CSeq: nextCSeq(l), SDP: f.outward(sdp),
			From: address(from), To: address(to),
			FromUser: f.shown(from.Number), FromDisplay: from.Name, FromNumber: f.shown(from.Number), Group: l.Call.Via, AlertInfo: alert,
		})
	})
}

// Answered implements exchange.Phone.
func (s *socket) Answered(l *exchange.Leg) {
	d := dialogOf(l)
	if d.answered {
		return
	}
	d.answered = true
	if !s.f.o.Dialect.offers() && !s.f.o.PickupByStateOnly {
		s.send(s.f.description(l, l.SDP(), 200))
	}
}

// PeerChanged implements exchange.Phone.
func (s *socket) PeerChanged(l *exchange.Leg, far pbxws.Party) {
	s.send(wire.CallerID{CallID: l.ID, Name: far.Name, Number: s.f.shown(far.Number)})
}

// Candidate implements exchange.Phone.
func (s *socket) Candidate(l *exchange.Leg, e rtc.LocalCandidate) {
	c := wire.Candidate{CallID: l.ID, Line: e.Line}
	if s.f.o.AddressPairs {
		c.Addrs = addressPairs(e.Line)
	}
	s.send(c)
}

// Ended implements exchange.Phone.
func (s *socket) Ended(l *exchange.Leg, how exchange.Ending, code int) {
	d := dialogOf(l)
	delete(s.f.aliases, alias{s.user.Number, d.alias})
	switch how {
	case exchange.EndedByPeer:
		s.f.bye(l, code)
	case exchange.EndedByClient:
		s.send(wire.ByeResponse{CallID: l.ID})
	case exchange.Abandoned:
		if l.Placed {
			s.send(wire.CancelResponse{CallID: l.ID})
		}
	case exchange.Cancelled:
		s.cancelled(l, 0, "")
	case exchange.AnsweredElsewhere:
		s.cancelled(l, 200, "Call completed elsewhere") // RFC 3326 §3.1
	}
}

// cancelled ends the ringing of a call that the client knows of.
func (s *socket) cancelled(l *exchange.Leg, code int, reason string) {
	switch {
	case !dialogOf(l).invited:
	case s.f.o.AbandonByBye:
		s.send(wire.Bye{CallID: l.ID, CSeq: nextCSeq(l), Code: code, Reason: reason})
	default:
		s.send(wire.Cancel{CallID: l.ID, CSeq: nextCSeq(l), Code: code, Reason: reason})
	}
}

func (s *socket) alerts(r wire.Ringing) {
	l := s.leg(r.CallID)
	if l == nil || l.Placed || l.Call == nil || !l.Call.Ringing() {
		s.f.complain(s.user, r.CallID, "no call of ours rings there")
		return
	}
	s.f.checkCSeq(l, r.CSeq)
	s.f.pbx.Note(exchange.Entry{Kind: exchange.CallRinging, User: l.Account.Number, Peer: l.Call.Caller.Party.Number, Call: l.ID})
}

// answered takes the client's answer to a description of the PBX's.
func (s *socket) answered(r wire.Answer) {
	f, l := s.f, s.leg(r.CallID)
	repeat := func() {
		if l.Placed && l.Call.Ringing() && f.o.SecondSDP {
			f.send(l, f.description(l, l.SDP(), 183))
		}
	}
	if l == nil || !f.pbx.Accept(l, r.SDP, repeat) {
		f.complain(s.user, r.CallID, "nothing of ours waits for that answer")
		return
	}
	f.checkCSeq(l, r.CSeq)
}

func (s *socket) busy(r wire.Busy) {
	l := s.leg(r.CallID)
	if l == nil || l.Call == nil {
		s.f.complain(s.user, r.CallID, "there is no such call to refuse")
		return
	}
	s.f.checkCSeq(l, r.CSeq)
	s.f.pbx.Decline(l, r.Code)
}

func (s *socket) hangUp(r wire.Hangup) {
	l := s.leg(r.CallID)
	if l == nil {
		s.f.complain(s.user, r.CallID, "there is no such call to end")
		return
	}
	s.f.pbx.HangUp(l)
}

// hold puts the far end on hold or takes it back. The bare request is confirmed by the call states
// alone; one with an SDP is answered with an SDP.
func (s *socket) hold(r wire.Hold) {
	f, l := s.f, s.leg(r.CallID)
	if l == nil || l.Call == nil || l.Call.Ringing() {
		s.fail(exchange.Entry{Code: 481, Text: "hold"}, r.CallID)
		return
	}
	if r.SDP != "" && f.o.NoReoffer {
		s.fail(exchange.Entry{Call: l.ID, Code: 488, Text: "new offer"}, r.CallID)
		return
	}
	f.pbx.Hold(l.End(), r.On)
	switch {
	case r.SDP != "":
		f.pbx.Reoffer(l, r.SDP, func(sdp string, err error) {
			if err != nil {
				s.fail(exchange.Entry{Call: l.ID, Code: 488, Text: err.Error()}, l.ID)
				return
			}
			f.send(l, f.description(l, sdp, 200))
		})
	case r.On && f.o.HoldClosesMedia:
		f.pbx.CloseMedia(l)
	case !r.On && f.o.ResumeNeedsOffer:
		l.Mute()
	}
}

// fail notes and refuses a request.
func (s *socket) fail(e exchange.Entry, callid string) {
	e.Kind, e.User = exchange.CommandFailed, s.user.Number
	s.f.pbx.Note(e)
	s.respond(callid, e.Code)
}

// respond answers a request in SIP's manner.
func (s *socket) respond(callid string, code int) {
	s.send(wire.Response{CallID: callid, Code: code, Reason: reasons[code]})
}

// checkCSeq notes a client that does not echo what it was told; it is served all the same.
func (f *Front) checkCSeq(l *exchange.Leg, got json.RawMessage) {
	want := strconv.Itoa(dialogOf(l).cseq)
	if got := bytes.Trim(got, `"`); len(got) > 0 && string(got) != want {
		f.complain(l.Account, l.ID, fmt.Sprintf("cseq %.20s instead of %s", got, want))
	}
}
