package vodia

import (
	"net/http"
	"slices"
	"strings"

	"github.com/patchcord/patchcord/internal/number"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

// maxAwaited bounds the orders to the desk phone whose effect is still looked for.
const maxAwaited = 16

// orderDesk takes an order for the user's desk phone: by the web side of the PBX where there is
// one, else by the words of the old portal. Those are never answered; what they did shows in
// the lists of calls.
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
		if !s.cameAbout(c) { // hold-call would switch back what is so already
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

// act gives an order about a call to the web side of the PBX. It is confirmed when taken.
func (s *switchboard) act(c pbxws.Command, action wire.CallAction, otherwise func()) {
	s.run(errand{
		command: c, method: http.MethodPost, path: s.pathOf(wire.ResourceCalls), body: action, otherwise: otherwise,
		done: func([]byte) error { s.emit(pbxws.CommandDone{Command: c}); return nil },
	})
}

// deskWords are the order in the words of either way.
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

// await looks for the effect of an order. When there are too many the oldest goes unconfirmed.
func (s *switchboard) await(c pbxws.Command) {
	if len(s.awaited) == maxAwaited {
		s.awaited = slices.Delete(s.awaited, 0, 1)
	}
	s.awaited = append(s.awaited, c)
}

// settleAwaited confirms the orders that came about, and lets go of those that cannot any more.
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
