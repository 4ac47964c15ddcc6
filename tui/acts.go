package tui

import (
	"time"

	"github.com/patchcord/patchcord/internal/number"
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
		keymap.CallConsult:  (*model).consult,
		keymap.CallJoin:     (*model).join,
		keymap.CallLink:     (*model).link,
		keymap.CallPark:     (*model).park,
		keymap.CallRecord:   (*model).record,
		keymap.CallMute:     (*model).mute,
		keymap.CallKeep:     (*model).keepRecord,
		keymap.CallAgain:    (*model).callAgain,
		keymap.PathNew:      (*model).newPath,
		keymap.CallNext:     (*model).nextCall,
		keymap.DNDToggle:    (*model).dnd,

		keymap.ConsultComplete: (*model).complete,
		keymap.ConsultDrop:     (*model).dropConsult,

		keymap.GridFind:     (*model).find,
		keymap.GridFilter:   (*model).filter,
		keymap.GridGroup:    (*model).nextGroup,
		keymap.GridSort:     (*model).sort,
		keymap.MoveUp:       mover(keymap.MoveUp),
		keymap.MoveDown:     mover(keymap.MoveDown),
		keymap.MoveLeft:     mover(keymap.MoveLeft),
		keymap.MoveRight:    mover(keymap.MoveRight),
		keymap.MovePageUp:   mover(keymap.MovePageUp),
		keymap.MovePageDown: mover(keymap.MovePageDown),
		keymap.MoveFirst:    mover(keymap.MoveFirst),
		keymap.MoveLast:     mover(keymap.MoveLast),
		keymap.MenuOpen:     (*model).enter,

		keymap.PersonPickup:  (*model).pickup,
		keymap.PersonWatch:   (*model).watchSomebody,
		keymap.PersonCopy:    (*model).copySomebody,
		keymap.PersonMark:    (*model).bookmark,
		keymap.ViewPeople:    (*model).viewPeople,
		keymap.ViewHistory:   lister(historyList),
		keymap.ViewBook:      lister(bookList),
		keymap.ViewVoicemail: lister(voicemailList),
		keymap.ViewParked:    lister(parkedList),
		keymap.ViewQueues:    lister(queueList),
		keymap.ViewNext:      stroll(1),
		keymap.ViewPrevious:  stroll(listKinds - 1),
		keymap.ViewQuality:   (*model).viewQuality,
		keymap.QualityExport: (*model).exportQuality,
		keymap.ViewTrace:     (*model).viewTrace,
		keymap.ViewDevices:   (*model).viewDevices,
		keymap.DeviceUse:     inDevices((*model).useDevice),
		keymap.DeviceTest:    inDevices((*model).testDevice),
		keymap.DeviceNext:    inDevices((*model).nextPart),
		keymap.DeviceTake:    (*model).takeOffer,
		keymap.VolumeDown:    volume(-1),
		keymap.VolumeUp:      volume(1),
		keymap.TraceFilter:   (*model).filterTrace,
		keymap.TraceToggle:   (*model).toggleTrace,
		keymap.ViewApps:      (*model).viewApps,
		keymap.AppsSession:   inApps((*model).nextSession),
		keymap.AppsFollow:    inApps((*model).followApps),
		keymap.AppsFilter:    inApps((*model).filterApps),
		keymap.AppsCompose:   inApps((*model).composeApps),
		keymap.AppsUnlock:    inApps((*model).unlockApps),
		keymap.AppsRedact:    inApps((*model).redactApps),
		keymap.AppsSave:      inApps((*model).saveApps),
		keymap.AppsCopy:      inApps((*model).copyApps),
		keymap.AppsFold:      inApps((*model).foldApps),
		keymap.AppsLoad:      (*model).loadApps,
		keymap.AppsReplay:    inApps((*model).replayApps),
		keymap.AppsDrop:      inApps((*model).dropApps),
		keymap.AppsConnect:   inApps((*model).connectApps),
		keymap.ViewSetup:     (*model).viewSetup,
		keymap.SetupNext:     inSetup((*model).setupNext),
		keymap.SetupPrevious: inSetup((*model).setupPrevious),
		keymap.SetupContinue: inSetup((*model).setupContinue),
		keymap.SetupTry:      inSetup((*model).setupTry),
		keymap.SetupStop:     inSetup((*model).setupStop),
		keymap.SetupPractice: inSetup((*model).setupPractice),
		keymap.SetupLeave:    inSetup((*model).setupLeave),
		keymap.LinkReconnect: (*model).reconnect,
		keymap.Command:       (*model).command,
		keymap.ShowHelp:      (*model).showHelp,
		keymap.Back:          (*model).back,
		keymap.Quit:          (*model).quit,
		keymap.Redraw:        (*model).redraw,
		keymap.Suspend:       (*model).suspend,

		keymap.FieldAccept:  (*model).accept,
		keymap.FieldCancel:  (*model).cancel,
		keymap.FieldMode:    (*model).otherWay,
		keymap.ConfirmStay:  (*model).stay,
		keymap.ConfirmLeave: (*model).leave,
		keymap.QuestionYes:  (*model).sayYes,
		keymap.QuestionNo:   (*model).sayNo,
	}
}

// act carries an action out; what stops it is said in the message line.
func (m *model) act(a keymap.Action, key string) {
	m.view.message = message{}
	if a != keymap.MenuOpen {
		m.view.freed = offer{}
	}
	if m.linear != nil && m.linear.act(a, m) {
		return
	}
	m.leaveDevices(a)
	refusal := a.Hint() + " is not possible here"
	if do, ok := m.deeds[a]; ok {
		refusal = do(m, key)
	}
	if refusal != "" {
		m.say(phone.GradeInfo, refusal)
	}
}

// mine is the call in progress that is meant; empty, and left to the phone, where there is
// none.
func (m *model) mine() phone.Leg {
	l, _ := m.view.inCall(&m.scene)
	return l
}

func (m *model) answer(string) string {
	refusal := m.do(phone.AnswerCall{Leg: m.rings()})
	if refusal == "" {
		m.view.call = ""
		if f := m.view.field; f != nil && len(f.text) == 0 { // what was typed stays
			m.view.field = nil
		}
	}
	return refusal
}

// rings is the marked call if it rings, else the one that has rung longest.
func (m *model) rings() pbxws.LegID {
	if l, ok := m.view.meant(&m.scene); ok && l.State == phone.Alerting {
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
		m.view.call = ""
	}
	return refusal
}

// transfer opens the field for the number, if the phone would send the call anywhere at all.
func (m *model) transfer(string) string { return m.send(transferField) }

func (m *model) record(string) string {
	l := m.mine()
	return m.do(phone.SetRecording{Leg: l.ID, On: !l.Recording})
}

// keepRecord records the marked call into a file of ours, or stops that.
func (m *model) keepRecord(string) string {
	l := m.mine()
	return m.do(phone.RecordHere{Leg: l.ID, On: l.RecordingTo == ""})
}

func (m *model) mute(string) string { return m.do(phone.SetMute{On: !m.scene.Muted}) }

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
			m.say(phone.GradeInfo, "keys now act on the call with "+m.scene.short(next.Peer))
			break
		}
	}
	return ""
}

func (m *model) dnd(string) string {
	self := m.scene.PBX.Accounts[m.scene.PBX.Self]
	return m.do(phone.SetDND{On: !self.DND})
}

// digit is one of the telephone's own keys: a tone for whom we talk to, else the start of a
// number.
func (m *model) digit(key string) string {
	if key == "" {
		return "press the digit itself"
	}
	if l, ok := m.scene.tones(); ok {
		if key == "+" {
			return "there is no tone for +"
		}
		return m.do(phone.SendDigits{Leg: l.ID, Digits: key})
	}
	if awaiting(&m.scene) {
		return "not answered yet: digits become tones then"
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
	refusal := m.do(phone.Dial{To: to})
	if refusal == "" {
		if number.Same(to, m.view.awaiting) {
			m.view.awaiting = ""
		}
		m.view.dialled, m.view.call, m.view.browse, m.view.field = to, "", false, nil
		m.view.list, m.view.person = listPane{}, personPane{}
	}
	return refusal
}
