package tui

import (
	"testing"
	"time"

	"github.com/patchcord/patchcord/history"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
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

// TestOneCallIsOneCard: the PBX's record of a call of ours is no second card, whichever form of the
// number it shows, and neither is it once it names our leg.
func TestOneCallIsOneCard(t *testing.T) {
	leg := talkingTo(pbxws.Party{Number: "+15551234"})
	for _, change := range map[string]func(*pbxws.Call){
		"another form of the number": func(c *pbxws.Call) { c.From.Number = "5551234" },
		"the same leg":               func(c *pbxws.Call) { c.From.Number, c.Leg = "anything", leg.ID },
	} {
		s := desked(pbxws.PhaseConnected, mario)
		call := s.PBX.Calls["d1"]
		change(&call)
		s.PBX.Apply(pbxws.CallChanged{Call: call}, noon)
		r := newRobot(t, with(s, leg))
		r.seesNot("on your desk phone")
		call.Leg, call.From.Number = "", "7654321"
		s.PBX.Apply(pbxws.CallChanged{Call: call}, noon)
		newRobot(t, with(s, leg)).sees("on your desk phone")
	}
}

// TestWhichPhoneRings: without a sound device the field says before Enter which phone will ring.
func TestWhichPhoneRings(t *testing.T) {
	s := able()
	s.Caps |= pbxws.CapDesk
	s.Sound.Silent, s.Sound.Device, s.Sound.Mic = true, "", ""
	r := newRobot(t, s)
	r.press("d").press("9", "9", "9")
	r.sees("Enter: your desk phone rings; pick it up to call 999")
	r.sees("on desk phone")
	s.PBX.Apply(pbxws.PhonesLoaded{}, noon)
	r = newRobot(t, s)
	r.press("d").press("9", "9", "9")
	r.sees("Enter: calls 999 without sound: no sound card, no desk phone")
	s.Link.Practice = true
	r = newRobot(t, s)
	r.press("d").press("9", "9", "9")
	r.sees("Enter: calls 999")
	s.PBX.Apply(pbxws.PhonesLoaded{Phones: []string{"Practice desk phone"}}, noon)
	r = newRobot(t, s)
	r.press("d").press("9", "9", "9")
	r.sees("Enter: your desk phone rings")
}

// TestLeftCallIsNoDeskCall: a call that was up when an earlier run of this program was killed is told
// as such, can be ended, and is not said to be the desk phone's.
func TestLeftCallIsNoDeskCall(t *testing.T) {
	s := desked(pbxws.PhaseConnected, pbxws.Party{Name: "Mario", Number: "0721555016"})
	s.Sound.Silent = false
	r := newRobot(t, s)
	record := history.Record{ID: "a", Number: "+390721555016", Began: ago(75 * time.Second), Outcome: history.Interrupted}
	r.send(pastMsg{history.View{Calls: []history.Record{record}}})
	r.show(s)
	r.sees("LEFT BY AN EARLIER RUN", "nobody hears it; x x ends it").seesNot("desk phone")
	r.press("x", "x").expect(phone.DeskHangup{Call: "d1"})
	record.Began = ago(time.Hour)
	r.send(pastMsg{history.View{Calls: []history.Record{record}}})
	r.show(s)
	r.sees("on your desk phone")
}

// TestLeavingLeavesTheDeskPhoneAlone: its call needs no question, it goes on.
func TestLeavingLeavesTheDeskPhoneAlone(t *testing.T) {
	r := newRobot(t, desked(pbxws.PhaseConnected, mario))
	r.press("q").expect()
	if r.m.view.leaving != gone {
		t.Error("still here")
	}
}
