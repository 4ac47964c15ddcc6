package phone

import (
	"strings"
	"unicode/utf8"

	"github.com/patchcord/patchcord/pbxws"
)

const (
	// longNumber is from how many digits on a number is too long to be said beside a name.
	longNumber = 7
	// longestName bounds a name in a sentence, in letters.
	longestName = 24
)

// who is a party in a sentence: a colleague by number and name, others by name alone, without the
// company and what stands in brackets.
func who(p pbxws.Party) string {
	name := p.Name
	if i := strings.IndexAny(name, ",("); i > 2 {
		name = strings.TrimSpace(name[:i])
	}
	if utf8.RuneCountInString(name) > longestName {
		name = string([]rune(name)[:longestName])
	}
	if p.Name = name; name != "" && len(p.Number) >= longNumber {
		p.Number = ""
	}
	return p.String()
}

// lastOutcome says how the call ended that was the last to end, and how the next of the others is. It
// is why an order that was right a moment ago is wrong now. It is empty where no call has just ended.
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
		case strings.HasPrefix(l.Transfer, parkedWord):
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
	case l.RemoteHold:
		return name + " has you on hold"
	}
	return "you are talking to " + name
}

// orLastOutcome adds to a refusal how the call ended that it may be about.
func (s Snapshot) orLastOutcome(why string) string {
	if words := s.lastOutcome(); why != "" && words != "" {
		return why + ": " + words
	}
	return why
}
