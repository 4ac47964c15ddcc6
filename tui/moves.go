package tui

import (
	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/tui/keymap"
)

// moveActions move in whatever fills the body.
func moveActions() []action {
	rows := []action{
		{id: keymap.MoveUp, hints: ranks{keymap.Trace: 30, keymap.Devices: 30, keymap.Playback: 40, keymap.Field: 40, keymap.Help: 20},
			applies: func(v *view, _ *scene) bool { return v.panes.arrows() != "" },
			word:    func(v *view, _ *scene) string { return v.panes.arrows() }},
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
		id: keymap.MenuOpen, hints: ranks{keymap.Idle: 40, keymap.Apps: 40, keymap.Playback: 30, keymap.Help: 10}, run: (*model).enter,
		applies: func(v *view, sc *scene) bool {
			_, marked := v.chooser().choice(sc)
			return marked && !v.onMenu(sc)
		},
		word: func(v *view, sc *scene) string {
			word, _ := v.chooser().choice(sc)
			return word
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

// chooser is the pane in which Enter does something: that with the body, or the extensions beneath it.
func (v *view) chooser() chooser {
	if p, ok := v.panes.body().(chooser); ok {
		return p
	}
	return v.roster
}

// enter calls who is free now, while that is offered; else it does what the selected row says.
func (m *model) enter(string) (tea.Cmd, string) {
	v := &m.view
	if !shows[overlay](v.panes) {
		free := v.freed
		v.freed = offer{}
		if free.stands(m.scene.now) {
			return nil, m.dialBy(free.Link, string(free.ID))
		}
	}
	return v.chooser().choose(m)
}
