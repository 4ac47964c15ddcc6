package vodia

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

const (
	// callsGap is between two call states of one socket, callsGapOwn when the user's own calls
	// changed.
	callsGap    = 100 * time.Millisecond
	callsGapOwn = 10 * time.Millisecond
)

// kindWords are the types of account as the wire calls them.
var kindWords = map[pbxws.Kind]string{
	pbxws.KindExtension:  "extensions",
	pbxws.KindQueue:      "acds",
	pbxws.KindAttendant:  "attendants",
	pbxws.KindOrbit:      "orbits",
	pbxws.KindConference: "conferences",
}

func (f *Front) accountEntry(a *exchange.Account) wire.AccountEntry {
	e := wire.AccountEntry{
		Account: a.Number, Type: kindWords[a.Kind], Name: a.Name, Domain: exchange.Domain,
		Registered: &a.Registered, DND: &a.DND, ChatStatus: "offline",
	}
	if a.Registered {
		e.ChatStatus = "online"
	}
	for _, c := range a.Calls {
		e.Code = "200"
		if c.Ringing() {
			e.Code = "180"
		}
		e.Calls = append(e.Calls, wire.AccountCall{
			ID: c.ID, From: address(c.Caller.Party), To: address(c.Callee.Party),
			State: stateFor(c, a), Start: wire.Seconds(c.Began),
		})
	}
	return e
}

// lampOf is what a busy lamp shows. The vendor's page leaves the words open; these are ours.
func lampOf(a *exchange.Account) wire.BLFState {
	state := "idle"
	switch {
	case len(a.Calls) > 0 && a.Calls[len(a.Calls)-1].Ringing():
		state = "alerting"
	case len(a.Calls) > 0:
		state = "busy"
	}
	return wire.BLFState{Account: a.Number, State: state}
}

// domainState is the first message to a client.
func (f *Front) domainState(user *exchange.Account) wire.DomainState {
	s := wire.DomainState{Accounts: make([]wire.AccountEntry, 0, len(f.pbx.Accounts())), Calls: []wire.CallEntry{}}
	for _, a := range f.pbx.Accounts() {
		s.Accounts = append(s.Accounts, f.accountEntry(a))
	}
	for _, c := range f.pbx.Calls() {
		s.Calls = append(s.Calls, f.callEntry(c, nil))
	}
	s.Messages = f.countMessages(user)
	return s
}

// callEntry describes a call as the viewer sees it; nil is somebody who takes no part.
func (f *Front) callEntry(c *exchange.Call, viewer *exchange.Account) wire.CallEntry {
	e := wire.CallEntry{
		ID: c.ID, From: address(c.Caller.Party), To: address(c.Callee.Party),
		FromNumber: f.shown(c.Caller.Party.Number), FromName: c.Caller.Party.Name,
		ToNumber: f.shown(c.Callee.Party.Number), ToName: c.Callee.Party.Name,
		Extension: []string{c.Caller.Party.Number, "*" + c.Callee.Party.Number},
		State:     stateFor(c, viewer), Start: wire.Seconds(c.Began),
	}
	if !c.Answered.IsZero() {
		e.Connect = strconv.FormatFloat(wire.Seconds(c.Answered), 'f', 3, 64)
	}
	if c.Recording {
		e.Rec = "adhoc"
	}
	if f.o.NoCallIDs {
		e.ID = ""
	}
	return e
}

// stateFor is the call's state on the wire: whoever holds sees "holding", everybody
// else "onhold".
func stateFor(c *exchange.Call, viewer *exchange.Account) string {
	if c.Ringing() {
		return "alerting"
	}
	if !c.Caller.Held && !c.Callee.Held {
		return "connected"
	}
	if viewer != nil && c.Has(viewer) && c.EndOf(viewer).Held {
		return "holding"
	}
	return "onhold"
}

// callsDue sets when the socket gets its next call state: soon when the user's own calls
// changed, else with whatever changes until then.
func (s *socket) callsDue(soon bool) {
	gap := callsGap
	if soon {
		gap = callsGapOwn
	}
	wait := max(0, time.Until(s.flushed.Add(gap)))
	if s.flush != nil && time.Until(s.flush.At) <= wait {
		return
	}
	s.f.pbx.Cancel(s.flush)
	s.flush = s.f.pbx.After(wait, func() { s.sendCalls() })
}

// sendCalls sends the whole list of what the socket subscribed to. Who sees the tenant's
// calls sees the user's own among them.
func (s *socket) sendCalls() {
	s.f.pbx.Cancel(s.flush)
	s.flush, s.flushed = nil, time.Now()
	own := s.user.Calls
	held := slices.ContainsFunc(own, func(c *exchange.Call) bool { return c.Caller.Held || c.Callee.Held })
	switch ownFirst := s.f.o.OwnCallsFirst && len(own) > 0; {
	case !s.domain:
		s.send(s.f.callState(own, s.user))
	case ownFirst:
		others := slices.DeleteFunc(slices.Clone(s.f.pbx.Calls()), func(c *exchange.Call) bool { return c.Has(s.user) })
		s.send(s.f.callState(slices.Concat(own, others), s.user))
	case held:
		s.send(s.f.callState(s.f.pbx.Calls(), s.user))
	default:
		s.sendFrame(s.f.tenantCalls())
	}
}

// tenantCalls is the frame with all calls as somebody sees them who takes no part.
func (f *Front) tenantCalls() []byte {
	if f.callsFrame != nil && f.callsVersion == f.version {
		return f.callsFrame
	}
	data, err := wire.EncodeMessage(f.callState(f.pbx.Calls(), nil))
	if err != nil {
		f.log.Error("the practice PBX could not describe its calls", "err", err)
		return nil
	}
	f.callsFrame, f.callsVersion = data, f.version
	return data
}

func (f *Front) callState(calls []*exchange.Call, viewer *exchange.Account) wire.CallState {
	s := wire.CallState{Calls: make([]wire.CallEntry, 0, len(calls))}
	for _, c := range calls {
		s.Calls = append(s.Calls, f.callEntry(c, viewer))
	}
	return s
}

// orbitState describes an orbit.
func (f *Front) orbitState(a *exchange.Account) wire.OrbitState {
	s := wire.OrbitState{Orbit: a.Number, Calls: []wire.CallEntry{}}
	for _, c := range a.Calls {
		s.Calls = append(s.Calls, f.callEntry(c, nil))
	}
	return s
}

func isOrbit(a *exchange.Account) bool { return a.Kind == pbxws.KindOrbit }

// countMessages is the voicemail count of a domain state. The vendor shows the key without a value; here
// it is how many messages are new.
func (f *Front) countMessages(a *exchange.Account) json.RawMessage {
	_, unread := f.pbx.Messages(a)
	return strconv.AppendInt(nil, int64(unread), 10)
}
