package tui

import (
	"testing"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
)

// TestWhichPhoneRings: without a sound device the field says before Enter which phone will ring.
func TestWhichPhoneRings(t *testing.T) {
	s := able()
	s.Caps |= pbxws.CapDesk
	s.Sound.Silent, s.Sound.Device, s.Sound.Mic = true, "", ""
	r := newRobot(t, s)
	r.press("d").press("9", "9", "9")
	r.sees("Enter: your desk phone rings; pick it up to call 999")
	r.sees("on desk phone")
	s.PBX.Telephones = []pbxws.Device{{ID: "201", Kind: "physical"}, {ID: "91201", Kind: pbxws.DeviceWebRTC, Chosen: true}}
	s.PBX.Registered = true
	r = newRobot(t, s)
	r.press("d").press("9", "9", "9")
	r.sees("Enter: the PBX has your telephone 91201 call 999")
	s.PBX.Registered = false
	r = newRobot(t, s)
	r.press("d").press("9", "9", "9")
	r.sees("Enter: your desk phone rings; pick it up to call 999")
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
	s := desked(pbxws.PhaseConnected, mario)
	s.Sound.Silent = false
	s.Legs[0].Place = phone.LeftBehind
	r := newRobot(t, s)
	r.sees("LEFT FROM BEFORE A RESTART", "nobody hears it; x x ends it").seesNot("desk phone")
	r.press("x", "x").expect(phone.Hangup{Leg: "desk:d1"})
}

// TestLeavingLeavesTheDeskPhoneAlone: its call needs no question, it goes on.
func TestLeavingLeavesTheDeskPhoneAlone(t *testing.T) {
	r := newRobot(t, desked(pbxws.PhaseConnected, mario))
	r.press("q").expect()
	if r.m.view.leaving != gone {
		t.Error("still here")
	}
}

// TestRareLamps: who calls somebody, and whose state the PBX hides, are drawn and said in words.
func TestRareLamps(t *testing.T) {
	calls, hidden := pbxws.BLFCalling, pbxws.BLFUnknown
	s := able()
	s.PBX.Apply(pbxws.AccountChanged{Patch: pbxws.AccountPatch{ID: "200", BLF: &calls}}, noon)
	newRobot(t, s).press("down").sees("^200", "CALLING since", "^ 1 calling")
	s.PBX.Apply(pbxws.AccountChanged{Patch: pbxws.AccountPatch{ID: "200", BLF: &hidden}}, noon)
	newRobot(t, s).press("down").sees("?200", "UNKNOWN, the PBX does not say", "? 1 unknown")
}
