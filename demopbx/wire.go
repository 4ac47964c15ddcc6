package demopbx

import (
	"slices"
	"strconv"
	"time"

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

// accountChanged tells everybody of the account.
func (p *pbx) accountChanged(a *account) {
	if len(p.sockets) == 0 || a.unlisted {
		return
	}
	data, err := wire.EncodeMessage(wire.UserState{AccountEntry: p.accountEntry(a)})
	if err != nil {
		p.o.Log.Error("the practice PBX could not describe an account", "err", err)
		return
	}
	for sock := range p.sockets {
		if !p.o.Faults.NoDirectory {
			p.sendFrame(sock, data)
		}
		if sock.orbits && a.kind == pbxws.KindOrbit {
			p.send(sock, p.orbitState(a))
		}
		if sock.lamps[a.number] {
			p.send(sock, lampOf(a))
		}
	}
}

func (p *pbx) accountEntry(a *account) wire.AccountEntry {
	e := wire.AccountEntry{
		Account: a.number, Type: kindWords[a.kind], Name: a.name, Domain: Domain,
		Registered: &a.registered, DND: &a.dnd, ChatStatus: "offline",
	}
	if a.registered {
		e.ChatStatus = "online"
	}
	for _, c := range a.calls {
		e.Code = "200"
		if c.ringing() {
			e.Code = "180"
		}
		e.Calls = append(e.Calls, wire.AccountCall{
			ID: c.id, From: address(c.caller.party), To: address(c.callee.party),
			State: stateFor(c, a), Start: epoch(c.began),
		})
	}
	return e
}

// lampOf is what a busy lamp shows. The vendor's page leaves the words open; these are ours.
func lampOf(a *account) wire.BLFState {
	state := "idle"
	switch {
	case len(a.calls) > 0 && a.calls[len(a.calls)-1].ringing():
		state = "alerting"
	case len(a.calls) > 0:
		state = "busy"
	}
	return wire.BLFState{Account: a.number, State: state}
}

// domainState is what a client of the user is told first.
func (p *pbx) domainState(user *account) wire.DomainState {
	s := wire.DomainState{Accounts: make([]wire.AccountEntry, 0, len(p.tenant.order)), Calls: []wire.CallEntry{}}
	for _, a := range p.tenant.order {
		s.Accounts = append(s.Accounts, p.accountEntry(a))
	}
	for _, c := range p.callOrder {
		s.Calls = append(s.Calls, p.callEntry(c, nil))
	}
	s.Messages = p.countMessages(user)
	return s
}

// callEntry describes a call as the viewer sees it; nil for somebody outside.
func (p *pbx) callEntry(c *call, viewer *account) wire.CallEntry {
	e := wire.CallEntry{
		ID: c.id, From: address(c.caller.party), To: address(c.callee.party),
		FromNumber: p.shown(c.caller.party.Number), FromName: c.caller.party.Name,
		ToNumber: p.shown(c.callee.party.Number), ToName: c.callee.party.Name,
		Extension: []string{c.caller.party.Number, "*" + c.callee.party.Number},
		State:     stateFor(c, viewer), Start: epoch(c.began),
	}
	if !c.answered.IsZero() {
		e.Connect = strconv.FormatFloat(epoch(c.answered), 'f', 3, 64)
	}
	if c.recording {
		e.Rec = "adhoc"
	}
	if p.o.Faults.NoCallIDs {
		e.ID = ""
	}
	return e
}

// stateFor is the call's state in the page's words: whoever holds sees "holding", everybody
// else "onhold".
func stateFor(c *call, viewer *account) string {
	if c.ringing() {
		return "alerting"
	}
	if !c.caller.held && !c.callee.held {
		return "connected"
	}
	if own, _ := c.ends(viewer); viewer != nil && own.acct == viewer && own.held {
		return "holding"
	}
	return "onhold"
}

// callChanged makes a call state due for everybody who sees the call.
func (p *pbx) callChanged(c *call) {
	p.version++
	for sock := range p.sockets {
		mine := c.has(sock.user)
		if sock.domain || sock.own && mine {
			p.callsDue(sock, mine)
		}
	}
}

// callsDue sets when the socket gets its next call state: soon when the user's own calls
// changed, else with whatever changes until then.
func (p *pbx) callsDue(sock *socket, soon bool) {
	gap := callsGap
	if soon {
		gap = callsGapOwn
	}
	wait := max(0, time.Until(sock.flushed.Add(gap)))
	if sock.flush != nil && time.Until(sock.flush.at) <= wait {
		return
	}
	p.agenda.drop(sock.flush)
	sock.flush = p.agenda.in(wait, func() { p.sendCalls(sock) })
}

// sendCalls sends the whole list of what the socket subscribed to. Who sees the tenant's
// calls sees the user's own among them.
func (p *pbx) sendCalls(sock *socket) {
	p.agenda.drop(sock.flush)
	sock.flush, sock.flushed = nil, time.Now()
	own := sock.user.calls
	held := slices.ContainsFunc(own, func(c *call) bool { return c.caller.held || c.callee.held })
	switch ownFirst := p.o.Faults.OwnCallsFirst && len(own) > 0; {
	case !sock.domain:
		p.send(sock, p.callState(own, sock.user))
	case ownFirst:
		others := slices.DeleteFunc(slices.Clone(p.callOrder), func(c *call) bool { return c.has(sock.user) })
		p.send(sock, p.callState(slices.Concat(own, others), sock.user))
	case held:
		p.send(sock, p.callState(p.callOrder, sock.user))
	default:
		p.sendFrame(sock, p.tenantCalls())
	}
}

// tenantCalls is the frame that tells of all calls as an outsider sees them.
func (p *pbx) tenantCalls() []byte {
	if p.callsFrame != nil && p.callsVersion == p.version {
		return p.callsFrame
	}
	data, err := wire.EncodeMessage(p.callState(p.callOrder, nil))
	if err != nil {
		p.o.Log.Error("the practice PBX could not describe its calls", "err", err)
		return nil
	}
	p.callsFrame, p.callsVersion = data, p.version
	return data
}

func (p *pbx) callState(calls []*call, viewer *account) wire.CallState {
	s := wire.CallState{Calls: make([]wire.CallEntry, 0, len(calls))}
	for _, c := range calls {
		s.Calls = append(s.Calls, p.callEntry(c, viewer))
	}
	return s
}

func epoch(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }
