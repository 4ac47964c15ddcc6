package tui

import (
	"maps"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
)

// What other programs ask of the screen and say on it.

// wanted asks whether a number is to be called that another program wants called. Where nothing
// else has the keys it stands in the dial field; else Enter calls while the sentence is fresh, and
// a key that was on its way does neither.
func (m *model) wanted(number string) {
	v, sc := &m.view, &m.scene
	v.bells++
	_, rings := sc.Alerting()
	if v.typing(sc) || rings || v.help.open || v.leaving != staying {
		v.freed = offer{pbxws.AccountID(number), sc.now}
		m.say(phone.GradeWarn, "another program asks to call "+sc.who(number)+": Enter calls")
		return
	}
	m.openField(dialField, number)
	v.field.asked = sc.now
	m.say(phone.GradeWarn, "another program asks to call "+sc.who(number))
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
