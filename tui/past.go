package tui

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
)

const (
	// maxSession bounds the calls that are remembered until the PBX's own record has them.
	maxSession = 200
	// sameCall is how far two clocks may be apart on one call.
	sameCall = 5 * time.Second
	// tail is how many digits at the end tell a subscriber, whatever prefix is before them.
	tail = 7
)

// archive is who is known and what was: the PBX's record of calls with those of this session
// that it does not have yet, and the phone book by number. It is worked out anew only when one
// of them changes.
type archive struct {
	calls   []pbxws.PastCall // the newest first
	session []pbxws.PastCall
	names   map[string]pbxws.Contact

	records  []pbxws.PastCall
	contacts []pbxws.Contact
}

// take brings the archive up to a snapshot.
func (a *archive) take(s phone.Snapshot) {
	grown := false
	for _, l := range s.Legs {
		if l.State == phone.Ended && !slices.ContainsFunc(a.session, func(c pbxws.PastCall) bool { return c.ID == string(l.ID) }) {
			a.session = append(a.session[max(0, len(a.session)-maxSession+1):], pastOf(s, l))
			grown = true
		}
	}
	if grown || !sameSlice(a.records, s.PBX.History) {
		a.records = s.PBX.History
		a.merge()
	}
	if a.names == nil || !sameSlice(a.contacts, s.PBX.Phonebook) {
		a.contacts = s.PBX.Phonebook
		a.names = make(map[string]pbxws.Contact, len(a.contacts))
		for _, c := range a.contacts {
			for _, n := range c.Numbers {
				a.names[subscriber(n)] = c
			}
		}
	}
}

// sameSlice tells that two slices are one and the same; lists of a PBX are replaced whole.
func sameSlice[T any](a, b []T) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

func pastOf(s phone.Snapshot, l phone.Leg) pbxws.PastCall {
	self := pbxws.Party{Number: string(s.PBX.Self)}
	c := pbxws.PastCall{ID: string(l.ID), From: self, To: l.Peer, Began: l.Began, Answered: l.Answered, Ended: l.Ended, Note: pathNote(l)}
	if l.Dir == phone.Incoming {
		c.Incoming, c.From, c.To = true, l.Peer, self
		switch l.Cause.Ending {
		case pbxws.EndedElsewhere, pbxws.EndedDeclined, pbxws.EndedHere:
			c.Answered = cmp.Or(c.Answered, c.Ended) // somebody saw to it: not missed
		}
	}
	return c
}

func (a *archive) merge() {
	a.calls = slices.Clone(a.records)
	for _, c := range a.session {
		i := slices.IndexFunc(a.records, func(r pbxws.PastCall) bool { return isSame(r, c) })
		if i < 0 {
			a.calls = append(a.calls, c)
			continue
		}
		a.calls[i].Note = c.Note
	}
	slices.SortStableFunc(a.calls, func(x, y pbxws.PastCall) int { return y.Began.Compare(x.Began) })
}

func isSame(a, b pbxws.PastCall) bool {
	return a.Incoming == b.Incoming && a.Began.Sub(b.Began).Abs() < sameCall && sameNumber(other(a).Number, other(b).Number)
}

// other is the far end of a call of ours.
func other(c pbxws.PastCall) pbxws.Party {
	if c.Incoming {
		return c.From
	}
	return c.To
}

// missed are the calls of this session that nobody took and nobody has looked at since.
func (a *archive) missed(since time.Time) int {
	n := 0
	for _, c := range a.session {
		if c.Missed() && c.Began.After(since) {
			n++
		}
	}
	return n
}

// contact finds a number in the phone book.
func (a *archive) contact(number string) (pbxws.Contact, bool) {
	c, ok := a.names[subscriber(number)]
	return c, ok && number != ""
}

// last is the newest call with a number.
func (a *archive) last(number string) (pbxws.PastCall, bool) {
	for _, c := range a.calls {
		if sameNumber(other(c).Number, number) {
			return c, true
		}
	}
	return pbxws.PastCall{}, false
}

// subscriber is what tells a number from others: its last digits, or all of a short one.
func subscriber(number string) string {
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '*' || r == '#' {
			return r
		}
		return -1
	}, longest(number, maxTyped))
	if digits == "" {
		return number // an address of letters
	}
	return digits[max(0, len(digits)-tail):]
}

func sameNumber(a, b string) bool { return a != "" && b != "" && subscriber(a) == subscriber(b) }

// when is a moment as people say it: the hour today, the day within a week, else the date.
func when(t, now time.Time) string {
	switch days := now.Sub(t).Hours() / 24; {
	case t.IsZero():
		return ""
	case t.YearDay() == now.YearDay() && t.Year() == now.Year():
		return t.Format("15:04")
	case days < 6:
		return t.Format("Mon 15:04")
	case t.Year() == now.Year():
		return t.Format("2 Jan 15:04")
	}
	return t.Format("2 Jan 2006")
}

// pastWords is how a call went.
func pastWords(c pbxws.PastCall) string {
	switch {
	case c.Missed():
		return "missed"
	case c.Answered.IsZero():
		return "not answered"
	case c.Ended.Sub(c.Answered) <= 0:
		return "not taken here"
	}
	return minutes(c.Ended.Sub(c.Answered))
}

// lastWords is the newest call with a number in a line, empty where there was none.
func (sc *scene) lastWords(number string) string {
	c, ok := sc.past.last(number)
	if !ok {
		return ""
	}
	way := "you called"
	if c.Incoming {
		way = "they called"
	}
	return fmt.Sprintf("last call %s, %s, %s", when(c.Began, sc.now), way, pastWords(c))
}
