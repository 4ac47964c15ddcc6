package tui

import (
	"testing"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
)

// TestWayBackEndsOneCallOnly: whoever presses x more often than needed keeps the caller.
func TestWayBackEndsOneCallOnly(t *testing.T) {
	r := newRobot(t, consulting(phone.Connected))
	r.press("x").expect(phone.DropConsult{})
	r.show(with(able(), heldParty(mario)))
	r.press("x", "x").expect()
	r.sees("already back: Mario Bianchi is still with you")
	r.wait(armedFor)
	r.press("x", "x").expect(phone.Hangup{Leg: "leg-2"})
}

// TestAskedHangsUp: a beep, and the one who waits is still there.
func TestAskedHangsUp(t *testing.T) {
	s := consulting(phone.Connected)
	r := newRobot(t, s)
	r.sees("step 2 of 3", "a beep tells you", "Marco Neri", "Mario Bianchi, Bianchi SRL")
	gone := s.Legs[1]
	gone.State, gone.Ended, gone.Cause.Ending = phone.Ended, noon, pbxws.EndedThere
	r.show(with(able(), s.Legs[0], gone))
	if r.frame.c.Bells != 1 {
		t.Errorf("%d bells", r.frame.c.Bells)
	}
	r.seesNot("step 2 of 3").sees("ON HOLD by you")
	r.press("f4", "x", "x").expect() // was meant for the one who is gone
	r.wait(consultFor)
	r.press("f4").expect(phone.Hangup{Leg: "leg-2"})
}

// TestThirdStep: the PBX has been asked to join them and has not said yes.
func TestThirdStep(t *testing.T) {
	s := consulting(phone.Connected)
	s.Legs[0].Transfer = "203 Marco Neri"
	newRobot(t, s).sees("step 3 of 3", "being put through")
}

// TestNobodyIsSentToThemselves: the one dialled from the grid is still selected there.
func TestNobodyIsSentToThemselves(t *testing.T) {
	s := with(able(), talkingTo(pbxws.Party{Name: "Marco Neri", Number: "203"}))
	for _, key := range []string{"t", "T"} {
		r := newRobot(t, s)
		r.m.view.roster.mark = at("203")
		r.press(key).sees("type a number or a name")
		r.press("2", "0", "3").sees("a call cannot be transferred to the one who is in it").expect()
		r = newRobot(t, s)
		r.m.view.roster.mark = at(s.PBX.Self)
		r.press(key).sees("type a number or a name")
	}
}
