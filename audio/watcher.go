package audio

import (
	"context"
	"sync"
	"time"
)

// Change is how the list of devices differs from the one before. The first one after
// Watch has everything as appeared.
type Change struct {
	Listing
	// Appeared and Vanished are microphones and speakers in one list each.
	Appeared, Vanished []Endpoint

	before Listing
}

// Watcher looks for devices that come and go. No sound system that we use tells by itself.
type Watcher struct {
	changes chan Change // one; full: the change that nobody took yet and the new one become one
	stop    context.CancelFunc
	done    sync.WaitGroup
}

// Watch lists the devices at once and then every so often; two to three seconds are right for a
// person with a plug in the hand. A list that cannot be had counts as empty. The caller has to
// Close it.
func Watch(every time.Duration) *Watcher { return watch(every, Devices) }

func watch(every time.Duration, list func(context.Context) (Listing, error)) *Watcher {
	ctx, cancel := context.WithCancel(context.Background())
	w := &Watcher{changes: make(chan Change, 1), stop: cancel}
	w.done.Go(func() { w.run(ctx, every, list) })
	return w
}

// Changes tells what came and went since the last receive, if anything. Close closes it.
func (w *Watcher) Changes() <-chan Change { return w.changes }

// Close ends the watching and waits for it.
func (w *Watcher) Close() {
	w.stop()
	w.done.Wait()
}

func (w *Watcher) run(ctx context.Context, every time.Duration, list func(context.Context) (Listing, error)) {
	defer close(w.changes)
	tick := time.NewTicker(every)
	defer tick.Stop()
	var before Listing
	for {
		limited, cancel := context.WithTimeout(ctx, listLimit)
		now, _ := list(limited) // nothing to list is nothing there, whatever the reason
		cancel()
		if ctx.Err() == nil {
			w.tell(before, now)
			before = now
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// tell offers the change, merged with the one that still waits.
func (w *Watcher) tell(before, now Listing) {
	if c := difference(before, now); len(c.Appeared)+len(c.Vanished) == 0 {
		return
	}
	select {
	case waiting := <-w.changes:
		before = waiting.before
	default:
	}
	w.changes <- difference(before, now) // has room: nobody else sends
}

func difference(before, now Listing) Change {
	return Change{
		Listing:  now,
		Appeared: append(without(now.Mics, before.Mics), without(now.Speakers, before.Speakers)...),
		Vanished: append(without(before.Mics, now.Mics), without(before.Speakers, now.Speakers)...),
		before:   before,
	}
}
