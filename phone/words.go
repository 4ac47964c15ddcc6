package phone

import (
	"strings"
	"unicode/utf8"

	"github.com/patchcord/patchcord/internal/number"
	"github.com/patchcord/patchcord/pbxws"
)

// The words for a party and for the state of a call: screens, the linear mode and the control
// socket use the same.

const (
	// longNumber is the length from which a number is too long to stand beside a name.
	longNumber = 7
	// longestName bounds a name in a sentence, in letters.
	longestName = 24
)

// Name is a person's name for a party: the name that came with the call, that of the directory,
// else the first name that others have for the number. It is empty if nobody knows one.
func (s Snapshot) Name(p pbxws.Party, others ...func(number string) string) string {
	if p.Name != "" || p.Number == "" {
		return p.Name
	}
	if a, _ := s.PBX.AccountAt(p.Number); a.Name != "" {
		return a.Name
	}
	for _, name := range others {
		if known := name(p.Number); known != "" {
			return known
		}
	}
	return ""
}

// InPhonebook is the name of a number in the PBX's address book, empty where there is none.
func (s Snapshot) InPhonebook(to string) string {
	wanted := number.Identify(to)
	for _, c := range s.PBX.Phonebook {
		for _, n := range c.Numbers {
			if s.Link.Country.Same(number.Identify(n), wanted) {
				return c.Name
			}
		}
	}
	return ""
}

// ShortName is a name for a sentence: without the company and without brackets.
func ShortName(name string) string {
	if i := strings.IndexAny(name, ",("); i > 2 {
		name = strings.TrimSpace(name[:i])
	}
	if utf8.RuneCountInString(name) > longestName {
		name = string([]rune(name)[:longestName])
	}
	return name
}

// who is a party in a sentence: a colleague by number and name, others by name alone.
func who(p pbxws.Party) string {
	if p.Name = ShortName(p.Name); p.Name != "" && len(p.Number) >= longNumber {
		p.Number = ""
	}
	return p.String()
}

// Word is the state of a call in a word: calling, ringing (here), answering, talking, held,
// linked or ended.
func (l Leg) Word() string {
	switch {
	case l.State == Connected && l.LocalHold:
		return "held"
	case l.State == Connected && l.Apart:
		return "linked"
	case l.State == Connected:
		return "talking"
	case l.State == Alerting:
		return "ringing"
	case l.State == Answering:
		return "answering"
	case l.State == Ended:
		return "ended"
	}
	return "calling"
}

// Title is the state of a call as the heading of its card. name is the person's name for the number
// that the call is transferred to.
func (l Leg) Title(name func(number string) string) string {
	switch {
	case l.Place == LeftBehind:
		return "LEFT FROM BEFORE A RESTART"
	case l.State == Ringing:
		return "CALLING, it rings there"
	case l.State == Early:
		return "CALLING, not answered yet, you hear them"
	case l.State != Connected:
		return strings.ToUpper(l.Word())
	case l.Parked():
		return "PARKING" + strings.TrimPrefix(l.Transfer, parkedWord) + ", waiting for the PBX"
	case l.Transfer != "":
		return "TRANSFER to " + name(l.Transfer) + ", waiting for the PBX"
	case l.LocalHold && l.RemoteHold:
		return "ON HOLD by both"
	case l.LocalHold:
		return "ON HOLD by you"
	case l.RemoteHold:
		return "ON HOLD by them"
	case l.Apart:
		return "LINKED, on this phone, you are out"
	case l.Mixed:
		return "IN CONFERENCE, on this phone"
	}
	return "TALKING"
}

// Parked tells whether a call goes to a parking place, or went there.
func (l Leg) Parked() bool { return strings.HasPrefix(l.Transfer, parkedWord) }

// lastOutcome says how the last call that ended did so, and the state of the next other call: why
// an order that was right a moment ago is wrong now. It is empty if no call has just ended.
func (s Snapshot) lastOutcome() string {
	var last Leg
	for _, l := range s.Legs {
		if l.State == Ended && !l.Ended.Before(last.Ended) {
			last = l
		}
	}
	if last.State != Ended {
		return ""
	}
	words := outcomeWords(last)
	if others := InOrder(s.Legs); len(others) > 0 {
		words += "; " + stateWords(others[0])
	}
	return words
}

// outcomeWords says how a call ended, in a sentence.
func outcomeWords(l Leg) string {
	name := who(l.Peer)
	switch l.Cause.Ending {
	case pbxws.EndedHere:
		return "you hung up on " + name
	case pbxws.EndedThere:
		return name + " hung up"
	case pbxws.EndedBusy:
		return name + " is busy"
	case pbxws.EndedDeclined:
		if l.Dir == Incoming {
			return "you rejected " + name
		}
		return name + " declined"
	case pbxws.EndedNoAnswer:
		if l.Dir == Incoming {
			return name + " stopped calling"
		}
		return name + " did not answer"
	case pbxws.EndedCancelled:
		return name + " stopped calling"
	case pbxws.EndedElsewhere:
		return "the call from " + name + " was answered elsewhere"
	case pbxws.EndedTransferred:
		switch {
		case l.Parked():
			return name + " is " + l.Transfer
		case l.Transfer != "":
			return name + " was sent to " + l.Transfer
		}
		return name + " was put through"
	}
	return "the call with " + name + " ended: " + l.Cause.String()
}

// stateWords says how a call is now, in a sentence.
func stateWords(l Leg) string {
	name := who(l.Peer)
	switch {
	case l.State == Alerting:
		return name + " is calling"
	case l.State == Answering || l.State < Alerting:
		return "the call with " + name + " is not up yet"
	case l.LocalHold:
		return name + " is on hold"
	case l.Apart:
		return name + " is linked by this phone"
	case l.RemoteHold:
		return name + " has you on hold"
	}
	return "you are talking to " + name
}

// orLastOutcome adds to a refusal how the call that it may be about has ended.
func (s Snapshot) orLastOutcome(why string) string {
	if words := s.lastOutcome(); why != "" && words != "" {
		return why + ": " + words
	}
	return why
}
