package tui

import (
	"context"
	"errors"
	"fmt"
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/apps"
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
	s, ok := m.view.apps.Current(shownOf(&m.scene))
	switch {
	case !m.view.panes.has(m.view.apps):
		return nil, appsClosed
	case !ok:
		return nil, noSession
	}
	return m.records.save(s.ID, m.view.apps.Bare), ""
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
	if v.panes.top() != pane(v.apps) || v.apps.Typed != nil {
		return // somebody went on meanwhile
	}
	slices.Reverse(names)
	v.apps.Shut()
	v.apps.Records, v.apps.Recalled = names, 1
	newest := ""
	if len(names) > 0 {
		newest = names[len(names)-1]
	}
	v.apps.Open(apps.LoadInput, newest)
}

func (m *model) load(name string) (tea.Cmd, string) {
	if name == "" {
		return nil, "type the name of a record first"
	}
	m.view.apps.Typed = nil
	return m.records.load(name), ""
}

// loaded marks the session that shows the record.
func (m *model) loaded(id int, err error) {
	if err != nil {
		m.say(phone.GradeFailed, "not opened: "+err.Error())
		return
	}
	m.view.apps.Mark(id)
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
	m.view.apps.Mark(0)
	return ""
}

// replayApps asks on which session the marked record is to be replayed, or stops a replay.
func (m *model) replayApps(s appws.SessionView) string {
	a := m.view.apps.Pane
	n, _ := apps.Replayable(s)
	switch {
	case a.Replaying != nil:
		a.Replaying()
		return ""
	case !a.Unlocked:
		return "nothing can be sent while the pane is locked" + m.unlockHint()
	case n == 0:
		return "nothing was sent in this record besides the login"
	}
	a.Shut()
	a.Recalled, a.Session = 0, s.ID
	a.Open(apps.ReplayInput, apps.Likeliest(m.scene.apps, s))
	return ""
}

func (m *model) replay(name string, from appws.SessionView) (next tea.Cmd, refusal string) {
	to, why := apps.OpenSession(shownOf(&m.scene), name)
	if why != "" {
		return nil, why
	}
	v := &m.view
	v.apps.Typed = nil
	v.apps.Mark(to.ID)
	next, v.apps.Replaying = m.records.replay(to.ID, from.ID)
	return next, ""
}

// replayed tells how a replay ended.
func (m *model) replayed(sent int, err error) {
	m.view.apps.Replaying = nil
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
