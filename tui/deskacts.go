package tui

import (
	"slices"
	"time"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/keymap"
)

// What keys do on the screen itself, as opposed to the calls of acts.go.

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

func (m *model) find(string) string { return m.openField(findField, "") }

func (m *model) filter(string) string {
	b := &m.view.board
	b.filter = b.filter.next()
	m.view.browse = true
	return ""
}

// mover moves in whatever fills the body.
func mover(a keymap.Action) deed {
	return func(m *model, _ string) string {
		v := &m.view
		if v.onMenu(&m.scene) {
			v.browse = true
		}
		r := v.regions(&m.scene)
		v.movePane(func(p pane) { p.move(a, r.body, &m.scene, v) })
		if v.field != nil && !v.help.open {
			v.field.chosen = true
		}
		return ""
	}
}

// enter does what the marked row says, and of a marked person what can be done. It never
// answers a call.
func (m *model) enter(string) string {
	v := &m.view
	if v.help.open {
		a, ok := v.help.marked(&m.scene, v)
		v.help = helpPane{}
		if !ok {
			return ""
		}
		m.act(a, "")
		return m.view.message.text
	}
	free := v.freed
	v.freed = offer{}
	row, inList := v.current(&m.scene)
	switch {
	case free.stands(m.scene.now):
		return m.dial(string(free.id))
	case v.trace.open:
		v.trace.detail = !v.trace.detail
		return ""
	case v.quality.open:
		return ""
	case v.apps.open:
		return m.openMessage()
	case v.person.who != "":
		return m.runPerson()
	case inList:
		return m.runRow(row)
	case v.list.kind != noList:
		return lists[v.list.kind].empty
	case m.scene.directory.place(v.board.mark) < 0:
		return "mark somebody first: the arrow keys do that"
	}
	v.person = personPane{who: v.board.mark}
	return ""
}

// accept takes what stands in the field. What the phone refuses leaves the field open.
func (m *model) accept(string) string {
	v := &m.view
	if v.field.kind == commandField {
		return m.runCommand()
	}
	if v.field.kind == traceField {
		v.trace.filter, v.trace.at, v.field = string(v.field.text), time.Time{}, nil
		return ""
	}
	if v.field.isForApps() {
		return m.acceptApps()
	}
	if v.field.tooEarly(&m.scene) {
		return "another program asked for that just now: Enter once more calls " + v.field.target(&m.scene, v)
	}
	if v.field.kind == forgetField {
		typed := v.field.target(&m.scene, v)
		v.field = nil
		m.forgotten(typed)
		return ""
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
		return "type a number or a name first"
	case f.kind == transferField || f.kind == consultField:
		refusal = m.do(m.scene.sending(f.kind, f.leg, to))
	default:
		if _, why := m.scene.reads(to); why != "" {
			return why
		}
		return m.dial(to)
	}
	if refusal == "" {
		v.field = nil
	}
	return refusal
}

func (m *model) cancel(string) string {
	m.view.field = nil
	return ""
}

func (m *model) viewTrace(string) string {
	m.view.person = personPane{}
	m.view.apps.close()
	m.view.trace.open, m.view.quality.open = !m.view.trace.open, false
	if !m.view.trace.open || m.scene.Tracing {
		return ""
	}
	return m.do(phone.SetTrace{On: true})
}

func (m *model) toggleTrace(string) string { return m.do(phone.SetTrace{On: !m.scene.Tracing}) }

func (m *model) showHelp(string) string {
	m.view.help = helpPane{open: true}
	return ""
}

// back closes the nearest thing that is open. It never ends a call.
func (m *model) back(string) string {
	m.retreat()
	return ""
}

// retreat reports whether there was anything to close.
func (m *model) retreat() bool {
	v := &m.view
	switch {
	case v.help.open:
		v.help = helpPane{}
	case v.field != nil:
		v.field = nil
	case v.devices.open:
		v.devices.open = false
	case v.trace.open:
		v.trace = tracePane{}
	case v.apps.open:
		v.apps.retreat()
	case v.quality.open:
		v.quality = qualityPane{}
	case v.person.who != "":
		v.person = personPane{}
	case v.list.kind != noList:
		v.list = listPane{}
	case v.board.only() != "":
		v.board.filter, v.board.group, v.board.order = anyState, everybody, byNumbers
	case v.browse && m.scene.Live() > 0: // without a call nothing is behind the grid
		v.browse = false
	case v.call != "" && slices.ContainsFunc(m.scene.Legs, func(l phone.Leg) bool { return l.ID == v.call }):
		v.call = ""
	default:
		return false
	}
	return true
}

// quit goes back, and at the top leaves: with calls up only after a question.
func (m *model) quit(string) string {
	v := &m.view
	m.next = Next{}
	switch {
	case v.leaving == hangingUp:
		v.leaving = gone
	case m.retreat():
	case m.scene.own() > 0:
		v.leaving = asking
	default:
		v.leaving = gone
	}
	return ""
}

func (m *model) stay(string) string {
	m.view.leaving = staying
	return ""
}

// leave ends every call first; the screen goes when they are gone, or have had their time.
func (m *model) leave(string) string {
	if refusal := m.do(phone.HangupAll{}); refusal != "" {
		m.view.leaving = staying
		return refusal
	}
	m.view.leaving = hangingUp
	return "hanging up ..."
}

func (m *model) redraw(string) string {
	m.view.redraws++
	return ""
}
