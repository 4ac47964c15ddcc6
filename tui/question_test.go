package tui

import "testing"

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
	if told := r.told(); len(told) != 1 {
		t.Errorf("told %v", told)
	}
}
