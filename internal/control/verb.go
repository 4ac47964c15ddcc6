package control

import (
	"strconv"
	"strings"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
)

// Request is what a client asks.
type Request struct {
	// Verb is status, events, or one of the verbs of the table below.
	Verb string `json:"verb"`
	// To is the number to dial, to transfer to or to consult, or a link with one; or the parking
	// place, empty for any; or the conference, empty for the first.
	To string `json:"to,omitempty"`
	// Call is the number of a call on the screen or its id; empty is the call that a person would
	// mean. With is the second call for link.
	Call string `json:"call,omitempty"`
	With string `json:"with,omitempty"`
	// Set is on, off, or toggle, for mute and dnd; empty is toggle. For record it is start or stop.
	Set string `json:"set,omitempty"`
	// Here makes record write a file of ours, instead of recording at the PBX, and join make a conference
	// that this phone carries.
	Here bool `json:"here,omitempty"`
	// System names the PBX for dial and dnd, where there are several. Without it a number goes
	// out as it does on the screen, and dnd is for all.
	System string `json:"system,omitempty"`
	// Digits are the tones to send.
	Digits string `json:"digits,omitempty"`
}

// Reply is the answer to a request.
type Reply struct {
	OK bool `json:"ok"`
	// Pending means that the request is under way and was not confirmed in time.
	Pending bool `json:"pending,omitempty"`
	// NoScreen means that the telephone has no screen to ask a person on.
	NoScreen bool `json:"no_screen,omitempty"`
	// Text is the outcome in words.
	Text   string  `json:"text,omitempty"`
	Status *Status `json:"status,omitempty"`
}

func refused(text string) Reply { return Reply{Text: text} }

// task is an intent and the report of its success.
type task struct {
	intent phone.Intent
	// said is the report; empty means the telephone's own notice.
	said string
	// partly means that an outcome with a warning counts as success.
	partly bool
}

// asking is a request with the snapshot that it refers to.
type asking struct {
	Request
	now phone.Snapshot
	id  pbxws.LegID // of Call, empty for the one that a person would mean
}

// verbs make tasks from requests; why says what is wrong with a request.
var verbs = map[string]func(asking) (t task, why string){
	"dial": asking.dial, "answer": asking.answer, "reject": asking.reject, "hangup": asking.hangup,
	"hold": asking.hold, "resume": asking.resume, "swap": asking.swap, "mute": asking.mute, "dnd": asking.dnd,
	"transfer": asking.transfer, "consult": asking.consult, "link": asking.link, "join": asking.join, "split": asking.split,
	"park": asking.park, "tones": asking.tones, "record": asking.record,
	"passcode": asking.passcode,
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
	link, why := a.system(a.now.Route(a.To))
	if why != "" {
		return task{}, why
	}
	n, why := a.now.On(link).Number(a.To)
	return task{intent: phone.Dial{To: n.String(), Link: link}, said: "calling " + n.String()}, why
}

// system is the link that a request names, usual where it names none.
func (a asking) system(usual phone.LinkID) (phone.LinkID, string) {
	if a.System == "" {
		return usual, ""
	}
	var names []string
	for _, v := range a.now.Links {
		name := nameOf(v.Link)
		if name == a.System {
			return v.Link.ID, ""
		}
		names = append(names, name)
	}
	if len(names) < 2 {
		return "", "there is only one PBX: leave out its name"
	}
	return "", "no PBX is called " + strconv.QuoteToASCII(a.System) + "; there are " + strings.Join(names, ", ")
}

func (a asking) answer() (task, string) {
	l := a.leg(phone.AnswerCall{})
	return task{intent: phone.AnswerCall{Leg: a.id}, said: "talking to " + l.Peer.String()}, ""
}

func (a asking) reject() (task, string) {
	l := a.leg(phone.Reject{})
	return task{intent: phone.Reject{Leg: a.id}, said: "rejected " + l.Peer.String()}, ""
}

func (a asking) hangup() (task, string) {
	l := a.leg(phone.Hangup{})
	return task{intent: phone.Hangup{Leg: a.id}, said: "hung up on " + l.Peer.String()}, ""
}

func (a asking) hold() (task, string) {
	l := a.leg(phone.Hold{})
	return task{intent: phone.Hold{Leg: a.id}, partly: true, said: l.Peer.String() + " is on hold"}, ""
}

func (a asking) resume() (task, string) {
	l := a.leg(phone.Resume{})
	return task{intent: phone.Resume{Leg: a.id}, partly: true, said: "talking to " + l.Peer.String()}, ""
}

func (a asking) swap() (task, string) {
	_, l, _ := a.now.Swapping()
	return task{intent: phone.Swap{}, partly: true, said: "talking to " + l.Peer.String()}, ""
}

func (a asking) mute() (task, string) {
	on, why := switched(a.Set, a.now.Muted)
	said := "your microphone is open"
	if on {
		said = "your microphone is muted"
	}
	return task{intent: phone.SetMute{On: on}, said: said}, why
}

func (a asking) dnd() (task, string) {
	if a.System == "" && len(a.now.Links) > 1 {
		return a.dndEverywhere()
	}
	link, why := a.system("")
	if why != "" {
		return task{}, why
	}
	there := a.now.On(link).PBX
	on, why := switched(a.Set, there.Accounts.At(there.Self).DND)
	return task{intent: phone.SetDND{On: on, Link: link}, said: "do-not-disturb " + word(on)}, why
}

// dndEverywhere is told by what each PBX said.
func (a asking) dndEverywhere() (task, string) {
	all := true
	for _, v := range a.now.Links {
		all = all && (v.PBX.Accounts.At(v.PBX.Self).DND || !v.Caps.Has(pbxws.CapDND))
	}
	on, why := switched(a.Set, all)
	return task{intent: phone.SetDND{On: on, Link: phone.Everywhere}}, why
}

func (a asking) passcode() (task, string) {
	return task{intent: phone.AnswerQuestion{Text: a.To}, said: "the answer was sent; status tells the result"}, ""
}

// tones are not confirmed by the far end.
func (a asking) tones() (task, string) {
	l := a.leg(phone.SendDigits{})
	return task{
		intent: phone.SendDigits{Leg: a.id, Digits: a.Digits}, said: "sent " + a.Digits + " to " + l.Peer.String(),
	}, ""
}

// record makes the PBX record, or writes a file here.
func (a asking) record() (task, string) {
	on := a.Set == "start"
	why := ""
	if !on && a.Set != "stop" {
		why = "say start or stop"
	}
	if !a.Here {
		l := a.leg(phone.SetRecording{})
		said := map[bool]string{true: " is recorded", false: " is no longer recorded"}[on]
		return task{
			intent: phone.SetRecording{Leg: a.id, On: on}, said: "the call with " + l.Peer.String() + said,
		}, why
	}
	// The notices of beginning and end name the file.
	return task{intent: phone.RecordHere{Leg: a.id, On: on}}, why
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
	return false, "say on, off or toggle"
}

func word(on bool) string {
	if on {
		return "on"
	}
	return "off"
}
