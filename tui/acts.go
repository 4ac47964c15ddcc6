package tui

import (
	"time"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/keymap"
)

// leavingTakes is how long ending the calls may take before we leave without having heard.
const leavingTakes = time.Second

// deed carries an action out and says in words why it cannot, empty where it did.
type deed func(m *model, key string) (refusal string)

// deeds is what each action does. A test sees to it that none is missing.
func deeds() map[keymap.Action]deed {
	return map[keymap.Action]deed{
		keymap.CallDial:     func(m *model, _ string) string { return m.openField(dialField, "") },
		keymap.CallRedial:   (*model).redial,
		keymap.DialDigit:    (*model).digit,
		keymap.CallAnswer:   (*model).answer,
		keymap.CallReject:   (*model).reject,
		keymap.RingSilence:  (*model).silence,
		keymap.CallHangup:   (*model).hangup,
		keymap.CallHold:     (*model).hold,
		keymap.CallResume:   (*model).resume,
		keymap.CallSwap:     (*model).swap,
		keymap.CallTransfer: (*model).transfer,
		keymap.CallMute:     (*model).mute,
		keymap.CallNext:     (*model).nextCall,
		keymap.DNDToggle:    (*model).dnd,

		keymap.GridFind:     (*model).find,
		keymap.GridFilter:   (*model).filter,
		keymap.MoveUp:       mover(keymap.MoveUp),
		keymap.MoveDown:     mover(keymap.MoveDown),
		keymap.MoveLeft:     mover(keymap.MoveLeft),
		keymap.MoveRight:    mover(keymap.MoveRight),
		keymap.MovePageUp:   mover(keymap.MovePageUp),
		keymap.MovePageDown: mover(keymap.MovePageDown),
		keymap.MoveFirst:    mover(keymap.MoveFirst),
		keymap.MoveLast:     mover(keymap.MoveLast),
		keymap.MenuOpen:     (*model).enter,

		keymap.ViewTrace:     (*model).viewTrace,
		keymap.TraceToggle:   (*model).toggleTrace,
		keymap.LinkReconnect: (*model).reconnect,
		keymap.ShowHelp:      (*model).showHelp,
		keymap.Back:          (*model).back,
		keymap.Quit:          (*model).quit,
		keymap.Redraw:        (*model).redraw,

		keymap.FieldAccept:  (*model).accept,
		keymap.FieldCancel:  (*model).cancel,
		keymap.ConfirmStay:  (*model).stay,
		keymap.ConfirmLeave: (*model).leave,
	}
}

// act carries an action out; what stops it is said in the message line.
func (m *model) act(a keymap.Action, key string) {
	m.view.message = message{}
	refusal := a.Hint() + " is not possible here"
	if do, ok := m.deeds[a]; ok {
		refusal = do(m, key)
	}
	if refusal != "" {
		m.say(phone.GradeInfo, refusal)
	}
}

// mine is the call that keys act on, if it is connected.
func (m *model) mine(what string) (l phone.Leg, refusal string) {
	l, ok := m.view.meant(&m.scene)
	switch {
	case !ok:
		return l, "nothing to " + what
	case l.State == phone.Alerting:
		if t, ok := m.scene.Talking(); ok {
			return t, ""
		}
		return l, "nothing to " + what + ": answer the call first"
	case l.State != phone.Connected:
		return l, "nothing to " + what + ": " + m.scene.name(l.Peer) + " has not answered"
	}
	return l, ""
}

func (m *model) answer(string) string {
	l, ok := m.scene.Alerting()
	if marked, is := m.view.meant(&m.scene); is && marked.State == phone.Alerting {
		l = marked
	}
	if !ok {
		return "nothing rings"
	}
	m.view.field, m.view.call = nil, ""
	return m.do(phone.AnswerCall{Leg: l.ID})
}

func (m *model) reject(string) string {
	l, ok := m.view.meant(&m.scene)
	if !ok || l.State != phone.Alerting {
		return "nothing rings"
	}
	return m.do(phone.Reject{Leg: l.ID})
}

func (m *model) silence(string) string {
	if _, ok := m.scene.Alerting(); !ok {
		return "nothing rings"
	}
	return m.do(phone.Silence{})
}

func (m *model) hangup(string) string {
	l, ok := m.view.meant(&m.scene)
	if !ok {
		return "nothing to hang up"
	}
	return m.do(phone.Hangup{Leg: l.ID})
}

func (m *model) hold(string) string {
	l, refusal := m.mine("hold")
	switch {
	case refusal != "":
		return refusal
	case l.LocalHold:
		return m.do(phone.Resume{Leg: l.ID})
	}
	return m.do(phone.Hold{Leg: l.ID})
}

func (m *model) resume(string) string {
	l, refusal := m.mine("resume")
	switch {
	case refusal != "":
		return refusal
	case !l.LocalHold:
		return m.scene.name(l.Peer) + " is not on hold"
	}
	return m.do(phone.Resume{Leg: l.ID})
}

func (m *model) swap(string) string {
	if _, _, ok := pair(&m.scene); !ok {
		return "nothing to swap: that takes a call you talk in and one on hold"
	}
	m.view.call = ""
	return m.do(phone.Swap{})
}

func (m *model) transfer(string) string {
	l, refusal := m.mine("transfer")
	switch {
	case refusal != "":
		return refusal
	case !m.scene.Caps.Has(pbxws.CapBlindTransfer):
		return "this telephone system cannot transfer calls"
	case l.Transfer != "":
		return m.scene.name(l.Peer) + " is being sent on already"
	}
	m.openField(transferField, "")
	m.view.field.leg = l.ID
	return ""
}

func (m *model) mute(string) string {
	if up(&m.scene) == 0 {
		return "nothing to mute: nobody is on the line"
	}
	return m.do(phone.SetMute{On: !m.scene.Muted})
}

// nextCall marks the call after the one that is meant.
func (m *model) nextCall(string) string {
	legs := m.scene.live()
	if len(legs) < 2 {
		return "there is no other call to mark"
	}
	meant, _ := m.view.meant(&m.scene)
	for i, l := range legs {
		if l.ID == meant.ID {
			next := legs[(i+1)%len(legs)]
			m.view.call = next.ID
			m.say(phone.GradeInfo, "keys now act on the call with "+m.scene.name(next.Peer))
			break
		}
	}
	return ""
}

func (m *model) dnd(string) string {
	if !m.scene.Caps.Has(pbxws.CapDND) {
		return "this telephone system has no do-not-disturb that we could switch"
	}
	self := m.scene.PBX.Accounts[m.scene.PBX.Self]
	return m.do(phone.SetDND{On: !self.DND})
}

// digit is one of the telephone's own keys: a tone for whom we talk to, else the start of a
// number.
func (m *model) digit(key string) string {
	if key == "" {
		return "press the digit itself"
	}
	for _, l := range m.scene.live() {
		switch {
		case l.State == phone.Connected && !l.LocalHold, l.State == phone.Early:
			if key == "+" {
				return "there is no tone for +"
			}
			return m.do(phone.SendDigits{Leg: l.ID, Digits: key})
		case l.Dir == phone.Outgoing && l.State < phone.Early:
			return m.scene.name(l.Peer) + " has not answered: digits become tones then"
		}
	}
	return m.openField(dialField, key)
}

func (m *model) redial(string) string {
	if m.view.dialled == "" {
		return "nothing to redial: no number was called from here yet"
	}
	return m.dial(m.view.dialled)
}

func (m *model) dial(to string) string {
	m.view.dialled, m.view.call, m.view.browse = to, "", false
	return m.do(phone.Dial{To: to})
}
