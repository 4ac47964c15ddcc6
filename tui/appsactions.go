package tui

import (
	"fmt"
	"slices"
	"strings"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/apps"
	"github.com/patchcord/patchcord/tui/keymap"
	"github.com/patchcord/patchcord/tui/term"
)

// What keys do on the AppWebsocket pane.

// appsActions are what keys do there.
func appsActions() []action {
	unlocked := func(v *view, _ *scene) bool { return v.apps.Unlocked }
	in := func(states ...appws.SessionState) func(*view, *scene) bool {
		return func(v *view, sc *scene) bool {
			s, ok := v.apps.Current(shownOf(sc))
			return ok && slices.Contains(states, s.State)
		}
	}
	return []action{
		{id: keymap.ViewApps, do: (*model).viewApps},
		{id: keymap.AppsSession, hints: ranks{keymap.Apps: 50}, do: inApps((*model).nextSession),
			applies: func(_ *view, sc *scene) bool { return len(sc.apps) > 1 }},
		{id: keymap.AppsFollow, hints: ranks{keymap.Apps: 30}, do: inApps((*model).followApps)},
		{id: keymap.AppsFilter, hints: ranks{keymap.Apps: 20}, do: inApps((*model).filterApps)},
		{id: keymap.AppsCompose, hints: ranks{keymap.Apps: 70}, applies: unlocked, do: inApps((*model).composeApps)},
		{id: keymap.AppsUnlock, hints: ranks{keymap.Apps: 60}, do: inApps((*model).unlockApps),
			word: func(v *view, sc *scene) string {
				if unlocked(v, sc) {
					return "lock"
				}
				return ""
			}},
		{id: keymap.AppsRedact, hints: ranks{keymap.Apps: 80}, applies: unlocked, do: inApps((*model).redactApps)},
		{id: keymap.AppsSave, hints: ranks{keymap.Apps: 120}, run: (*model).saveApps},
		{id: keymap.AppsCopy, hints: ranks{keymap.Apps: 130}, do: inApps((*model).copyApps)},
		{id: keymap.AppsFold, hints: ranks{keymap.Apps: 110}, do: inApps((*model).foldApps),
			applies: func(v *view, sc *scene) bool {
				row, ok := v.apps.Marked(shownOf(sc))
				return ok && row.First().Handshake
			}},
		{id: keymap.AppsLoad, hints: ranks{keymap.Apps: 140}, run: (*model).loadApps},
		{id: keymap.AppsReplay, hints: ranks{keymap.Apps: 90}, applies: unlocked, do: inApps((*model).replayApps)},
		{id: keymap.AppsDrop, hints: ranks{keymap.Apps: 100}, applies: in(appws.Replayed), do: inApps((*model).dropApps)},
		{id: keymap.AppsConnect, hints: ranks{keymap.Apps: 10}, applies: in(appws.Retrying, appws.Refused), do: inApps((*model).connectApps)},
	}
}

const (
	appsClosed = "open the AppWebsocket pane first"
	noSession  = "there is no session"
)

func (m *model) viewApps(string) string {
	if m.apps == nil {
		return "there are no AppWebsocket sessions; config.toml names them in [session.NAME]"
	}
	v := &m.view
	open := v.panes.has(v.apps)
	m.closeViews()
	if !open {
		v.panes.push(v.apps)
	}
	return ""
}

// inApps is for what works on the marked session of the open pane.
func inApps(do func(m *model, s appws.SessionView) string) func(*model, string) string {
	return func(m *model, _ string) string {
		if !m.view.panes.has(m.view.apps) {
			return appsClosed
		}
		s, ok := m.view.apps.Current(shownOf(&m.scene))
		if !ok {
			return noSession
		}
		return do(m, s)
	}
}

func (m *model) nextSession(s appws.SessionView) string {
	a, all := m.view.apps, m.scene.apps
	for i := range all {
		if all[i].ID == s.ID {
			a.Mark(all[(i+1)%len(all)].ID)
			break
		}
	}
	return ""
}

// openMessage shows the marked message in the whole body, or closes it; a fold it opens.
func (m *model) openMessage() string {
	a := m.view.apps.Pane
	row, ok := a.Marked(shownOf(&m.scene))
	switch {
	case a.Full:
		a.Shut()
		return ""
	case !ok:
		return "there is no message to open"
	case row.IsFold():
		s, _ := a.Current(shownOf(&m.scene))
		return m.foldApps(s)
	case a.At == 0: // it stays while it is read
		a.At, a.Followed = row.First().N, true
	}
	a.Full, a.Line = true, 0
	return ""
}

// connectApps does not wait for the next attempt.
func (m *model) connectApps(s appws.SessionView) string {
	switch s.State {
	case appws.Open, appws.Connecting:
		return s.Name + " is " + string(s.State) + " already"
	case appws.Replayed:
		return s.Name + " is a saved record: there is no connection"
	}
	if err := m.apps.Retry(s.ID); err != nil {
		return appws.Explain(err)
	}
	m.say(phone.GradeInfo, "trying "+s.Name+" now")
	return ""
}

// followApps goes to the newest message and stays there, or stops where it is.
func (m *model) followApps(s appws.SessionView) string {
	a := m.view.apps.Pane
	rows := a.Rows(s)
	if a.At != 0 || len(rows) == 0 {
		a.At = 0
		return ""
	}
	a.At = rows[len(rows)-1].First().N
	return ""
}

func (m *model) filterApps(appws.SessionView) string {
	m.view.apps.Shut()
	m.view.apps.Open(apps.FilterInput, m.view.apps.Filter)
	return ""
}

// unlockApps allows to send and to see secrets, or forbids it again.
func (m *model) unlockApps(appws.SessionView) string {
	a := m.view.apps.Pane
	if a.Unlocked {
		a.Lock()
		return ""
	}
	a.Unlocked = true
	m.say(phone.GradeWarn, "unlocked: messages can be sent, and secrets be shown")
	return ""
}

func (m *model) redactApps(appws.SessionView) string {
	a := m.view.apps.Pane
	if !a.Unlocked {
		return "secrets stay hidden while the pane is locked" + m.unlockHint()
	}
	a.Bare = !a.Bare
	return ""
}

func (m *model) composeApps(s appws.SessionView) string {
	a := m.view.apps.Pane
	switch {
	case !a.Unlocked:
		return "nothing can be sent while the pane is locked" + m.unlockHint()
	case s.State != appws.Open:
		return s.Name + " is not connected"
	}
	a.Shut()
	a.Recalled, a.Session = 0, s.ID
	a.Open(apps.ComposeInput, "")
	return ""
}

// copyApps sends the marked message to the clipboard, as it is to be seen.
func (m *model) copyApps(appws.SessionView) string {
	row, ok := m.view.apps.Marked(shownOf(&m.scene))
	switch {
	case !ok:
		return "there is no message to copy"
	case row.IsFold():
		return "open it first: one message is copied at a time"
	case len(row.First().Text) > term.MaxClip:
		return fmt.Sprintf("%d bytes are too many for a clipboard; a record that is saved has them", len(row.First().Text))
	}
	e := row.First()
	m.view.clip, m.view.clips = strings.Map(oneLine, e.Text), m.view.clips+1
	words := fmt.Sprintf("%d bytes sent to the clipboard", len(e.Text))
	if e.Hidden > 0 {
		words += ", the secrets hidden"
	}
	m.say(phone.GradeInfo, words)
	return ""
}

// oneLine makes blanks of what breaks the lines of JSON, which stands outside its strings only.
func oneLine(r rune) rune {
	if r == '\n' || r == '\r' || r == '\t' {
		return ' '
	}
	return r
}

func (m *model) unlockHint() string {
	keys := m.scene.keys.Keys(keymap.Apps, keymap.AppsUnlock)
	if len(keys) == 0 {
		return ""
	}
	return ", " + keyName(keys[0]) + " unlocks it"
}

// reveal fetches the secrets of the marked entry where they are to be seen.
func (m *model) reveal() {
	a := m.view.apps.Pane
	if !m.view.panes.has(m.view.apps) || !a.Bare {
		a.Revealed = appws.Entry{}
		return
	}
	row, ok := a.Marked(shownOf(&m.scene))
	if !ok || row.IsFold() || row.First().N == a.Revealed.N {
		return
	}
	s, _ := a.Current(shownOf(&m.scene))
	a.Revealed, _ = m.apps.Reveal(s.ID, row.First().N) // one that is forgotten is shown as it was
}

// foldApps opens the handshake under the mark, or closes the one that the mark is in.
func (m *model) foldApps(s appws.SessionView) string {
	a := m.view.apps.Pane
	rows := a.Rows(s)
	i := a.Place(rows)
	switch {
	case i < 0 || !rows[i].First().Handshake:
		return "there is no handshake to open or close here"
	case a.Asked() != "":
		return "nothing is folded while a filter is on"
	case rows[i].IsFold():
		a.Unfolded = rows[i].First().N
	case a.IsUnfolded(s.Entries, rows[i].First().N):
		a.Unfolded = 0
	default:
		return "there is only one message here"
	}
	if a.At != 0 {
		a.At = rows[i].First().N
	}
	return ""
}
