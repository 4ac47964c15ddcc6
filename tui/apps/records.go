package apps

import (
	"fmt"
	"slices"
	"time"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/tui/term"
)

func (a *Pane) loadPreview(text string) (term.Style, string) {
	switch {
	case text != "":
		return term.Strong, fmt.Sprintf("Enter: opens it as a session; Up and Down bring the %d saved ones", len(a.Records))
	case len(a.Records) == 0:
		return term.Faint, "nothing is saved yet; type the path of a file"
	}
	return term.Faint, "Up brings the saved records; or type the path of a file"
}

// Likeliest is the session that a record most likely belongs to: itself, the same app at the
// same address, any.
func Likeliest(all []appws.SessionView, s appws.SessionView) string {
	for _, is := range []func(appws.SessionView) bool{
		func(o appws.SessionView) bool { return o.ID == s.ID },
		func(o appws.SessionView) bool { return o.URL == s.URL && o.App == s.App },
		func(appws.SessionView) bool { return true },
	} {
		if i := slices.IndexFunc(all, func(o appws.SessionView) bool { return o.State == appws.Open && is(o) }); i >= 0 {
			return all[i].Name
		}
	}
	return ""
}

// Replayable is how many messages a replay sends, and in which time at most.
func Replayable(s appws.SessionView) (n int, d time.Duration) {
	var before time.Time
	for _, e := range s.Entries {
		if e.Dir != appws.Out || e.Handshake {
			continue
		}
		if n++; n > 1 {
			d += min(appws.MaxReplayPause, e.At.Sub(before))
		}
		before = e.At
	}
	return n, d
}

func replayPreview(text string, sh Shown, s appws.SessionView) (term.Style, string) {
	to, why := OpenSession(sh, text)
	if why != "" {
		return term.Warn, why
	}
	n, d := Replayable(s)
	return term.Strong, fmt.Sprintf("Enter: sends %d messages of %s to %s, as they came, in %s", n, s.Name, to.Name, term.Minutes(d))
}

// OpenSession finds a session to send to by its name.
func OpenSession(sh Shown, name string) (s appws.SessionView, why string) {
	i := slices.IndexFunc(sh.Sessions, func(o appws.SessionView) bool { return o.Name == name })
	switch {
	case i < 0:
		return s, "Up brings the sessions that are connected"
	case sh.Sessions[i].State != appws.Open:
		return s, name + " is not connected"
	}
	return sh.Sessions[i], ""
}
