package phone

import (
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/pbxws"
)

// TestTakenBy: a call that somebody else took tells who that was, whichever the PBX shows first, and nobody is named
// where it may be either of two.
func TestTakenBy(t *testing.T) {
	carla, vera := pbxws.AccountID("203"), pbxws.AccountID("204")
	taken := func(id pbxws.CallID, from string, by pbxws.AccountID) pbxws.Event {
		return pbxws.CallChanged{Call: pbxws.Call{
			ID: id, From: pbxws.Party{Number: from}, To: pbxws.Party{Number: string(by)}, Callee: by, Members: []pbxws.AccountID{by}, Phase: pbxws.PhaseConnected,
		}}
	}
	cancelled := pbxws.LegEnded{Leg: "in1", Cause: pbxws.Cause{Ending: pbxws.EndedCancelled}}
	elsewhere := pbxws.LegEnded{Leg: "in1", Cause: pbxws.Cause{Ending: pbxws.EndedElsewhere, Code: 200}}
	for name, tt := range map[string]struct {
		events []pbxws.Event
		want   string
	}{
		"shown first":              {[]pbxws.Event{taken("c1", "305", carla), elsewhere}, "answered elsewhere by 203 Carla Bruni"},
		"shown later":              {[]pbxws.Event{elsewhere, taken("c1", "305", carla)}, "answered elsewhere by 203 Carla Bruni"},
		"as if the caller gave up": {[]pbxws.Event{taken("c1", "305", carla), cancelled}, "answered elsewhere by 203 Carla Bruni"},
		"at our other telephone":   {[]pbxws.Event{taken("c1", "305", "201"), elsewhere}, "answered elsewhere by you, at another telephone"},
		"somebody else's call":     {[]pbxws.Event{taken("c1", "306", carla), cancelled}, "the caller gave up"},
		"either of two":            {[]pbxws.Event{taken("c1", "305", carla), taken("c2", "305", vera), elsewhere}, "answered elsewhere (200)"},
		"the caller gave up":       {[]pbxws.Event{cancelled, taken("c1", "305", carla)}, "the caller gave up"},
	} {
		t.Run(name, func(t *testing.T) {
			inRoom(t, always, func(t *testing.T, r *room) {
				r.after(10 * time.Second)
				for id, called := range map[pbxws.AccountID]string{"201": "Luca", carla: "Carla Bruni", vera: "Vera"} {
					kind := pbxws.KindExtension
					r.conn.events <- pbxws.AccountChanged{Patch: pbxws.AccountPatch{ID: id, Kind: &kind, Name: &called}}
				}
				r.conn.events <- pbxws.LegOffered{Leg: "in1", From: pbxws.Party{Name: "Mario", Number: "305"}}
				r.after(time.Second)
				for _, e := range tt.events {
					r.conn.events <- e
					r.after(500 * time.Millisecond)
				}
				s := r.after(100 * time.Millisecond)
				if len(s.Legs) != 1 || s.Legs[0].EndWords() != tt.want {
					t.Errorf("%+v, want %q", s.Legs, tt.want)
				}
				if missed := strings.Contains(r.said(), "missed call"); missed != (tt.want == "the caller gave up") {
					t.Errorf("said: %s", r.said())
				}
			})
		})
	}
}
