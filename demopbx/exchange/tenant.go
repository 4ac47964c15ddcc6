package exchange

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"github.com/patchcord/patchcord/pbxws"
)

const (
	// FirstExtension is where the people's numbers begin.
	FirstExtension = 200
	// crowdOrbit is where the crowd parks; the other orbits are for clients.
	crowdOrbit = "84"
)

// Account is one entry of the directory.
type Account struct {
	Number string
	Name   string
	Kind   pbxws.Kind
	// Registered says that a telephone of it is there: a simulated one, or a client's.
	Registered bool
	DND        bool
	// Calls are in the order in which they began.
	Calls []*Call
	// Missed counts the calls that its clients did not take.
	Missed int
	// Forwards are the targets of calls that shall not ring here.
	Forwards Forwards

	// claimed says that a client has signed in as it; then the crowd does not use it.
	claimed bool
	// role is how a special number behaves, nil for any other.
	role *role
	// conference is not nil for a conference room.
	conference *conference
	// unlisted says that it takes part in calls and is not in the directory.
	unlisted bool
	// owner is whose mailbox this is.
	owner, mailbox *Account
	// archive is nil until it is needed.
	archive *archive
}

func (a *Account) party() pbxws.Party { return pbxws.Party{Name: a.Name, Number: a.Number} }

// free says that a call would ring.
func (a *Account) free() bool { return a.Registered && !a.DND && len(a.Calls) == 0 }

// ofCrowd says that it is simulated.
func (a *Account) ofCrowd() bool {
	return a.Kind == pbxws.KindExtension && a.role == nil && !a.claimed
}

// tenant is the directory of Domain.
type tenant struct {
	accounts map[string]*Account
	// order is by length and text of the number, as a person would sort them.
	order []*Account
	// people are the accounts that were of the crowd at the start.
	people []*Account
	// places are where calls of the crowd wait: the queues and one orbit.
	places []*Account
}

func newTenant(people int, roles map[string]*role, rng *rand.Rand) *tenant {
	t := &tenant{accounts: make(map[string]*Account, people+16)}
	known := []string{"Anna Rossi", "Sara Conti", "Luca Neri"}
	deal := newNames(rng, known...)
	for number, r := range roles {
		t.add(&Account{Number: number, Name: r.name, Registered: true, role: r})
	}
	for i := range people {
		number := strconv.Itoa(FirstExtension + i)
		if t.accounts[number] != nil {
			continue
		}
		a := &Account{Number: number, Registered: true}
		switch i {
		case 0:
			a.Name = "Front Desk"
		case 1, 2:
			a.Name = known[i-1]
		default:
			a.Name = deal.deal()
		}
		t.add(a)
		t.people = append(t.people, a)
	}
	t.addServices()
	slices.SortFunc(t.order, func(a, b *Account) int {
		return cmp.Or(len(a.Number)-len(b.Number), strings.Compare(a.Number, b.Number))
	})
	return t
}

func (t *tenant) addServices() {
	t.add(&Account{Number: "70", Name: "Attendant", Kind: pbxws.KindAttendant, Registered: true})
	for _, q := range []*Account{{Number: "71", Name: "Sales"}, {Number: "72", Name: "Support"}} {
		q.Kind, q.Registered = pbxws.KindQueue, true
		t.add(q)
		t.places = append(t.places, q)
	}
	t.add(&Account{Number: NumberConference, Name: "Meeting Room", Kind: pbxws.KindConference, Registered: true, conference: newConference()})
	for n := 80; n <= 84; n++ {
		number := strconv.Itoa(n)
		orbit := &Account{Number: number, Name: "Orbit " + number, Kind: pbxws.KindOrbit, Registered: true}
		t.add(orbit)
		if number == crowdOrbit {
			t.places = append(t.places, orbit)
		}
	}
}

func (t *tenant) add(a *Account) {
	t.accounts[a.Number] = a
	t.order = append(t.order, a)
}

// Extension finds somebody who may sign in; it may be called from anywhere.
func (p *PBX) Extension(number string) (*Account, bool) {
	a := p.tenant.accounts[number]
	return a, a != nil && a.Kind == pbxws.KindExtension
}

// Account finds an entry of the directory; nil when there is none.
func (p *PBX) Account(number string) *Account { return p.tenant.accounts[number] }

// Accounts are the directory in the order of numbers.
func (p *PBX) Accounts() []*Account { return p.tenant.order }

// Calls are the calls that go on, the oldest first.
func (p *PBX) Calls() []*Call { return p.callOrder }
