package station

import (
	"context"
	"log/slog"
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"github.com/patchcord/patchcord/history"
	"github.com/patchcord/patchcord/internal/attach"
	"github.com/patchcord/patchcord/internal/newest"
	"github.com/patchcord/patchcord/internal/number"
	"github.com/patchcord/patchcord/internal/state"
	"github.com/patchcord/patchcord/phone"
)

// Records are the calls kept of the PBXs of a station, each in a book of its own: the same number is
// another person at another PBX.
type Records struct {
	books    []*kept
	watching sync.WaitGroup
}

// kept is the record of one PBX.
type kept struct {
	*history.Book
	link phone.LinkID
	// country is where the PBX is, empty if the profile does not say.
	country number.Country
	// missed is its count, past the newest view, nil before it was read.
	missed atomic.Int64
	past   atomic.Pointer[history.View]
}

func openRecords(systems []*System, log *slog.Logger) *Records {
	r := &Records{}
	for _, s := range systems {
		path, err := state.HistoryFile(s.Profile, s.Kind())
		if err != nil {
			path = "" // it is kept in memory alone, and says so
		}
		s.kept = &kept{Book: history.Open(path, log), link: s.link.ID, country: s.link.Country}
		r.books = append(r.books, s.kept)
	}
	return r
}

// LookAt are the records of the PBXs of a phone in another process, which keeps them.
func LookAt(systems []attach.System, log *slog.Logger) *Records {
	r := &Records{}
	for _, s := range systems {
		path, err := state.HistoryFile(s.Profile, s.Kind)
		if err != nil {
			path = ""
		}
		r.books = append(r.books, &kept{Book: history.Look(path, log), link: s.Link})
	}
	return r
}

// Put records a call of a link, again each time that more is known of it.
func (r *Records) Put(link phone.LinkID, call history.Record) {
	for _, k := range r.books {
		if k.link == link {
			k.Put(call)
		}
	}
}

// Watch gives the newest views by their links whenever there is a newer one, until ctx ends or the
// records are closed; then it closes the channel. A slow reader misses some, but never the last.
func (r *Records) Watch(ctx context.Context) <-chan map[phone.LinkID]history.View {
	views := make(chan map[phone.LinkID]history.View, 1) // full: a newer one takes its place
	var mu sync.Mutex
	known := map[phone.LinkID]history.View{}
	var reading sync.WaitGroup
	for _, k := range r.books {
		reading.Go(func() {
			for v := range k.Watch(ctx) {
				mu.Lock()
				known[k.link] = v
				newest.Put(views, maps.Clone(known))
				mu.Unlock()
			}
		})
	}
	r.watching.Go(func() {
		reading.Wait()
		close(views)
	})
	return views
}

// Annotate keeps the note of a call of a link, an empty one takes it away.
func (r *Records) Annotate(link phone.LinkID, call history.Record) {
	for _, k := range r.books {
		if k.link == link {
			k.Annotate(call)
		}
	}
}

// See notes that a person has seen the missed calls up to a time.
func (r *Records) See(t time.Time) {
	for _, k := range r.books {
		k.See(t)
	}
}

// Clear drops all calls that have ended.
func (r *Records) Clear() {
	for _, k := range r.books {
		k.Clear()
	}
}

// missed counts the missed calls that nobody has seen.
func (r *Records) missed() int {
	n := 0
	for _, k := range r.books {
		n += int(k.missed.Load())
	}
	return n
}

// follow keeps what is read from the records until they are closed or ctx ends, and tells why they cannot
// be saved.
func (k *kept) follow(ctx context.Context, tell func(attach.Note)) {
	trouble := ""
	for v := range k.Watch(ctx) {
		if trouble != v.Trouble && v.Trouble != "" {
			tell(attach.Note{Grade: phone.GradeWarn, Text: "the call history cannot be saved: " + v.Trouble})
		}
		trouble = v.Trouble
		k.missed.Store(int64(v.Missed(k.country)))
		k.past.Store(&v)
	}
}

// Close ends them.
func (r *Records) Close() {
	for _, k := range r.books {
		k.Close()
	}
	r.watching.Wait()
}
