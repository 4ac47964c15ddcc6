package tui

import (
	"testing"

	"github.com/patchcord/patchcord/pbxws"
)

// TestQuestionOfACallThatEnds: nothing is left to ask, and Enter is no longer taken for a yes.
func TestQuestionOfACallThatEnds(t *testing.T) {
	r := newRobot(t, with(able(), talkingTo(mario), heldParty(carla)))
	r.press("l").sees("Link Carla Verdi with Mario Bianchi and leave?", "Enter yes  Esc no")
	r.show(with(able(), talkingTo(mario)))
	r.sees("one of the two calls is gone").seesNot("and leave?")
	r.press("enter").expect()
}

// TestQuestionLeavesTheFRow: a call that comes in can be answered while something is asked.
func TestQuestionLeavesTheFRow(t *testing.T) {
	r := newRobot(t, with(able(), talkingTo(mario), heldParty(carla)))
	r.press("l")
	r.show(with(able(), talkingTo(mario), heldParty(carla), ringingFrom(mario)))
	r.press("a").expect()
	r.press("f3")
	if done := r.did(); len(done) != 1 {
		t.Errorf("done %v", done)
	}
}

// TestLeavingPromisesWhatIsKept: calls of ours end with the program, so no answer says that they go
// on; one at the desk phone does go on, and is not asked about.
func TestLeavingPromisesWhatIsKept(t *testing.T) {
	r := newRobot(t, with(able(), talkingTo(mario)))
	r.press("q").sees("1 call: s stay (Enter), x hang up and leave").seesNot("b leave", "go on")
	desk := desked(pbxws.PhaseConnected, carla)
	own := talkingTo(mario)
	own.N = 2
	desk.Legs = append(desk.Legs, own)
	r = newRobot(t, desk)
	r.press("q").sees("1 call: s stay (Enter), x hang up and leave; your desk phone's call goes on")
	r = newRobot(t, desked(pbxws.PhaseConnected, carla))
	r.press("q").seesNot("1 call:")
}
