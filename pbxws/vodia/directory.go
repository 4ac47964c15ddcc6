package vodia

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

// hearDomain takes the whole directory.
func (s *switchboard) hearDomain(m wire.DomainState) {
	if m.Accounts != nil {
		s.loadAccounts(m.Accounts)
	}
	if m.Calls != nil {
		s.mergeCalls(m.Calls, true)
	}
	if mwi, ok := wire.MessageCount(m.Messages); ok {
		s.emit(pbxws.MWIChanged{MWI: mwi})
	}
}

// loadAccounts replaces the known accounts. Whoever is not known to be unregistered counts as
// registered: an account that looks absent is not called, while one that is absent merely does not
// answer.
func (s *switchboard) loadAccounts(entries []wire.AccountEntry) {
	s.told = true
	s.known = make(map[string]pbxws.Account, len(entries))
	accounts := make([]pbxws.Account, 0, len(entries))
	for _, e := range entries {
		if e.Account == "" {
			continue
		}
		kind := wire.KindOf(e.Type)
		a := pbxws.Account{
			ID: pbxws.AccountID(e.Account), Kind: kind, Name: e.Name,
			Registered: either(e.Registered, kind == pbxws.KindExtension), DND: e.DND != nil && *e.DND,
			Presence: e.ChatStatus, BLF: lampOf(e),
		}
		s.known[e.Account] = a
		accounts = append(accounts, a)
	}
	s.emit(pbxws.DomainLoaded{Accounts: accounts})
	for _, e := range entries {
		s.tellPlace(e)
	}
}

// hearAccount takes a user-state. Line state and presence are replaced by every such frame, or
// cleared if absent; all else changes only when it is in the frame.
func (s *switchboard) hearAccount(e wire.AccountEntry) {
	if e.Account == "" {
		s.emit(pbxws.Unrecognized{Name: "user-state", Why: "it names no account"})
		return
	}
	if !s.hasRoomFor("user-state", e.Account) {
		return
	}
	patch := s.remember(e)
	blf := lampOf(e)
	patch.BLF, patch.Presence = &blf, &e.ChatStatus
	s.note(e.Account, func(a *pbxws.Account) { a.BLF, a.Presence = blf, e.ChatStatus })
	s.emit(pbxws.AccountChanged{Patch: patch})
	s.tellPlace(e)
}

// hearAccountData takes a user-change with whatever is in it. What else has changed is not
// documented, so it is requested.
func (s *switchboard) hearAccountData(e wire.AccountEntry) {
	s.stale = true
	if e.Account == "" || !s.hasRoomFor("user-change", e.Account) {
		return
	}
	patch := s.remember(e)
	if e.ChatStatus != "" {
		patch.Presence = &e.ChatStatus
		s.note(e.Account, func(a *pbxws.Account) { a.Presence = e.ChatStatus })
	}
	s.emit(pbxws.AccountChanged{Patch: patch})
}

// hasRoomFor tells whether an account may be kept, and reports it if not.
func (s *switchboard) hasRoomFor(frame, id string) bool {
	if _, known := s.known[id]; known || len(s.known) < pbxws.MaxAccounts {
		return true
	}
	s.emit(pbxws.Unrecognized{Name: frame, Why: "there are too many accounts to keep another"})
	return false
}

// remember adds what is in the frame to the table and makes a patch of it.
func (s *switchboard) remember(e wire.AccountEntry) pbxws.AccountPatch {
	patch := pbxws.AccountPatch{ID: pbxws.AccountID(e.Account), Registered: e.Registered, DND: e.DND}
	if e.Type != "" {
		kind := wire.KindOf(e.Type)
		patch.Kind = &kind
	}
	if e.Name != "" {
		patch.Name = &e.Name
	}
	if e.Registered != nil {
		s.there[e.Account] = true
	}
	s.note(e.Account, func(a *pbxws.Account) {
		if patch.Kind != nil {
			a.Kind = *patch.Kind
		}
		a.Name = cmp.Or(e.Name, a.Name)
		a.Registered = either(e.Registered, a.Registered)
		a.DND = either(e.DND, a.DND)
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
func (s *switchboard) note(id string, change func(*pbxws.Account)) {
	a := s.known[id]
	a.ID = pbxws.AccountID(id)
	change(&a)
	s.known[id] = a
}

// tellPlace reports what an account's calls mean if the account is a queue or an orbit.
func (s *switchboard) tellPlace(e wire.AccountEntry) {
	switch s.known[e.Account].Kind {
	case pbxws.KindOrbit:
		s.tellOrbit(e.Account, e.Calls)
	case pbxws.KindQueue:
		s.emit(pbxws.QueueChanged{Queue: s.queueOf(e)})
	}
}

func (s *switchboard) orbitOf(id string, calls []wire.AccountCall) pbxws.Orbit {
	orbit := pbxws.Orbit{ID: pbxws.OrbitID(id), Name: s.known[id].Name}
	if len(calls) > 0 {
		c := calls[0]
		orbit.Call, orbit.Parked, orbit.Since = pbxws.CallID(c.ID), wire.PartyOf(c.From, "", ""), wire.Time(c.Start)
	}
	return orbit
}

// queueOf counts who waits: the account's calls that nobody has answered. The websocket says no
// more.
func (s *switchboard) queueOf(e wire.AccountEntry) pbxws.Queue {
	q := pbxws.Queue{ID: pbxws.AccountID(e.Account), Name: s.known[e.Account].Name}
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

func (s *switchboard) hearOrbit(m wire.OrbitState) {
	if m.Orbit == "" {
		s.emit(pbxws.Unrecognized{Name: "orbit-calls", Why: "it names no orbit"})
		return
	}
	calls := make([]wire.AccountCall, len(m.Calls))
	for i, c := range m.Calls {
		calls[i] = wire.AccountCall{ID: cmp.Or(c.ID, c.CallID), From: cmp.Or(c.From, c.FromNumber), Start: c.Start}
	}
	s.tellOrbit(m.Orbit, calls)
}

// hearOrbitList takes all orbits where somebody waits: the others are empty.
func (s *switchboard) hearOrbitList(m wire.OrbitList) {
	left := maps.Clone(s.parked)
	for _, o := range m.Orbits {
		delete(left, o.Orbit)
		s.hearOrbit(o)
	}
	for _, id := range slices.Sorted(maps.Keys(left)) {
		s.tellOrbit(id, nil)
	}
}

func (s *switchboard) tellOrbit(id string, calls []wire.AccountCall) {
	if delete(s.parked, id); len(calls) > 0 && len(s.parked) < pbxws.MaxOrbits {
		s.parked[id] = true
	}
	s.emit(pbxws.OrbitChanged{Orbit: s.orbitOf(id, calls)})
}

// registered reads the reply to a registration.
func registered(m wire.RegisterReply) pbxws.Registered {
	return pbxws.Registered{For: time.Duration(max(0, m.Expires)) * time.Second}
}
