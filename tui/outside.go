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
	n, why := sc.Number(to)
	if why != "" {
		m.say(phone.GradeWarn, "another program asks for a call: "+why)
		return
	}
	v.bells++
	asks := sc.asksFor(n)
	_, rings := sc.Alerting()
	f := v.field
	switch {
	case f != nil && f.isForNumber() && len(f.text) > 0:
		v.awaiting = n.String()
		f.offered(n)
		m.say(phone.GradeWarn, asks+"; Enter goes on to call what you type")
	case f != nil && f.kind != dialField || v.busy():
		v.awaiting = n.String()
		m.say(phone.GradeWarn, asks+"; it is asked when you are done here")
	case f == nil && (v.typing(sc) || rings):
		v.freed = offer{pbxws.AccountID(to), sc.now}
		m.say(phone.GradeWarn, asks+": Enter calls")
	default:
		m.askToCall(n)
	}
}

// busy tells that something but a field has the keys.
func (v *view) busy() bool {
	return v.setup.open || v.help.open || v.leaving != staying || v.question != nil
}

// askToCall puts the number in the dial field.
func (m *model) askToCall(n number.Number) {
	m.openField(dialField, n.String())
	m.view.field.asked, m.view.field.outside = m.scene.now, true
	m.say(phone.GradeWarn, m.scene.asksFor(n))
}

// askAwaiting asks about the number that had to wait, once nothing else has the keys.
func (m *model) askAwaiting() {
	v := &m.view
	if _, rings := m.scene.Alerting(); v.awaiting == "" || v.field != nil || v.busy() || rings {
		return
	}
	n, why := m.scene.Number(v.awaiting)
	if v.awaiting = ""; why == "" {
		m.askToCall(n)
	}
}

// tooEarly tells that a number was put into the field by another program just now, so that the
// key was not meant for it.
func (f *field) tooEarly(sc *scene) bool { return !f.asked.IsZero() && sc.since(f.asked) < typingFor }

// noted puts what a program said of a call on its card.
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
