package tui

import (
	"maps"

	"github.com/patchcord/patchcord/internal/number"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
)

// What other programs ask of the screen and say on it.

// wanted asks whether a number is to be called that another program wants called. Where nothing
// else has the keys it stands in the dial field. Where something is typed or asked, Enter stays
// there: the number is asked about afterwards, and can be marked now where a number is typed. While
// a call rings, Enter calls it as long as the sentence is fresh; a key that was on its way does not.
func (m *model) wanted(to string) {
	v, sc := &m.view, &m.scene
	sc = sc.on(sc.Route(to))
	n, why := sc.Number(to)
	if why != "" {
		m.say(phone.GradeWarn, "another program asks for a call: "+why)
		return
	}
	v.bells++
	asks := sc.asksFor(n)
	_, rings := sc.Alerting()
	f := v.panes.field()
	typing, isNumber := f.(*numberPane)
	switch {
	case isNumber && typing.typed.Len() > 0:
		v.awaiting = n.String()
		typing.offer(n, sc.Warning(n))
		m.say(phone.GradeWarn, asks+"; Enter goes on to call what you type")
	case f != nil && !(isNumber && typing.kind == dialField) || v.busy():
		v.awaiting = n.String()
		m.say(phone.GradeWarn, asks+"; it is asked when you are done here")
	case f == nil && (v.typing(sc) || rings):
		v.freed = offer{phone.Account{Link: sc.Route(to), ID: pbxws.AccountID(to)}, sc.now}
		m.say(phone.GradeWarn, asks+": Enter calls")
	default:
		m.askToCall(n)
	}
}

// busy tells that something but a field has the keys.
func (v *view) busy() bool {
	return v.fills() || shows[overlay](v.panes) || v.leaving != staying || v.asked()
}

// askToCall puts the number in the dial field.
func (m *model) askToCall(n number.Number) {
	f := m.openField(dialField, n.String())
	f.asked, f.external = m.scene.now, true
	m.say(phone.GradeWarn, m.scene.on(m.scene.Route(n.String())).asksFor(n))
}

// askAwaiting asks about the waiting number, once the keys are free.
func (m *model) askAwaiting() {
	v := &m.view
	if _, rings := m.scene.Alerting(); v.awaiting == "" || v.panes.field() != nil || v.busy() || rings {
		return
	}
	n, why := m.scene.on(m.scene.Route(v.awaiting)).Number(v.awaiting)
	if v.awaiting = ""; why == "" {
		m.askToCall(n)
	}
}

// noted puts a program's note on the card of its call.
func (m *model) noted(call pbxws.LegID, text string) {
	sc := &m.scene
	if _, there := sc.Leg(call); !there {
		return
	}
	notes := maps.Clone(sc.notes)
	if notes == nil {
		notes = map[pbxws.LegID]string{}
	}
	for id := range notes {
		if _, there := sc.Leg(id); !there {
			delete(notes, id)
		}
	}
	notes[call] = text
	sc.notes = notes
	if m.linear != nil {
		m.say(phone.GradeInfo, text)
	}
}
