package vodia

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/patchcord/patchcord/pbxws"
)

// kinds are the PBX's words for the sorts of account: those of its pushed directory and those of
// its lists of accounts by sort.
var kinds = map[string]pbxws.Kind{
	"extensions": pbxws.KindExtension, "acds": pbxws.KindQueue, "hunts": pbxws.KindHuntGroup,
	"attendants": pbxws.KindAttendant, "aas": pbxws.KindAttendant, "ivrnodes": pbxws.KindAttendant,
	"conferences": pbxws.KindConference, "confrooms": pbxws.KindConference,
	"orbits": pbxws.KindOrbit, "parkorbits": pbxws.KindOrbit, "colines": pbxws.KindTrunk,
	"paginggroups": pbxws.KindPaging, "srvflags": pbxws.KindOther, "callingcards": pbxws.KindOther, "hoots": pbxws.KindOther,
}

func kindOfType(word string) pbxws.Kind {
	word = strings.ToLower(word)
	for _, form := range []string{word, word + "s"} {
		if kind, ok := kinds[form]; ok {
			return kind
		}
	}
	return pbxws.KindOther
}

// hearDomain takes the whole directory.
func (s *switchboard) hearDomain(m DomainState) {
	if m.Accounts != nil {
		s.loadAccounts(m.Accounts)
	}
	if m.Calls != nil {
		s.mergeCalls(m.Calls, true)
	}
	if mwi, ok := mwiOf(m.Messages); ok {
		s.emit(pbxws.MWIChanged{MWI: mwi})
	}
}

// loadAccounts takes accounts in the place of those that are known. Somebody of whom nobody told
// whether they are registered counts as that: an account that looks absent is not called, one that
// is absent merely does not answer.
func (s *switchboard) loadAccounts(entries []AccountEntry) {
	s.told = true
	s.known = make(map[string]pbxws.Account, len(entries))
	accounts := make([]pbxws.Account, 0, len(entries))
	for _, e := range entries {
		if e.Account == "" {
			continue
		}
		kind := kindOfType(e.Type)
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

// hearAccount takes a user-state. Line state and presence are replaced by every such frame,
// absent means cleared; the rest changes only when it is mentioned.
func (s *switchboard) hearAccount(e AccountEntry) {
	if e.Account == "" {
		s.emit(pbxws.Unrecognized{Name: "user-state", Why: "it names no account"})
		return
	}
	patch := s.remember(e)
	blf := lampOf(e)
	patch.BLF, patch.Presence = &blf, &e.ChatStatus
	s.note(e.Account, func(a *pbxws.Account) { a.BLF, a.Presence = blf, e.ChatStatus })
	s.emit(pbxws.AccountChanged{Patch: patch})
	s.tellPlace(e)
}

// hearAccountData takes a user-change: whatever it mentions. What it is about besides is not
// described, so what may have changed is asked for.
func (s *switchboard) hearAccountData(e AccountEntry) {
	s.stale = true
	if e.Account == "" {
		return
	}
	patch := s.remember(e)
	if e.ChatStatus != "" {
		patch.Presence = &e.ChatStatus
		s.note(e.Account, func(a *pbxws.Account) { a.Presence = e.ChatStatus })
	}
	s.emit(pbxws.AccountChanged{Patch: patch})
}

// remember takes what is mentioned into the table and makes a patch of it.
func (s *switchboard) remember(e AccountEntry) pbxws.AccountPatch {
	patch := pbxws.AccountPatch{ID: pbxws.AccountID(e.Account), Registered: e.Registered, DND: e.DND}
	if e.Type != "" {
		kind := kindOfType(e.Type)
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
		a.Name = firstOf(e.Name, a.Name)
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

// tellPlace tells what an account's calls mean where the account is a place to wait.
func (s *switchboard) tellPlace(e AccountEntry) {
	switch s.known[e.Account].Kind {
	case pbxws.KindOrbit:
		s.tellOrbit(e.Account, e.Calls)
	case pbxws.KindQueue:
		s.emit(pbxws.QueueChanged{Queue: s.queueOf(e)})
	}
}

func (s *switchboard) orbitOf(id string, calls []AccountCall) pbxws.Orbit {
	orbit := pbxws.Orbit{ID: pbxws.OrbitID(id), Name: s.known[id].Name}
	if len(calls) > 0 {
		c := calls[0]
		orbit.Call, orbit.Parked, orbit.Since = pbxws.CallID(c.ID), parseParty(c.From), unixTime(c.Start)
	}
	return orbit
}

// queueOf counts who waits: the account's calls that nobody talks to. The PBX tells no more
// over the websocket.
func (s *switchboard) queueOf(e AccountEntry) pbxws.Queue {
	q := pbxws.Queue{ID: pbxws.AccountID(e.Account), Name: s.known[e.Account].Name}
	for _, c := range e.Calls {
		if c.State == "connected" {
			continue
		}
		q.Waiting++
		if since := unixTime(c.Start); q.Longest.IsZero() || !since.IsZero() && since.Before(q.Longest) {
			q.Longest = since
		}
	}
	return q
}

func (s *switchboard) hearOrbit(m OrbitState) {
	if m.Orbit == "" {
		s.emit(pbxws.Unrecognized{Name: "orbit-calls", Why: "it names no orbit"})
		return
	}
	calls := make([]AccountCall, len(m.Calls))
	for i, c := range m.Calls {
		calls[i] = AccountCall{ID: firstOf(c.ID, c.CallID), From: firstOf(c.From, c.FromNumber), Start: c.Start}
	}
	s.tellOrbit(m.Orbit, calls)
}

// hearOrbitList takes all orbits where somebody waits: the others are empty.
func (s *switchboard) hearOrbitList(m OrbitList) {
	left := maps.Clone(s.parked)
	for _, o := range m.Orbits {
		delete(left, o.Orbit)
		s.hearOrbit(o)
	}
	for _, id := range slices.Sorted(maps.Keys(left)) {
		s.tellOrbit(id, nil)
	}
}

func (s *switchboard) tellOrbit(id string, calls []AccountCall) {
	if delete(s.parked, id); len(calls) > 0 {
		s.parked[id] = true
	}
	s.emit(pbxws.OrbitChanged{Orbit: s.orbitOf(id, calls)})
}

// mwiOf reads a voicemail count; ok is false for a value that is none. The member is shown
// without a value on the official page: a number, and an object with new and old, are taken.
func mwiOf(messages json.RawMessage) (mwi pbxws.MWI, ok bool) {
	if len(messages) == 0 || string(messages) == `""` {
		return mwi, false
	}
	o := &object{members: []field{{[]byte("new"), messages}}}
	if in := o.inner("new"); in != nil {
		o = in
	}
	if o.raw("new") == nil {
		return mwi, false
	}
	mwi = pbxws.MWI{New: o.number("new"), Old: o.number("old")}
	return mwi, o.odd == nil && mwi.New >= 0 && mwi.Old >= 0
}

// registered reads the reply to a registration.
func registered(m RegisterReply) pbxws.Registered {
	return pbxws.Registered{For: time.Duration(max(0, m.Expires)) * time.Second}
}
