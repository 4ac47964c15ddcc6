package history

import (
	"errors"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"github.com/patchcord/patchcord/internal/disk"
	"github.com/patchcord/patchcord/internal/filewatch"
	"github.com/patchcord/patchcord/internal/newest"
)

// maxWaiting is how many notes may wait for the disk. More are dropped: a disk that has hung for so
// long will not come back, and memory is limited.
const maxWaiting = 4096

// startsAfter is the pause before all calls are read; until then the newest have to do. Reading ten
// thousand takes as long as all the rest of a start.
const startsAfter = 200 * time.Millisecond

// Reading and showing a file of manyLines takes far more memory than what is kept of it. The rest is given back
// tidiesAfter the start.
const (
	manyLines   = 2000
	tidiesAfter = 2 * time.Second
)

// Book is the record of one telephone. Any goroutine may call its methods.
type Book struct {
	file  file
	log   *slog.Logger
	now   func() time.Time
	views newest.Hub[View]
	// borrowed tells that another program keeps the record: calls without an end are up there.
	borrowed bool

	mu     sync.Mutex
	notes  []note
	closed bool

	wake chan struct{} // one token: there are notes
	done chan struct{} // closed when the goroutine is gone

	// The rest is the goroutine's own. noted are the calls with notes, in a file beside the record: a program
	// that knows no notes leaves it as it is.
	table     *table
	notesFile file
	noted     *table
	// glances tells that only the newest calls were read so far, and no notes.
	glances bool
	// orphans are calls whose end was not written when this program began.
	orphans map[string]bool
	// own are the calls of this program that another program may have recorded too.
	own map[string]bool
	// unwritten are notes that could not be written.
	unwritten []note
	// trouble is the last error of the disk, in words.
	trouble string
}

// note is what has to be written. clear is done before the rest; remark tells that the entry is there for the
// note of its call.
type note struct {
	entry  entry
	clear  bool
	remark bool
}

// notesSuffix ends the name of the file with the notes, after that of the record.
const notesSuffix = ".notes"

// Open opens the record in a file and returns at once; the book's goroutine reads it. An empty path
// keeps the record in memory only. Close ends it.
func Open(path string, log *slog.Logger) *Book { return open(path, false, log) }

// Look is Open for a record that another program keeps while it runs.
func Look(path string, log *slog.Logger) *Book { return open(path, true, log) }

func open(path string, borrowed bool, log *slog.Logger) *Book {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	b := newBook(path, borrowed, log)
	go func() {
		defer close(b.done)
		var changed <-chan struct{}
		if path != "" {
			others := filewatch.New(b.file.path, b.notesFile.path)
			defer others.Close()
			changed = others.Changed
		}
		b.run(changed)
	}()
	return b
}

// newBook is a book that nobody reads yet.
func newBook(path string, borrowed bool, log *slog.Logger) *Book {
	b := &Book{
		borrowed: borrowed,
		file:     file{path: path}, log: log, now: time.Now, table: newTable(), orphans: map[string]bool{}, own: map[string]bool{},
		notesFile: file{path: path + notesSuffix}, noted: newTable(),
		wake: make(chan struct{}, 1), done: make(chan struct{}),
	}
	b.noted.notes = true
	return b
}

// Put records a call, again each time that more is known of it.
func (b *Book) Put(r Record) {
	if r.ID != "" {
		r.Note = ""
		b.note(note{entry: entry{Record: r.fit()}})
	}
}

// Annotate keeps the note of a call in place of the one before; an empty one takes it away. The call may be one
// that goes on, or one that only the PBX has on record: it is kept with its note.
func (b *Book) Annotate(r Record) {
	if r.ID != "" {
		r.Note = tidyNote(r.Note)
		b.note(note{entry: entry{Record: r.fit()}, remark: true})
	}
}

// See notes that a person has seen the missed calls up to a time.
func (b *Book) See(t time.Time) { b.note(note{entry: entry{Seen: t.Round(0)}}) }

// Clear drops all calls that have ended.
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

// Close writes what waits and ends the book. It waits for a slow disk.
func (b *Book) Close() {
	b.mu.Lock()
	if !b.closed {
		b.closed = true
		close(b.wake)
	}
	b.mu.Unlock()
	<-b.done
}

// run works until the book is closed. changed has a token if another program may have written into the files.
func (b *Book) run(changed <-chan struct{}) {
	if b.file.path != "" {
		b.table = glance(b.file.path)
		if b.glances = b.table.lines > 0; b.glances {
			b.publish()
			b.wait()
		}
		b.table, b.glances = newTable(), false
	}
	b.begin()
	b.work()
	b.follow(changed)
	b.work()
	b.views.Close()
}

// follow writes what comes, and reads what other programs wrote.
func (b *Book) follow(changed <-chan struct{}) {
	tidy := time.NewTimer(tidiesAfter)
	defer tidy.Stop()
	for {
		select {
		case _, open := <-b.wake:
			if !open {
				return
			}
			b.work()
		case <-tidy.C:
			if b.table.lines >= manyLines {
				debug.FreeOSMemory()
			}
		case <-changed:
			if b.file.changed() || b.notesFile.changed() {
				b.try(b.fresh)
				b.settleTwins()
				b.publish()
			}
		}
	}
}

// wait leaves the processor to the start of the program, until there is something to do.
func (b *Book) wait() {
	pause := time.NewTimer(startsAfter)
	defer pause.Stop()
	select {
	case <-pause.C:
	case <-b.wake:
	}
}

// begin reads the file and handles calls that have no end.
func (b *Book) begin() {
	b.try(func() error {
		if err := b.fresh(); err != nil {
			return err
		}
		for id, r := range b.table.records {
			if !r.over() && !b.borrowed {
				b.orphans[id] = true
			}
		}
		return b.tidy()
	})
	if b.table.seen.IsZero() { // missed calls from before the first start do not count
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

// keep writes notes, the unwritten ones first.
func (b *Book) keep(notes []note) {
	notes = append(b.unwritten, notes...)
	b.unwritten = nil
	if !b.try(func() error { return b.write(notes) }) {
		b.remember(notes)
		b.unwritten = notes[max(0, len(notes)-maxWaiting):]
	}
}

// try does something with the locked file, and reports whether it succeeded.
func (b *Book) try(do func() error) bool {
	err := errNoFile
	if b.file.path != "" {
		err = disk.Locked(b.file.path, do)
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

// errNoFile says that nothing can be kept on this machine.
var errNoFile = errors.New("there is no home directory; set HOME or XDG_STATE_HOME to an absolute path")

// fresh reads what was added to both files.
func (b *Book) fresh() error {
	return errors.Join(b.file.fresh(b.table), b.notesFile.fresh(b.noted))
}

// write reads what others wrote, and then writes notes.
func (b *Book) write(notes []note) error {
	if err := b.fresh(); err != nil {
		return err
	}
	if b.remember(notes) {
		err := b.file.replace(b.table)
		if b.notesFile.info != nil {
			err = errors.Join(err, b.notesFile.replace(b.noted))
		}
		return err
	}
	var calls, remarks []entry
	for _, n := range notes {
		if n.remark {
			remarks = append(remarks, n.entry)
		} else {
			calls = append(calls, n.entry)
		}
	}
	if err := errors.Join(b.file.add(b.table, calls), b.notesFile.add(b.noted, remarks)); err != nil {
		return err
	}
	return b.tidy()
}

// remember applies notes to the table in memory, and reports whether the record was cleared.
func (b *Book) remember(notes []note) (cleared bool) {
	for _, n := range notes {
		if n.remark {
			b.noted.take(n.entry)
			continue
		}
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
		for id := range b.noted.records {
			if _, goesOn := b.table.records[id]; !goesOn {
				delete(b.noted.records, id)
			}
		}
	}
	return cleared
}

// tidy writes new files when too many lines of the old ones are superseded.
func (b *Book) tidy() error {
	return errors.Join(b.file.tidy(b.table), b.notesFile.tidy(b.noted))
}
