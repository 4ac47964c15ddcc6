// Package filewatch tells that files may have changed: at once where the system says so, and with a look now and then.
package filewatch

import (
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/fsnotify/fsnotify"
	"github.com/patchcord/patchcord/internal/beat"
)

const (
	// An editor writes in several steps: a change is told once nothing has happened for settles, or
	// settlesWithin after the first step if the writing goes on.
	settles       = 250 * time.Millisecond
	settlesWithin = time.Second
	// looksEvery is how often the owner is to look in any case: the system does not tell what other machines write on a
	// network drive. looksAlone is the same where it tells nothing at all.
	looksEvery = 15 * time.Second
	looksAlone = 5 * time.Second
)

// Watch tells of its files until it is closed.
type Watch struct {
	// Changed has a token if one of the files may have changed: written, replaced, removed or made. The first comes as
	// soon as the files are watched, for what happened before; any may come though nothing changed. The channel has
	// room for one, and a token that nobody took stands for later ones too.
	Changed <-chan struct{}

	names []string // clean
	// known are the names, and where their links lead to.
	known atomic.Pointer[[]string]
	end   chan struct{}
	// running are the two goroutines.
	running sync.WaitGroup
}

// New watches files, which need not exist.
func New(files ...string) *Watch { return start(looksEvery, files) }

func start(every time.Duration, files []string) *Watch {
	changed := make(chan struct{}, 1)
	w := &Watch{Changed: changed, end: make(chan struct{})}
	for _, f := range files {
		w.names = append(w.names, filepath.Clean(f))
	}
	w.known.Store(&w.names)
	w.running.Go(func() { w.run(every, changed) })
	return w
}

// Close ends the watch, once.
func (w *Watch) Close() {
	close(w.end)
	w.running.Wait()
}

func (w *Watch) run(every time.Duration, changed chan<- struct{}) {
	happened := make(chan struct{}, 1) // full: there is news already
	system, err := fsnotify.NewWatcher()
	if err == nil {
		w.running.Go(func() { w.listen(system, happened) })
		defer system.Close() // ends that
	} else {
		every = min(every, looksAlone)
	}
	look, settled := time.NewTimer(0), time.NewTimer(settles)
	settled.Stop()
	defer look.Stop()
	defer settled.Stop()
	var since time.Time // when it happened, if that was not told yet
	for {
		select {
		case <-w.end:
			return
		case <-happened:
			if since.IsZero() {
				since = time.Now()
			}
			settled.Reset(min(settles, settlesWithin-time.Since(since)))
			continue
		case <-settled.C:
		case <-look.C:
			look.Reset(beat.Until(every))
		}
		since = time.Time{}
		if err == nil {
			w.follow(system)
		}
		select {
		case changed <- struct{}{}:
		default:
		}
	}
}

// listen passes on what happens to the files, until the system's watch is closed. It never waits: on some systems
// adding a directory waits for whoever takes the events.
func (w *Watch) listen(system *fsnotify.Watcher, happened chan<- struct{}) {
	for {
		select {
		case e, open := <-system.Events:
			if !open {
				return
			}
			if e.Op == fsnotify.Chmod || !slices.Contains(*w.known.Load(), filepath.Clean(e.Name)) {
				continue
			}
		case _, open := <-system.Errors: // events were lost
			if !open {
				return
			}
		}
		select {
		case happened <- struct{}{}:
		default:
		}
	}
}

// follow has the system watch the directories of the files, since an editor may put a new file in the place of an old
// one, and those of the files that links lead to. A directory that is not there yet is watched after a later look.
func (w *Watch) follow(system *fsnotify.Watcher) {
	known := slices.Clone(w.names)
	for _, n := range w.names {
		if target, err := filepath.EvalSymlinks(n); err == nil && target != n {
			known = append(known, target)
		}
	}
	w.known.Store(&known)
	for _, n := range known {
		_ = system.Add(filepath.Dir(n))
	}
}
