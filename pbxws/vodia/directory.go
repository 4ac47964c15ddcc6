package vodia

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

// account is what the table knows of one. It is small: a PBX may have fifty thousand.
type account struct {
	name, presence  string
	kind            pbxws.Kind
	blf             pbxws.BLF
	registered, dnd bool
}

// of is the account as others know it.
func (a account) of(id string) pbxws.Account {
	return pbxws.Account{
		ID: pbxws.AccountID(id), Kind: a.kind, Name: a.name, Registered: a.registered, DND: a.dnd, Presence: a.presence, BLF: a.blf,
	}
}

// handleDomain takes the whole directory.
func (t *translator) handleDomain(m wire.DomainState) {
	if m.Accounts != nil {
		t.loadAccounts(m.Accounts)
	}
	if m.Calls != nil {
		t.mergeCalls(m.Calls, true)
	}
	if mwi, ok := wire.MessageCount(m.Messages); ok {
		t.emit(pbxws.MWIChanged{MWI: mwi})
	}
}

// loadAccounts replaces the known accounts. Whoever is not known to be unregistered counts as
// registered: an account that looks absent is not called, while one that is absent merely does not
// answer.
func (t *translator) loadAccounts(entries []wire.AccountEntry) {
	t.directoryPushed = true
	t.known = make(map[string]account, len(entries))
	accounts := make([]pbxws.Account, 0, len(entries))
	for _, e := range entries {
		if e.Account == "" {
			continue
		}
		kind := wire.KindOf(e.Type)
		a := account{
			kind: kind, name: e.Name, registered: either(e.Registered, kind == pbxws.KindExtension), dnd: e.DND != nil && *e.DND,
			presence: e.ChatStatus, blf: lampOf(e),
		}
		t.known[e.Account] = a
		accounts = append(accounts, a.of(e.Account))
	}
	t.emit(pbxws.DomainLoaded{Accounts: accounts})
	for _, e := range entries {
		t.reportPlace(e)
	}
}

// handleAccount takes a user-state. Line state and presence are replaced by every such frame, or
// cleared if absent; all else changes only when it is in the frame.
func (t *translator) handleAccount(e wire.AccountEntry) {
	if e.Account == "" {
		t.emit(pbxws.Unrecognized{Name: "user-state", Why: "it names no account"})
		return
	}
	if !t.hasRoomFor("user-state", e.Account) {
		return
	}
	patch := t.remember(e)
	blf := lampOf(e)
	patch.BLF, patch.Presence = &blf, &e.ChatStatus
	t.note(e.Account, func(a *account) { a.blf, a.presence = blf, e.ChatStatus })
	t.emit(pbxws.AccountChanged{Patch: patch})
	t.reportPlace(e)
}

// handleAccountData takes a user-change with whatever is in it. What else has changed is not
// documented, so it is requested.
func (t *translator) handleAccountData(e wire.AccountEntry) {
	t.stale = true
	if e.Account == "" || !t.hasRoomFor("user-change", e.Account) {
		return
	}
	patch := t.remember(e)
	if e.ChatStatus != "" {
		patch.Presence = &e.ChatStatus
		t.note(e.Account, func(a *account) { a.presence = e.ChatStatus })
	}
	t.emit(pbxws.AccountChanged{Patch: patch})
}

// hasRoomFor tells whether an account may be kept, and reports it if not.
func (t *translator) hasRoomFor(frame, id string) bool {
	if _, known := t.known[id]; known || len(t.known) < pbxws.MaxAccounts {
		return true
	}
	t.emit(pbxws.Unrecognized{Name: frame, Why: "there are too many accounts to keep another"})
	return false
}

// remember adds what is in the frame to the table and makes a patch of it.
func (t *translator) remember(e wire.AccountEntry) pbxws.AccountPatch {
	patch := pbxws.AccountPatch{ID: pbxws.AccountID(e.Account), Registered: e.Registered, DND: e.DND}
	if e.Type != "" {
		kind := wire.KindOf(e.Type)
		patch.Kind = &kind
	}
	if e.Name != "" {
		patch.Name = &e.Name
	}
	if e.Registered != nil {
		t.registrationKnown[e.Account] = true
	}
	t.note(e.Account, func(a *account) {
		if patch.Kind != nil {
			a.kind = *patch.Kind
		}
		a.name = cmp.Or(e.Name, a.name)
		a.registered = either(e.Registered, a.registered)
		a.dnd = either(e.DND, a.dnd)
	})
	return patch
}

func either(news *bool, old bool) bool {
	if news != nil {
		return *news
	}
	return old
}

// note changes what the table knows of an account.
func (t *translator) note(id string, change func(*account)) {
	a := t.known[id]
	change(&a)
	t.known[id] = a
}

// reportPlace reports what an account's calls mean if the account is a queue or an orbit.
func (t *translator) reportPlace(e wire.AccountEntry) {
	switch t.known[e.Account].kind {
	case pbxws.KindOrbit:
		t.reportOrbit(e.Account, e.Calls)
	case pbxws.KindQueue:
		t.emit(pbxws.QueueChanged{Queue: t.queueOf(e)})
	}
}

func (t *translator) orbitOf(id string, calls []wire.AccountCall) pbxws.Orbit {
	orbit := pbxws.Orbit{ID: pbxws.OrbitID(id), Name: t.known[id].name}
	if len(calls) > 0 {
		c := calls[0]
		orbit.Call, orbit.Parked, orbit.Since = pbxws.CallID(c.ID), wire.PartyOf(c.From, "", ""), wire.Time(c.Start)
	}
	return orbit
}

// queueOf counts who waits: the account's calls that nobody has answered. The websocket says no
// more.
func (t *translator) queueOf(e wire.AccountEntry) pbxws.Queue {
	q := pbxws.Queue{ID: pbxws.AccountID(e.Account), Name: t.known[e.Account].name}
	for _, c := range e.Calls {
		if c.State == "connected" {
			continue
		}
		q.Waiting++
		if since := wire.Time(c.Start); q.Longest.IsZero() || !since.IsZero() && since.Before(q.Longest) {
			q.Longest = since
		}
	}
	return q
}

func (t *translator) handleOrbit(m wire.OrbitState) {
	if m.Orbit == "" {
		t.emit(pbxws.Unrecognized{Name: "orbit-calls", Why: "it names no orbit"})
		return
	}
	calls := make([]wire.AccountCall, len(m.Calls))
	for i, c := range m.Calls {
		calls[i] = wire.AccountCall{ID: cmp.Or(c.ID, c.CallID), From: cmp.Or(c.From, c.FromNumber), Start: c.Start}
	}
	t.reportOrbit(m.Orbit, calls)
}

// handleOrbitList takes all orbits where somebody waits: the others are empty.
func (t *translator) handleOrbitList(m wire.OrbitList) {
	left := maps.Clone(t.parked)
	for _, o := range m.Orbits {
		delete(left, o.Orbit)
		t.handleOrbit(o)
	}
	for _, id := range slices.Sorted(maps.Keys(left)) {
		t.reportOrbit(id, nil)
	}
}

func (t *translator) reportOrbit(id string, calls []wire.AccountCall) {
	if delete(t.parked, id); len(calls) > 0 && len(t.parked) < pbxws.MaxOrbits {
		t.parked[id] = true
	}
	t.emit(pbxws.OrbitChanged{Orbit: t.orbitOf(id, calls)})
}

// registered reads the reply to a registration.
func registered(m wire.RegisterReply) pbxws.Registered {
	return pbxws.Registered{For: time.Duration(max(0, m.Expires)) * time.Second}
}
