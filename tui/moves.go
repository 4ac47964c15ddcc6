package tui

import (
	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/tui/keymap"
)

// moveActions move in whatever fills the body.
func moveActions() []action {
	rows := []action{
		{id: keymap.MoveUp, hints: ranks{keymap.Trace: 30, keymap.Devices: 30, keymap.Field: 40, keymap.Help: 20},
			applies: func(v *view, _ *scene) bool { return v.panes.body() != pane(v.apps) || v.apps.Brings() },
			word: func(v *view, _ *scene) string {
				if v.apps.input() != nil && v.panes.field() == field(v.apps) {
					return "bring others"
				}
				return "move"
			}},
		{id: keymap.MoveDown}, {id: keymap.MoveLeft}, {id: keymap.MoveRight}, {id: keymap.MovePageUp}, {id: keymap.MovePageDown},
		{id: keymap.MoveFirst}, {id: keymap.MoveLast},
	}
	for i := range rows {
		id := rows[i].id
		rows[i].do = func(m *model, _ string) string {
			m.move(id)
			return ""
		}
	}
	return append(rows, action{
		id: keymap.MenuOpen, hints: ranks{keymap.Idle: 40, keymap.Apps: 40, keymap.Help: 10}, run: (*model).enter,
		applies: func(v *view, sc *scene) bool {
			switch p := v.panes.body().(type) {
			case *personPane, *sessionsPane, *helpPane:
				return true
			case *listPane:
				_, row := p.current(sc)
				return row
			}
			return !v.onMenu(sc) && sc.directory.Place(v.roster.mark) >= 0
		},
		word: func(v *view, sc *scene) string {
			switch p := v.panes.body().(type) {
			case *sessionsPane:
				return "message"
			case *helpPane, *personPane:
				return "run"
			case *listPane:
				row, _ := p.current(sc)
				return p.verbOf(row)
			}
			return "menu"
		},
	})
}

func (m *model) move(a keymap.Action) {
	v := &m.view
	if v.onMenu(&m.scene) {
		m.scene.browse = true
	}
	r := v.regions(&m.scene)
	v.movePane(func(p pane) { p.move(a, r.body, &m.scene) })
}

// enter does what the marked row says, and of a marked person what can be done. It never
// answers a call.
func (m *model) enter(string) (tea.Cmd, string) {
	v := &m.view
	if h, ok := v.panes.body().(*helpPane); ok {
		a, marked := h.marked(&m.scene)
		v.panes.drop(h)
		if !marked {
			return nil, ""
		}
		return m.act(a, ""), m.view.message.text
	}
	free := v.freed
	v.freed = offer{}
	if free.stands(m.scene.now) {
		return nil, m.dial(string(free.id))
	}
	switch p := v.panes.body().(type) {
	case *tracePane:
		p.detail = !p.detail
	case *qualityPane:
	case *sessionsPane:
		return m.appsDid(p.OpenMessage(shownOf(&m.scene)))
	case *personPane:
		return m.runPerson(p)
	case *listPane:
		row, ok := p.current(&m.scene)
		if !ok {
			return nil, lists[p.kind].empty
		}
		return nil, m.runRow(row)
	default:
		if m.scene.directory.Place(v.roster.mark) < 0 {
			return nil, "mark somebody first: the arrow keys do that"
		}
		v.panes.push(&personPane{who: v.roster.mark})
	}
	return nil, ""
}
