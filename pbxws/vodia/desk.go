package vodia

import (
	"net/http"
	"slices"
	"strings"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

// maxPendingDesk is how many orders to the desk phone may wait for their effect.
const maxPendingDesk = 16

// orderDesk sends an order to the user's desk phone: by REST if there is any, else by the messages
// of the portal of 2016. Those are never answered; their effect shows in the lists of calls.
func (t *translator) orderDesk(c pbxws.Command) {
	action, old := t.deskWords(c)
	switch {
	case action == (wire.CallAction{}):
		return
	case strings.HasPrefix(string(deskCall(c)), namelessPrefix):
		t.refuse(c, 0, "the PBX gives no id for this call, so only the phone itself can control it")
		return
	}
	byPortal := func() {
		if why := t.deskRefuses(c); why != "" {
			t.refuse(c, 0, why)
			return
		}
		t.expectEffect(c)
		if !t.hasEffect(c) { // hold-call toggles, so it would undo what is done already
			t.send(old)
		}
		t.confirmEffects()
	}
	if t.generation.noREST {
		byPortal()
		return
	}
	t.act(c, action, byPortal)
}

// act sends an order about a call by REST. It is confirmed when accepted.
func (t *translator) act(c pbxws.Command, action wire.CallAction, otherwise func()) {
	t.queueREST(restRequest{
		command: c, method: http.MethodPost, path: t.pathOf(wire.ResourceCalls), body: action, fallback: otherwise,
		done: func([]byte) error { t.emit(pbxws.CommandDone{Command: c}); return nil },
	})
}

// deskWords are the order for both ways.
func (t *translator) deskWords(c pbxws.Command) (wire.CallAction, wire.Request) {
	switch c := c.(type) {
	case pbxws.DeskDial:
		return wire.CallAction{RemoteDial: c.To}, wire.MakeCall{To: c.To}
	case pbxws.DeskAnswer:
		return wire.CallAction{RemoteAnswer: string(c.Call)}, wire.AcceptCall{ID: string(c.Call)}
	case pbxws.DeskHold:
		if c.On {
			return wire.CallAction{RemoteHold: string(c.Call)}, wire.HoldCall{ID: string(c.Call)}
		}
		return wire.CallAction{RemoteResume: string(c.Call)}, wire.HoldCall{ID: string(c.Call)}
	case pbxws.DeskHangup:
		return t.deskEnds(c)
	case pbxws.DeskTransfer:
		other := t.calls.known[string(c.Call)].call.Other(pbxws.AccountID(t.self)).Number
		return wire.CallAction{Transfer: string(c.Call), Number: c.To}, wire.OldBlindTransfer{ID: string(c.Call), From: other + "@" + t.domain, To: c.To}
	}
	return wire.CallAction{}, nil
}

// deskEnds ends a call of the desk phone; one that rings there is rejected.
func (t *translator) deskEnds(c pbxws.DeskHangup) (wire.CallAction, wire.Request) {
	id, known := string(c.Call), t.calls.known[string(c.Call)].call
	connected := known.Phase != pbxws.PhaseAlerting
	if !connected && known.To.Number == t.self {
		return wire.CallAction{Reject: id}, wire.ClearCall{ID: id}
	}
	return wire.CallAction{Hangup: id}, wire.ClearCall{ID: id, Connected: connected}
}

// deskCall is the call that an order is about, empty when it is about none.
func deskCall(c pbxws.Command) pbxws.CallID {
	switch c := c.(type) {
	case pbxws.DeskAnswer:
		return c.Call
	case pbxws.DeskHold:
		return c.Call
	case pbxws.DeskHangup:
		return c.Call
	case pbxws.DeskTransfer:
		return c.Call
	}
	return ""
}

func (t *translator) deskRefuses(c pbxws.Command) string {
	if id := deskCall(c); id != "" {
		if _, known := t.calls.known[string(id)]; !known {
			return "this call has ended"
		}
	}
	return ""
}

// expectEffect waits for the effect of an order. If there are too many, the oldest is not confirmed.
func (t *translator) expectEffect(c pbxws.Command) {
	if len(t.pendingDesk) == maxPendingDesk {
		t.pendingDesk = slices.Delete(t.pendingDesk, 0, 1)
	}
	t.pendingDesk = append(t.pendingDesk, c)
}

// confirmEffects confirms the orders that were carried out, and drops those that cannot be any more.
func (t *translator) confirmEffects() {
	t.pendingDesk = slices.DeleteFunc(t.pendingDesk, func(c pbxws.Command) bool {
		if t.hasEffect(c) {
			t.emit(pbxws.CommandDone{Command: c})
			return true
		}
		if why := t.deskRefuses(c); why != "" {
			t.refuse(c, 0, why)
			return true
		}
		return false
	})
}

// hasEffect reports whether the lists of calls show what was ordered.
func (t *translator) hasEffect(c pbxws.Command) bool {
	r, known := t.calls.known[string(deskCall(c))]
	switch c := c.(type) {
	case pbxws.DeskDial:
		for id, r := range t.calls.known {
			if r.own && r.call.From.Number == t.self && t.legs.byCall(id) == nil &&
				(r.call.To.Number == c.To || t.home().SameNumber(r.call.To.Number, c.To)) {
				return true
			}
		}
		return false
	case pbxws.DeskAnswer:
		return known && r.call.Phase != pbxws.PhaseAlerting
	case pbxws.DeskHold:
		return known && (r.call.Phase == pbxws.PhaseHeld) == c.On
	}
	return !known
}
