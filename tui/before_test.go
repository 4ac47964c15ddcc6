package tui

import (
	"testing"
	"time"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
)

// ended is how a leg is found when it is over.
func ended(l phone.Leg, e pbxws.Ending) phone.Leg {
	l.State, l.Cause, l.Ended = phone.Ended, pbxws.Cause{Ending: e}, noon
	return l
}

// TestNewCallTakesNoKey: a key that is pressed when a card appears is not for that card, except the
// key that only answers.
func TestNewCallTakesNoKey(t *testing.T) {
	ring := with(calm(), ringingFrom(mario))
	for _, key := range []string{"x", "a", "f4", "z"} {
		r := newRobot(t, calm())
		r.wait(time.Minute)
		r.show(ring)
		r.now = r.now.Add(500 * time.Millisecond)
		r.press(key).expect()
		r.sees("Mario Bianchi started to ring just now")
		r.wait(typingFor)
		r.press("x").expect(phone.Reject{Leg: "leg-3"})
	}
	r := newRobot(t, calm())
	r.show(ring)
	r.press("f3").expect(phone.AnswerCall{Leg: "leg-3"})

	up := ringingFrom(mario) // whoever picks it up works on at once
	up.State = phone.Answering
	r.show(with(calm(), up))
	up.State, up.Answered = phone.Connected, r.now
	r.show(with(calm(), up))
	r.press("h").expect(phone.Hold{Leg: "leg-3"})

	over := with(calm(), talkingTo(carla), ringingFrom(mario)) // over a call: what it meant there
	for key, want := range map[string][]phone.Intent{
		"f4": {phone.Hangup{Leg: "leg-1"}}, "5": {phone.SendDigits{Leg: "leg-1", Digits: "5"}}, "h": {phone.Hold{Leg: "leg-1"}},
		"x": nil, "a": nil, "enter": nil, "z": nil,
	} {
		r := newRobot(t, with(calm(), talkingTo(carla)))
		r.wait(time.Minute)
		r.show(over)
		r.press(key).expect(want...)
		if key == "x" {
			r.sees("then x: hang up on Carla Verdi")
		}
	}
}

// TestKeyForACallThatEnded: a key on its way when a call ended is not for the next one, and says what
// is the case.
func TestKeyForACallThatEnded(t *testing.T) {
	both := with(able(), talkingTo(mario), heldParty(carla))
	gone := with(able(), ended(talkingTo(mario), pbxws.EndedThere), heldParty(carla))
	for _, key := range []string{"h", "r", "t", "T", "p", "R", "W", "5", "x", "f4", "f5", "f6"} {
		r := newRobot(t, both)
		r.show(gone)
		r.press(key).expect()
		r.sees("that call is over: Mario Bianchi hung up").seesNot("dial:", "Verdi to:", "then x")
		r.wait(time.Second)
		r.press("h").expect(phone.Resume{Leg: "leg-2"})
	}
	r := newRobot(t, both)
	r.show(gone)
	r.press("s").expect()
	r.sees("to swap, you need one active call and one on hold: Mario Bianchi hung up")

	r = newRobot(t, both) // whoever hung up themselves knows
	r.show(with(able(), ended(talkingTo(mario), pbxws.EndedHere), heldParty(carla)))
	r.press("h").expect(phone.Resume{Leg: "leg-2"})

	asked := consulting(phone.Connected)
	r = newRobot(t, asked)
	r.show(with(able(), asked.Legs[0], ended(asked.Legs[1], pbxws.EndedThere)))
	r.press("t").expect()
	r.sees("no consultation is open: 203 Marco Neri hung up; Mario Bianchi is on hold")
	r.press("x").expect()
}

// TestKeyForAConsultationThatFailed: a key for a consultation does nothing to the call that is left for as
// long as a person needs to see the change.
func TestKeyForAConsultationThatFailed(t *testing.T) {
	asked := consulting(phone.Ringing)
	failed := with(able(), asked.Legs[0], ended(asked.Legs[1], pbxws.EndedBusy))
	const why = "no consultation is open: 203 Marco Neri is busy; Mario Bianchi is on hold"
	for _, key := range []string{"t", "f6", "x", "f4"} {
		r := newRobot(t, asked)
		r.show(failed)
		r.wait(consultFor - 200*time.Millisecond)
		r.press(key).expect()
		r.sees(why).seesNot("to:", "then x")
	}
	r := newRobot(t, asked)
	r.show(failed)
	r.wait(consultFor)
	r.press("t").seesNot(why).sees("Bianchi to:")

	r = newRobot(t, asked) // whoever took the call back has seen it
	r.show(failed)
	r.wait(time.Second)
	r.press("h").expect(phone.Resume{Leg: "leg-2"})
	r.press("t").sees("Bianchi to:")
}

// TestKeyForACallThatStoppedRinging: the next one that rings is somebody else.
func TestKeyForACallThatStoppedRinging(t *testing.T) {
	second := ringingFrom(carla)
	second.ID, second.Via = "leg-9", ""
	for _, key := range []string{"a", "f3", "x", "f4"} {
		r := newRobot(t, with(calm(), ringingFrom(mario), second))
		r.show(with(calm(), ended(ringingFrom(mario), pbxws.EndedCancelled), second))
		r.press(key).expect()
		r.sees("that call is over: Mario Bianchi stopped calling; Carla Verdi is calling")
		r.wait(time.Second)
		r.press("a").expect(phone.AnswerCall{Leg: "leg-9"})
	}
	r := newRobot(t, with(calm(), ringingFrom(mario))) // one more that rings takes nothing away
	r.show(with(calm(), ringingFrom(mario), second))
	r.press("a").expect(phone.AnswerCall{Leg: "leg-3"})
}

// TestMenuKeepsItsMark: Enter runs the row that was selected, whatever rows come above it; if it is
// gone, Enter does nothing.
func TestMenuKeepsItsMark(t *testing.T) {
	r := newRobot(t, able())
	r.press("/", "2", "0", "4", "tab").sees(">d   call 204")
	s := able()
	s.PBX.Apply(pbxws.CallChanged{Call: pbxws.Call{ID: "new", From: mario, To: pbxws.Party{Number: "204"}, Callee: "204", Members: []pbxws.AccountID{"204"},
		Began: noon}}, noon)
	r.show(s)
	r.sees(" P   pick up the call that rings at 204", ">d   call 204")
	r.press("enter").expect(phone.Dial{To: "204"})

	r = newRobot(t, with(able(), talkingTo(mario)))
	r.press("/", "2", "0", "4", "tab", "down").sees(">t   transfer: Mario Bianchi will talk to 204")
	r.show(able())
	r.wait(time.Second)
	r.press("enter").expect()
	r.sees("that is no longer possible")
}
