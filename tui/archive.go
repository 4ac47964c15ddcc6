package tui

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/patchcord/patchcord/history"
	"github.com/patchcord/patchcord/internal/number"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/term"
)

// mostCalls is how many calls with one number are of interest.
const mostCalls = 20

// archive is who is known and what was at one PBX: the record of calls on this machine joined with the
// PBX's, and the phone book by number. It is worked out again only when one of them changes.
type archive struct {
	calls []history.Record // the newest first
	// known finds a number among them; people are the newest call of each.
	known  number.Index[acquaintance]
	people []int
	names  number.Index[pbxws.Contact]
	// edition counts up with every change of calls or names.
	edition int
	// home is the country of the PBX.
	home number.Country
	// seenThere is how many missed calls the PBX counted when a person last looked.
	seenThere int

	kept     history.View
	records  []pbxws.PastCall
	contacts []pbxws.Contact
}

// acquaintance is a number that was in calls, the newest first, and the newest name it had.
type acquaintance struct {
	calls []int
	name  string
}

// take brings the archive up to a snapshot.
func (a *archive) take(s phone.LinkView) {
	if !sameSlice(a.records, s.PBX.History) || a.home != s.Link.Country {
		a.records, a.home = s.PBX.History, s.Link.Country
		a.merge()
	}
	if !sameSlice(a.contacts, s.PBX.Phonebook) {
		a.contacts = s.PBX.Phonebook
		a.names = number.Index[pbxws.Contact]{}
		for _, c := range a.contacts {
			for _, n := range c.Numbers {
				if at := a.names.At(number.Identify(n)); at != nil {
					*at = c
				}
			}
		}
		a.edition++
	}
}

// keep takes the record of this machine.
func (a *archive) keep(v history.View) {
	a.kept = v
	a.merge()
}

// sameSlice tells that two slices are one and the same; lists of a PBX are replaced whole.
func sameSlice[T any](a, b []T) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

func (a *archive) merge() {
	theirs := make([]history.Record, 0, len(a.records))
	for _, c := range a.records {
		theirs = append(theirs, recordOf(c))
	}
	slices.SortStableFunc(theirs, func(x, y history.Record) int { return y.Began.Compare(x.Began) })
	a.calls = history.Merge(a.kept.Calls, theirs, a.home)
	a.known, a.people = number.Index[acquaintance]{}, nil
	for i, c := range a.calls {
		k := a.known.At(c.Who())
		if k == nil { // the caller showed no number
			continue
		}
		if len(k.calls) == 0 {
			a.people = append(a.people, i)
		}
		if len(k.calls) < mostCalls {
			k.calls = append(k.calls, i)
		}
		if k.name == "" && c.Name != c.Number {
			k.name = c.Name
		}
	}
	a.edition++
}

// recordOf is a call of the PBX's record.
func recordOf(c pbxws.PastCall) history.Record {
	far := c.To
	if c.Incoming {
		far = c.From
	}
	r := history.Record{
		ID: c.ID, Incoming: c.Incoming, Name: far.Name, Number: far.Number,
		Began: c.Began, Answered: c.Answered, Ended: c.Ended, Outcome: history.Talked,
	}
	if c.Recorded {
		r.Recording = c.ID
	}
	switch {
	case c.Missed():
		r.Outcome = history.Missed
	case c.Answered.IsZero():
		r.Outcome = history.Unanswered
	case c.Ended.Sub(c.Answered) <= 0:
		r.Outcome = history.Elsewhere
	}
	return r
}

// other is the far end of a call of ours.
func other(c history.Record) pbxws.Party { return pbxws.Party{Name: c.Name, Number: c.Number} }

// missed are the calls that nobody took and nobody has looked at since.
func (a *archive) missed(since time.Time) int {
	if a.kept.Seen.After(since) {
		since = a.kept.Seen
	}
	n := 0
	for _, c := range a.calls {
		if !c.Began.After(since) || since.IsZero() {
			break
		}
		if c.Missed() && !c.Returned {
			n++
		}
	}
	return n
}

// contact finds a number in the phone book.
func (a *archive) contact(n string) (pbxws.Contact, bool) {
	for c := range a.names.Same(number.Identify(n), a.home) {
		return *c, true
	}
	return pbxws.Contact{}, false
}

// with are the calls with a number under any of its forms, the newest first.
func (a *archive) with(n string) (calls []history.Record) {
	var places []int
	for k := range a.known.Same(number.Identify(n), a.home) {
		places = append(places, k.calls...)
	}
	slices.Sort(places)
	for _, i := range places[:min(len(places), mostCalls)] {
		calls = append(calls, a.calls[i])
	}
	return calls
}

// called is what a number called itself last, empty where it never did.
func (a *archive) called(n string) string {
	for k := range a.known.Same(number.Identify(n), a.home) {
		if k.name != "" {
			return k.name
		}
	}
	return ""
}

// missed is the count of the status line: what was missed since somebody looked, as the PBX
// counts it or as our own record does.
func (sc *scene) missed() int {
	n := 0
	for _, b := range sc.boards() {
		past := sc.pastOf(b.Link.ID)
		n += max(b.PBX.Missed-past.seenThere, past.missed(sc.seen))
	}
	return n
}

// pastOf is the archive of a link.
func (sc *scene) pastOf(id phone.LinkID) *archive {
	a := sc.pasts[id]
	if a == nil {
		if sc.pasts == nil {
			sc.pasts = map[phone.LinkID]*archive{}
		}
		a = &archive{}
		sc.pasts[id] = a
	}
	return a
}

// keptCalls is how many calls are kept on this computer.
func (sc *scene) keptCalls() int {
	n := 0
	for _, a := range sc.pasts {
		n += len(a.kept.Calls)
	}
	return n
}

// pastEdition counts up with every change of any archive.
func (sc *scene) pastEdition() int {
	n := 0
	for _, a := range sc.pasts {
		n += a.edition
	}
	return n
}

// longNumber is from how many digits on a number is the same person's at every PBX.
const longNumber = 7

// contact finds a number in the phone book of the chosen link, and a long one in all.
func (sc *scene) contact(n string) (pbxws.Contact, bool) {
	c, ok := sc.past.contact(n)
	if ok || len(number.Clean(n)) < longNumber {
		return c, ok
	}
	for _, b := range sc.boards() {
		if c, ok := sc.pastOf(b.Link.ID).contact(n); ok {
			return c, true
		}
	}
	return c, false
}

// inBook is the name of a number in the phone book, empty where there is none.
func (sc *scene) inBook(n string) string {
	c, _ := sc.contact(n)
	return c.Name
}

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
func pastWords(c history.Record) string {
	switch c.Outcome {
	case history.Talked:
		return term.Minutes(c.Talk())
	case history.Missed:
		if c.Returned {
			return "missed, returned"
		}
		return "missed"
	case history.Elsewhere:
		if by := c.TakenBy(); by != "" {
			return "by " + by
		}
		return "not taken here"
	case history.Declined:
		if c.Incoming {
			return "you declined"
		}
		return "declined"
	case history.Aborted:
		return "you gave up"
	case history.Busy:
		return "busy"
	case history.Failed:
		return "failed"
	case history.Interrupted:
		return "cut off"
	}
	return "not answered"
}

// soundWords is how a call sounded, empty where that is not known.
func soundWords(c history.Record) string {
	if c.Sound == nil {
		return ""
	}
	var words []string
	if c.Sound.Score > 0 {
		words = append(words, score(c.Sound.Score).String())
	}
	if gaps := pathGaps(c.Sound.Gaps); gaps != "" {
		words = append(words, gaps)
	}
	return strings.Join(words, ", ")
}

// lastWords is the newest call with a number in a line, empty where there was none.
func (sc *scene) lastWords(number string) string {
	calls := sc.past.with(number)
	if len(calls) == 0 {
		return ""
	}
	c := calls[0]
	way := "you called"
	if c.Incoming {
		way = "they called"
	}
	words := fmt.Sprintf("last call %s, %s, %s", when(c.Began, sc.now), way, pastWords(c))
	if c.Note != "" {
		words += ": " + c.Note
	}
	return words
}
