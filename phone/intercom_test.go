package phone

import (
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/pbxws"
)

// TestIntercom: a call that asks for it is answered automatically only where the person wants that, after a ring, and
// never beside another call; and the microphone that was closed for it is open again afterwards.
func TestIntercom(t *testing.T) {
	offer := func(id pbxws.LegID, intercom bool) pbxws.Event {
		return pbxws.LegOffered{Leg: id, From: pbxws.Party{Name: "Door", Number: "606"}, Intercom: intercom}
	}
	for name, tt := range map[string]struct {
		to       Intercom
		intercom bool
		before   func(r *room)
		answers  bool
		muted    bool
	}{
		"off":                 {to: IntercomOff, intercom: true},
		"open":                {to: IntercomOpen, intercom: true, answers: true},
		"muted":               {to: IntercomMuted, intercom: true, answers: true, muted: true},
		"does not ask for it": {to: IntercomOpen},
		"another one rings":   {to: IntercomOpen, intercom: true, before: func(r *room) { r.conn.events <- offer("in0", false); r.after(time.Second) }},
		"changed one's mind":  {to: IntercomOff, intercom: true, before: func(r *room) { r.Do(SetIntercom{IntercomOpen}); r.after(time.Second); r.Do(SetIntercom{IntercomOff}) }},
	} {
		t.Run(name, func(t *testing.T) {
			inRoom(t, always, func(t *testing.T, r *room) {
				r.after(time.Second)
				if tt.to != IntercomOff {
					r.Do(SetIntercom{tt.to})
				}
				if tt.before != nil {
					tt.before(r)
				}
				r.conn.events <- offer("in1", tt.intercom)
				s := r.after(time.Second)
				if l, _ := s.Leg("in1"); l.State != Alerting || !s.Sound.Ringing || s.Muted {
					t.Fatalf("it does not ring first: %+v", s.Legs)
				}
				s = r.after(time.Second)
				l, _ := s.Leg("in1")
				if l.AnsweredItself != tt.answers || (l.State == Alerting) == tt.answers || l.Intercom != tt.intercom {
					t.Fatalf("muted %v: %+v", s.Muted, l)
				}
				if said := strings.Contains(r.said(), "was answered automatically"); said != tt.answers {
					t.Errorf("said: %s", r.said())
				}
				if muted := strings.Contains(r.said(), "automatically: you are muted"); muted != tt.muted {
					t.Errorf("said: %s", r.said())
				}
				r.conn.events <- pbxws.LegEnded{Leg: "in1", Cause: pbxws.Cause{Ending: pbxws.EndedThere}}
				if s = r.after(time.Second); s.Muted {
					t.Error("the next call would begin muted")
				}
			})
		})
	}
}
