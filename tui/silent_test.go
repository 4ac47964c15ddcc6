package tui

import (
	"testing"
	"time"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
)

// TestNoSoundCardIsNoFlatMicrophone: card and quality pane give the same cause, and no gaps of a
// sound that nobody plays.
func TestNoSoundCardIsNoFlatMicrophone(t *testing.T) {
	s := with(calm(), talkingTo(mario))
	s.Sound.Silent, s.Sound.Meter.Mic, s.Sound.Meter.Underruns = true, 0, 78
	r := newRobot(t, s)
	for range 10 {
		r.wait(time.Second)
		s.Now = r.now
		s.Legs[0].Stats.Sent += 50
		s.Legs[0].Stats.Received += 50
		r.show(s)
	}
	r.sees("no sound card here").seesNot("your microphone gives")
	r.press("i").sees("THEY HEAR NOTHING: no sound card").seesNot("gaps:", "your microphone gives")
}

// TestOwnRejectOnTheCard: "declined" would be what the other side did.
func TestOwnRejectOnTheCard(t *testing.T) {
	l := ringingFrom(mario)
	l.State, l.Ended, l.Cause = phone.Ended, noon, pbxws.Cause{Ending: pbxws.EndedDeclined, Code: 603}
	newRobot(t, with(calm(), l)).sees("you rejected it").seesNot("declined")
}

// TestServiceCodeWithoutSound: which phone would ring never takes the place of the warning.
func TestServiceCodeWithoutSound(t *testing.T) {
	s := able()
	s.Caps |= pbxws.CapDesk
	s.Sound.Silent, s.Sound.Device, s.Sound.Mic = true, "", ""
	r := newRobot(t, s)
	r.send(pasted("*21*0900123456#"))
	r.sees("SERVICE CODE that may change settings: Enter dials *21*0900123456#")
	s.PBX.Apply(pbxws.PhonesLoaded{}, noon)
	r = newRobot(t, s)
	r.send(pasted("tel:*21*0900123456#"))
	r.sees("SERVICE CODE that may change settings: Enter dials *21*0900123456#")
}
