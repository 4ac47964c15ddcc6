package vodia

import (
	"cmp"
	"strings"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

// order carries out a command, except Trace.
func (t *translator) order(c pbxws.Command) {
	switch c := c.(type) {
	case pbxws.Offer:
		t.place(c)
	case pbxws.Ringing:
		if l := t.legs.byID(c.Leg); l != nil {
			t.send(wire.Ringing{CallID: l.callID(), CSeq: l.cseq})
		}
	case pbxws.AddCandidate:
		if l := t.legs.byID(c.Leg); l != nil {
			t.send(wire.ICECandidate{CallID: l.callID(), Line: c.Candidate.Line, Mid: c.Candidate.Mid, MLine: c.Candidate.MLine})
		}
	case pbxws.EndOfCandidates: // the PBX has no word for it
	case pbxws.Answer:
		if l := t.legOf(c.Leg); l != nil {
			l.answered = l.answered || l.incoming
			t.send(wire.Answer{CallID: l.callID(), CSeq: l.cseq, SDP: c.SDP})
		}
	case pbxws.Reject:
		if l := t.legOf(c.Leg); l != nil {
			t.legs.drop(l)
			t.send(wire.Busy{CallID: l.callID(), CSeq: l.cseq, Code: refusalCode(c.Cause)})
		}
	case pbxws.Bye:
		if l := t.legOf(c.Leg); l != nil {
			t.legs.drop(l)
			t.send(wire.Hangup{CallID: l.callID(), Caller: !l.incoming})
		}
	default:
		t.orderInCall(c)
	}
}

// orderInCall takes a command for a call that is up, which the PBX may refuse.
func (t *translator) orderInCall(c pbxws.Command) {
	switch c := c.(type) {
	case pbxws.Hold:
		if l := t.legOf(c.Leg); l != nil {
			l.pending, l.wantHold, l.offered = c, c.On, c.SDP != ""
			t.send(wire.Hold{CallID: l.callID(), On: c.On, Caller: !l.incoming, SDP: c.SDP})
		}
	case pbxws.Reoffer:
		if l := t.legOf(c.Leg); l != nil {
			l.pending, l.offered = c, true
			t.send(wire.Hold{CallID: l.callID(), On: c.Held, Caller: !l.incoming, SDP: c.SDP})
		}
	case pbxws.BlindTransfer:
		t.transfer(c, c.Leg, c.To)
	case pbxws.Park:
		t.transfer(c, c.Leg, t.codes.Park+string(c.Orbit))
	case pbxws.Record:
		if l := t.legOf(c.Leg); l != nil {
			l.pending = c
			t.send(wire.RecCall{ID: l.callID(), On: c.On})
		}
	case pbxws.AttendedTransfer:
		t.join(c)
	default:
		t.orderAccount(c)
	}
}

// transfer transfers the far end of a leg: by REST if there is any, which is the documented way, else
// by the websocket. The end of the leg shows that it worked.
func (t *translator) transfer(c pbxws.Command, id pbxws.LegID, to string) {
	l := t.legOf(id)
	if l == nil {
		return
	}
	l.pending = c
	bySocket := func() {
		from := t.self
		if t.transferAsParty {
			from = t.farParty(l)
		}
		t.send(wire.BlindTransfer{ID: l.callID(), From: from, To: to})
	}
	if t.generation.noREST {
		bySocket()
		return
	}
	t.act(c, wire.CallAction{Transfer: t.recordID(l), Number: to}, bySocket)
}

// orderAccount carries out a command that is about none of our legs.
func (t *translator) orderAccount(c pbxws.Command) {
	switch c := c.(type) {
	case pbxws.SetDND:
		t.setDND(c)
	case pbxws.SetForward:
		t.forward(c)
	case pbxws.SendText:
		t.sendText(c)
	case pbxws.Fetch:
		t.queryTopic(c)
	case pbxws.FetchSound:
		t.querySound(c)
	default:
		t.orderDesk(c)
	}
}

// dialled is what is dialled for an offer.
func (t *translator) dialled(c pbxws.Offer) string {
	switch c.Kind {
	case pbxws.OfferPickup:
		return t.codes.Pickup + c.To
	case pbxws.OfferRetrieve:
		return t.codes.Retrieve + c.To
	}
	return c.To
}

func (t *translator) place(c pbxws.Offer) {
	id := callIDOf(c.Leg)
	if t.legs.byID(c.Leg) != nil || t.legs.wasHere(id) {
		t.emit(pbxws.CommandRefused{Command: c, Reason: "this call was placed before"})
		return
	}
	to := t.dialled(c)
	t.legs.add(&leg{id: c.Leg, callIDs: []string{id}, number: to, earlierCalls: t.calls.ownIDs()})
	t.send(wire.Offer{To: to, SDP: c.SDP, CallID: id})
}

// legOf is the leg of a command; nil if it has ended. An unknown one began on an earlier link and
// is taken over.
func (t *translator) legOf(id pbxws.LegID) *leg {
	if l := t.legs.byID(id); l != nil {
		return l
	}
	callID := callIDOf(id)
	if t.legs.wasHere(callID) {
		return nil
	}
	l := &leg{id: id, callIDs: []string{callID}, incoming: strings.HasPrefix(string(id), inPrefix), answered: true, identified: true}
	t.legs.add(l)
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
// else by the messages of the portal of 2016. The end of both legs shows that it worked.
func (t *translator) join(c pbxws.AttendedTransfer) {
	held, active := t.legOf(c.Leg), t.legOf(c.With)
	if held == nil || active == nil || held == active {
		t.refuse(c, 0, "one of the two calls has ended")
		return
	}
	held.pending, active.pending = c, c
	byPortal := func() {
		t.send(wire.AttTransfer{
			ID: t.recordID(held), From: t.farParty(held),
			ID2: t.recordID(active), To: t.farParty(active),
		})
	}
	if t.generation.noREST {
		byPortal()
		return
	}
	t.act(c, wire.CallAction{Transfer: t.recordID(held), With: t.recordID(active)}, byPortal)
}

// recordID is the id that the PBX's own records give the call, else our name for it.
func (t *translator) recordID(l *leg) string {
	if strings.HasPrefix(l.call, namelessPrefix) {
		return l.callID()
	}
	return cmp.Or(l.call, l.callID())
}

// farParty is the far end as number@domain.
func (t *translator) farParty(l *leg) string {
	number := l.number
	if r, ok := t.calls.known[l.call]; ok {
		number = cmp.Or(t.far(l, r.call).Number, number)
	}
	return number + "@" + t.domain
}
