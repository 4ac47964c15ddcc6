package history

import (
	"context"
	"time"

	"github.com/patchcord/patchcord/internal/number"
)

// View is the content of a book at one moment. It is shared and must not be changed.
type View struct {
	// Calls are those that are over, the newest first.
	Calls []Record
	// Seen is the time up to which missed calls have been seen; zero before the file was read.
	Seen time.Time
	// Trouble says why nothing is kept on disk; empty while all is well.
	Trouble string
}

// Missed counts the missed calls that were neither seen nor returned, at a telephone system in a country.
func (v View) Missed(home number.Country) int {
	n := 0
	for _, r := range Merge(v.Calls, nil, home) {
		if !r.Began.After(v.Seen) {
			break
		}
		if r.Missed() && !r.Returned {
			n++
		}
	}
	return n
}

// Watch gives the newest view whenever there is a newer one, until ctx ends or the book is closed;
// then it closes the channel. A slow reader misses views, but never the last.
func (b *Book) Watch(ctx context.Context) <-chan View { return b.views.Watch(ctx) }

func (b *Book) publish() {
	v := View{Seen: b.table.seen, Trouble: b.trouble}
	for _, r := range b.table.newestFirst() {
		_, duplicate := b.table.records[r.SameAs]
		switch {
		case duplicate: // another program has its record
		case r.over():
			v.Calls = append(v.Calls, r)
		case b.orphans[r.ID]:
			v.Calls = append(v.Calls, interrupted(r))
		}
	}
	b.views.Publish(v)
}

// interruptedSkew is how far our clock and another one may be apart about when a call began.
const interruptedSkew = 2 * time.Minute

// Interrupted tells that this program ended in the middle of a call with a number that began then.
func (v View) Interrupted(with string, began time.Time) bool {
	who := number.Identify(with)
	for _, r := range v.Calls {
		if began.Sub(r.Began) > interruptedSkew {
			return false
		}
		if r.Outcome == Interrupted && r.Began.Sub(began) <= interruptedSkew && r.Who().Same(who) {
			return true
		}
	}
	return false
}

// interrupted ends a record whose end was never written at the time when it was written last.
func interrupted(r Record) Record {
	r.Outcome = Interrupted
	r.Ended = r.Began
	if !r.Answered.IsZero() {
		r.Ended = r.Answered
	}
	if r.Incoming && r.Answered.IsZero() {
		r.Outcome = Missed
	}
	return r
}
