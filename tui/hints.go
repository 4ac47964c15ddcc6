package tui

import (
	"slices"
	"strings"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/keymap"
	"github.com/patchcord/patchcord/tui/term"
)

// hint is a key and what it does now.
type hint struct{ keys, words string }

// hintActions are the actions worth a hint in each situation, the most wanted first. Those
// that would do nothing now are left out when they are drawn.
var hintActions = map[keymap.Context][]keymap.Action{
	keymap.Idle: {keymap.DialDigit, keymap.GridFind, keymap.CallDial, keymap.MenuOpen, keymap.PersonPickup,
		keymap.PersonWatch, keymap.CallRedial,
		keymap.GridFilter, keymap.ViewHistory, keymap.ViewNext, keymap.DNDToggle, keymap.LinkReconnect, keymap.Command,
		keymap.GridGroup, keymap.GridSort, keymap.PersonMark, keymap.Quit},
	keymap.Ringing: {keymap.CallAnswer, keymap.CallReject, keymap.RingSilence, keymap.DialDigit,
		keymap.CallHold, keymap.CallMute, keymap.CallNext, keymap.GridFind},
	keymap.Talking: {keymap.CallAnswer, keymap.CallHold, keymap.CallSwap, keymap.CallTransfer, keymap.CallConsult, keymap.CallHangup,
		keymap.DialDigit, keymap.CallAgain, keymap.CallMute, keymap.CallNext, keymap.GridFind, keymap.CallDial, keymap.CallPark,
		keymap.CallLink, keymap.CallJoin, keymap.CallRecord, keymap.CallKeep},
	keymap.Consult: {keymap.CallAnswer, keymap.ConsultComplete, keymap.ConsultDrop, keymap.DialDigit, keymap.CallSwap,
		keymap.CallJoin, keymap.CallMute, keymap.CallHold, keymap.GridFind},
	keymap.Trace: {keymap.TraceFilter, keymap.TraceToggle, keymap.MoveUp, keymap.Back, keymap.CallAnswer,
		keymap.CallHold, keymap.CallHangup, keymap.DialDigit},
	keymap.Quality: {keymap.PathNew, keymap.CallAgain, keymap.QualityExport, keymap.Back, keymap.CallAnswer, keymap.CallHold, keymap.CallMute,
		keymap.CallHangup, keymap.DialDigit},
	keymap.Apps: {keymap.AppsConnect, keymap.AppsFilter, keymap.AppsFollow, keymap.MenuOpen, keymap.AppsSession, keymap.AppsUnlock,
		keymap.AppsCompose, keymap.AppsRedact, keymap.AppsReplay, keymap.AppsDrop, keymap.AppsFold, keymap.AppsSave,
		keymap.AppsCopy, keymap.AppsLoad, keymap.Back},
	keymap.Devices: {keymap.DeviceUse, keymap.DeviceTake, keymap.MoveUp, keymap.DeviceNext, keymap.DeviceTest, keymap.VolumeUp, keymap.Back,
		keymap.CallAnswer, keymap.CallHold, keymap.CallMute, keymap.CallHangup, keymap.DialDigit},
	keymap.Field: {keymap.CallAnswer, keymap.CallReject, keymap.FieldAccept, keymap.MoveUp,
		keymap.FieldMode, keymap.FieldCancel, keymap.CallHold, keymap.CallMute, keymap.CallHangup},
	keymap.Setup: {keymap.CallAnswer, keymap.CallReject, keymap.SetupNext, keymap.SetupContinue, keymap.SetupTry,
		keymap.SetupPrevious, keymap.SetupLeave, keymap.SetupStop, keymap.SetupPractice},
	keymap.Confirm:  {keymap.ConfirmStay, keymap.ConfirmLeave},
	keymap.Question: {keymap.QuestionYes, keymap.QuestionNo},
	keymap.Help:     {keymap.MenuOpen, keymap.MoveUp, keymap.Back},
}

// hints are the keys valid now.
func (v *view) hints(sc *scene) []hint {
	ctx := v.context(sc, true)
	top, _, _ := strings.Cut(string(ctx), "/")
	actions := hintActions[keymap.Context(top)]
	if keymap.Context(top) == keymap.Two {
		actions = hintActions[keymap.Talking]
	}
	var hints []hint
	for _, a := range actions {
		if keys := v.offered(ctx, a, sc); len(keys) > 0 && v.applies(a, sc) {
			hints = append(hints, hint{keyWords(a, keys), v.hintWords(a, sc)})
		}
	}
	return hints
}

// offered are the keys of an action that would be listened to now: while a person types, a
// call that rings listens to the F-row alone.
func (v *view) offered(ctx keymap.Context, a keymap.Action, sc *scene) []string {
	keys := sc.keys.Keys(ctx, a)
	if _, rings := sc.Alerting(); !rings || !v.typing(sc) || !isForRing(a) {
		return keys
	}
	var safe []string
	for _, k := range keys {
		if isFKey(k) {
			safe = append(safe, k)
		}
	}
	return safe
}

func isForRing(a keymap.Action) bool {
	return a == keymap.CallAnswer || a == keymap.CallReject || a == keymap.RingSilence
}

func isFKey(key string) bool { return len(key) > 1 && key[0] == 'f' && key[1] >= '0' && key[1] <= '9' }

// keyWords names the keys of a hint: all of them where a call rings, else the first.
func keyWords(a keymap.Action, keys []string) string {
	switch {
	case a == keymap.DialDigit:
		return "0-9"
	case a == keymap.MoveUp:
		return "arrows"
	case a == keymap.VolumeUp:
		return "< >"
	case a == keymap.ViewNext:
		return "[ ]"
	case a == keymap.ViewHistory: // one of many that begin so
		first, _, _ := strings.Cut(keys[0], " ")
		return keyName(first)
	case a == keymap.CallAnswer || a == keymap.CallReject:
		names := make([]string, len(keys))
		for i, k := range keys {
			names[i] = keyName(k)
		}
		return strings.Join(names, "/")
	}
	return keyName(keys[0])
}

func (v *view) hintWords(a keymap.Action, sc *scene) string {
	l, _ := v.inCall(sc)
	switch a {
	case keymap.DialDigit:
		if _, ok := sc.tones(); ok {
			return "TONES"
		}
		return "dial"
	case keymap.MoveUp:
		if v.field != nil && v.field.isForApps() {
			return "bring others"
		}
		return "move"
	case keymap.VolumeUp:
		return "volume"
	case keymap.ViewHistory:
		return "go to"
	case keymap.CallHold:
		if l.LocalHold {
			return "resume"
		}
	case keymap.CallMute:
		if sc.Muted {
			return "unmute"
		}
	case keymap.MenuOpen:
		switch {
		case v.apps.open && !v.help.open:
			return "message"
		case v.help.open || v.person.who != "":
			return "run"
		case v.list.kind != noList:
			return rowVerb(v.list.kind)
		}
		return "menu"
	case keymap.LinkReconnect:
		if v.anew {
			return "sign in anew"
		}
	case keymap.SetupContinue, keymap.SetupTry, keymap.SetupStop:
		return v.setup.hint(a)
	case keymap.FieldAccept:
		return fieldVerbs[v.field.kind]
	case keymap.FieldMode:
		switch v.field.kind {
		case consultField:
			return "at once"
		case commandField:
			return "complete"
		case findField:
			return "menu"
		}
		return "ask first"
	case keymap.CallRecord:
		if l.Recording {
			return "stop recording"
		}
	case keymap.CallKeep:
		if l.RecordingTo != "" {
			return "stop recording here"
		}
	case keymap.ConsultDrop:
		_, waiting, _ := sc.Consulting()
		return "back to " + cut(sc.short(waiting.Peer), 12)
	case keymap.TraceToggle:
		if sc.Tracing {
			return "stop recording"
		}
	}
	return a.Hint()
}

// fieldVerbs are what Enter does with a field, in a word.
var fieldVerbs = [...]string{
	dialField: "call", findField: "call", transferField: "transfer", consultField: "ask", parkField: "park",
	commandField: "run", traceField: "filter", forgetField: "answer", appsFilterField: "keep", composeField: "send",
	loadField: "open", replayField: "replay",
}

// applies leaves out what could only be refused.
func (v *view) applies(a keymap.Action, sc *scene) bool {
	l, ok := v.inCall(sc)
	connected := ok && l.State == phone.Connected
	_, rings := sc.Alerting()
	switch a {
	case keymap.CallAnswer, keymap.CallReject, keymap.RingSilence:
		return rings
	case keymap.CallHold:
		return connected
	case keymap.CallMute, keymap.CallKeep:
		return connected && !onDesk(l)
	case keymap.PathNew:
		return connected && sc.Refuses(phone.NewPath{Leg: l.ID}) == ""
	case keymap.CallAgain:
		return connected && l.PathRefused
	case keymap.DeviceTake:
		return sc.Sound.Offer.Name != ""
	case keymap.CallTransfer, keymap.CallConsult, keymap.CallJoin, keymap.CallLink, keymap.CallPark, keymap.CallRecord,
		keymap.ConsultComplete, keymap.ConsultDrop:
		return outcome(a, sc, v) != ""
	case keymap.FieldMode:
		return v.field != nil && (v.field.kind == consultField || v.field.kind == commandField || v.field.kind == findField && v.list.kind == noList ||
			v.field.kind == transferField && sc.Caps.Has(pbxws.CapAttendedTransfer))
	case keymap.CallHangup, keymap.QualityExport:
		return ok
	case keymap.DialDigit:
		_, tones := sc.tones()
		return tones || !awaiting(sc)
	case keymap.CallSwap:
		_, _, two := pair(sc)
		return two
	case keymap.CallNext:
		return sc.Live() > 1
	case keymap.CallRedial:
		return v.dialled != ""
	case keymap.SetupTry:
		return v.setup.hint(a) != ""
	case keymap.DNDToggle:
		return sc.Caps.Has(pbxws.CapDND)
	case keymap.LinkReconnect:
		return sc.Link.State != phone.LinkUp || v.anew
	case keymap.AppsCompose, keymap.AppsRedact, keymap.AppsReplay:
		return v.apps.unlocked
	case keymap.MoveUp:
		return v.field == nil || v.field.kind != appsFilterField
	case keymap.AppsConnect:
		s, _ := v.apps.current(sc)
		return s.State == appws.Retrying || s.State == appws.Refused
	case keymap.AppsDrop:
		s, _ := v.apps.current(sc)
		return s.State == appws.Replayed
	case keymap.AppsFold:
		row, ok := v.apps.marked(sc, v)
		return ok && row.first().Handshake
	case keymap.AppsSession:
		return len(sc.apps) > 1
	case keymap.MenuOpen:
		if v.person.who != "" || v.apps.open {
			return true
		}
		_, row := v.current(sc)
		return v.help.open || row || v.list.kind == noList && !v.onMenu(sc) && sc.directory.place(v.board.mark) >= 0
	case keymap.PersonMark:
		return v.list.kind == noList && v.board.mark != ""
	case keymap.GridGroup, keymap.GridSort:
		return v.list.kind == noList && v.person.who == ""
	case keymap.GridFilter:
		return v.list.kind == noList && v.person.who == ""
	case keymap.PersonPickup:
		return v.list.kind == noList && sc.Refuses(phone.Pickup{Account: phone.Account{ID: v.board.mark}}) == ""
	case keymap.PersonWatch:
		return v.list.kind == noList && v.board.mark != "" && watchRow(sc, v.board.mark).refusal == ""
	}
	return true
}

// awaiting tells that we call somebody who has not answered: digits are held back then.
func awaiting(sc *scene) bool {
	return slices.ContainsFunc(sc.Legs, func(l phone.Leg) bool {
		return l.Dir == phone.Outgoing && l.State < phone.Early
	})
}

// drawHints is the last line. Whole hints only; help is never cut off.
func drawHints(c *term.Canvas, r term.Rect, sc *scene, v *view) {
	p := c.On(r, 0).Gap(1)
	if keys := sc.keys.Keys(v.context(sc, true), keymap.ShowHelp); len(keys) > 0 && !v.help.open {
		p.Right(term.Plain, keymap.ShowHelp.Hint())
		p.End++
		p.Right(term.KeyCap, keyName(keys[0]))
	}
	for _, h := range v.hints(sc) {
		if term.Columns(h.keys, false)+1+term.Columns(h.words, false) > p.Room() {
			if p.X == r.X+1 {
				continue // one that fits is better than none
			}
			break
		}
		p.Put(term.KeyCap, h.keys).Gap(1).Put(term.Plain, h.words).Gap(2)
	}
}

// drawOffers is the last line of a card that rings: how to answer it.
func (v *view) drawOffers(p *term.Pen, sc *scene) {
	ctx := v.context(sc, true)
	for _, a := range []keymap.Action{keymap.CallAnswer, keymap.CallReject, keymap.RingSilence} {
		if keys := v.offered(ctx, a, sc); len(keys) > 0 {
			p.Put(term.KeyCap, keyName(keys[0])).Gap(1).Put(term.Plain, a.Hint()).Gap(3)
		}
	}
}
