package tui

import (
	"errors"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/tui/apps"
	"github.com/patchcord/patchcord/tui/keymap"
	"github.com/patchcord/patchcord/tui/term"
)

// sessionsPane is the pane of the AppWebsocket sessions among the panes of the screen: it is given the
// sessions and the clock, and nothing else.
type sessionsPane struct{ *apps.Pane }

func shownOf(sc *scene) apps.Shown {
	return apps.Shown{Sessions: sc.apps, Now: sc.now, ASCII: sc.ascii}
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

func (p *sessionsPane) key(k tea.Key, _ *scene) (tea.Cmd, bool) { return nil, p.Pane.Key(k) }

func (p *sessionsPane) close() bool { return p.Pane.Close() }

func (p *sessionsPane) input() *term.Input { return p.Pane.Input() }

func (p *sessionsPane) label(*scene) string { return p.Pane.Label() }

func (p *sessionsPane) verb() string { return p.Pane.Verb() }

func (p *sessionsPane) preview(sc *scene) string { return p.Pane.Preview(shownOf(sc)) }

func (p *sessionsPane) accept(m *model) (tea.Cmd, string) {
	a := p.Pane
	text := a.Typed.Text()
	s, _ := a.Current(shownOf(&m.scene))
	switch a.Kind {
	case apps.FilterInput:
		a.Filter, a.Typed = text, nil
		return nil, ""
	case apps.LoadInput:
		return m.load(text)
	case apps.ReplayInput:
		return m.replay(text, s)
	}
	if err := m.apps.Send(s.ID, []byte(text)); err != nil {
		return nil, notSent(err)
	}
	a.Typed, a.At = nil, 0
	a.Sent = append(a.Sent[max(0, len(a.Sent)-apps.MaxSent+1):], text)
	return nil, ""
}

func notSent(err error) string {
	if errors.Is(err, appws.ErrBusy) {
		return "not sent: too much waits to be sent already"
	}
	return "not sent: " + appws.Explain(err)
}
