package tui

import (
	"errors"
	"strings"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/keymap"
)

// What keys do on the AppWebsocket pane.

const appsClosed = "that is for the AppWebsocket pane"

func (m *model) viewApps(string) string {
	if m.apps == nil {
		return "there are no AppWebsocket sessions; config.toml names them in [session.NAME]"
	}
	v := &m.view
	on := !v.apps.open
	v.open(noList)
	v.apps.open = on
	return ""
}

// inApps makes a deed of one that works on the marked session of the open pane.
func inApps(do func(m *model, s appws.SessionView) string) deed {
	return func(m *model, _ string) string {
		if !m.view.apps.open {
			return appsClosed
		}
		s, ok := m.view.apps.current(&m.scene)
		if !ok {
			return "there is no session"
		}
		return do(m, s)
	}
}

func (m *model) nextSession(s appws.SessionView) string {
	a, all := &m.view.apps, m.scene.apps
	for i := range all {
		if all[i].ID == s.ID {
			a.session = all[(i+1)%len(all)].ID
		}
	}
	a.at, a.full, a.line, a.revealed = 0, false, 0, appws.Entry{}
	return ""
}

// followApps goes to the newest message and stays there, or stops where it is.
func (m *model) followApps(s appws.SessionView) string {
	a := &m.view.apps
	shown := a.shown(s, &m.view)
	if a.at != 0 || len(shown) == 0 {
		a.at = 0
		return ""
	}
	a.at = shown[len(shown)-1].N
	return ""
}

func (m *model) filterApps(appws.SessionView) string {
	m.view.apps.full = false
	m.view.field = &field{kind: appsFilterField}
	m.view.field.insert(m.view.apps.filter)
	return ""
}

// unlockApps allows to send and to see secrets, or forbids it again.
func (m *model) unlockApps(appws.SessionView) string {
	a := &m.view.apps
	a.unlocked, a.bare = !a.unlocked, false
	if a.unlocked {
		m.say(phone.GradeWarn, "unlocked: messages can be sent, and secrets be shown")
	}
	return ""
}

func (m *model) redactApps(appws.SessionView) string {
	a := &m.view.apps
	if !a.unlocked {
		return "secrets stay hidden while the pane is locked" + m.unlockHint()
	}
	a.bare = !a.bare
	return ""
}

func (m *model) composeApps(s appws.SessionView) string {
	a := &m.view.apps
	switch {
	case !a.unlocked:
		return "nothing can be sent while the pane is locked" + m.unlockHint()
	case s.State != appws.Open:
		return s.Name + " is not connected"
	}
	a.full, a.recalled, a.session = false, 0, s.ID
	m.view.field = &field{kind: composeField}
	return ""
}

func (m *model) saveApps(s appws.SessionView) string {
	m.beside = m.saveLog(s.ID, m.view.apps.bare)
	return ""
}

// acceptApps takes what stands in a field of the pane.
func (m *model) acceptApps() string {
	v := &m.view
	a, f := &v.apps, v.field
	text := strings.TrimSpace(string(f.text))
	if f.kind == appsFilterField {
		a.filter, v.field = text, nil
		return ""
	}
	s, _ := a.current(&m.scene)
	if err := m.apps.Send(s.ID, []byte(text)); err != nil {
		return notSent(err)
	}
	v.field, a.at = nil, 0
	a.sent = append(a.sent[max(0, len(a.sent)-maxSent+1):], text)
	return ""
}

func notSent(err error) string {
	if errors.Is(err, appws.ErrBusy) {
		return "not sent: too much waits to be sent already"
	}
	return "not sent: " + appws.Explain(err)
}

// retreat closes what is open in the pane, then the pane.
func (a *appsPane) retreat() {
	switch {
	case a.full:
		a.full, a.line = false, 0
	case a.filter != "":
		a.filter = ""
	default:
		a.close()
	}
}

// close locks the pane too.
func (a *appsPane) close() { a.open, a.unlocked, a.bare = false, false, false }

func (m *model) unlockHint() string {
	keys := m.scene.keys.Keys(keymap.Apps, keymap.AppsUnlock)
	if len(keys) == 0 {
		return ""
	}
	return ", " + keyName(keys[0]) + " unlocks it"
}
