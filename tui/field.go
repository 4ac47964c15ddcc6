package tui

import (
	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/tui/keymap"
	"github.com/patchcord/patchcord/tui/term"
)

// maxLine bounds filters, paths and links in letters.
const maxLine = 1000

// fieldActions are what keys do with the open field.
func fieldActions() []action {
	number := func(v *view) *numberPane {
		n, _ := v.panes.field().(*numberPane)
		return n
	}
	return []action{
		{
			id: keymap.FieldAccept, hints: ranks{keymap.Field: 30},
			applies: func(v *view, sc *scene) bool {
				switch v.panes.field().(type) {
				case *numberPane, *listPane: // they end in a call
					return sc.barred() == ""
				}
				return true
			},
			word: func(v *view, _ *scene) string { return v.panes.field().verb() },
			run: func(m *model, _ string) (tea.Cmd, string) {
				f := m.view.panes.field()
				if f == nil {
					return nil, "no field is open"
				}
				return f.accept(m)
			},
		},
		{id: keymap.FieldCancel, hints: ranks{keymap.Field: 60}, do: func(m *model, _ string) string {
			m.view.closeField()
			return ""
		}},
		{
			id: keymap.FieldMode, hints: ranks{keymap.Field: 50}, do: (*model).otherWay,
			applies: func(v *view, sc *scene) bool {
				if n := number(v); n != nil {
					return n.kind == dialField && sc.several() || n.kind == consultField || n.kind == findField || n.kind == transferField && sc.Caps.Has(pbxws.CapAttendedTransfer)
				}
				return shows[*commandPane](v.panes)
			},
			word: func(v *view, _ *scene) string {
				n := number(v)
				switch {
				case n == nil:
					return "complete"
				case n.kind == consultField:
					return "at once"
				case n.kind == dialField:
					return "by another"
				case n.kind == findField:
					return "menu"
				}
				return "ask first"
			},
		},
	}
}

// closeField closes the line that is open, and its pane where it has no other use.
func (v *view) closeField() {
	if f := v.panes.field(); f != nil && !f.close() {
		v.panes.drop(f)
	}
}

// openField opens the field for a number. What was typed in another one is not lost by a key that
// means another thing to do with it.
func (m *model) openField(kind numberKind, text string) *numberPane {
	v := &m.view
	if n, ok := v.panes.field().(*numberPane); ok && text == "" {
		text = n.typed.String()
	}
	m.makeRoom()
	v.roster.number = ""
	n := &numberPane{kind: kind, roster: v.roster, typed: term.NewInput(maxTyped, ""), avoid: m.scene.ourselves()}
	v.panes.push(n)
	n.insert(text, &m.scene)
	return n
}

// makeRoom closes what a field does not stand over.
func (m *model) makeRoom() {
	v := &m.view
	v.closeField()
	v.panes.drop(v.trace)
	remove[*personPane](&v.panes)
	remove[*listPane](&v.panes)
}

// otherWay switches a field between a transfer at once and asking first, completes a command, or
// leaves a search with what can be done.
func (m *model) otherWay(string) string {
	n, ok := m.view.panes.field().(*numberPane)
	switch {
	case shows[*commandPane](m.view.panes):
		return m.completeCommand()
	case m.view.panes.top() == pane(m.view.apps) && m.view.apps.Complete(shownOf(&m.scene)):
		return ""
	case ok && n.kind == dialField && m.scene.several():
		return n.byAnother(&m.scene)
	case !ok || n.kind == dialField:
		return "Tab does nothing here"
	case n.kind == findField:
		return m.menuOfFound()
	case n.kind == consultField:
		n.kind = transferField
		return ""
	}
	if refusal := m.scene.Refuses(m.scene.sending(consultField, n.leg, "0")); refusal != "" {
		return refusal
	}
	n.kind = consultField
	return ""
}

// drawField is the line in the second line of its rectangle and what Enter does in the third. shown
// stands at the right where there is room.
func drawField(c *term.Canvas, r term.Rect, sc *scene, f field, shown string) {
	p := c.On(r, 1).Gap(1)
	most := usualInput
	if room := p.Room() - c.Columns(f.label(sc)+shown) - 5; room >= leastInput {
		most = min(most, room)
	} else {
		shown = ""
	}
	drawInput(p, sc, f, most)
	p.Gap(3).Put(term.Faint, shown)
	c.On(r, 2).Gap(1).PutCut(term.Strong, f.preview(sc))
}

// leastInput is how much of what is typed must be seen, usualInput how much there is room for,
// in columns.
const leastInput, usualInput = 8, 24

// drawInput is the label, the text in at most so many columns, and the cursor. Where there is
// little room, what Enter does stands for the label.
func drawInput(p *term.Pen, sc *scene, f field, most int) {
	label := f.label(sc)
	if p.C.Columns(label)+leastInput+2 > p.Room() {
		label = f.verb() + ": "
	}
	p.Put(term.Title, label).Put(term.Ruled, "[")
	f.input().Draw(p, min(most, p.Room()-1))
}
