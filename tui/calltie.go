package tui

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/patchcord/patchcord/appws/record"
	"github.com/patchcord/patchcord/appws/sessions"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/apps"
	"github.com/patchcord/patchcord/tui/messages"
)

// Which call a message of an AppWebsocket session is about. The session has to belong to the PBX of the
// call, and the message has to hold the call's id or its number as the whole value of a member. The message made the
// call if it came no more than madeWithin before, no later one could have, and this phone did not place the call
// itself. A number that two calls have proves nothing.

const (
	// madeWithin is how long after a message a call may begin that it made.
	madeWithin = 5 * time.Second
	// longestTied bounds the messages that are looked into, in bytes.
	longestTied = 16 << 10
	// leastAlike is how many of the last digits of a number are the same in all its forms.
	leastAlike = 3
	// longID is the length from which an id of a call can be no other value.
	longID = 12
)

// numberMembers and idMembers are names, in small letters, of members that hold numbers, and ids of calls.
var (
	numberMembers = []string{"num", "number", "e164", "to", "from", "sip", "h323", "cn", "remote", "peer", "called", "calling", "caller", "callee", "destination", "dst", "extension", "ext"}
	idMembers     = []string{"call", "callid", "call_id", "cid", "leg", "id"}
)

// callOf is the call that a message of a session is about.
func (sc *scene) callOf(session int, e record.Entry) (apps.Call, bool) {
	i := slices.IndexFunc(sc.apps, func(v sessions.View) bool { return v.ID == session })
	if i < 0 || sc.apps[i].System == "" {
		return apps.Call{}, false
	}
	legs := slices.DeleteFunc(slices.Clone(sc.Legs), func(l phone.Leg) bool {
		return sc.several() && string(l.Link) != sc.apps[i].System
	})
	for _, l := range legs {
		made := !l.Began.Before(e.At)
		switch {
		case !sc.holds(e, l, legs):
		case !made && (l.Ended.IsZero() || !e.At.After(l.Ended)), made && sc.made(e, l, legs):
			return apps.Call{ID: string(l.ID), Name: "call " + strconv.Itoa(l.N) + sc.on(l.Link).at(), Made: made}, true
		}
	}
	return apps.Call{}, false
}

// made tells whether a message that came before a call made it: the last of all sessions of the PBX that
// could have.
func (sc *scene) made(e record.Entry, l phone.Leg, legs []phone.Leg) bool {
	ours := l.Place == phone.Here && l.Dir == phone.Outgoing
	if ours || l.Began.Sub(e.At) > madeWithin || e.State == record.Unpaired && e.Pair > 0 { // an answer makes nothing
		return false
	}
	for _, v := range sc.apps {
		if sc.several() && v.System != string(l.Link) || v.System == "" {
			continue
		}
		for _, later := range slices.Backward(v.Entries) {
			if !later.At.After(e.At) {
				break
			}
			if !later.At.After(l.Began) && (later.State != record.Unpaired || later.Pair == 0) && sc.holds(later, l, legs) {
				return false
			}
		}
	}
	return !slices.ContainsFunc(legs, func(other phone.Leg) bool { // it made another one already
		return other.ID != l.ID && !other.Began.Before(e.At) && other.Began.Before(l.Began) && sc.holds(e, other, legs)
	})
}

// holds tells whether a message has the id of a call, or its number where no other call has that.
func (sc *scene) holds(e record.Entry, l phone.Leg, legs []phone.Leg) bool {
	if e.Dir == record.Note || e.Handshake || len(e.Text) > longestTied {
		return false
	}
	home, text := sc.on(l.Link).Link.Country, strings.ToLower(e.Text)
	for _, id := range []string{strings.ToLower(string(l.ID)), strings.ToLower(string(l.Call))} {
		if len(id) >= longID && strings.Contains(text, `"`+id+`"`) || id != "" && hasValue(text, idMembers, func(v string) bool { return v == id }) {
			return true
		}
	}
	number := l.Peer.Number
	if number == "" || l.Peer.Withheld() || !strings.Contains(text, number[max(0, len(number)-leastAlike):]) {
		return false
	}
	same := func(v string) bool {
		return v != "" && !strings.Contains(v, " ") && (v == number || home.SameNumber(v, number))
	} // with blanks it is a sentence
	return hasValue(text, numberMembers, same) && !slices.ContainsFunc(legs, func(other phone.Leg) bool {
		return other.ID != l.ID && other.State != phone.Ended && same(other.Peer.Number)
	})
}

// hasValue looks for a value among the members with some names.
func hasValue(text string, names []string, is func(string) bool) bool {
	return slices.ContainsFunc(names, func(name string) bool {
		for v := range messages.Values(text, name) {
			if is(v) {
				return true
			}
		}
		return false
	})
}
