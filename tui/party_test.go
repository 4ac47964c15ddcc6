package tui

import (
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
)

// TestNumberStaysOnTheCard: however long a name is, and in whatever letters, the number beside it is
// whole on every card, at every width that has room for cards.
func TestNumberStaysOnTheCard(t *testing.T) {
	t.Parallel()
	const external, inside = "+39 0721 555 016", "305"
	for _, name := range []string{strings.Repeat("Wilhelmina ", 30), strings.Repeat("電話交換手", 30), strings.Repeat("e\u0301", 200)} {
		for _, number := range []string{external, inside} {
			p := pbxws.Party{Name: name, Number: number}
			over := ended(talkingTo(p), pbxws.EndedThere)
			for what, s := range map[string]phone.Snapshot{
				"ringing": with(able(), ringingFrom(p)), "talking": with(able(), talkingTo(p)), "held": with(able(), heldParty(p)),
				"calling": with(able(), calling(p, phone.Ringing)), "ended": with(able(), over),
				"second": with(able(), talkingTo(mario), ringingFrom(p)), "two held": with(able(), heldParty(p), talkingTo(carla)),
			} {
				for _, size := range [][2]int{{200, 60}, {120, 40}, {80, 24}, {80, 12}, {61, 11}, {50, 12}, {40, 9}} {
					for _, ascii := range []bool{true, false} {
						c := shot{scene: s, view: view{}}.canvas(sceneOf(t, s), size, ascii)
						if size[0] < minWidth && what != "ringing" {
							continue
						}
						if !strings.Contains(c.String(), number) {
							t.Errorf("%s at %v: no %s on\n%s", what, size, number, c)
						}
					}
				}
			}
		}
	}
}

// TestTypedNumberSurvives: the F-row works in a field without taking what was typed there.
func TestTypedNumberSurvives(t *testing.T) {
	r := newRobot(t, calm())
	r.press("6", "0")
	r.show(with(calm(), ringingFrom(mario)))
	r.press("f3").expect(phone.AnswerCall{Leg: "leg-3"})
	r.sees("dial: [60_")
	r.press("1", "enter").expect(phone.Dial{To: "601"})

	up := with(able(), talkingTo(mario))
	for key, sees := range map[string]string{
		"f2": "dial: [203_", "f5": "dial: [203_", "f6": "transfer Mario Bianchi to: [203_", "f7": "call: [203_", "f8": "dial: [203_", "f9": "dial: [203_",
	} {
		r = newRobot(t, up)
		r.press("d", "2", "0", "3", key).sees(sees)
	}
	r = newRobot(t, up)
	r.press("d", "2", "0", "3", "f1", "esc").sees("dial: [203_")
	r = newRobot(t, with(calm(), ringingFrom(mario))) // an empty field is of no use to a call
	r.press("d", "f3").seesNot("dial: [")
}

// TestParkFieldShowsPlaces: which are free and who waits in the others, and no extensions.
func TestParkFieldShowsPlaces(t *testing.T) {
	r := newRobot(t, with(able(), talkingTo(mario)))
	r.press("p").sees("PARKING PLACES 3  2 free", "80      free", "81      340 555 0199 waits 2:1", "parked by Sara Conti").seesNot("EXTENSIONS", "Verdi")
	r.press("down").sees(">80      free", "Enter: parks Mario Bianchi at 80")
	r.press("down").sees("81 is taken: 340 555 0199 is parked there")
	r.press("enter").expect()
	r.press("down", "enter").expect(phone.ParkCall{Leg: "leg-1", Orbit: "82"})
	r = newRobot(t, with(able(), talkingTo(mario)))
	r.press("p", "8", "1", "enter").expect()
	r.sees("81 is taken")
	r.press("backspace", "0", "enter").expect(phone.ParkCall{Leg: "leg-1", Orbit: "80"})
	s := with(able(), talkingTo(mario))
	s.PBX.Orbits = nil
	newRobot(t, s).press("p").sees("the PBX lists no parking places", "Enter: parks Mario Bianchi where the PBX chooses")
}

// TestCardNamesThePlace of a call that is parked, while that is done and after.
func TestCardNamesThePlace(t *testing.T) {
	parking := talkingTo(carla)
	parking.Transfer = "parked at 80"
	newRobot(t, with(able(), parking)).sees("PARKING at 80, waiting for the PBX")
	parking.Transfer = "parked"
	newRobot(t, with(able(), parking)).sees("PARKING, waiting for the PBX")
	parking = ended(parking, pbxws.EndedTransferred)
	parking.Transfer = "parked at 80"
	for _, size := range [][2]int{{120, 40}, {80, 24}, {50, 12}} {
		r := newRobot(t, with(able(), parking))
		r.m.scene.w, r.m.scene.h = size[0], size[1]
		r.wait(time.Second)
		r.sees("parked at 80")
	}
	sent := ended(talkingTo(mario), pbxws.EndedTransferred)
	sent.Transfer = "203"
	newRobot(t, with(able(), sent)).sees("sent to 203 Marco Neri")
}
