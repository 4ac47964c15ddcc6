package tui

import (
	"strings"

	"github.com/patchcord/patchcord/tui/apps"
	"github.com/patchcord/patchcord/tui/term"
)

// apps reads out how the AppWebsocket sessions stand and what each said last.
func (n *linear) apps(sc *scene) {
	if len(sc.apps) == 0 {
		n.say(sc.now, "sessions", "none")
	}
	for _, s := range sc.apps {
		n.say(sc.now, "session", strings.TrimSpace(s.Name+", "+string(s.State)+" since "+term.Minutes(sc.since(s.Since))+". "+s.Why))
		for _, e := range s.Entries[max(0, len(s.Entries)-framesRead):] {
			n.say(e.At, s.Name+" "+apps.WayOf(e), e.Text)
		}
	}
}
