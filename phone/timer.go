package phone

import (
	"slices"
	"time"

	"github.com/patchcord/patchcord/pbxws"
)

// timer is an input that comes at a time.
type timer struct {
	at time.Time
	in posted
}

// setTimer starts a leg's timer, or moves it.
func (d *desk) setTimer(id pbxws.LegID, of timerKind, length time.Duration) {
	in := toLeg{id, timeout{of}}
	d.dropTimers(func(t timer) bool { return t.in == in })
	d.timers = append(d.timers, timer{at: d.now.Add(length), in: in})
}

func (d *desk) dropTimers(which func(timer) bool) {
	d.timers = slices.DeleteFunc(d.timers, which)
}

// dropTimersOf stops all that a leg waits for.
func (d *desk) dropTimersOf(id pbxws.LegID) {
	d.dropTimers(func(t timer) bool {
		in, ofLeg := t.in.(toLeg)
		return ofLeg && in.leg == id
	})
}

// fire takes the due timers, in the order in which they were set.
func (d *desk) fire() {
	for {
		i := slices.IndexFunc(d.timers, func(t timer) bool { return !t.at.After(d.now) })
		if i < 0 {
			return
		}
		t := d.timers[i]
		d.timers = slices.Delete(d.timers, i, i+1)
		d.take(t.in)
	}
}
