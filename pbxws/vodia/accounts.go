package vodia

import (
	"cmp"
	"net/http"
	"slices"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

// maxLamps is how many lamps of a directory are requested.
const maxLamps = 2000

// catchUp requests what the PBX has not sent by itself: the directory, the park orbits and our own
// do-not-disturb come with a domain-state, which newer systems may not send.
func (s *switchboard) catchUp() {
	switch {
	case s.told:
		return
	case s.generation.noREST: // systems of 2016 send their directory and calls after these requests
		s.ask(wire.GetUsers{})
		s.ask(wire.GetCalls{})
		return
	}
	s.question(nil, wire.ResourceAccounts, "", s.hearDirectory)
	s.question(nil, wire.ResourceOrbits, "", s.hearOrbits)
	s.askDND()
}

// askAgain asks for what a user-change may have changed.
func (s *switchboard) askAgain() {
	s.stale = false
	if s.generation.noREST {
		return
	}
	if !s.told {
		s.question(nil, wire.ResourceAccounts, "", s.hearDirectory)
	}
	s.askDND()
	s.askPhones()
}

func (s *switchboard) askPhones() { s.question(nil, wire.ResourcePhones, "", s.hearPhones) }

// hearPhones takes the telephones that are registered for us.
func (s *switchboard) hearPhones(body []byte) error {
	others, err := wire.ReadPhones(body, s.agent)
	if err == nil {
		s.emit(pbxws.PhonesLoaded{Phones: others})
	}
	return err
}

func (s *switchboard) askDND() { s.question(nil, wire.ResourceDND, "", s.hearDND) }

// hearDirectory takes the directory from REST, with numbers and names but no states: known states
// stay. Who is in no other list counts as registered, since nobody calls an account that looks
// absent, while one that is absent merely does not answer.
func (s *switchboard) hearDirectory(body []byte) error {
	entries, err := wire.ReadDirectory(body)
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
		s.ask(wire.SubscribeBLF{Add: lamps})
	}
	return nil
}

func compareNumbers(a, b pbxws.AccountID) int {
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return slices.Compare([]byte(a), []byte(b))
}

// enlist adds an entry of the directory to the table without changing what is known.
func (s *switchboard) enlist(e wire.AccountEntry) pbxws.Account {
	a, known := s.known[e.Account]
	if !known {
		a = pbxws.Account{ID: pbxws.AccountID(e.Account), DND: e.DND != nil && *e.DND}
	}
	if !s.there[e.Account] {
		a.Registered = e.Registered == nil || *e.Registered
	}
	if e.Type != "" {
		a.Kind = wire.KindOf(e.Type)
	}
	a.Name = cmp.Or(e.Name, a.Name)
	s.known[e.Account] = a
	return a
}

// hearDND takes our own do-not-disturb.
func (s *switchboard) hearDND(body []byte) error {
	on, err := wire.ReadDND(body)
	if on != nil {
		s.tellDND(*on)
	}
	return err
}

// setDND switches do-not-disturb. Systems that report changes of accounts report this one too;
// twice does no harm.
func (s *switchboard) setDND(c pbxws.SetDND) {
	s.run(errand{
		command: c, method: http.MethodPost, path: s.pathOf(wire.ResourceDND), body: wire.DNDRequest{State: c.On},
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
	orbits, err := wire.ReadOrbits(body)
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
