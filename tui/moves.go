package tui

import (
	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/tui/keymap"
)

// moveActions move in whatever fills the body.
func moveActions() []action {
	rows := []action{
		{id: keymap.MoveUp, hints: ranks{keymap.Trace: 30, keymap.Devices: 30, keymap.Field: 40, keymap.Help: 20},
			applies: func(v *view, _ *scene) bool { return v.field == nil || v.field.kind != appsFilterField },
			word: func(v *view, _ *scene) string {
				if v.field != nil && v.field.isForApps() {
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
			if v.person.who != "" || v.apps.open {
				return true
			}
			_, row := v.current(sc)
			return v.help.open || row || v.list.kind == noList && !v.onMenu(sc) && sc.directory.place(v.board.mark) >= 0
		},
		word: func(v *view, _ *scene) string {
			switch {
			case v.apps.open && !v.help.open:
				return "message"
			case v.help.open || v.person.who != "":
				return "run"
			case v.list.kind != noList:
				return rowVerb(v.list.kind)
			}
			return "menu"
		},
	})
}

func (m *model) move(a keymap.Action) {
	v := &m.view
	if v.onMenu(&m.scene) {
		v.browse = true
	}
	r := v.regions(&m.scene)
	v.movePane(func(p pane) { p.move(a, r.body, &m.scene, v) })
	if v.field != nil && !v.help.open {
		v.field.chosen = true
	}
}

// enter does what the marked row says, and of a marked person what can be done. It never
// answers a call.
func (m *model) enter(string) (tea.Cmd, string) {
	v := &m.view
	if v.help.open {
		a, ok := v.help.marked(&m.scene, v)
		v.help = helpPane{}
		if !ok {
			return nil, ""
		}
		return m.act(a, ""), m.view.message.text
	}
	free := v.freed
	v.freed = offer{}
	row, inList := v.current(&m.scene)
	switch {
	case free.stands(m.scene.now):
		return nil, m.dial(string(free.id))
	case v.trace.open:
		v.trace.detail = !v.trace.detail
	case v.quality.open:
	case v.apps.open:
		return nil, m.openMessage()
	case v.person.who != "":
		return m.runPerson()
	case inList:
		return nil, m.runRow(row)
	case v.list.kind != noList:
		return nil, lists[v.list.kind].empty
	case m.scene.directory.place(v.board.mark) < 0:
		return nil, "mark somebody first: the arrow keys do that"
	default:
		v.person = personPane{who: v.board.mark}
	}
	return nil, ""
}
