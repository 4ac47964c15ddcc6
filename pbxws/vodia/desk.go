package vodia

import (
	"net/http"
	"slices"
	"strings"

	"github.com/patchcord/patchcord/internal/number"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

// maxAwaited is how many orders to the desk phone may wait for their effect.
const maxAwaited = 16

// orderDesk sends an order to the user's desk phone: by REST if there is any, else by the messages
// of the old portal. Those are never answered; their effect shows in the lists of calls.
func (s *switchboard) orderDesk(c pbxws.Command) {
	action, old := s.deskWords(c)
	switch {
	case action == (wire.CallAction{}):
		return
	case strings.HasPrefix(string(deskCall(c)), namelessPrefix):
		s.refuse(c, 0, "the PBX tells no id of this call, so it can only be worked at the telephone itself")
		return
	}
	byPortal := func() {
		if why := s.deskRefuses(c); why != "" {
			s.refuse(c, 0, why)
			return
		}
		s.await(c)
		if !s.cameAbout(c) { // hold-call toggles, so it would undo what is done already
			s.ask(old)
		}
		s.settleAwaited()
	}
	if s.generation.noREST {
		byPortal()
		return
	}
	s.act(c, action, byPortal)
}

// act sends an order about a call by REST. It is confirmed when accepted.
func (s *switchboard) act(c pbxws.Command, action wire.CallAction, otherwise func()) {
	s.run(errand{
		command: c, method: http.MethodPost, path: s.pathOf(wire.ResourceCalls), body: action, otherwise: otherwise,
		done: func([]byte) error { s.emit(pbxws.CommandDone{Command: c}); return nil },
	})
}

// deskWords are the order for both ways.
func (s *switchboard) deskWords(c pbxws.Command) (wire.CallAction, wire.Request) {
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
		return s.deskEnds(c)
	case pbxws.DeskTransfer:
		other := s.calls.known[string(c.Call)].call.Other(pbxws.AccountID(s.self)).Number
		return wire.CallAction{Transfer: string(c.Call), Number: c.To}, wire.OldBlindTransfer{ID: string(c.Call), From: other + "@" + s.domain, To: c.To}
	}
	return wire.CallAction{}, nil
}

// deskEnds ends a call of the desk phone; one that rings there is rejected.
func (s *switchboard) deskEnds(c pbxws.DeskHangup) (wire.CallAction, wire.Request) {
	id, known := string(c.Call), s.calls.known[string(c.Call)].call
	connected := known.Phase != pbxws.PhaseAlerting
	if !connected && known.To.Number == s.self {
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

func (s *switchboard) deskRefuses(c pbxws.Command) string {
	if id := deskCall(c); id != "" {
		if _, known := s.calls.known[string(id)]; !known {
			return "this call has ended"
		}
	}
	return ""
}

// await waits for the effect of an order. If there are too many, the oldest is not confirmed.
func (s *switchboard) await(c pbxws.Command) {
	if len(s.awaited) == maxAwaited {
		s.awaited = slices.Delete(s.awaited, 0, 1)
	}
	s.awaited = append(s.awaited, c)
}

// settleAwaited confirms the orders that were carried out, and drops those that cannot be any more.
func (s *switchboard) settleAwaited() {
	s.awaited = slices.DeleteFunc(s.awaited, func(c pbxws.Command) bool {
		if s.cameAbout(c) {
			s.emit(pbxws.CommandDone{Command: c})
			return true
		}
		if why := s.deskRefuses(c); why != "" {
			s.refuse(c, 0, why)
			return true
		}
		return false
	})
}

// cameAbout reports whether the lists of calls show what was ordered.
func (s *switchboard) cameAbout(c pbxws.Command) bool {
	r, known := s.calls.known[string(deskCall(c))]
	switch c := c.(type) {
	case pbxws.DeskDial:
		for id, r := range s.calls.known {
			if r.own && r.call.From.Number == s.self && s.legs.byCall(id) == nil &&
				(r.call.To.Number == c.To || number.Same(r.call.To.Number, c.To)) {
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
