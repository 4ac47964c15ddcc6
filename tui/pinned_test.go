package tui

import (
	"strings"
	"testing"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
)

// TestKeyListStaysOnItsRow: a call that begins to ring has other keys than before. Enter runs what was marked, or
// says that it cannot be done any more; it does not answer.
func TestKeyListStaysOnItsRow(t *testing.T) {
	r := newRobot(t, calm())
	r.press("?")
	r.show(with(calm(), ringingFrom(mario)))
	r.press("enter").expect()
	r = newRobot(t, with(calm(), ringingFrom(mario)))
	r.press("?")
	r.show(calm())
	r.press("enter").sees("answer is no longer possible here").expect()
}

// TestListStaysOnItsRow: Enter does not take another row than the one that was marked.
func TestListStaysOnItsRow(t *testing.T) {
	parks := func(numbers ...string) phone.Snapshot {
		s := able()
		for i, id := range []pbxws.OrbitID{"80", "81", "82"} {
			o := pbxws.Orbit{ID: id}
			if numbers[i] != "" {
				o.Call, o.Parked = pbxws.CallID(numbers[i]), pbxws.Party{Number: numbers[i]}
			}
			s.PBX.Apply(pbxws.OrbitChanged{Orbit: o}, noon)
		}
		return s
	}
	const gone = "that row is gone; the arrow keys select another"
	r := newRobot(t, parks("", "305", "306"))
	r.press("g", "p").wait(freshens)
	r.show(parks("304", "305", "306")) // one comes above
	r.press("enter").expect(phone.Retrieve{Orbit: "81"})

	r = newRobot(t, parks("", "305", "306"))
	r.press("g", "p").wait(freshens)
	r.show(parks("", "", "306"))
	r.press("enter").sees(gone).expect()
	r.press("down", "enter").expect(phone.Retrieve{Orbit: "82"})

	r = newRobot(t, parks("", "305", "306"))
	r.press("g", "p")
	r.show(parks("304", "305", "306")) // with what was asked for when the list was opened
	r.press("enter").expect(phone.Retrieve{Orbit: "80"})

	r = newRobot(t, parks("", "305", "306"))
	r.press("g", "p").wait(freshens)
	r.show(parks("", "307", "306")) // another at the same place
	r.press("enter").sees(gone).expect()
}

// TestWallboardStaysOnItsQueue: the longest wait comes first, and the selected queue moves with it.
func TestWallboardStaysOnItsQueue(t *testing.T) {
	queues := func(waits ...pbxws.Queue) phone.Snapshot {
		s := calm()
		for _, q := range waits {
			s.PBX.Apply(pbxws.QueueChanged{Queue: q}, noon)
		}
		return s
	}
	r := newRobot(t, queues(pbxws.Queue{ID: "71", Name: "Sales", Waiting: 1}, pbxws.Queue{ID: "72", Name: "Support"}))
	r.press("g", "l")
	r.show(queues(pbxws.Queue{ID: "71", Name: "Sales"}, pbxws.Queue{ID: "72", Name: "Support", Waiting: 2}))
	r.press("enter").sees(">71")

	r = newRobot(t, queues(pbxws.Queue{ID: "71", Name: "Sales", Waiting: 1}, pbxws.Queue{ID: "72", Name: "Support"}))
	r.press("g", "l")
	r.show(queues(pbxws.Queue{ID: "72", Name: "Support"}))
	r.press("enter").sees(queueGone, "WALLBOARD")
}

// TestPhoneBookStaysOnItsRow: the mark is on a number of somebody, wherever that stands in what the PBX sends.
func TestPhoneBookStaysOnItsRow(t *testing.T) {
	book := func(names ...string) phone.Snapshot {
		s := able()
		numbers := map[string]string{"Anna": "0721405510", "Bruno": "0721405511", "Carla": "0721405512", "Dario": "0721405513"}
		var all []pbxws.Contact
		for _, n := range names {
			all = append(all, pbxws.Contact{Name: n, Numbers: []string{numbers[n]}})
		}
		s.PBX.Apply(pbxws.PhonebookLoaded{Contacts: all}, noon)
		return s
	}
	r := newRobot(t, book("Bruno", "Carla"))
	r.press("g", "b").wait(freshens)
	r.did()
	r.show(book("Anna", "Dario", "Bruno", "Carla"))
	r.press("enter").expect(phone.Dial{To: "0721405511"})
	r = newRobot(t, book("Bruno", "Carla", "Bruno")) // twice the same
	r.press("g", "b", "down", "down").did()
	r.press("enter").expect(phone.Dial{To: "0721405512"})
}

// TestPersonStaysOnItsRow: a row without a key of its own stays selected when others come above it.
func TestPersonStaysOnItsRow(t *testing.T) {
	r := newRobot(t, able())
	pp := &personPane{who: phone.Account{ID: "212"}}
	r.m.view.panes.push(pp)
	for range 30 {
		if rows := personRows(&r.m.scene, pp.who); pp.row != "" && strings.HasPrefix(rows[pp.place(rows)].words, "listen") {
			break
		}
		r.press("down")
	}
	r.show(with(able(), talkingTo(mario)))
	r.press("enter").expect(phone.Listen{Account: pp.who})
}
