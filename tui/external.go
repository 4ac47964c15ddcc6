package tui

import (
	"cmp"
	"maps"

	"github.com/patchcord/patchcord/internal/number"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
)

// What other programs ask of the screen and say on it.

// wanted asks whether a number is to be called that another program wants called. Where nothing
// else has the keys it stands in the dial field. Where something is typed or asked, Enter stays
// there: the number is asked about afterwards, and can be selected now where a number is typed. While
// a call rings, Enter calls it as long as the sentence is fresh; a key that was on its way does not.
func (m *model) wanted(to string, by phone.LinkID) {
	v, sc := &m.view, &m.scene
	by = cmp.Or(by, sc.Route(to))
	sc = sc.on(by)
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
		v.awaiting = phone.Dial{To: n.String(), Link: by}
		typing.offer(n, sc.Warning(n))
		m.say(phone.GradeWarn, asks+"; Enter still calls what you type")
	case f != nil && !(isNumber && typing.kind == dialField) || v.busy():
		v.awaiting = phone.Dial{To: n.String(), Link: by}
		m.say(phone.GradeWarn, asks+"; you are asked when you are done here")
	case f == nil && (v.typing(sc) || rings):
		v.freed = offer{phone.Account{Link: by, ID: pbxws.AccountID(to)}, sc.now}
		m.say(phone.GradeWarn, asks+": Enter calls")
	default:
		m.askToCall(n, by)
	}
}

// busy tells that something but a field has the keys.
func (v *view) busy() bool {
	return v.fills() || shows[overlay](v.panes) || v.leaving != staying || v.asked()
}

// askToCall puts the number in the dial field.
func (m *model) askToCall(n number.Number, by phone.LinkID) {
	f := m.openField(dialField, n.String())
	f.asked, f.external, f.by = m.scene.now, true, by
	f.follow(&m.scene)
	m.say(phone.GradeWarn, m.scene.on(by).asksFor(n))
}

// askAwaiting asks about the waiting number, once the keys are free.
func (m *model) askAwaiting() {
	v := &m.view
	if _, rings := m.scene.Alerting(); v.awaiting.To == "" || v.panes.field() != nil || v.busy() || rings {
		return
	}
	by := v.awaiting.Link
	n, why := m.scene.on(by).Number(v.awaiting.To)
	if v.awaiting = (phone.Dial{}); why == "" {
		m.askToCall(n, by)
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
