package control

import (
	"strings"
	"testing"
	"time"
)

// TestWaybar: what a caller calls himself is no markup of the bar, and the class says what goes on.
func TestWaybar(t *testing.T) {
	now := time.Date(2026, 11, 21, 14, 0, 0, 0, time.UTC)
	st := Status{Link: "up", Extension: "201", Missed: 1}
	if w := st.Waybar(now); w.Class != "idle" || w.Text != "201 miss 1" {
		t.Errorf("%+v", w)
	}
	st.Calls = []Call{{State: "held", Name: "Carla"}, {State: "ringing", Name: `<span size="99pt">&x</span>`}}
	w := st.Waybar(now)
	if w.Class != "ringing" || strings.ContainsAny(w.Text+w.Tooltip, `<>"`) || !strings.Contains(w.Text, "&lt;span") || !strings.Contains(w.Tooltip, "held: Carla") {
		t.Errorf("%+v", w)
	}
	st.Calls, st.Link = st.Calls[:1], "waiting"
	if w := st.Waybar(now); w.Class != "held" {
		t.Errorf("%+v", w)
	}
	st.Calls = nil
	if w := st.Waybar(now); w.Class != "trouble" {
		t.Errorf("%+v", w)
	}
}
