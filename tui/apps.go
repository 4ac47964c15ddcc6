package tui

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/appws/sessions"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/apps"
	"github.com/patchcord/patchcord/tui/keymap"
	"github.com/patchcord/patchcord/tui/term"
)

// Apps is what the screen needs of the AppWebsocket sessions.
type Apps interface {
	// Watch gives the newest views whenever there are newer ones, until ctx is done.
	Watch(context.Context) <-chan []sessions.View
	apps.Sessions
	apps.Recorder
}

// appsMsg brings the newest views.
type appsMsg struct{ views []sessions.View }

// sessionsPane is the pane of the AppWebsocket sessions among the panes of the screen: it is given the
// sessions and the clock, and nothing else.
type sessionsPane struct{ *apps.Pane }

func shownOf(sc *scene) apps.Shown {
	sc.ticks()
	return apps.Shown{
		Sessions: sc.apps, Now: sc.now, ASCII: sc.ascii, Key: func(a keymap.Action) string { return keyIn(sc.keys, keymap.Apps, a) }, Call: sc.callOf,
	}
}

func (p *sessionsPane) context() keymap.Context {
	if p.Pane.Input() != nil {
		return keymap.Field
	}
	return keymap.Apps
}

func (p *sessionsPane) draw(c *term.Canvas, r term.Rect, sc *scene) {
	p.Pane.Draw(c, r, shownOf(sc))
}

func (p *sessionsPane) move(a keymap.Action, r term.Rect, sc *scene) {
	p.Pane.Move(a, r, shownOf(sc))
}

func (p *sessionsPane) key(k tea.Key, sc *scene) (tea.Cmd, bool) {
	return nil, p.Pane.Key(k, shownOf(sc))
}

func (p *sessionsPane) close() bool { return p.Pane.Close() }

func (p *sessionsPane) arrows() string {
	switch {
	case !p.Brings():
		return ""
	case p.input() != nil:
		return "bring others"
	}
	return "move"
}

func (p *sessionsPane) choice(*scene) (string, bool) { return "message", true }

func (p *sessionsPane) choose(m *model) (tea.Cmd, string) {
	return m.appsDid(p.OpenMessage(shownOf(&m.scene)))
}

func (p *sessionsPane) input() *term.Input { return p.Pane.Input() }

func (p *sessionsPane) label(*scene) string { return p.Pane.Label() }

func (p *sessionsPane) verb() string { return p.Pane.Verb() }

func (p *sessionsPane) preview(sc *scene) string { return p.Pane.Preview(shownOf(sc)) }

func (p *sessionsPane) accept(m *model) (tea.Cmd, string) {
	return p.Pane.Accept(shownOf(&m.scene), m.appsWork())
}

func (m *model) appsWork() apps.Work {
	return apps.Work{Sessions: m.apps, Records: m.records, Open: m.opens}
}

// appsActions are what keys do on the pane, and how it is opened.
func appsActions() []action {
	rows := []action{{id: keymap.ViewApps, do: (*model).viewApps}}
	for _, a := range apps.Actions() {
		row := action{id: a.ID, order: a.Order, hints: ranks{keymap.Apps: a.Rank}}
		if a.Applies != nil {
			row.applies = func(v *view, sc *scene) bool { return a.Applies(v.apps.Pane, shownOf(sc)) }
		}
		if a.Word != nil {
			row.word = func(v *view, _ *scene) string { return a.Word(v.apps.Pane) }
		}
		row.run = func(m *model, _ string) (tea.Cmd, string) {
			if !m.view.panes.has(m.view.apps) {
				return nil, "open the AppWebsocket pane first"
			}
			return m.appsDid(a.Do(m.view.apps.Pane, shownOf(&m.scene), m.appsWork()))
		}
		rows = append(rows, row)
	}
	return rows
}

// appsDid does what the pane asks of the screen, and gives what is refused.
func (m *model) appsDid(e apps.Effect) (next tea.Cmd, refusal string) {
	if e.Copies {
		m.view.clip, m.view.clips = e.Clip, m.view.clips+1
	}
	if e.Call != "" {
		m.scene.call = pbxws.LegID(e.Call)
		m.closeViews() // its card is above them all
		if l, up := m.scene.inCall(); up && l.ID == m.scene.call {
			m.viewQuality("")
		}
	}
	switch e.Style {
	case term.Done:
		m.say(phone.GradeDone, e.Said)
	case term.Warn:
		m.say(phone.GradeWarn, e.Said)
	case term.Failed:
		m.say(phone.GradeFailed, e.Said)
	default:
		refusal = e.Said
	}
	return e.Next, refusal
}

// appsAnswered takes what came back of a record.
func (m *model) appsAnswered(msg apps.Msg) {
	m.appsDid(m.view.apps.Take(msg, m.view.panes.top() == pane(m.view.apps)))
}

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

// reveal fetches the secrets of the selected entry where they are to be seen.
func (m *model) reveal() {
	m.view.apps.Reveal(m.view.panes.has(m.view.apps), shownOf(&m.scene), m.apps)
}
