package vodia

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/patchcord/patchcord/pbxws"
)

// maxLamps bounds how many lamps of a directory are asked for.
const maxLamps = 2000

// catchUp asks for what the PBX has not told by itself: the directory, the park orbits and our
// own do-not-disturb all come with a domain-state, which newer systems may not send.
func (s *switchboard) catchUp() {
	switch {
	case s.told:
		return
	case s.habit.oldWeb: // systems of 2016 tell their directory and calls to who asks in these words
		s.ask(GetUsers{})
		s.ask(GetCalls{})
		return
	}
	s.question(nil, ResourceAccounts, "", s.hearDirectory)
	s.question(nil, ResourceOrbits, "", s.hearOrbits)
	s.askDND()
}

// askAgain asks for what a user-change may have changed.
func (s *switchboard) askAgain() {
	s.stale = false
	if s.habit.oldWeb {
		return
	}
	if !s.told {
		s.question(nil, ResourceAccounts, "", s.hearDirectory)
	}
	s.askDND()
	s.askPhones()
}

func (s *switchboard) askPhones() { s.question(nil, ResourcePhones, "", s.hearPhones) }

// hearPhones takes the telephones that are registered for us. What an entry holds is not described:
// one that holds our own name somewhere is this telephone.
func (s *switchboard) hearPhones(body []byte) error {
	type phone struct {
		name string
		ours bool
	}
	list, err := rows(body, func(o *object) phone {
		p := phone{name: firstOf(o.first("useragent", "user-agent", "agent", "ua", "model", "name", "contact"), o.name)}
		for _, m := range o.members {
			if word, ok := asWord(m.value); ok && s.agent != "" && strings.Contains(word, s.agent) {
				p.ours = true
			}
		}
		return p
	}, "registrations", "registration", "data")
	if err != nil {
		return err
	}
	var others []string
	for _, p := range list {
		if !p.ours {
			others = append(others, p.name)
		}
	}
	s.emit(pbxws.PhonesLoaded{Phones: others})
	return nil
}

func (s *switchboard) askDND() { s.question(nil, ResourceDND, "", s.hearDND) }

// hearDirectory takes the directory of the web side: who there is and under which name. It says
// nothing of states, so what is known of those stands, and somebody of whom nobody told whether they
// are registered counts as that: an account that looks absent is not called, one that is absent merely
// does not answer.
func (s *switchboard) hearDirectory(body []byte) error {
	entries, err := readDirectory(body)
	if err != nil || s.told || len(entries) == 0 {
		return err
	}
	listed := map[pbxws.AccountID]bool{}
	var accounts []pbxws.Account
	var lamps []string
	for _, e := range entries {
		if id := pbxws.AccountID(e.Account); id == "" || listed[id] {
			continue
		}
		a := s.enlist(e)
		listed[a.ID] = true
		accounts = append(accounts, a)
		if a.Kind == pbxws.KindExtension && len(lamps) < maxLamps {
			lamps = append(lamps, string(a.ID))
		}
	}
	for id, k := range s.known {
		if !listed[pbxws.AccountID(id)] {
			accounts = append(accounts, k)
		}
	}
	slices.SortFunc(accounts, func(a, b pbxws.Account) int { return compareNumbers(a.ID, b.ID) })
	s.emit(pbxws.DomainLoaded{Accounts: accounts})
	if !slices.Equal(lamps, s.lamps) {
		s.lamps = lamps
		s.ask(SubscribeBLF{lamps})
	}
	return nil
}

// readDirectory reads a directory: a list of accounts, or a list for each sort of account.
func readDirectory(body []byte) ([]AccountEntry, error) {
	o, err := document(body)
	if err != nil {
		return nil, err
	}
	var entries []AccountEntry
	if in := o.inner(""); in != nil {
		for _, m := range in.members {
			if _, sort := kinds[string(m.key)]; !sort || m.value[0] != '[' && m.value[0] != '{' {
				continue
			}
			group, groupErr := entriesOf(m.value, (*object).directoryEntry)
			for _, e := range group {
				e.Type = firstOf(e.Type, string(m.key))
				entries = append(entries, e)
			}
			err = errors.Join(err, groupErr)
		}
		if len(entries) > 0 || err != nil {
			return entries, err
		}
	}
	return rows(body, (*object).directoryEntry, "accounts", "data", "users")
}

func compareNumbers(a, b pbxws.AccountID) int {
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return slices.Compare([]byte(a), []byte(b))
}

// directoryEntry reads an account by the usual names of its members. The vendor's older lists call
// the number "name" and the name "display".
func (o *object) directoryEntry() AccountEntry {
	e := AccountEntry{
		Account: firstOf(o.first("account", "extension", "number", "ext", "user"), o.name), Type: o.text("type"),
		Name:       joinNames(o.first("first_name", "firstname"), o.first("name", "last_name", "lastname", "display_name", "display")),
		Registered: o.optionalFlag("registered"), DND: o.optionalFlag("dnd"),
	}
	if e.Account == "" && o.raw("display") != nil && isNumber(o.text("name")) {
		e.Account, e.Name = o.text("name"), o.text("display")
	}
	return e
}

func joinNames(first, last string) string {
	if first == "" || last == "" {
		return first + last
	}
	return first + " " + last
}

// enlist takes an entry of the directory into the table without touching what is known.
func (s *switchboard) enlist(e AccountEntry) pbxws.Account {
	a, known := s.known[e.Account]
	if !known {
		a = pbxws.Account{ID: pbxws.AccountID(e.Account), DND: e.DND != nil && *e.DND}
	}
	if !s.there[e.Account] {
		a.Registered = e.Registered == nil || *e.Registered
	}
	if e.Type != "" {
		a.Kind = kindOfType(e.Type)
	}
	a.Name = firstOf(e.Name, a.Name)
	s.known[e.Account] = a
	return a
}

// hearDND takes our own do-not-disturb: a state, bare or as a member.
func (s *switchboard) hearDND(body []byte) error {
	o, err := document(body)
	if err != nil {
		return err
	}
	key := ""
	if in := o.inner(""); in != nil {
		o, key = in, "state"
		if in.raw(key) == nil {
			key = "dnd"
		}
	}
	on := o.optionalFlag(key)
	if o.err != nil || on == nil {
		return o.err
	}
	s.tellDND(*on)
	return nil
}

// setDND switches do-not-disturb. Systems that tell changes of accounts tell this one too;
// hearing it twice does no harm.
func (s *switchboard) setDND(c pbxws.SetDND) {
	s.run(errand{
		command: c, method: http.MethodPost, path: s.pathOf(ResourceDND), body: DNDRequest{c.On},
		done: func([]byte) error {
			s.tellDND(c.On)
			s.emit(pbxws.CommandDone{Command: c})
			return nil
		},
	})
}

func (s *switchboard) tellDND(on bool) {
	s.note(s.self, func(a *pbxws.Account) { a.DND = on })
	s.emit(pbxws.AccountChanged{Patch: pbxws.AccountPatch{ID: pbxws.AccountID(s.self), DND: &on}})
}

// hearOrbits takes the park orbits and who waits there.
func (s *switchboard) hearOrbits(body []byte) error {
	orbits, err := rows(body, (*object).orbit, "orbits", "data", "accounts")
	if err != nil {
		return err
	}
	for _, m := range orbits {
		if m.Orbit != "" {
			s.hearOrbit(m)
		}
	}
	return nil
}
