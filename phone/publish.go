package phone

import (
	"maps"
	"slices"
	"time"
)

// nextWake is when the desk has to act next without a message.
func (d *desk) nextWake() time.Duration {
	next := sleeps
	if len(d.calls) > 0 || d.player.state != playerOff {
		next = looksEvery
	}
	for _, k := range d.links {
		if k.State == LinkUp {
			next = min(next, k.AliveAt.Add(staleAfter+time.Millisecond).Sub(d.now))
		}
	}
	if d.dirty || d.player.state != playerOff {
		next = max(publishEvery-d.now.Sub(d.published), d.ripe.Sub(d.now))
	}
	for _, t := range d.timers {
		next = min(next, t.at.Sub(d.now))
	}
	return max(next, time.Millisecond)
}

// publishDue publishes what changed, at most every publishEvery.
func (d *desk) publishDue() {
	for _, k := range d.links {
		k.look()
	}
	if d.player.state == playerOn {
		d.refreshSound() // a busy tone ends, early media begins
		d.dirty = true   // meters move
	}
	if !d.dirty || d.now.Sub(d.published) < publishEvery || d.now.Before(d.ripe) {
		return
	}
	d.published, d.dirty = d.now, false
	d.watch.Publish(d.snapshot())
}

// snapshot is what is published. Nothing in it changes any more.
func (d *desk) snapshot() Snapshot {
	s := d.view()
	d.snapshots++
	s.N = d.snapshots
	d.devices.view(&s.Sound)
	s.Notices, s.Outcomes, s.Trace = slices.Clone(d.notices), slices.Clone(d.outcomes), slices.Clone(d.trace)
	return s
}

// view is a snapshot for judging an intent, without what came about.
func (d *desk) view() Snapshot {
	s := Snapshot{Now: d.now, Muted: d.muted, Tracing: d.tracing, Sound: d.player.view(), Playing: d.playback.view()}
	var cards []Leg
	for _, k := range d.links {
		v := LinkView{Link: k.Link, Caps: k.caps(), PBX: k.pbx, Watched: slices.Sorted(maps.Keys(k.watched)), Plan: k.config.Plan}
		v.Link.Country = k.home()
		s.Links = append(s.Links, v)
		cards = append(cards, k.cards(v, s.Sound.Silent)...)
	}
	d.numberCards(cards)
	for _, c := range d.calls {
		g := c.Leg
		if c.session != nil {
			g.Stats = c.session.Stats()
		}
		s.Legs = append(s.Legs, g)
	}
	s.Legs = append(s.Legs, cards...)
	return s.On("")
}

// keep cuts a list to its newest n.
func keep[T any](list []T, n int) []T {
	if len(list) > n {
		return slices.Delete(list, 0, len(list)-n)
	}
	return list
}
