package history

import (
	"context"
	"log/slog"
	"os"
	"time"

	"github.com/patchcord/patchcord/internal/disk"
	"github.com/patchcord/patchcord/internal/number"
)

// View is the content of a book at one moment. It is shared and must not be changed.
type View struct {
	// Calls are those that are over, the newest first.
	Calls []Record
	// Seen is the time up to which missed calls have been seen; zero before the file was read.
	Seen time.Time
	// Notes are those of calls that go on, by their ids. Calls that are over have theirs in Calls.
	Notes map[string]string
	// Trouble says why nothing is kept on disk; empty while all is well.
	Trouble string
}

// Missed counts the missed calls that were neither seen nor returned, at a PBX in a country.
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

// Read is the record in a file as it is now. A call without an end goes on, or its program did not live to see
// the end.
func Read(path string) (View, error) {
	b := newBook(path, true, slog.New(slog.DiscardHandler))
	if _, err := os.Stat(path); err != nil {
		return View{}, disk.Explain(err)
	}
	if err := b.fresh(); err != nil {
		return View{}, disk.Explain(err)
	}
	for id := range b.table.records {
		b.orphans[id] = true
	}
	return b.view(), nil
}

func (b *Book) publish() { b.views.Publish(b.view()) }

func (b *Book) view() View {
	v := View{Seen: b.table.seen, Trouble: b.trouble}
	notes := b.notesOf()
	for _, r := range b.table.newestFirst() {
		_, duplicate := b.table.records[r.SameAs]
		r.Note = notes[r.ID]
		switch {
		case duplicate: // another program has its record
		case r.over():
			v.Calls = append(v.Calls, r)
		case b.orphans[r.ID]:
			v.Calls = append(v.Calls, interrupted(r))
		case r.Note != "":
			if v.Notes == nil {
				v.Notes = map[string]string{}
			}
			v.Notes[r.ID] = r.Note
		}
	}
	if kept := b.keptForNotes(); len(kept) > 0 {
		v.Calls = append(v.Calls, kept...)
		newestFirst(v.Calls)
	}
	return v
}

// notesOf are the notes by the calls that they belong to: that of a call which another program recorded too belongs
// to the record that counts.
func (b *Book) notesOf() map[string]string {
	notes := map[string]string{}
	for id, r := range b.noted.records {
		if _, twice := b.table.records[b.table.records[id].SameAs]; twice {
			id = b.table.records[id].SameAs
			if b.noted.records[id].Note != "" {
				continue
			}
		}
		notes[id] = r.Note
	}
	return notes
}

// keptForNotes are calls that are kept for their notes alone: the PBX has them on record, or the record has become
// too long for them.
func (b *Book) keptForNotes() []Record {
	if b.glances {
		return nil
	}
	var kept []Record
	for id, r := range b.noted.records {
		switch _, recorded := b.table.records[id]; {
		case recorded || r.Note == "":
		case r.over():
			kept = append(kept, r)
		default:
			kept = append(kept, interrupted(r))
		}
	}
	return kept
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
