// Package filewatch tells that files may have changed: at once where the system says so, else by a look now and then.
package filewatch

import (
	"path/filepath"
	"slices"
	"time"

	"github.com/fsnotify/fsnotify"
	"github.com/patchcord/patchcord/internal/beat"
)

const (
	// settles is how long nothing has to happen to the files before it is told, since an editor writes in several
	// steps. A program that never stops writing is told after settlesWithin.
	settles       = 100 * time.Millisecond
	settlesWithin = time.Second
	// looksEvery is how often it is told where the system says nothing: for a directory that is not there yet, and
	// where it has no more watches to give.
	looksEvery = 5 * time.Second
	// looksAnyway is how often it is told in any case: a network drive does not say what other machines write.
	looksAnyway = time.Minute
)

// Watch tells of its files until it is closed.
type Watch struct {
	// Changed has a token if one of the files may have changed: written, replaced, removed or made. The first comes as
	// soon as the files are watched, for what happened before; any may come though nothing changed. The channel has
	// room for one, and a token that nobody took stands for later ones too.
	Changed <-chan struct{}

	files      []string
	looksEvery time.Duration
	end, done  chan struct{}
}

// New watches files, which need not exist.
func New(files ...string) *Watch { return start(looksEvery, files) }

func start(looksEvery time.Duration, files []string) *Watch {
	changed := make(chan struct{}, 1)
	w := &Watch{Changed: changed, files: files, looksEvery: looksEvery, end: make(chan struct{}), done: make(chan struct{})}
	go w.run(changed)
	return w
}

// Close ends the watch, once.
func (w *Watch) Close() {
	close(w.end)
	<-w.done
}

func (w *Watch) run(changed chan<- struct{}) {
	defer close(w.done)
	var events <-chan fsnotify.Event
	var errs <-chan error
	system, err := fsnotify.NewWatcher()
	if err == nil {
		defer system.Close()
		events, errs = system.Events, system.Errors
	}
	look, settled := time.NewTimer(0), time.NewTimer(settles)
	settled.Stop()
	defer look.Stop()
	defer settled.Stop()
	var names []string
	var since time.Time // of the first event that was not told yet
	for {
		select {
		case <-w.end:
			return
		case e := <-events:
			if e.Op == fsnotify.Chmod || !slices.Contains(names, filepath.Clean(e.Name)) {
				continue
			}
			if since.IsZero() {
				since = time.Now()
			}
			settled.Reset(min(settles, settlesWithin-time.Since(since)))
			continue
		case <-errs: // events were lost
		case <-settled.C:
		case <-look.C:
		}
		since = time.Time{}
		var pause time.Duration
		names, pause = w.follow(system)
		look.Reset(beat.Until(pause))
		select {
		case changed <- struct{}{}:
		default:
		}
	}
}

// follow has the system watch the directories of the files, since an editor may put a new file in the place of an old
// one, and those of the files that links lead to. It returns the names under which the system tells of the files, and
// how long to wait before the next look.
func (w *Watch) follow(system *fsnotify.Watcher) (names []string, pause time.Duration) {
	pause = looksAnyway
	for _, f := range w.files {
		names = append(names, filepath.Clean(f))
		if target, err := filepath.EvalSymlinks(f); err == nil && !slices.Contains(names, target) {
			names = append(names, target)
		}
	}
	for _, n := range names {
		if system == nil || system.Add(filepath.Dir(n)) != nil {
			pause = w.looksEvery
		}
	}
	return names, pause
}
