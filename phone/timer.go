package phone

import (
	"slices"
	"time"

	"github.com/patchcord/patchcord/pbxws"
)

// timer is an input that comes by itself.
type timer struct {
	at  time.Time
	leg pbxws.LegID
	in  any
}

// setTimer starts a leg's timer, or moves it.
func (l *loop) setTimer(id pbxws.LegID, of patience, d time.Duration) {
	in := timeout{of}
	l.dropTimers(func(t timer) bool { return t.leg == id && t.in == in })
	l.timers = append(l.timers, timer{at: l.now.Add(d), leg: id, in: in})
}

func (l *loop) dropTimers(which func(timer) bool) {
	l.timers = slices.DeleteFunc(l.timers, which)
}

// fire takes the timers that are due, in the order they were set.
func (l *loop) fire() {
	for {
		i := slices.IndexFunc(l.timers, func(t timer) bool { return !t.at.After(l.now) })
		if i < 0 {
			return
		}
		t := l.timers[i]
		l.timers = slices.Delete(l.timers, i, i+1)
		l.take(posted{t.leg, t.in})
	}
}
