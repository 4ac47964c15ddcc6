package tui

import (
	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/keymap"
	"github.com/patchcord/patchcord/tui/term"
)

// The mouse is off until somebody asks for it, because a terminal that reports it no longer selects
// text for copying, and it is never needed: the wheel moves the cursor, a click selects somebody in the
// grid, and a click on who is selected opens what can be done.

func (m *model) setMouse(value string) string {
	if value != "on" && value != "off" {
		return "type on or off"
	}
	words := "the mouse is off"
	if m.view.mouse = value == "on"; m.view.mouse {
		words = "the mouse is on; most terminals mark text while Shift is held"
	}
	m.say(phone.GradeDone, words)
	return ""
}

// mouse takes what the terminal reports of the mouse.
func (m *model) mouse(e tea.MouseEvent) tea.Cmd {
	v := &m.view
	if !v.mouse || e.Action != tea.MouseActionPress || v.leaving != staying || v.asked() {
		return nil
	}
	switch e.Button {
	case tea.MouseButtonWheelUp:
		return m.act(keymap.MoveUp, "")
	case tea.MouseButtonWheelDown:
		return m.act(keymap.MoveDown, "")
	case tea.MouseButtonLeft:
		return m.click(e.X, e.Y)
	}
	return nil
}

func (m *model) click(x, y int) tea.Cmd {
	v := &m.view
	n, searches := v.panes.body().(*numberPane)
	if m.view.onMenu(&m.scene) || !searches && !shows[*rosterPane](v.panes) {
		return nil
	}
	q := query{}
	if searches {
		q = n.query()
	}
	id, ok := v.roster.under(x, y, v.regions(&m.scene).body, &m.scene, q)
	switch {
	case !ok:
	case id == v.roster.mark && !searches:
		return m.act(keymap.MenuOpen, "")
	default:
		v.roster.mark, v.roster.number = id, ""
		if searches {
			n.chosen = true
		}
	}
	return nil
}

// under is who stands at a place of the screen.
func (b *rosterPane) under(x, y int, r term.Rect, sc *scene, q query) (phone.Account, bool) {
	g := b.grid(r, sc, q)
	column, line := (x-g.area.X)/g.cell, y-g.area.Y
	if x < g.area.X || column >= g.cols || line < 0 || line >= g.rows {
		return phone.Account{}, false
	}
	i := (g.page*g.cols+column)*g.rows + line
	if i >= len(g.found) {
		return phone.Account{}, false
	}
	return sc.directory.Entries[g.found[i]].Account, true
}
