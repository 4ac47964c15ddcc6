package history

import (
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/patchcord/patchcord/internal/disk"
	"github.com/patchcord/patchcord/internal/newest"
)

// maxWaiting is how many notes may wait for the disk. More are not taken: a disk that has hung
// for so long will not come back, and memory is not to fill up.
const maxWaiting = 4096

// startsAfter is how long the newest calls have to do until all are read: reading ten thousand
// takes as much work as the whole rest of a start.
const startsAfter = 200 * time.Millisecond

// looksEvery is how often the book looks whether another program wrote into its file.
const looksEvery = 2 * time.Second

// Book is the record of one telephone. Any goroutine may call its methods.
type Book struct {
	file  file
	log   *slog.Logger
	now   func() time.Time
	views newest.Hub[View]

	mu     sync.Mutex
	notes  []note
	closed bool

	wake chan struct{} // one token: there are notes
	done chan struct{} // closed when the goroutine is gone

	// The rest is the goroutine's own.
	table *table
	// orphans are calls whose end was not written when this program began.
	orphans map[string]bool
	// own are the calls of this program that another one may have written down too.
	own map[string]bool
	// unwritten are notes that the disk would not take.
	unwritten []note
	// trouble is why the disk was of no use last.
	trouble string
}

// note is what is to be written. clear comes before the rest.
type note struct {
	entry entry
	clear bool
}

// Open begins the record in a file and gives it back at once: reading it is the work of the
// book's goroutine. An empty path keeps it in memory alone. Close ends it.
func Open(path string, log *slog.Logger) *Book {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	b := &Book{
		file: file{path: path}, log: log, now: time.Now, table: newTable(), orphans: map[string]bool{}, own: map[string]bool{},
		wake: make(chan struct{}, 1), done: make(chan struct{}),
	}
	go b.run()
	return b
}

// Put writes a call down, again for each time that more is known of it.
func (b *Book) Put(r Record) {
	if r.ID != "" {
		b.note(note{entry: entry{Record: r.fit()}})
	}
}

// See says that a person has looked at the missed calls until then.
func (b *Book) See(t time.Time) { b.note(note{entry: entry{Seen: t.Round(0)}}) }

// Clear forgets every call that is over.
func (b *Book) Clear() { b.note(note{clear: true}) }

func (b *Book) note(n note) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed || len(b.notes) >= maxWaiting {
		return
	}
	b.notes = append(b.notes, n)
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

// Close writes what waits and ends the book. It waits for a disk that is slow.
func (b *Book) Close() {
	b.mu.Lock()
	if !b.closed {
		b.closed = true
		close(b.wake)
	}
	b.mu.Unlock()
	<-b.done
}

func (b *Book) run() {
	defer close(b.done)
	if b.file.path != "" {
		b.table = glance(b.file.path)
		if b.table.lines > 0 {
			b.publish()
			b.wait()
		}
		b.table = newTable()
	}
	b.begin()
	b.work()
	b.follow()
	b.work()
	b.views.Close()
}

// follow works until the book is closed. What other programs write is looked for in between.
func (b *Book) follow() {
	look := time.NewTicker(looksEvery)
	defer look.Stop()
	for {
		select {
		case _, open := <-b.wake:
			if !open {
				return
			}
			b.work()
		case <-look.C:
			if b.file.path != "" && b.file.changed() {
				b.try(func() error { return b.file.fresh(b.table) })
				b.settleTwins()
				b.publish()
			}
		}
	}
}

// wait leaves the machine to whoever starts the program, until there is something to be done.
func (b *Book) wait() {
	pause := time.NewTimer(startsAfter)
	defer pause.Stop()
	select {
	case <-pause.C:
	case <-b.wake:
	}
}

// begin reads the file and settles what it says at the start.
func (b *Book) begin() {
	b.try(func() error {
		if err := b.file.fresh(b.table); err != nil {
			return err
		}
		for id, r := range b.table.records {
			if !r.over() {
				b.orphans[id] = true
			}
		}
		return b.tidy()
	})
	if b.table.seen.IsZero() { // calls from before there was a record are nobody's news
		b.See(b.now())
		b.work()
		return
	}
	b.publish()
}

// work writes the notes that wait.
func (b *Book) work() {
	b.mu.Lock()
	notes := b.notes
	b.notes = nil
	b.mu.Unlock()
	if len(notes) == 0 {
		return
	}
	b.keep(notes)
	b.settleTwins()
	b.publish()
}

// keep writes notes, after those that the disk would not take before.
func (b *Book) keep(notes []note) {
	notes = append(b.unwritten, notes...)
	b.unwritten = nil
	if !b.try(func() error { return b.write(notes) }) {
		b.remember(notes)
		b.unwritten = notes[max(0, len(notes)-maxWaiting):]
	}
}

// try does something with the file, under its lock, and reports whether it could be done.
func (b *Book) try(do func() error) bool {
	err := errNoFile
	if b.file.path != "" {
		err = b.file.locked(do)
	}
	trouble := ""
	if err != nil {
		trouble = disk.Explain(err).Error()
	}
	if trouble != b.trouble && trouble != "" {
		b.log.Error("the record of calls is not written", "err", err)
	}
	b.trouble = trouble
	return err == nil
}

// errNoFile is a machine on which nothing can be kept.
var errNoFile = errors.New("there is no home directory; set HOME or XDG_STATE_HOME to an absolute path")

// write reads what others wrote, and then writes notes.
func (b *Book) write(notes []note) error {
	if err := b.file.fresh(b.table); err != nil {
		return err
	}
	if b.remember(notes) {
		return b.file.replace(b.table)
	}
	var lines []byte
	for _, n := range notes {
		lines = append(lines, encode(n.entry)...)
	}
	if err := b.file.append(lines); err != nil {
		return err
	}
	b.table.lines += len(notes)
	return b.tidy()
}

// remember takes notes in without the file, and tells whether the record was cleared.
func (b *Book) remember(notes []note) (cleared bool) {
	for _, n := range notes {
		if !n.clear {
			if n.entry.Incoming {
				b.own[n.entry.ID] = true
			}
			b.table.take(n.entry)
			continue
		}
		cleared = true
		for id, r := range b.table.records {
			if r.over() || b.orphans[id] {
				delete(b.table.records, id)
			}
		}
	}
	return cleared
}

// tidy writes the file anew when too much of it no longer stands.
func (b *Book) tidy() error {
	if b.table.lines <= min(len(b.table.records), maxRecords)+slack {
		return nil
	}
	return b.file.replace(b.table)
}
