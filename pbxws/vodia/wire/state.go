package wire

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
)

func (o *object) domainState() DomainState {
	m := DomainState{Messages: o.raw("messages")}
	if o.each("accounts", func(entry *object) { m.Accounts = append(m.Accounts, entry.account()) }) && m.Accounts == nil {
		m.Accounts = []AccountEntry{}
	}
	m.Calls, _ = o.calls()
	return m
}

func (o *object) account() AccountEntry {
	e := AccountEntry{
		Account: cmp.Or(o.text("account"), o.name), Type: o.text("type"), Name: o.text("name"), Domain: o.text("domain"),
		Registered: o.optionalFlag("registered"), DND: o.optionalFlag("dnd"),
		ChatStatus: o.text("chatstatus"), Code: o.text("code"),
	}
	if n, counted := o.callCount(); !counted {
		o.each("calls", func(call *object) { e.Calls = append(e.Calls, call.accountCall()) })
	} else if n > 0 {
		e.Code = cmp.Or(e.Code, "busy")
	}
	if o.raw("tag") != nil {
		tag := o.text("tag")
		e.Tag = &tag
	}
	return e
}

// callCount is the number of an account's calls where that is all it tells of them, as the vendor's
// lists do.
func (o *object) callCount() (n int, counted bool) {
	v := o.raw("calls")
	if v == nil {
		return 0, false
	}
	word, ok := asWord(v)
	if !ok {
		return 0, false
	}
	n, err := strconv.Atoi(word)
	return n, err == nil
}

func (o *object) accountCall() AccountCall {
	return AccountCall{ID: o.first("id", "callid"), From: o.text("from"), To: o.text("to"), State: o.first("state", "callstate"), Start: o.seconds("start")}
}

// callState reads the list of calls of one subscription. An absent or null list is empty; any other
// value says nothing about the calls.
func (o *object) callState() CallState {
	calls, there := o.calls()
	if !there && !o.truthy("calls") {
		calls = []CallEntry{}
	}
	return CallState{calls}
}

// calls reads a list of calls and tells whether there is one; a list that is there and empty is
// not nil.
func (o *object) calls() ([]CallEntry, bool) {
	var calls []CallEntry
	there := o.each("calls", func(entry *object) { calls = append(calls, entry.call()) })
	if there && calls == nil {
		calls = []CallEntry{}
	}
	return calls, there
}

func (o *object) call() CallEntry {
	return CallEntry{
		ID: cmp.Or(o.text("id"), o.name), CallID: o.text("callid"), From: o.text("from"), To: o.text("to"),
		FromNumber: o.text("from-number"), FromName: o.text("from-name"),
		ToNumber: o.text("to-number"), ToName: o.text("to-name"),
		Extension: o.texts("extension"), State: o.first("state", "callstate"),
		Start: o.seconds("start"), Connect: o.text("connect"), Rec: o.text("rec"),
	}
}

// orbitCalls reads who is parked where: one orbit with its calls, or a list of orbits, or a list of
// calls that name the orbit as the called party. The last two are whole lists.
func (o *object) orbitCalls() Message {
	for _, key := range []string{"orbits", "orbit-calls"} {
		if list := o.raw(key); list != nil && (list[0] == '[' || list[0] == '{') {
			orbits, err := entriesOf(list, (*object).orbit)
			if err != nil {
				o.isOdd(fmt.Errorf("in %q: %w", key, err))
			}
			return OrbitList{orbits}
		}
	}
	if m := o.orbit(); m.Orbit != "" {
		return m
	}
	calls, there := o.calls()
	if !there {
		return OrbitState{}
	}
	list := OrbitList{}
	for _, c := range calls {
		id := PartyOf(c.To, c.ToNumber, "").Number
		if i := slices.IndexFunc(list.Orbits, func(m OrbitState) bool { return m.Orbit == id }); i >= 0 {
			list.Orbits[i].Calls = append(list.Orbits[i].Calls, c)
		} else if id != "" {
			list.Orbits = append(list.Orbits, OrbitState{Orbit: id, Calls: []CallEntry{c}})
		}
	}
	return list
}

// orbit reads a park orbit with its calls, or with the one party that waits there. Without a name
// of its own it is the called party.
func (o *object) orbit() OrbitState {
	m := OrbitState{Orbit: cmp.Or(o.first("orbit", "account", "extension", "ext", "number"), o.name,
		PartyOf(o.text("to"), o.text("to-number"), "").Number)}
	id := "id"
	if m.Orbit == "" {
		m.Orbit, id = o.text("id"), "call-id"
	}
	var there bool
	if m.Calls, there = o.calls(); there {
		return m
	}
	if c := o.call(); c.From != "" || c.FromNumber != "" {
		c.ID = o.first("call", "callid", id)
		m.Calls = []CallEntry{c}
	}
	return m
}
