package tui

import (
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/history"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
)

// wandering is a call whose path has changed twice.
func wandering() phone.Leg {
	l := talkingTo(mario)
	l.Paths = []phone.PathChange{{At: ago(90 * time.Second), Gap: 300 * time.Millisecond}, {At: ago(9 * time.Second), Gap: 1234 * time.Millisecond}}
	return l
}

// TestPathKeys: one key asks for another path in the quality pane, and only a pressed pair of keys
// gives the call up for a new one.
func TestPathKeys(t *testing.T) {
	l := wandering()
	r := newRobot(t, with(able(), l))
	r.press("i", "n").expect(phone.RestartICE{Leg: l.ID})
	r.press("i", ":", "p", "a", "t", "h", "enter").expect(phone.RestartICE{Leg: l.ID})
	r.press(".").expect()
	r.press(".").expect(phone.CallAgain{Leg: l.ID})
	r.show(with(calm(), l))
	r.press("i", "n").expect()
	r.sees("this PBX cannot give another path")
}

func TestPathIsShown(t *testing.T) {
	l := wandering()
	r := newRobot(t, with(able(), l)).press("i")
	r.sees("path changed 2 times, the last time 0:09 ago with a gap of 1.2 s")
	if text := report(&r.m.scene, l); !strings.Contains(text, "path changed 2 times") {
		t.Errorf("not in the report:\n%s", text)
	}
	l.PathRefused = true
	r.show(with(able(), l))
	r.sees("no other path was found")
	r.sees(". . call again")
}

// TestPathInTheRecord: the gaps stay with the call when it is over, in the PBX's own record of it too.
func TestPathInTheRecord(t *testing.T) {
	l := wandering()
	s := able()
	s.PBX.History = []pbxws.PastCall{{ID: "theirs", From: l.Peer, To: pbxws.Party{Number: "201"}, Incoming: true,
		Began: l.Began.Add(time.Second), Answered: l.Answered, Ended: noon}}
	r := newRobot(t, s)
	r.send(onDisk(history.Record{
		ID: "ours", Incoming: true, Number: l.Peer.Number, Began: l.Began, Answered: l.Answered, Ended: noon,
		Outcome: history.Talked, Sound: &history.Sound{Gaps: []history.Millis{300, 1200}},
	}))
	r.press("g", "h").sees("path changed, 0.3, 1.2 s gap  2:11")
}
