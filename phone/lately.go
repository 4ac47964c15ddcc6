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

// lately says what became of the call that ended last, and how the other calls are. It is the
// reason why an order that was right a moment ago is not any more; empty where no call ended in the
// last seconds.
func (s Snapshot) lately() string {
	var last Leg
	for _, l := range s.Legs {
		if l.State == Ended && !l.Ended.Before(last.Ended) {
			last = l
		}
	}
	if last.State != Ended {
		return ""
	}
	words := fate(last)
	for _, l := range InOrder(s.Legs) {
		return words + "; " + present(l)
	}
	return words
}

// fate is what became of a call that has ended, in a sentence.
func fate(l Leg) string {
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
		case strings.HasPrefix(l.Transfer, somewhere):
			return name + " is " + l.Transfer
		case l.Transfer != "":
			return name + " was sent to " + l.Transfer
		}
		return name + " was put through"
	}
	return "the call with " + name + " ended: " + l.Cause.String()
}

// present is how a call is, in a sentence.
func present(l Leg) string {
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

// gone adds to a refusal what became of the call it was about.
func (s Snapshot) gone(why string) string {
	if words := s.lately(); why != "" && words != "" {
		return why + ": " + words
	}
	return why
}
