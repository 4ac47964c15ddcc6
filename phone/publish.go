package phone

import (
	"slices"
	"time"
)

// nextWake is when the loop has to look again though nobody called.
func (l *loop) nextWake() time.Duration {
	next := lookEvery
	if l.dirty || l.player.state != playerOff {
		next = publishEvery - l.now.Sub(l.published)
	}
	for _, t := range l.timers {
		next = min(next, t.at.Sub(l.now))
	}
	return max(next, time.Millisecond)
}

// publishDue publishes what changed, at most every publishEvery.
func (l *loop) publishDue() {
	l.lookAtLink()
	if l.player.state == playerOn {
		l.refreshSound() // a busy tone ends, early media begins
		l.dirty = true   // meters move
	}
	if !l.dirty || l.now.Sub(l.published) < publishEvery {
		return
	}
	l.published, l.dirty = l.now, false
	l.watch.publish(l.snapshot())
}

func (l *loop) snapshot() Snapshot {
	if l.pbxDirty {
		l.pbxShared, l.pbxDirty = l.pbx.Clone(), false
	}
	s := Snapshot{
		Now: l.now, Link: l.link, Caps: l.caps(), PBX: l.pbxShared, Muted: l.muted, Tracing: l.tracing,
		Sound: l.player.view(), Notices: slices.Clone(l.notices), Trace: slices.Clone(l.trace), Watched: l.watchedLines(),
	}
	l.devices.view(&s.Sound)
	for _, ln := range l.legs {
		g := ln.Leg
		if ln.session != nil {
			g.Stats = ln.session.Stats()
		}
		s.Legs = append(s.Legs, g)
	}
	return s
}

// keep cuts a list to its newest n.
func keep[T any](list []T, n int) []T {
	if len(list) > n {
		return slices.Delete(list, 0, len(list)-n)
	}
	return list
}
