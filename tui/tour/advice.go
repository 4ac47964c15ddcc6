package tour

import (
	"cmp"

	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/keymap"
)

// The numbers of the practice PBX that the tour calls: who talks, and who answers at once.
const (
	colleague = "601"
	echo      = "600"
)

// Screen is what the line needs to know of the screen.
type Screen struct {
	// Key is the key of an action as it stands on the keyboard.
	Key func(keymap.Context, keymap.Action) string
	// Open is the action whose pane is open, such as CallPark for its field; empty for none, Back for a
	// pane that has nothing to do with the tour.
	Open keymap.Action
}

func (sc Screen) enter() string { return sc.Key(keymap.Field, keymap.FieldAccept) }

func (sc Screen) inCall(a keymap.Action) string { return sc.Key(keymap.Talking, a) }

// Advice says what to do next from where the calls are, in one sentence or two.
func (t Tour) Advice(s phone.Snapshot, sc Screen) string {
	if l, rings := s.Alerting(); rings {
		return name(l) + " calls: " + sc.Key(keymap.Ringing, keymap.CallAnswer) + " answers, " +
			sc.Key(keymap.Ringing, keymap.CallReject) + " rejects. The tour goes on afterwards."
	}
	if !t.fits(s, sc.Open) {
		return "Press " + sc.Key(keymap.Global, keymap.Back) + " to close what is open; the tour goes on where it was."
	}
	switch t.step {
	case pickUp:
		return t.pickUpLine(sc)
	case done:
		return "That was the tour. " + sc.inCall(keymap.CallHangup) + " hangs up, " + sc.Key(keymap.Global, keymap.ShowHelp) +
			" lists all keys, " + sc.Key(keymap.Global, keymap.Command) + "setup connects your own PBX."
	}
	return t.callLine(s, sc)
}

// fits tells that an open pane is the one that the step is done in.
func (t Tour) fits(s phone.Snapshot, open keymap.Action) bool {
	switch open {
	case "":
		return true
	case keymap.CallDial, keymap.GridFind:
		return s.Live() == 0
	case keymap.CallConsult:
		return t.step == ask || t.step == transfer
	case keymap.CallPark:
		return t.step == park
	case keymap.ViewParked:
		return t.step >= pickUp
	}
	return false
}

// callLine is the line of a step that needs a call.
func (t Tour) callLine(s phone.Snapshot, sc Screen) string {
	talks, isTalking := s.Talking()
	waits, isHeld := held(s)
	asked, waiting, asks := s.Consulting()
	switch calls, isCalling := calling(s); {
	case asks && asked.State != phone.Connected:
		return "It rings at " + name(asked) + ", and " + name(waiting) + " hears music. Wait for the answer."
	case isCalling:
		return "Calling " + name(calls) + ": wait for the answer. " + sc.inCall(keymap.CallHangup) + " gives up."
	case asks && t.step == transfer:
		return "Transfer: press " + sc.Key(keymap.Consult, keymap.ConsultComplete) + ": " + name(waiting) + " talks to " + name(asked) +
			", and you are out."
	case isTalking:
		return t.talkingLine(s, sc, name(talks))
	case isHeld && t.step == resume:
		return name(waits) + " hears music. Press " + sc.inCall(keymap.CallHold) + " again to go on talking."
	case isHeld:
		return name(waits) + " is on hold. Press " + sc.inCall(keymap.CallHold) + " to go on talking."
	case t.step == dial:
		return "Dial: type " + colleague + " and press " + sc.enter() + ". A colleague answers."
	case t.step == park:
		return "Park: you need a call first. Type " + colleague + " and press " + sc.enter() + "."
	}
	return "You need a call to go on. Type " + colleague + " and press " + sc.enter() + "."
}

// talkingLine is what to do while somebody is talked to.
func (t Tour) talkingLine(s phone.Snapshot, sc Screen, who string) string {
	switch t.step {
	case hold:
		return "Hold: press " + sc.inCall(keymap.CallHold) + ". " + who + " hears music until you are back."
	case ask, transfer:
		switch {
		case sc.Open == keymap.CallConsult && s.Live() > 1:
			return "Press " + sc.enter() + " to ask the other one you are in a call with; " + who + " waits."
		case sc.Open == keymap.CallConsult:
			number, whom := other(s)
			return "Type " + number + " and press " + sc.enter() + " to ask " + whom + "; " + who + " hears music."
		}
		return "Ask first: press " + sc.inCall(keymap.CallConsult) + " to call a colleague while " + who + " waits."
	}
	if sc.Open == keymap.CallPark {
		return "Press " + sc.enter() + ", and the PBX chooses a parking place."
	}
	return "Park: press " + sc.inCall(keymap.CallPark) + ". " + who + " waits at a parking place, where anybody can pick up."
}

// other is whom to ask about the call that is up: the echo, or the colleague where it is with the echo.
func other(s phone.Snapshot) (number, words string) {
	if l, talks := s.Talking(); talks && l.Peer.Number == echo {
		return colleague, "a colleague"
	}
	return echo, "the echo"
}

func (t Tour) pickUpLine(sc Screen) string {
	who := cmp.Or(t.parked.Name, t.parked.Number)
	if sc.Open == keymap.ViewParked {
		return "Move to " + who + " and press " + sc.Key(keymap.Idle, keymap.MenuOpen) + "."
	}
	return "Pick up: " + who + " is parked. Press " + sc.Key(keymap.Idle, keymap.ViewParked) + " to see all who are."
}

// calling is a call of ours that nobody has answered yet.
func calling(s phone.Snapshot) (phone.Leg, bool) {
	for _, l := range s.Legs {
		if l.State < phone.Connected && l.State != phone.Alerting {
			return l, true
		}
	}
	return phone.Leg{}, false
}

func name(l phone.Leg) string { return cmp.Or(l.Peer.Name, l.Peer.Number) }
