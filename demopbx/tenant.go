package demopbx

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"github.com/patchcord/patchcord/pbxws"
)

const (
	// firstExtension is where the people's numbers begin.
	firstExtension = 200
	// crowdOrbit is where the crowd parks; the other orbits are left to clients.
	crowdOrbit = "84"
)

// account is one entry of the directory.
type account struct {
	number string
	name   string
	kind   pbxws.Kind
	// registered says that a telephone of it is there: a pretended one, or a client's.
	registered bool
	dnd        bool
	// staffed says that a client signed in as it; the crowd leaves it alone from then on.
	staffed bool
	// role is the character of a number that has one.
	role *role
	// calls are in the order in which they began.
	calls []*call
	// missed counts the calls that its client did not take.
	missed int
	// forward is where calls go that are not to ring here.
	forward forwards
	// room is where those who call a conference meet.
	room *room
	// unlisted says that it can be met in a call and is not in the directory.
	unlisted bool
	// owner is whose mailbox this is.
	owner, mailbox *account
	// archive is nil until somebody looks into it.
	archive *archive
}

func (a *account) party() pbxws.Party { return pbxws.Party{Name: a.name, Number: a.number} }

// free says that a call would ring.
func (a *account) free() bool { return a.registered && !a.dnd && len(a.calls) == 0 }

// ofCrowd says that its life is made up.
func (a *account) ofCrowd() bool {
	return a.kind == pbxws.KindExtension && a.role == nil && !a.staffed
}

// tenant is the directory of Domain.
type tenant struct {
	accounts map[string]*account
	// order is by length and text of the number, as a person would sort them.
	order []*account
	// people are the accounts that began as members of the crowd.
	people []*account
	// places are where calls of the crowd wait: the queues, and one orbit for one call.
	places []*account
}

func newTenant(people int, roles map[string]*role, rng *rand.Rand) *tenant {
	t := &tenant{accounts: make(map[string]*account, people+16)}
	known := []string{"Anna Rossi", "Sara Conti", "Luca Neri"}
	deal := newNames(rng, known...)
	for number, r := range roles {
		t.add(&account{number: number, name: r.name, registered: true, role: r})
	}
	for i := range people {
		number := strconv.Itoa(firstExtension + i)
		if t.accounts[number] != nil {
			continue
		}
		a := &account{number: number, registered: true}
		switch i {
		case 0:
			a.name = "Front Desk"
		case 1, 2:
			a.name = known[i-1]
		default:
			a.name = deal.deal()
		}
		t.add(a)
		t.people = append(t.people, a)
	}
	t.addServices()
	slices.SortFunc(t.order, func(a, b *account) int {
		return cmp.Or(len(a.number)-len(b.number), strings.Compare(a.number, b.number))
	})
	return t
}

func (t *tenant) addServices() {
	t.add(&account{number: "70", name: "Attendant", kind: pbxws.KindAttendant, registered: true})
	for _, q := range []*account{{number: "71", name: "Sales"}, {number: "72", name: "Support"}} {
		q.kind, q.registered = pbxws.KindQueue, true
		t.add(q)
		t.places = append(t.places, q)
	}
	t.add(&account{number: NumberMeeting, name: "Meeting Room", kind: pbxws.KindConference, registered: true, room: newRoom()})
	for n := 80; n <= 84; n++ {
		number := strconv.Itoa(n)
		orbit := &account{number: number, name: "Orbit " + number, kind: pbxws.KindOrbit, registered: true}
		t.add(orbit)
		if number == crowdOrbit {
			t.places = append(t.places, orbit)
		}
	}
}

func (t *tenant) add(a *account) {
	t.accounts[a.number] = a
	t.order = append(t.order, a)
}

// extension finds somebody who may sign in.
func (t *tenant) extension(number string) (*account, bool) {
	a := t.accounts[number]
	return a, a != nil && a.kind == pbxws.KindExtension
}
