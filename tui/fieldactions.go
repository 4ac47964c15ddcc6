package tui

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/keymap"
)

// fieldActions are what keys do with the open field.
func fieldActions() []action {
	return []action{
		{id: keymap.FieldAccept, hints: ranks{keymap.Field: 30}, run: (*model).accept,
			word: func(v *view, _ *scene) string { return fieldVerbs[v.field.kind] }},
		{id: keymap.FieldCancel, hints: ranks{keymap.Field: 60}, do: func(m *model, _ string) string {
			m.view.field = nil
			return ""
		}},
		{
			id: keymap.FieldMode, hints: ranks{keymap.Field: 50}, do: (*model).otherWay,
			applies: func(v *view, sc *scene) bool {
				return v.field != nil && (v.field.kind == consultField || v.field.kind == commandField || v.field.kind == findField && v.list.kind == noList ||
					v.field.kind == transferField && sc.Caps.Has(pbxws.CapAttendedTransfer))
			},
			word: func(v *view, _ *scene) string {
				switch v.field.kind {
				case consultField:
					return "at once"
				case commandField:
					return "complete"
				case findField:
					return "menu"
				}
				return "ask first"
			},
		},
	}
}

func (m *model) openField(kind fieldKind, text string) string {
	v := &m.view
	if f := v.field; text == "" && f != nil && f.isForNumber() && (&field{kind: kind}).isForNumber() {
		text = string(f.text) // what was typed is not lost by a key that means another thing to do with it
	}
	v.field = &field{kind: kind}
	v.field.insert(text)
	v.board.number = ""
	v.trace.open, v.person = false, personPane{}
	if kind != findField && kind != forgetField {
		v.list = listPane{}
	}
	v.board.follow(&m.scene, v)
	return ""
}

// accept takes what stands in the field. What the phone refuses leaves the field open.
func (m *model) accept(string) (tea.Cmd, string) {
	v := &m.view
	if v.field.kind == commandField {
		return m.runCommand()
	}
	if v.field.kind == traceField {
		v.trace.filter, v.trace.at, v.field = string(v.field.text), time.Time{}, nil
		return nil, ""
	}
	if v.field.isForApps() {
		return m.acceptApps()
	}
	if v.field.tooEarly(&m.scene) {
		return nil, "another program asked for that just now: Enter once more calls " + v.field.target(&m.scene, v)
	}
	if v.field.kind == forgetField {
		typed := v.field.target(&m.scene, v)
		v.field = nil
		m.forgotten(typed)
		return nil, ""
	}
	f, to := v.field, v.field.target(&m.scene, v)
	row, inList := v.current(&m.scene)
	var refusal string
	switch {
	case f.kind == findField && inList:
		refusal = m.runRow(row)
	case f.kind == parkField:
		refusal = m.do(phone.ParkCall{Leg: f.leg, Orbit: pbxws.OrbitID(to)})
	case to == "":
		return nil, "type a number or a name first"
	case f.kind == transferField || f.kind == consultField:
		refusal = m.do(m.scene.sending(f.kind, f.leg, to))
	default:
		if _, why := m.scene.reads(to); why != "" {
			return nil, why
		}
		return nil, m.dial(to)
	}
	if refusal == "" {
		v.field = nil
	}
	return nil, refusal
}
