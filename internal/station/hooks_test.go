package station

import (
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/patchcord/patchcord/internal/control"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
)

// TestHookEnvironment: a hook gets what the screen gets, whatever a caller calls himself, cut
// between letters.
func TestHookEnvironment(t *testing.T) {
	const hostile = "Ma\x1b]0;x\a\u009b2Jr\u202eio\r\nPATCHCORD_X=1\x00\u2028\u200bA"
	s := phone.Snapshot{Now: time.Now(), Link: phone.Link{Label: hostile, User: hostile}}
	l := phone.Leg{
		ID: pbxws.LegID(hostile), Peer: pbxws.Party{Name: hostile, Number: hostile}, Via: hostile, State: phone.Ended,
		Cause: pbxws.Cause{Reason: hostile},
	}
	for _, entry := range environmentOf("ended", s, control.CallOf(s, l)) {
		if strings.ContainsFunc(entry, func(r rune) bool { return !unicode.IsPrint(r) }) {
			t.Errorf("%q", entry)
		}
		if key, value, _ := strings.Cut(entry, "="); (key == "PATCHCORD_NAME" || key == "PATCHCORD_VIA" || key == "PATCHCORD_CALL") && !strings.HasPrefix(value, "Ma·]0;x·") {
			t.Errorf("%q", entry)
		}
	}
	l.Peer.Name = strings.Repeat("\U0001F1EE\U0001F1F9", 1000) // a flag is two code points and two columns
	for _, entry := range environmentOf("ended", s, control.CallOf(s, l)) {
		if name, ok := strings.CutPrefix(entry, "PATCHCORD_NAME="); ok && name != strings.Repeat("\U0001F1EE\U0001F1F9", longestValue/2) {
			t.Errorf("cut to %d bytes, ending in %q", len(name), name[len(name)-8:])
		}
	}
}

// TestHookNamesTheSystem where there are several, with what the call's own says.
func TestHookNamesTheSystem(t *testing.T) {
	s := phone.Snapshot{Links: []phone.LinkView{{Link: phone.Link{ID: "hq", Label: "hq", User: "201"}}, {Link: phone.Link{ID: "branch", Label: "branch", User: "31"}}}}
	l := phone.Leg{ID: "x", Link: "branch"}
	s = s.On(l.Link)
	env := strings.Join(environmentOf("ringing", s, control.CallOf(s, l)), "\n")
	for _, entry := range []string{"PATCHCORD_SYSTEM=branch", "PATCHCORD_PBX=branch", "PATCHCORD_EXTENSION=31"} {
		if !strings.Contains(env, entry) {
			t.Errorf("no %s in\n%s", entry, env)
		}
	}
	s.Links = s.Links[:1]
	if env := strings.Join(environmentOf("ringing", s, control.CallOf(s, l)), "\n"); strings.Contains(env, "SYSTEM") {
		t.Error(env)
	}
}
