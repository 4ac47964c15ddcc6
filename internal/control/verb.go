package control

import (
	"strconv"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
)

// Request is what a client asks.
type Request struct {
	// Verb is status, events, dial, answer, reject, hold, resume, swap, transfer, hangup, mute or
	// dnd.
	Verb string `json:"verb"`
	// To is the number to dial or to transfer to, or a link to one.
	To string `json:"to,omitempty"`
	// Call is the number of a call on the screen or its id; empty is the one a person would mean.
	Call string `json:"call,omitempty"`
	// Set is on, off, or toggle, for mute and dnd; empty is toggle.
	Set string `json:"set,omitempty"`
}

// Reply is the answer to a request.
type Reply struct {
	OK bool `json:"ok"`
	// Pending tells that what was asked is on its way and was not confirmed in time.
	Pending bool `json:"pending,omitempty"`
	// Text is the outcome in words.
	Text   string  `json:"text,omitempty"`
	Status *Status `json:"status,omitempty"`
}

func refused(text string) Reply { return Reply{Text: text} }

// errand is an intent with what shows that it came about.
type errand struct {
	intent phone.Intent
	// leg is the call it is about, empty for none or one that is not there yet.
	leg pbxws.LegID
	// done looks at a snapshot after the intent was given.
	done func(phone.Snapshot) bool
	// said is told then.
	said string
}

// errandOf reads a request in the light of a snapshot; why says what is wrong with it.
func errandOf(r Request, s phone.Snapshot) (e errand, why string) {
	id, why := legOf(r.Call, s)
	if why != "" {
		return errand{}, why
	}
	leg := func(i phone.Intent) phone.Leg {
		if id == "" {
			l, _ := s.Meant(i)
			return l
		}
		l, _ := s.Leg(id)
		return l
	}
	switch r.Verb {
	case "dial":
		n, why := s.Number(r.To)
		return errand{intent: phone.Dial{To: n.String()}, done: newCall(s), said: "calling " + n.String()}, why
	case "answer":
		l := leg(phone.AnswerCall{})
		return errand{phone.AnswerCall{Leg: id}, l.ID, is(l.ID, func(l phone.Leg) bool { return l.State == phone.Connected }), "talking to " + l.Peer.String()}, ""
	case "reject":
		l := leg(phone.Reject{})
		return errand{phone.Reject{Leg: id}, l.ID, over(l.ID), "turned away " + l.Peer.String()}, ""
	case "hangup":
		l := leg(phone.Hangup{})
		return errand{phone.Hangup{Leg: id}, l.ID, over(l.ID), "hung up on " + l.Peer.String()}, ""
	case "hold":
		l := leg(phone.Hold{})
		return errand{phone.Hold{Leg: id}, l.ID, held(l.ID, true), l.Peer.String() + " is on hold"}, ""
	case "resume":
		l := leg(phone.Resume{})
		return errand{phone.Resume{Leg: id}, l.ID, held(l.ID, false), "talking to " + l.Peer.String()}, ""
	case "swap":
		l, _ := s.Meant(phone.Resume{})
		return errand{phone.Swap{}, l.ID, held(l.ID, false), "talking to " + l.Peer.String()}, ""
	case "transfer":
		n, why := s.Number(r.To)
		if isService(r.To) {
			why = n.Dial + " is a service code; no other program can send a call there"
		}
		to, l := n.String(), leg(phone.TransferBlind{})
		return errand{phone.TransferBlind{Leg: id, To: to}, l.ID, over(l.ID), l.Peer.String() + " was transferred to " + to}, why
	case "mute":
		on, why := switched(r.Set, s.Muted)
		return errand{intent: phone.SetMute{On: on}, done: func(s phone.Snapshot) bool { return s.Muted == on }, said: "muted " + word(on)}, why
	case "dnd":
		dnd := func(s phone.Snapshot) bool { return s.PBX.Accounts[s.PBX.Self].DND }
		on, why := switched(r.Set, dnd(s))
		return errand{intent: phone.SetDND{On: on}, done: func(s phone.Snapshot) bool { return dnd(s) == on }, said: "do-not-disturb " + word(on)}, why
	}
	return errand{}, "no request is called " + strconv.QuoteToASCII(r.Verb)
}

// legOf finds a call by its number on the screen or its id.
func legOf(call string, s phone.Snapshot) (pbxws.LegID, string) {
	if call == "" {
		return "", ""
	}
	for _, l := range s.Legs { // one that has just ended, too: the refusal says how
		if strconv.Itoa(l.N) == call || string(l.ID) == call {
			return l.ID, ""
		}
	}
	return "", "there is no call " + strconv.QuoteToASCII(call) + "; status lists them"
}

func switched(set string, now bool) (on bool, why string) {
	switch set {
	case "on":
		return true, ""
	case "off":
		return false, ""
	case "", "toggle":
		return !now, ""
	}
	return false, "it is on, off or toggle"
}

func word(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

// newCall sees a call that was not there before, of ours or at the desk phone.
func newCall(before phone.Snapshot) func(phone.Snapshot) bool {
	return func(s phone.Snapshot) bool {
		for _, l := range s.Legs {
			if _, known := before.Leg(l.ID); !known && l.Dir == phone.Outgoing {
				return true
			}
		}
		return false
	}
}

func is(id pbxws.LegID, ok func(phone.Leg) bool) func(phone.Snapshot) bool {
	return func(s phone.Snapshot) bool {
		l, there := s.Leg(id)
		return there && ok(l)
	}
}

func over(id pbxws.LegID) func(phone.Snapshot) bool {
	return func(s phone.Snapshot) bool {
		l, there := s.Leg(id)
		return !there || l.State == phone.Ended
	}
}

func held(id pbxws.LegID, on bool) func(phone.Snapshot) bool {
	return is(id, func(l phone.Leg) bool { return l.LocalHold == on && !l.HoldPending })
}
