package vodia

import (
	"cmp"
	"strings"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

// order carries out a command, except Trace.
func (s *switchboard) order(c pbxws.Command) {
	switch c := c.(type) {
	case pbxws.Offer:
		s.place(c)
	case pbxws.Ringing:
		if l := s.legs.byID(c.Leg); l != nil {
			s.ask(wire.Ringing{CallID: l.callID(), CSeq: l.cseq})
		}
	case pbxws.AddCandidate:
		if l := s.legs.byID(c.Leg); l != nil {
			s.ask(wire.ICECandidate{CallID: l.callID(), Line: c.Candidate.Line, Mid: c.Candidate.Mid, MLine: c.Candidate.MLine})
		}
	case pbxws.EndOfCandidates: // the PBX has no word for it
	case pbxws.Answer:
		if l := s.legOf(c.Leg); l != nil {
			l.answered = l.answered || l.incoming
			s.ask(wire.Answer{CallID: l.callID(), CSeq: l.cseq, SDP: c.SDP})
		}
	case pbxws.Reject:
		if l := s.legOf(c.Leg); l != nil {
			s.legs.drop(l)
			s.ask(wire.Busy{CallID: l.callID(), CSeq: l.cseq, Code: refusalCode(c.Cause)})
		}
	case pbxws.Bye:
		if l := s.legOf(c.Leg); l != nil {
			s.legs.drop(l)
			s.ask(wire.Hangup{CallID: l.callID(), Caller: !l.incoming})
		}
	default:
		s.orderInCall(c)
	}
}

// orderInCall takes a command for a call that is up, which the PBX may refuse.
func (s *switchboard) orderInCall(c pbxws.Command) {
	switch c := c.(type) {
	case pbxws.Hold:
		if l := s.legOf(c.Leg); l != nil {
			l.asked, l.wantHold, l.offered = c, c.On, c.SDP != ""
			s.ask(wire.Hold{CallID: l.callID(), On: c.On, Caller: !l.incoming, SDP: c.SDP})
		}
	case pbxws.Reoffer:
		if l := s.legOf(c.Leg); l != nil {
			l.asked, l.offered = c, true
			s.ask(wire.Hold{CallID: l.callID(), On: c.Held, Caller: !l.incoming, SDP: c.SDP})
		}
	case pbxws.BlindTransfer:
		s.sendOn(c, c.Leg, c.To)
	case pbxws.Park:
		s.sendOn(c, c.Leg, s.codes.Park+string(c.Orbit))
	case pbxws.Record:
		if l := s.legOf(c.Leg); l != nil {
			l.asked = c
			s.ask(wire.RecCall{ID: l.callID(), On: c.On})
		}
	case pbxws.AttendedTransfer:
		s.join(c)
	default:
		s.orderBeside(c)
	}
}

// sendOn transfers the far end of a leg: by REST if there is any, which is the documented way, else
// by the websocket. The end of the leg shows that it worked.
func (s *switchboard) sendOn(c pbxws.Command, id pbxws.LegID, to string) {
	l := s.legOf(id)
	if l == nil {
		return
	}
	l.asked = c
	bySocket := func() {
		from := s.self
		if s.transferAsParty {
			from = s.farParty(l)
		}
		s.ask(wire.BlindTransfer{ID: l.callID(), From: from, To: to})
	}
	if s.generation.noREST {
		bySocket()
		return
	}
	s.act(c, wire.CallAction{Transfer: s.recordID(l), Number: to}, bySocket)
}

// orderBeside carries out a command that is about none of our legs.
func (s *switchboard) orderBeside(c pbxws.Command) {
	switch c := c.(type) {
	case pbxws.SetDND:
		s.setDND(c)
	case pbxws.SetForward:
		s.forward(c)
	case pbxws.SendText:
		s.sendText(c)
	case pbxws.Ask:
		s.askTopic(c)
	default:
		s.orderDesk(c)
	}
}

// dialled is what is dialled for an offer.
func (s *switchboard) dialled(c pbxws.Offer) string {
	switch c.Kind {
	case pbxws.OfferPickup:
		return s.codes.Pickup + c.To
	case pbxws.OfferRetrieve:
		return s.codes.Retrieve + c.To
	}
	return c.To
}

func (s *switchboard) place(c pbxws.Offer) {
	id := callIDOf(c.Leg)
	if s.legs.byID(c.Leg) != nil || s.legs.wasHere(id) {
		s.emit(pbxws.CommandRefused{Command: c, Reason: "this call was placed before"})
		return
	}
	to := s.dialled(c)
	s.legs.add(&leg{id: c.Leg, callIDs: []string{id}, number: to, before: s.calls.ownIDs()})
	s.ask(wire.Offer{To: to, SDP: c.SDP, CallID: id})
}

// legOf is the leg of a command; nil if it has ended. An unknown one began on an earlier link and
// is taken over.
func (s *switchboard) legOf(id pbxws.LegID) *leg {
	if l := s.legs.byID(id); l != nil {
		return l
	}
	callID := callIDOf(id)
	if s.legs.wasHere(callID) {
		return nil
	}
	l := &leg{id: id, callIDs: []string{callID}, incoming: strings.HasPrefix(string(id), inPrefix), answered: true, heard: true}
	s.legs.add(l)
	return l
}

// refusalCode is the code with which we refuse a call.
func refusalCode(c pbxws.Cause) int {
	switch {
	case c.Code >= 400 && c.Code < 700:
		return c.Code
	case c.Ending == pbxws.EndedBusy:
		return pbxws.CodeBusyHere
	case c.Ending == pbxws.EndedMedia:
		return pbxws.CodeNotAcceptable
	}
	return pbxws.CodeDecline
}

// join connects the far ends of two legs: by REST if there is any, which is the documented way,
// else by the messages of the old portal. The end of both legs shows that it worked.
func (s *switchboard) join(c pbxws.AttendedTransfer) {
	held, active := s.legOf(c.Leg), s.legOf(c.With)
	if held == nil || active == nil || held == active {
		s.refuse(c, 0, "one of the two calls has ended")
		return
	}
	held.asked, active.asked = c, c
	byPortal := func() {
		s.ask(wire.AttTransfer{
			ID: s.recordID(held), From: s.farParty(held),
			ID2: s.recordID(active), To: s.farParty(active),
		})
	}
	if s.generation.noREST {
		byPortal()
		return
	}
	s.act(c, wire.CallAction{Transfer: s.recordID(held), With: s.recordID(active)}, byPortal)
}

// recordID is the id that the PBX's own records give the call, else our name for it.
func (s *switchboard) recordID(l *leg) string {
	if strings.HasPrefix(l.call, namelessPrefix) {
		return l.callID()
	}
	return cmp.Or(l.call, l.callID())
}

// farParty is the far end as number@domain.
func (s *switchboard) farParty(l *leg) string {
	number := l.number
	if r, ok := s.calls.known[l.call]; ok {
		number = cmp.Or(s.far(l, r.call).Number, number)
	}
	return number + "@" + s.domain
}
