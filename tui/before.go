package tui

import (
	"slices"
	"time"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/keymap"
)

// A key takes effect on what was on the screen when the finger moved. When a call begins to ring or
// ends by itself, keys of the next moment are still read in the situation before.

// standing is the state of the calls, as far as it matters for keys.
type standing struct {
	// at is when that changed without a key; zero for never.
	at time.Time
	// ring and under are the contexts of the calls, with a ringing call and without it.
	ring, under keymap.Context
	// call is the one that keys for calls in progress acted on, rings the one that could be answered,
	// tones the one that heard digits; empty for none.
	call, rings, tones pbxws.LegID
}

func (m *model) standing() standing {
	sc := &m.scene
	call, _ := sc.inCall()
	tones, _ := sc.Meant(phone.SendDigits{})
	return standing{ring: sc.calls(true), under: sc.calls(false), call: call.ID, rings: m.rings(), tones: tones.ID}
}

// moved tells whether the calls changed without the person: one began to ring, or one ended that
// they did not end.
func moved(before, now phone.Snapshot) bool {
	if len(rung(before, now)) > 0 {
		return true
	}
	for _, l := range before.Legs {
		if is, _ := now.Leg(l.ID); l.State != phone.Ended && is.State == phone.Ended && !byUs(is) {
			return true
		}
	}
	return false
}

// byUs tells that a call ended because the person wanted it to.
func byUs(l phone.Leg) bool {
	switch l.Cause.Ending {
	case pbxws.EndedHere, pbxws.EndedTransferred:
		return true
	case pbxws.EndedDeclined:
		return l.Dir == phone.Incoming
	}
	return false
}

// pickedUp tells that a call that rang is being picked up: whoever did that knows how things are.
func pickedUp(before, now phone.Snapshot) bool {
	return slices.ContainsFunc(before.Legs, func(l phone.Leg) bool {
		is, _ := now.Leg(l.ID)
		return l.State == phone.Alerting && (is.State == phone.Answering || is.State == phone.Connected)
	})
}

// shift notes the state of the calls before they changed. Of two changes at once the first counts.
func (m *model) shift(was standing) {
	if v := &m.view; !v.before.counts(&m.scene) {
		v.before = was
	}
	m.view.before.at = m.scene.now
}

// counts tells that a key is still to be read as before the change.
func (s standing) counts(sc *scene) bool { return sc.within(s.at, typingFor) }

// consultFor is how long a key for a consultation is read as one after that ended by itself: to the call
// that is left it would do something else.
const consultFor = 1500 * time.Millisecond

// wasForConsult tells that a key was meant for a consultation that ended by itself just now.
func (m *model) wasForConsult(name string) bool {
	v, sc := &m.view, &m.scene
	if _, _, asks := sc.Consulting(); asks || v.before.under != keymap.Consult || !sc.within(v.before.at, consultFor) {
		return false
	}
	a, _ := sc.keys.Lookup(over(v.panes.top(), v.before.under), name)
	return a == keymap.ConsultComplete || a == keymap.ConsultDrop
}

// context is the situation in which a key is looked up now. Somebody who pressed a key after a change
// knows of the change.
func (m *model) context(ring bool, name string) keymap.Context {
	v := &m.view
	switch {
	case m.wasForConsult(name):
		return over(v.panes.top(), v.before.under)
	case !v.before.counts(&m.scene):
		v.before = standing{}
		return v.context(&m.scene, ring)
	case ring:
		return over(v.panes.top(), v.before.ring)
	}
	return over(v.panes.top(), v.before.under)
}

// asBefore runs do with the call selected that was meant before the change.
func (m *model) asBefore(a keymap.Action, do func()) {
	v := &m.view
	if !v.before.counts(&m.scene) {
		do()
		return
	}
	meant := v.before.call
	if m.scene.isForRing(a) {
		meant = v.before.rings
	}
	was := m.scene.call
	m.scene.call = meant
	do()
	if m.scene.call == meant {
		m.scene.call = was
	}
}

// tooLate says why an action is not carried out that was meant for a call which is not there any
// more; empty where it can be.
func (m *model) tooLate(a keymap.Action) string {
	v, sc := &m.view, &m.scene
	if !v.before.counts(sc) {
		return ""
	}
	id := pbxws.LegID("")
	switch {
	case sc.isForRing(a) && a != keymap.RingSilence:
		if id = v.before.rings; id == "" {
			return ""
		}
		if why := sc.Refuses(phone.AnswerCall{Leg: id}); why != "" {
			if l, ok := sc.Alerting(); ok {
				why += "; " + sc.farEnd(l) + " is calling"
			}
			return why
		}
	case sc.actions.by[a].call == meantCall:
		id = v.before.call
	case a == keymap.DialDigit:
		id = v.before.tones
	}
	if l, ok := sc.Leg(id); id != "" && (!ok || l.State == phone.Ended) {
		return sc.Refuses(phone.Hangup{Leg: id})
	}
	return ""
}

// unexpected says that a key which answers or rejects was pressed too soon after the call began to
// ring to be meant for it; empty where the key is none of those.
func (m *model) unexpected(name string) string {
	l, rings := m.scene.Alerting()
	a, ok := m.scene.keys.Lookup(m.view.context(&m.scene, true), name)
	if !rings || !ok || !m.scene.isForRing(a) {
		return ""
	}
	return m.scene.farEnd(l) + " started to ring just now: press " + keyName(name) + " again to " + a.Hint()
}
