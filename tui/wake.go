package tui

import "time"

// wake is when the screen next looks different by itself. Who draws what counts up or fades notes it there, so
// that a screen on which nothing does sleeps. A nil one notes nothing.
type wake struct{ at time.Time }

// by notes one more time; the first one counts.
func (w *wake) by(at time.Time) {
	if w != nil && (w.at.IsZero() || at.Before(w.at)) {
		w.at = at
	}
}

// since is how long ago t was, never negative: the phone's clock may be a little ahead. It is for what counts in
// seconds; see within for what ends.
func (sc *scene) since(t time.Time) time.Duration {
	if t.IsZero() {
		return 0
	}
	sc.ticks()
	return max(0, sc.now.Sub(t))
}

// until is how long it is until t, never negative. It counts in seconds too.
func (sc *scene) until(t time.Time) time.Duration {
	sc.ticks()
	return max(0, t.Sub(sc.now))
}

// ticks notes that something shown counts in seconds.
func (sc *scene) ticks() { sc.wake.by(sc.now.Truncate(time.Second).Add(time.Second)) }

// within tells that t was less than d ago, and notes when that ends. The zero time was not.
func (sc *scene) within(t time.Time, d time.Duration) bool {
	if t.IsZero() || sc.now.Sub(t) >= d {
		return false
	}
	sc.wake.by(t.Add(d))
	return true
}

// nextLook is when the screen has to be drawn again though nothing comes: at the full minute at the latest, for the
// clock and the words for days; each second while a call of ours is up.
func (m *model) nextLook() time.Time {
	sc := &m.scene
	sc.wake.by(sc.now.Truncate(time.Minute).Add(time.Minute))
	if m.linear != nil || sc.Live() > 0 || !sc.silent.IsZero() {
		sc.ticks()
	}
	return sc.wake.at
}
