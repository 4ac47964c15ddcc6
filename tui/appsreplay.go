package tui

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/term"
)

// Records of the AppWebsocket pane: saved, opened again, and replayed.

// recordCommands are what takes its time with records.
type recordCommands struct {
	save  func(id int, reveal bool) tea.Cmd
	saved func() tea.Cmd
	load  func(name string) tea.Cmd
	// replay comes back with its replayedMsg soon after stop.
	replay func(to, from int) (cmd tea.Cmd, stop func())
}

func newRecordCommands(ctx context.Context, apps Apps, c *tasks, log *faultLog) recordCommands {
	return recordCommands{
		save: func(id int, reveal bool) tea.Cmd {
			return c.guard(log, func() tea.Msg {
				path, err := apps.Save(id, reveal)
				return recordedMsg{path, err}
			}, func(err error) tea.Msg { return recordedMsg{err: err} })
		},
		saved: func() tea.Cmd {
			return c.guard(log, func() tea.Msg {
				names, err := apps.Saved()
				return recordsMsg{names, err}
			}, func(err error) tea.Msg { return recordsMsg{err: err} })
		},
		load: func(name string) tea.Cmd {
			return c.guard(log, func() tea.Msg {
				id, err := apps.Load(name)
				return loadedMsg{id, err}
			}, func(err error) tea.Msg { return loadedMsg{err: err} })
		},
		replay: func(to, from int) (tea.Cmd, func()) {
			ctx, stop := context.WithCancel(ctx)
			return c.guard(log, func() tea.Msg {
				defer stop()
				sent, err := apps.Replay(ctx, to, from)
				return replayedMsg{sent, err}
			}, func(err error) tea.Msg { return replayedMsg{err: err} }), stop
		},
	}
}

func (m *model) saveApps(string) (tea.Cmd, string) {
	s, ok := m.view.apps.current(&m.scene)
	switch {
	case !m.view.panes.has(m.view.apps):
		return nil, appsClosed
	case !ok:
		return nil, noSession
	}
	return m.records.save(s.ID, m.view.apps.bare), ""
}

// recorded tells what became of a record.
func (m *model) recorded(path string, err error) {
	if err != nil {
		m.say(phone.GradeFailed, "the record was not saved: "+err.Error())
		return
	}
	m.say(phone.GradeDone, "saved to "+path)
}

// loadApps asks which records there are; the field opens with the answer.
func (m *model) loadApps(string) (tea.Cmd, string) {
	if !m.view.panes.has(m.view.apps) {
		return nil, appsClosed
	}
	return m.records.saved(), ""
}

// offerRecords opens the field with the newest record in it.
func (m *model) offerRecords(names []string, err error) {
	v := &m.view
	if err != nil {
		m.say(phone.GradeWarn, "the saved records cannot be listed: "+err.Error())
	}
	if v.panes.top() != pane(v.apps) || v.apps.typed != nil {
		return // somebody went on meanwhile
	}
	slices.Reverse(names)
	v.apps.shut()
	v.apps.records, v.apps.recalled = names, 1
	newest := ""
	if len(names) > 0 {
		newest = names[len(names)-1]
	}
	v.apps.open(loadInput, newest)
}

func (a *appsPane) loadPreview(text string) (term.Style, string) {
	switch {
	case text != "":
		return term.Strong, fmt.Sprintf("Enter: opens it as a session; Up and Down bring the %d saved ones", len(a.records))
	case len(a.records) == 0:
		return term.Faint, "nothing is saved yet; type the path of a file"
	}
	return term.Faint, "Up brings the saved records; or type the path of a file"
}

func (m *model) load(name string) (tea.Cmd, string) {
	if name == "" {
		return nil, "type the name of a record first"
	}
	m.view.apps.typed = nil
	return m.records.load(name), ""
}

// loaded marks the session that shows the record.
func (m *model) loaded(id int, err error) {
	if err != nil {
		m.say(phone.GradeFailed, "not opened: "+err.Error())
		return
	}
	m.view.apps.mark(id)
	m.say(phone.GradeDone, "opened; nothing is sent until it is replayed")
}

// dropApps takes a record off the list. What has a connection stays.
func (m *model) dropApps(s appws.SessionView) string {
	if s.State != appws.Replayed {
		return s.Name + " is no record that was opened: it stays"
	}
	if err := m.apps.Forget(s.ID); err != nil {
		return appws.Explain(err)
	}
	m.view.apps.mark(0)
	return ""
}

// replayApps asks on which session the marked record is to be replayed, or stops a replay.
func (m *model) replayApps(s appws.SessionView) string {
	a := m.view.apps
	n, _ := replayable(s)
	switch {
	case a.replaying != nil:
		a.replaying()
		return ""
	case !a.unlocked:
		return "nothing can be sent while the pane is locked" + m.unlockHint()
	case n == 0:
		return "nothing was sent in this record besides the login"
	}
	a.shut()
	a.recalled, a.session = 0, s.ID
	a.open(replayInput, likeliest(m.scene.apps, s))
	return ""
}

// likeliest is the session that a record most likely belongs to: itself, the same app at the
// same address, any.
func likeliest(all []appws.SessionView, s appws.SessionView) string {
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

// replayable is how many messages a replay sends, and in which time at most.
func replayable(s appws.SessionView) (n int, d time.Duration) {
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

func replayPreview(text string, sc *scene, s appws.SessionView) (term.Style, string) {
	to, why := openSession(sc, text)
	if why != "" {
		return term.Warn, why
	}
	n, d := replayable(s)
	return term.Strong, fmt.Sprintf("Enter: sends %d messages of %s to %s, as they came, in %s", n, s.Name, to.Name, term.Minutes(d))
}

// openSession finds a session to send to by its name.
func openSession(sc *scene, name string) (s appws.SessionView, why string) {
	i := slices.IndexFunc(sc.apps, func(o appws.SessionView) bool { return o.Name == name })
	switch {
	case i < 0:
		return s, "Up brings the sessions that are connected"
	case sc.apps[i].State != appws.Open:
		return s, name + " is not connected"
	}
	return sc.apps[i], ""
}

func (m *model) replay(name string, from appws.SessionView) (next tea.Cmd, refusal string) {
	to, why := openSession(&m.scene, name)
	if why != "" {
		return nil, why
	}
	v := &m.view
	v.apps.typed = nil
	v.apps.mark(to.ID)
	next, v.apps.replaying = m.records.replay(to.ID, from.ID)
	return next, ""
}

// replayed tells how a replay ended.
func (m *model) replayed(sent int, err error) {
	m.view.apps.replaying = nil
	words := fmt.Sprintf("%d messages replayed", sent)
	switch {
	case err == nil:
		m.say(phone.GradeDone, words)
	case errors.Is(err, context.Canceled):
		m.say(phone.GradeWarn, words+", then stopped")
	case sent == 0:
		m.say(phone.GradeFailed, "not replayed: "+appws.Explain(err))
	default:
		m.say(phone.GradeFailed, words+", then it failed: "+appws.Explain(err))
	}
}
