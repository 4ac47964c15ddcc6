package tui

import (
	"testing"

	"github.com/patchcord/patchcord/pbxws"
)

// TestDeskCallIsNoSecondCard: a phone with sound shows no desk card beside a call of its own,
// nor one for a call that has only just begun.
func TestDeskCallIsNoSecondCard(t *testing.T) {
	s := desked(pbxws.PhaseConnected, mario)
	s.Sound.Silent = false
	newRobot(t, s).sees("on your desk phone")
	newRobot(t, with(s, talkingTo(carla))).seesNot("on your desk phone")
	young := s.PBX.Calls["d1"]
	young.Began = noon
	s.PBX.Apply(pbxws.CallChanged{Call: young}, noon)
	newRobot(t, s).seesNot("on your desk phone")
}

// TestLeavingLeavesTheDeskPhoneAlone: its call needs no question, it goes on.
func TestLeavingLeavesTheDeskPhoneAlone(t *testing.T) {
	r := newRobot(t, desked(pbxws.PhaseConnected, mario))
	r.press("q").expect()
	if r.m.view.leaving != gone {
		t.Error("still here")
	}
}
