package control

import (
	"strconv"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
)

// Request is what a client asks.
type Request struct {
	// Verb is status, events, or one of the verbs of the table below.
	Verb string `json:"verb"`
	// To is the number to dial, to transfer to or to consult, or a link to one; the parking place, empty
	// for any; the conference, empty for the first.
	To string `json:"to,omitempty"`
	// Call is the number of a call on the screen or its id; empty is the one a person would mean. With
	// is the other one of two to be linked.
	Call string `json:"call,omitempty"`
	With string `json:"with,omitempty"`
	// Set is on, off, or toggle, for mute and dnd; empty is toggle. For record it is start or stop.
	Set string `json:"set,omitempty"`
	// Here has record write a file of ours, in place of having the telephone system record.
	Here bool `json:"here,omitempty"`
	// Digits are the tones to send.
	Digits string `json:"digits,omitempty"`
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

// task is an intent with what shows that it came about: a snapshot, or a notice.
type task struct {
	intent phone.Intent
	// leg is the call it is about, empty for none or one that is not there yet.
	leg pbxws.LegID
	// done looks at a snapshot after the intent was given. said is reported then.
	done func(phone.Snapshot) bool
	said string
	// outcome tells that a notice is the outcome, whose words are reported; nil where done knows it.
	outcome func(phone.Snapshot, phone.Notice) bool
}

// asking is a request in the light of a snapshot.
type asking struct {
	Request
	now phone.Snapshot
	id  pbxws.LegID // of Call, empty for the one that a person would mean
}

// verbs make tasks of requests; why says what is wrong with one.
var verbs = map[string]func(asking) (t task, why string){
	"dial": asking.dial, "answer": asking.answer, "reject": asking.reject, "hangup": asking.hangup,
	"hold": asking.hold, "resume": asking.resume, "swap": asking.swap, "mute": asking.mute, "dnd": asking.dnd,
	"transfer": asking.transfer, "consult": asking.consult, "link": asking.link, "join": asking.join,
	"park": asking.park, "tones": asking.tones, "record": asking.record,
}

// taskOf reads a request.
func taskOf(r Request, s phone.Snapshot) (t task, why string) {
	make, known := verbs[r.Verb]
	if !known {
		return task{}, "no request is called " + strconv.QuoteToASCII(r.Verb)
	}
	id, why := legOf(r.Call, s)
	if why != "" {
		return task{}, why
	}
	return make(asking{r, s, id})
}

// leg is the call that a request is about.
func (a asking) leg(i phone.Intent) phone.Leg {
	if a.id == "" {
		l, _ := a.now.Meant(i)
		return l
	}
	l, _ := a.now.Leg(a.id)
	return l
}

func (a asking) dial() (task, string) {
	n, why := a.now.Number(a.To)
	return task{intent: phone.Dial{To: n.String()}, done: newCall(a.now), said: "calling " + n.String()}, why
}

func (a asking) answer() (task, string) {
	l := a.leg(phone.AnswerCall{})
	connected := func(l phone.Leg) bool { return l.State == phone.Connected }
	return task{intent: phone.AnswerCall{Leg: a.id}, leg: l.ID, done: is(l.ID, connected), said: "talking to " + l.Peer.String()}, ""
}

func (a asking) reject() (task, string) {
	l := a.leg(phone.Reject{})
	return task{intent: phone.Reject{Leg: a.id}, leg: l.ID, done: over(l.ID), said: "turned away " + l.Peer.String()}, ""
}

func (a asking) hangup() (task, string) {
	l := a.leg(phone.Hangup{})
	return task{intent: phone.Hangup{Leg: a.id}, leg: l.ID, done: over(l.ID), said: "hung up on " + l.Peer.String()}, ""
}

func (a asking) hold() (task, string) {
	l := a.leg(phone.Hold{})
	return task{intent: phone.Hold{Leg: a.id}, leg: l.ID, done: held(l.ID, true), said: l.Peer.String() + " is on hold"}, ""
}

func (a asking) resume() (task, string) {
	l := a.leg(phone.Resume{})
	return task{intent: phone.Resume{Leg: a.id}, leg: l.ID, done: held(l.ID, false), said: "talking to " + l.Peer.String()}, ""
}

func (a asking) swap() (task, string) {
	l, _ := a.now.Meant(phone.Resume{})
	return task{intent: phone.Swap{}, leg: l.ID, done: held(l.ID, false), said: "talking to " + l.Peer.String()}, ""
}

func (a asking) mute() (task, string) {
	on, why := switched(a.Set, a.now.Muted)
	return task{intent: phone.SetMute{On: on}, done: func(s phone.Snapshot) bool { return s.Muted == on }, said: "muted " + word(on)}, why
}

func (a asking) dnd() (task, string) {
	dnd := func(s phone.Snapshot) bool { return s.PBX.Accounts[s.PBX.Self].DND }
	on, why := switched(a.Set, dnd(a.now))
	return task{intent: phone.SetDND{On: on}, done: func(s phone.Snapshot) bool { return dnd(s) == on }, said: "do-not-disturb " + word(on)}, why
}

// tones are sent without a word of the far end.
func (a asking) tones() (task, string) {
	l := a.leg(phone.SendDigits{})
	sent := func(now phone.Leg) bool { return now.Digits != l.Digits }
	return task{
		intent: phone.SendDigits{Leg: a.id, Digits: a.Digits}, leg: l.ID, done: is(l.ID, sent), said: "sent " + a.Digits + " to " + l.Peer.String(),
	}, ""
}

// record has the telephone system record, or writes a file here.
func (a asking) record() (task, string) {
	on := a.Set == "start"
	why := ""
	if !on && a.Set != "stop" {
		why = "it is start or stop"
	}
	if !a.Here {
		l := a.leg(phone.SetRecording{})
		records := func(l phone.Leg) bool { return l.Recording == on }
		said := map[bool]string{true: " is recorded", false: " is no longer recorded"}[on]
		return task{
			intent: phone.SetRecording{Leg: a.id, On: on}, leg: l.ID, done: is(l.ID, records), said: "the call with " + l.Peer.String() + said,
		}, why
	}
	// Both the beginning and the end are told with the file.
	l := a.leg(phone.RecordHere{})
	written := func(s phone.Snapshot, n phone.Notice) bool {
		now, _ := s.Leg(l.ID)
		return n.Leg == l.ID && (now.RecordingTo != "") == on
	}
	return task{intent: phone.RecordHere{Leg: a.id, On: on}, leg: l.ID, outcome: written}, why
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
