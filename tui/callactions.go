package tui

import (
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/keymap"
)

// callActions are what keys do with calls.
func callActions() []action {
	return []action{
		{
			id: keymap.CallDial, order: true, hints: ranks{keymap.Idle: 30, keymap.Talking: 120}, menu: 90, desk: true,
			names: []string{"call"}, after: "[NUMBER]", with: answering((*model).dial), applies: always, preview: previewDial,
			do: func(m *model, _ string) string {
				m.openField(dialField, "")
				return ""
			},
		},
		{id: keymap.CallRedial, order: true, hints: ranks{keymap.Idle: 70}, do: (*model).redial,
			applies: func(v *view, _ *scene) bool { return v.dialled.ID != "" }},
		{
			id: keymap.DialDigit, order: true, do: (*model).digit,
			hints: ranks{keymap.Idle: 10, keymap.Ringing: 40, keymap.Talking: 70, keymap.Consult: 40, keymap.Trace: 80, keymap.Quality: 90, keymap.Devices: 120, keymap.Playback: 80},
			applies: func(_ *view, sc *scene) bool {
				_, tones := sc.Meant(phone.SendDigits{})
				return tones || !awaiting(sc)
			},
			word: func(_ *view, sc *scene) string {
				if _, ok := sc.Meant(phone.SendDigits{}); ok {
					return "TONES"
				}
				return "dial"
			},
		},
		{
			id: keymap.CallAnswer, call: ringingCall, applies: answerable, do: (*model).answer,
			hints: ranks{keymap.Ringing: 10, keymap.Talking: 10, keymap.Consult: 10, keymap.Trace: 50, keymap.Quality: 50, keymap.Devices: 80, keymap.Playback: 5, keymap.Field: 10, keymap.Setup: 10},
		},
		{id: keymap.CallReject, call: ringingCall, hints: ranks{keymap.Ringing: 20, keymap.Playback: 6, keymap.Field: 20, keymap.Setup: 20},
			applies: rings, do: (*model).reject},
		{id: keymap.RingSilence, call: ringingCall, hints: ranks{keymap.Ringing: 30}, applies: rings, do: (*model).silence},
		{
			id: keymap.CallHangup, call: meantCall, menu: 70, desk: true, names: []string{"hangup", "bye"}, preview: previewHangup,
			hints: ranks{keymap.Talking: 60, keymap.Trace: 70, keymap.Quality: 80, keymap.Devices: 110, keymap.Playback: 9, keymap.Field: 90},
			do:    (*model).hangup,
		},
		{
			id: keymap.CallHold, call: meantCall, menu: 20, desk: true, preview: previewHold, do: (*model).hold,
			hints: ranks{keymap.Ringing: 50, keymap.Talking: 20, keymap.Consult: 80, keymap.Trace: 60, keymap.Quality: 60, keymap.Devices: 90, keymap.Playback: 7, keymap.Field: 70},
			word:  wordIf(func(l phone.Leg, _ *scene) bool { return l.LocalHold }, "resume"),
		},
		{id: keymap.CallResume, call: meantCall, names: []string{"unhold"}, do: (*model).resume},
		{id: keymap.CallSwap, order: true, hints: ranks{keymap.Talking: 30, keymap.Consult: 50}, menu: 10, consult: 20, do: (*model).swap,
			applies: func(_ *view, sc *scene) bool {
				_, _, two := sc.Swapping()
				return two
			},
			preview: func(sc *scene, _ phone.Leg) string {
				talks, holds, ok := sc.Swapping()
				if !ok {
					return ""
				}
				return "swap: hold " + sc.whoHolds(talks) + ", talk to " + sc.farEnd(holds)
			}},
		{
			id: keymap.CallMute, order: true, menu: 80, applies: speaksInOwnCall, preview: previewMute, do: (*model).mute,
			hints: ranks{keymap.Ringing: 60, keymap.Talking: 90, keymap.Consult: 70, keymap.Quality: 70, keymap.Devices: 100, keymap.Playback: 8, keymap.Field: 80},
			word:  wordIf(func(_ phone.Leg, sc *scene) bool { return sc.Muted }, "unmute"),
		},
		{
			id: keymap.CallRecord, call: meantCall, hints: ranks{keymap.Talking: 160}, menu: 110, names: []string{"record"},
			preview: func(sc *scene, l phone.Leg) string {
				words := "record the call with " + sc.farEnd(l)
				if l.Recording {
					words = "stop recording the call with " + sc.farEnd(l)
				}
				return ifAble(sc, l, pbxws.CapRecord, words)
			},
			word: wordIf(func(l phone.Leg, _ *scene) bool { return l.Recording }, "stop recording"),
			do: func(m *model, _ string) string {
				l := m.mine()
				return m.do(phone.SetRecording{Leg: l.ID, On: !l.Recording})
			},
		},
		{
			id: keymap.CallKeep, call: meantCall, hints: ranks{keymap.Talking: 170}, menu: 120, names: []string{"keep"},
			applies: inOwnCall, preview: previewKeep,
			word: wordIf(func(l phone.Leg, _ *scene) bool { return l.RecordingTo != "" }, "stop recording here"),
			do: func(m *model, _ string) string {
				l := m.mine()
				return m.do(phone.RecordHere{Leg: l.ID, On: l.RecordingTo == ""})
			},
		},
		{
			id: keymap.CallAgain, call: meantCall, hints: ranks{keymap.Talking: 80, keymap.Quality: 20}, do: (*model).callAgain,
			applies: func(_ *view, sc *scene) bool {
				l, ok := sc.inCall()
				return ok && l.State == phone.Connected && l.PathRefused
			},
			preview: func(sc *scene, l phone.Leg) string {
				if l.State != phone.Connected {
					return ""
				}
				return "hang up on " + sc.farEnd(l) + " and call again"
			},
		},
		{id: keymap.CallNext, hints: ranks{keymap.Ringing: 70, keymap.Talking: 100}, do: (*model).nextCall,
			applies: func(_ *view, sc *scene) bool { return sc.Live() > 1 }},
		{id: keymap.DNDToggle, order: true, hints: ranks{keymap.Idle: 110}, do: (*model).dnd,
			applies: func(_ *view, sc *scene) bool { return sc.able(pbxws.CapDND) }},
	}
}

func always(*view, *scene) bool { return true }

func rings(_ *view, sc *scene) bool {
	_, rings := sc.Alerting()
	return rings
}

// answerable tells that a call rings here which the PBX can still be told about.
func answerable(_ *view, sc *scene) bool {
	l, rings := sc.Alerting()
	return rings && sc.Refuses(phone.AnswerCall{Leg: l.ID}) == ""
}

// inOwnCall tells that a call of this program is up.
func inOwnCall(_ *view, sc *scene) bool {
	l, ok := sc.inCall()
	return ok && l.State == phone.Connected && l.Place == phone.Here
}

// speaksInOwnCall tells that one is up, and that we are not out of it.
func speaksInOwnCall(v *view, sc *scene) bool {
	l, _ := sc.inCall()
	return inOwnCall(v, sc) && !l.Apart
}

// wordIf is a word of the last line for when something holds of the call that is meant.
func wordIf(is func(l phone.Leg, sc *scene) bool, word string) func(*view, *scene) string {
	return func(_ *view, sc *scene) string {
		if l, _ := sc.inCall(); is(l, sc) {
			return word
		}
		return ""
	}
}

// ifAble is a preview for an answered call, empty where the PBX cannot do what it takes.
func ifAble(sc *scene, l phone.Leg, needs pbxws.Caps, words string) string {
	if l.State != phone.Connected || l.Apart || !sc.on(l.Link).Caps.Has(needs) {
		return ""
	}
	return words
}

func previewDial(sc *scene, _ phone.Leg) string {
	if t, ok := sc.Talking(); ok && t.Place == phone.Here {
		return "call somebody else, " + sc.whoHolds(t) + " goes on hold"
	}
	return "call somebody else"
}

func previewHangup(sc *scene, l phone.Leg) string {
	if l.State != phone.Connected {
		return "cancel the call to " + sc.farEnd(l)
	}
	if l.Apart {
		return "end the call of " + sc.talkingTo(l)
	}
	if l.Mixed {
		return "hang up on " + sc.farEnd(l) + ", " + sc.whoStays(l)
	}
	return "hang up on " + sc.farEnd(l)
}

func previewHold(sc *scene, l phone.Leg) string {
	switch {
	case l.State != phone.Connected || l.Apart && !l.LocalHold: // who is out of a call joins it or ends it
		return ""
	case l.Apart:
		return "resume " + sc.farEnd(l) + ", they hear each other again"
	case l.LocalHold && l.Mixed:
		return "take " + sc.farEnd(l) + " back into the conference"
	case l.LocalHold:
		return "resume " + sc.farEnd(l)
	}
	return "hold " + sc.farEnd(l)
}

func previewMute(sc *scene, l phone.Leg) string {
	if l.Apart {
		return ""
	}
	if l.Mixed && !sc.Muted && len(sc.mixedBut(l)) > 0 {
		return "mute; they still hear each other"
	}
	if sc.Muted {
		return "open the microphone, " + sc.farEnd(l) + " hears you again"
	}
	return "mute, " + sc.farEnd(l) + " does not hear you"
}

func previewKeep(sc *scene, l phone.Leg) string {
	switch {
	case l.State != phone.Connected:
		return ""
	case l.RecordingTo != "":
		return "stop recording here"
	case sc.Caps.Has(pbxws.CapRecord): // one way to do it is enough in a short list
		return ""
	}
	return "record the call with " + sc.farEnd(l) + " here, into a file"
}

// mine is the call in progress that is meant; empty, and left to the phone, where there is
// none.
func (m *model) mine() phone.Leg {
	l, _ := m.scene.inCall()
	return l
}

func (m *model) answer(string) string {
	refusal := m.do(phone.AnswerCall{Leg: m.rings()})
	if refusal == "" {
		m.scene.call = ""
		if f := m.view.panes.field(); f != nil && f.input().Len() == 0 { // what was typed stays
			m.view.closeField()
		}
	}
	return refusal
}

// rings is the selected call if it rings, else the one that has rung longest.
func (m *model) rings() pbxws.LegID {
	if l, ok := m.scene.meant(); ok && l.State == phone.Alerting {
		return l.ID
	}
	l, _ := m.scene.Alerting()
	return l.ID
}

func (m *model) reject(string) string { return m.do(phone.Reject{Leg: m.rings()}) }

func (m *model) silence(string) string { return m.do(phone.Silence{}) }

// hangup never ends a call that rings: that is what reject is for.
func (m *model) hangup(string) string {
	l := m.mine()
	if l.ID == "" {
		return "nothing to hang up"
	}
	if why := m.tooSoon(); why != "" {
		return why
	}
	return m.do(phone.Hangup{Leg: l.ID})
}

func (m *model) hold(string) string {
	l := m.mine()
	if l.LocalHold {
		return m.do(phone.Resume{Leg: l.ID})
	}
	return m.do(phone.Hold{Leg: l.ID})
}

func (m *model) resume(string) string { return m.do(phone.Resume{Leg: m.mine().ID}) }

func (m *model) swap(string) string {
	refusal := m.do(phone.Swap{})
	if refusal == "" {
		m.scene.call = ""
	}
	return refusal
}

func (m *model) mute(string) string { return m.do(phone.SetMute{On: !m.scene.Muted}) }

// nextCall selects the call after the one that is meant.
func (m *model) nextCall(string) string {
	legs := m.scene.live()
	if len(legs) < 2 {
		return "there is no other call to select"
	}
	meant, _ := m.scene.meant()
	for i, l := range legs {
		if l.ID == meant.ID {
			next := legs[(i+1)%len(legs)]
			m.scene.call = next.ID
			m.say(phone.GradeInfo, "keys now act on the call with "+m.scene.farEnd(next))
			break
		}
	}
	return ""
}

func (m *model) dnd(string) string {
	undisturbed := m.scene.where(func(at *scene) bool { return !at.Caps.Has(pbxws.CapDND) || at.PBX.Accounts.At(at.PBX.Self).DND })
	return m.atAll(phone.SetDND{On: len(undisturbed.labels) > 0 || !undisturbed.any})
}

// digit is one of the telephone's own keys: a tone for whom we talk to, else the start of a
// number.
func (m *model) digit(key string) string {
	if key == "" {
		return "press the digit key"
	}
	if l, ok := m.scene.Meant(phone.SendDigits{}); ok {
		if marked := m.mine(); marked.Mixed && !marked.LocalHold && !marked.Apart { // of several who hear us
			l = marked
		}
		if key == "+" {
			return "there is no tone for +"
		}
		return m.do(phone.SendDigits{Leg: l.ID, Digits: key})
	}
	if awaiting(&m.scene) {
		return "not answered yet: digits are sent as tones after that"
	}
	m.openField(dialField, key)
	return ""
}

func (m *model) redial(string) string {
	if m.view.dialled.ID == "" {
		return "nothing to redial: you have not called anybody from here yet"
	}
	return m.dialBy(m.view.dialled.Link, string(m.view.dialled.ID))
}

// dial calls a number by the PBX whose it is.
func (m *model) dial(to string) string { return m.dialBy(m.scene.Route(to), to) }

func (m *model) dialBy(link phone.LinkID, to string) string {
	refusal := m.do(phone.Dial{To: to, Link: link})
	if refusal == "" {
		if m.scene.Link.Country.SameNumber(to, m.view.awaiting.To) {
			m.view.awaiting = phone.Dial{}
		}
		m.view.dialled, m.scene.call, m.scene.browse = phone.Account{Link: link, ID: pbxws.AccountID(to)}, "", false
		m.view.closeField()
		remove[*listPane](&m.view.panes)
		remove[*personPane](&m.view.panes)
	}
	return refusal
}
