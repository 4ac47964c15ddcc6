package tui

import (
	"testing"
	"time"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
)

// TestNumbersAreTheSame: whatever prefix a network puts before them, and never a short one.
func TestNumbersAreTheSame(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"+39 0721 555 016", "0721555016", true},
		{"00390721555016", "0721/555-016", true},
		{"305", "305", true},
		{"305", "1305", false},
		{"0721555016", "0721555017", false},
		{"anna@acme.example", "anna@acme.example", true},
		{"", "", false},
	} {
		if got := sameNumber(tt.a, tt.b); got != tt.want {
			t.Errorf("%q and %q: %v", tt.a, tt.b, got)
		}
	}
}

// TestMissedOfThisSession counts a call once, whatever the PBX's record says later, and no call
// that a colleague took.
func TestMissedOfThisSession(t *testing.T) {
	r := newRobot(t, restful())
	gone := ringingFrom(mario)
	gone.State, gone.Ended, gone.Cause.Ending = phone.Ended, noon, pbxws.EndedCancelled
	taken := gone
	taken.ID, taken.Cause.Ending = "leg-9", pbxws.EndedElsewhere
	r.show(with(restful(), gone, taken))
	r.show(with(restful(), gone, taken))
	r.sees("miss 1")
	s := restful()
	s.PBX.History = []pbxws.PastCall{{ID: "x", From: mario, To: pbxws.Party{Number: "201"}, Incoming: true, Began: gone.Began.Add(time.Second), Ended: noon}}
	r.show(s)
	if n := len(r.m.scene.past.calls); n != 1 {
		t.Errorf("%d calls in the history, want the PBX's record of both: %v", n, r.m.scene.past.calls)
	}
	r.press("g", "h").sees("! missed").seesNot("miss 1")
}

// TestNameBeforeTheAnswer: who calls is looked up in the phone book and the history.
func TestNameBeforeTheAnswer(t *testing.T) {
	r := newRobot(t, with(able(), ringingFrom(pbxws.Party{Number: "0721555016"})))
	r.sees(">> Mario Bianchi", "in your contacts: Mario Bianchi, Bianchi SRL", "last call Tue 10:05, they called, 4:10")
	if r.frame.c.title != "(ringing) Mario Bianchi" {
		t.Errorf("title %q", r.frame.c.title)
	}
}
