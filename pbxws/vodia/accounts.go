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
func (t *translator) catchUp() {
	switch {
	case t.directoryPushed:
		return
	case t.generation.noREST: // systems of 2016 send their directory and calls after these requests
		t.send(wire.GetUsers{})
		t.send(wire.GetCalls{})
		return
	}
	t.query(nil, wire.ResourceAccounts, "", t.handleDirectory)
	t.query(nil, wire.ResourceOrbits, "", t.handleOrbits)
	t.queryDND()
}

// refresh requests what a user-change may have changed.
func (t *translator) refresh() {
	t.stale = false
	if t.generation.noREST {
		return
	}
	if !t.directoryPushed {
		t.query(nil, wire.ResourceAccounts, "", t.handleDirectory)
	}
	t.queryDND()
	t.queryPhones()
}

func (t *translator) queryPhones() { t.query(nil, wire.ResourcePhones, "", t.handlePhones) }

// handlePhones takes the telephones that are registered for us.
func (t *translator) handlePhones(body []byte) error {
	others, err := wire.ReadPhones(body, t.agent)
	if err == nil {
		t.emit(pbxws.PhonesLoaded{Phones: others})
	}
	return err
}

func (t *translator) queryDND() { t.query(nil, wire.ResourceDND, "", t.handleDND) }

// handleDirectory takes the directory from REST, with numbers and names but no states: known states
// stay. Who is in no other list counts as registered, since nobody calls an account that looks
// absent, while one that is absent merely does not answer.
func (t *translator) handleDirectory(body []byte) error {
	entries, err := wire.ReadDirectory(body)
	if err != nil || t.directoryPushed || len(entries) == 0 {
		return err
	}
	listed := map[pbxws.AccountID]bool{}
	var accounts []pbxws.Account
	var lamps []string
	for _, e := range entries {
		if id := pbxws.AccountID(e.Account); id == "" || listed[id] {
			continue
		}
		a := t.enlist(e)
		listed[a.ID] = true
		accounts = append(accounts, a)
		if a.Kind == pbxws.KindExtension && len(lamps) < maxLamps {
			lamps = append(lamps, string(a.ID))
		}
	}
	for id, k := range t.known {
		if !listed[pbxws.AccountID(id)] {
			accounts = append(accounts, k.of(id))
		}
	}
	slices.SortFunc(accounts, func(a, b pbxws.Account) int { return compareNumbers(a.ID, b.ID) })
	t.emit(pbxws.DomainLoaded{Accounts: accounts})
	if !slices.Equal(lamps, t.lamps) {
		t.lamps = lamps
		t.send(wire.SubscribeBLF{Add: lamps})
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
func (t *translator) enlist(e wire.AccountEntry) pbxws.Account {
	a, known := t.known[e.Account]
	if !known {
		a.dnd = e.DND != nil && *e.DND
	}
	if !t.registrationKnown[e.Account] {
		a.registered = e.Registered == nil || *e.Registered
	}
	if e.Type != "" {
		a.kind = wire.KindOf(e.Type)
	}
	a.name = cmp.Or(e.Name, a.name)
	t.known[e.Account] = a
	return a.of(e.Account)
}

// handleDND takes our own do-not-disturb.
func (t *translator) handleDND(body []byte) error {
	on, err := wire.ReadDND(body)
	if on != nil {
		t.reportDND(*on)
	}
	return err
}

// setDND switches do-not-disturb. Systems that report changes of accounts report this one too;
// twice does no harm.
func (t *translator) setDND(c pbxws.SetDND) {
	t.queueREST(restRequest{
		command: c, method: http.MethodPost, path: t.pathOf(wire.ResourceDND), body: wire.DNDRequest{State: c.On},
		done: func([]byte) error {
			t.reportDND(c.On)
			t.emit(pbxws.CommandDone{Command: c})
			return nil
		},
	})
}

func (t *translator) reportDND(on bool) {
	t.note(t.self, func(a *account) { a.dnd = on })
	t.emit(pbxws.AccountChanged{Patch: pbxws.AccountPatch{ID: pbxws.AccountID(t.self), DND: &on}})
}

// handleOrbits takes the park orbits and who waits there.
func (t *translator) handleOrbits(body []byte) error {
	orbits, err := wire.ReadOrbits(body)
	if err != nil {
		return err
	}
	for _, m := range orbits {
		if m.Orbit != "" {
			t.handleOrbit(m)
		}
	}
	return nil
}
