package apps

import (
	"fmt"
	"strings"

	"github.com/patchcord/patchcord/appws/sessions"
	"github.com/patchcord/patchcord/tui/term"
)

// findSession opens the line that selects a session as one types.
func (a *Pane) findSession(s sessions.View, _ Shown, _ Work) Effect {
	a.choose(s)
	a.open(sessionInput, "")
	return Effect{}
}

// isFound tells that all words stand in a session's name, app, address, user or state.
func isFound(s sessions.View, text string) bool {
	all := strings.ToLower(strings.Join([]string{s.Name, s.App, s.URL, s.User, string(s.State)}, " "))
	for word := range strings.FieldsSeq(strings.ToLower(text)) {
		if !strings.Contains(all, word) {
			return false
		}
	}
	return true
}

// markFound selects the next session with what is typed, with -1 the one before, and with 0 the selected one if it
// is one of them.
func (a *Pane) markFound(sh Shown, by int) {
	text, at := a.typed.Text(), 0
	for i, s := range sh.Sessions {
		if s.ID == a.session {
			at = i
		}
	}
	n := len(sh.Sessions)
	for i := range n {
		step := i
		if by != 0 {
			step = by * (i + 1)
		}
		s := sh.Sessions[((at+step)%n+n)%n]
		if isFound(s, text) {
			if s.ID != a.session {
				a.mark(s.ID)
			}
			return
		}
	}
}

func sessionPreview(text string, sh Shown, s sessions.View) (term.Style, string) {
	n := 0
	for _, o := range sh.Sessions {
		if isFound(o, text) {
			n++
		}
	}
	if n == 0 {
		return term.Warn, "no session has that in its name, app, address, user or state"
	}
	return term.Strong, fmt.Sprintf("%d of %d, Up and Down go through them; Enter stays with %s", n, len(sh.Sessions), s.Name)
}
