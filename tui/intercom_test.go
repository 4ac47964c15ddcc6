package tui

import (
	"testing"

	"github.com/patchcord/patchcord/phone"
)

// TestIntercomFrame: the frame of a call that nobody answered by hand says whether one is heard, as long as it lasts.
func TestIntercomFrame(t *testing.T) {
	l := talkingTo(mario)
	l.Dir, l.Intercom, l.AnsweredItself = phone.Incoming, true, true
	r := newRobot(t, with(calm(), l))
	r.sees("ANSWERED AUTOMATICALLY, MICROPHONE ON")
	muted := with(calm(), l)
	muted.Muted = true
	r.show(muted)
	r.sees("ANSWERED AUTOMATICALLY, YOU ARE MUTED")
	ring := ringingFrom(mario)
	ring.Intercom = true
	r.show(with(calm(), ring))
	r.sees("an intercom call, which can be answered hands-free").seesNot("BY ITSELF")
	r.show(calm())
	r.m.command("")
	for _, k := range "intercom muted" {
		r.press(map[bool]string{true: "space", false: string(k)}[k == ' '])
	}
	r.press("enter").expect(phone.SetIntercom{To: phone.IntercomMuted})
}
