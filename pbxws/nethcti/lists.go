package nethcti

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/patchcord/patchcord/internal/signin"
	"github.com/patchcord/patchcord/pbxws"
)

// The lists of the PBX, below its REST.
const (
	pathMe         = "/user/me"
	pathPeople     = "/user/endpoints/all"
	pathExtensions = "/astproxy/extensions"
	pathQueues     = "/astproxy/queues"
	pathParkings   = "/astproxy/parkings"
	pathTrunks     = "/astproxy/trunks"
)

// lists are what the PBX says of everything, asked for at one time.
type lists struct {
	me         me
	people     table[person]
	extensions table[extension]
	queues     table[queue]
	parkings   table[parking]
	trunks     table[trunk]
	denied     []pbxws.Area
	// frames are the answers for the trace.
	frames [][]byte
}

var (
	// errSignedOut is an answer of a PBX that does not know our token any more.
	errSignedOut = errors.New("the PBX no longer accepts our token")
	errNoList    = errors.New("the answer is no list")
)

// visit makes a call with the token of a link.
type visit func(ctx context.Context, method, path string, body any, timeout time.Duration) (reply, error)

// readLists asks for all lists.
func readLists(ctx context.Context, ask visit) (lists, error) {
	var l lists
	for _, one := range []struct {
		path string
		into any
		part pbxws.Area
		// needed lists are there for everybody.
		needed bool
	}{
		{path: pathMe, into: &l.me, needed: true},
		{path: pathPeople, into: &l.people, needed: true},
		{path: pathExtensions, into: &l.extensions, needed: true},
		{path: pathQueues, into: &l.queues, part: pbxws.AreaQueues},
		{path: pathParkings, into: &l.parkings, part: pbxws.AreaOrbits},
		{path: pathTrunks, into: &l.trunks, part: pbxws.AreaTrunks},
	} {
		r, err := ask(ctx, http.MethodGet, one.path, nil, stateLimit)
		switch {
		case err != nil:
			return l, fmt.Errorf("GET %s: %w", one.path, err)
		case r.status == http.StatusUnauthorized, r.status == http.StatusForbidden && one.path == pathMe:
			return l, errSignedOut
		case r.status == http.StatusForbidden && !one.needed:
			l.denied = append(l.denied, one.part)
			continue
		case r.status == http.StatusNotFound && !one.needed:
			continue
		case r.status != http.StatusOK || r.isPage():
			return l, fmt.Errorf("GET %s: %w", one.path, signin.StatusError(r.status))
		}
		if json.Unmarshal(r.body, one.into) != nil {
			return l, fmt.Errorf("GET %s: %w", one.path, errNoList)
		}
		l.frames = append(l.frames, append([]byte("GET "+one.path+": "), r.body...))
	}
	return l, nil
}

// load puts what the lists say in the place of all that was known. What they do not hold is gone.
func (b *board) load(l lists, now time.Time) {
	b.me, b.chosen = l.me, string(l.me.Default.ID)
	b.people = make(map[string]person, len(l.people))
	for user, p := range l.people {
		b.people[user] = p
	}
	if name := string(l.me.Username); name != "" {
		b.people[name] = l.me.person
	}
	b.self = pbxws.AccountID(l.me.main())
	before := b.extensions
	b.extensions = make(map[string]extension, len(l.extensions))
	for number, e := range l.extensions {
		e.Exten = text(number)
		b.extensions[number] = e
	}
	b.enroll()
	b.emit(pbxws.Identified{Self: b.self})
	b.emit(pbxws.DomainLoaded{Accounts: b.accounts(l)})
	b.tellDevices()
	b.loadCalls(before, now)
	b.loadServices(l, now)
	b.loaded = true
}

// accounts are the whole directory: people, telephones, queues, parking places and trunks.
func (b *board) accounts(l lists) []pbxws.Account {
	var all []pbxws.Account
	for _, r := range b.rows {
		r.reported = b.fold(r)
		all = append(all, r.reported)
	}
	for number, q := range l.queues {
		all = append(all, pbxws.Account{ID: pbxws.AccountID(number), Kind: pbxws.KindQueue, Name: string(q.Name), Registered: true})
	}
	for number := range l.parkings {
		all = append(all, pbxws.Account{ID: pbxws.AccountID(number), Kind: pbxws.KindOrbit, Registered: true})
	}
	for number, t := range l.trunks {
		all = append(all, pbxws.Account{ID: pbxws.AccountID(number), Kind: pbxws.KindTrunk, Name: string(t.Name), Registered: true})
	}
	slices.SortFunc(all, func(a, b pbxws.Account) int { return numbers(a.ID, b.ID) })
	return slices.CompactFunc(all, func(a, b pbxws.Account) bool { return a.ID == b.ID })
}

// loadCalls replaces the calls of all extensions; before are the old ones.
func (b *board) loadCalls(before map[string]extension, now time.Time) {
	for _, number := range slices.Sorted(maps.Keys(before)) {
		if _, still := b.extensions[number]; !still {
			for id := range before[number].Conversations {
				b.leaveCall(id, number)
			}
		}
	}
	for _, number := range slices.Sorted(maps.Keys(b.extensions)) {
		e := b.extensions[number]
		b.extensions[number] = before[number]
		b.hearExtension(e, now)
	}
}

func (b *board) loadServices(l lists, now time.Time) {
	for _, number := range slices.Sorted(maps.Keys(l.queues)) {
		q := l.queues[number]
		q.Queue = text(number)
		b.hearQueue(q)
	}
	for _, number := range slices.Sorted(maps.Keys(l.parkings)) {
		p := l.parkings[number]
		p.Place = text(number)
		b.hearParking(p, now)
	}
	for _, number := range slices.Sorted(maps.Keys(l.trunks)) {
		t := l.trunks[number]
		t.Exten = text(number)
		b.hearTrunk(t)
	}
	for _, part := range l.denied {
		b.emit(pbxws.AreaDenied{Area: part})
	}
	b.tellForwards(true)
}
