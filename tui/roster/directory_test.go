package roster

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// somebody is a random account of a handful.
func somebody(r *rand.Rand) pbxws.Account {
	id := pbxws.AccountID(fmt.Sprint(200 + r.IntN(12)))
	kinds := []pbxws.Kind{pbxws.KindExtension, pbxws.KindExtension, pbxws.KindExtension, pbxws.KindQueue, pbxws.KindOrbit}
	return pbxws.Account{ID: id, Kind: kinds[r.IntN(len(kinds))], Name: []string{"Anna Verdi", "Zoë Neri", "Bob"}[r.IntN(3)], Registered: r.IntN(4) > 0, DND: r.IntN(4) == 0}
}

// happens is something that a PBX tells.
func happens(r *rand.Rand, st *pbxws.State) {
	a := somebody(r)
	switch r.IntN(8) {
	case 0:
		var all pbxws.DomainLoaded
		for range r.IntN(10) {
			all.Accounts = append(all.Accounts, somebody(r))
		}
		st.Apply(all, noon)
	case 1:
		st.Apply(pbxws.AccountChanged{Patch: pbxws.AccountPatch{ID: a.ID, Kind: &a.Kind, Name: &a.Name}}, noon)
	case 2, 3:
		st.Apply(pbxws.AccountChanged{Patch: pbxws.AccountPatch{ID: a.ID, DND: &a.DND, Registered: &a.Registered}}, noon)
	case 4:
		st.Apply(pbxws.CallEnded{ID: pbxws.CallID(fmt.Sprint(r.IntN(5)))}, noon)
	default:
		st.Apply(pbxws.CallChanged{Call: pbxws.Call{
			ID: pbxws.CallID(fmt.Sprint(r.IntN(5))), Members: []pbxws.AccountID{a.ID, somebody(r).ID}, Callee: a.ID, Phase: pbxws.Phase(r.IntN(3)), Began: noon,
		}}, noon)
	}
}

// TestFollows: a directory that follows what the PBXs tell equals one that is made from nothing, and finds the
// same.
func TestFollows(t *testing.T) {
	for _, systems := range []int{1, 3} {
		same := SameOf(nil, true)
		for seed := range uint64(60) {
			r := rand.New(rand.NewPCG(seed, uint64(systems)))
			boards := make([]phone.LinkView, systems)
			for i := range boards {
				boards[i].Link.ID = phone.LinkID(fmt.Sprint(i))
				boards[i].PBX = pbxws.NewState("201")
			}
			var d *Directory
			marks := Bookmarks{}
			for step := range 60 {
				for range r.IntN(4) {
					happens(r, &boards[r.IntN(systems)].PBX)
				}
				if r.IntN(10) == 0 {
					marks = Bookmarks{phone.Account{Link: "0", ID: somebody(r).ID}: ""}
				}
				d = d.Next(boards, marks, same)
				fresh := (*Directory)(nil).Next(boards, marks, same)
				q := Search{Text: []string{"", "", "20", "ver"}[step/3%4], State: filterOrder[step/2%5], Group: Group(step / 7 % int(Groups)), Order: Order(step / 5 % 2)}
				found, want := d.Matches(q), fresh.Matches(q)
				if len(found)+len(want) > 0 && !reflect.DeepEqual(found, want) {
					t.Fatalf("%d systems, seed %d, step %d: %+v finds %v, want %v", systems, seed, step, q, found, want)
				}
				is, anew := *d, *fresh
				for _, one := range []*Directory{&is, &anew} {
					one.seen, one.found, one.rank, one.asked = nil, nil, nil, Search{}
				}
				if !reflect.DeepEqual(is, anew) && len(is.Entries)+len(anew.Entries) > 0 {
					t.Fatalf("%d systems, seed %d, step %d:\n%+v\nwant\n%+v", systems, seed, step, is, anew)
				}
			}
		}
	}
}
