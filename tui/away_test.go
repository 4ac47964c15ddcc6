package tui

import "testing"

// TestAWatcherIsOfferedNothing: a screen that only watches shows the call and no key for it.
func TestAWatcherIsOfferedNothing(t *testing.T) {
	r := newRobot(t, with(able(), talkingTo(mario)))
	r.sees("h hold", "t transfer")
	r.m.scene.away = &Away{Watches: true}
	r.show(with(able(), talkingTo(mario)))
	r.sees("TALKING", "WATCHING", "D leave the screen").seesNot("hold", "transfer", "hang up")
	r.press("h").expect()
	r.sees("this screen only watches")
}
