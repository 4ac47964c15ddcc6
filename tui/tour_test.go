package tui

import (
	"testing"

	"github.com/patchcord/patchcord/phone"
)

// TestTourOnTheScreen: the tour takes its keys from the keymap in force, Esc closes what is open before it
// ends the tour, and calls are left alone.
func TestTourOnTheScreen(t *testing.T) {
	r := newRobot(t, practising())
	mine, err := r.m.scene.keys.Override("keymap.toml", []byte("[talking]\ncall.hold = [\"u\"]\n"))
	if err != nil {
		t.Fatal(err)
	}
	r.send(newsMsg{News{Keys: mine, Text: "keymap reloaded"}})
	r.say("tour").sees("TOUR 1/6", "Dial: type 601 and press Enter.", "Esc leaves the tour")
	r.press("6", "0", "1", "esc").sees("TOUR 1/6").seesNot("dial: [601")
	talking := practising()
	talking.Legs = []phone.Leg{talkingTo(mario)}
	r.show(talking)
	r.sees("TOUR 2/6", "Hold: press u. Mario Bianchi")
	r.press("/").sees("Press Esc to close what is open")
	r.press("esc").sees("Hold: press u.")
	r.say("tour skip").sees("TOUR 3/6")
	r.press("esc").sees("you left the tour").seesNot("TOUR").expect()
	r.say("tour skip").sees("no tour is running")
	r.say("tour").sees("TOUR 2/6")
	r.say("tour off").sees("you left the tour").seesNot("TOUR")
	r.say("tour quickly").sees("type off or skip, or nothing to begin")
}

// TestTourIsForThePractice: at a PBX that people work with nobody is told to try things.
func TestTourIsForThePractice(t *testing.T) {
	r := newRobot(t, calm())
	r.say("tour").sees("the tour is for the practice PBX: :profile practice goes there, then :tour").seesNot("TOUR")
	if r.say("profile practice"); r.m.next != (Next{Practice: true}) || r.m.view.leaving != gone {
		t.Errorf("goes to %+v", r.m.next)
	}
	r = newRobot(t, practising())
	r.say("tour").sees("TOUR 1/6")
	r.show(calm()) // another profile
	r.seesNot("TOUR")
	r = newRobot(t, practising())
	r.m.scene.w, r.m.scene.h = 40, 12
	r.say("tour").sees("the tour needs a window of 60")
}
