package rtc

import "slices"

// Bounds of the delay in samples, with the frame that is about to be played.
const (
	minDelay = FrameSamples
	maxDelay = 200 * SampleRate / 1000
)

// The transit of a packet is the time of its arrival by the playback clock minus its timestamp: its
// delay plus an unknown constant. The playback clock moves by whole pulls, as it should: a packet
// that misses a pull waits for the next. Clock drift between the two ends shows as a transit that
// slowly moves.
//
// transitWindow remembers the extremes of the last seconds, in periods.
type transitWindow struct {
	periods [transitPeriods]extremes // newest first
	age     int                      // samples pulled since the newest period began

	seasoned bool
	spread   int64 // of the transits before forget
}

// Four seconds: at 50 packets a second, one packet in 200 exceeds the largest of these, if transits
// are independent, and a spike is soon forgotten.
const (
	transitPeriods = 8
	periodSamples  = SampleRate / 2
	// guessPeriods is how many periods an assumed value counts.
	guessPeriods = 3
	// fewPackets in a period tell nothing.
	fewPackets = 6
)

type extremes struct {
	packets int
	lo, hi  int64
	// lost is the longest frame that was lost while the next packet carried it again. To use such
	// copies the buffer must be deeper by that much.
	lost int64
	// later is the same for frames that came again only in a packet after the next; laterFrames counts
	// them.
	later       int64
	laterFrames int
}

// laterWorth is how many such frames make it worth waiting for them.
const laterWorth = 3

func (e *extremes) observe(transit int64) {
	if e.packets == 0 {
		e.lo, e.hi = transit, transit
	}
	e.lo, e.hi = min(e.lo, transit), max(e.hi, transit)
	e.packets++
}

func (w *transitWindow) observe(transit int64) { w.periods[0].observe(transit) }

// lose notes a frame that came again so many packets after its own; it can be played if playback is
// later by span.
func (w *transitWindow) lose(span, after int) {
	e := &w.periods[0]
	if after <= 1 {
		e.lost = max(e.lost, int64(span))
		return
	}
	e.later, e.laterFrames = max(e.later, int64(span)), e.laterFrames+1
}

// forget drops the transits, since the constant has changed, but keeps how far they were spread,
// which belongs to the network. It takes the median of the periods, because the change itself may
// look like a spread.
func (w *transitWindow) forget() {
	var spreads [transitPeriods]int64
	n := 0
	for _, e := range w.periods {
		if e.packets > 1 {
			spreads[n] = e.hi - e.lo
			n++
		}
	}
	if n > 0 {
		slices.Sort(spreads[:n])
		w.spread, w.seasoned = min(spreads[n/2], maxDelay-minDelay), true
	}
	w.periods, w.age = [transitPeriods]extremes{}, 0
}

// begin takes the transit of a packet as that of one without delay. Before any other packet came it allows
// for one more frame, and returns false.
func (w *transitWindow) begin(transit int64) (known bool) {
	w.observe(transit)
	known = w.seasoned
	guess := &w.periods[0]
	if !known {
		w.spread, guess = FrameSamples, &w.periods[transitPeriods-guessPeriods]
	}
	guess.observe(transit)
	guess.observe(transit + w.spread)
	return known
}

// tick counts a pull of n samples. A period does not end while nothing arrives.
func (w *transitWindow) tick(n int) {
	if w.age += n; w.age < periodSamples || w.periods[0].packets == 0 {
		return
	}
	// A spike does not change the smallest transit. If that falls, a backlog has come in (in the
	// period between), and what was before no longer counts.
	newest, past := w.periods[0], merge(w.periods[2:])
	if newest.packets > fewPackets && past.packets > 0 && newest.hi < past.lo-FrameSamples {
		w.periods = [transitPeriods]extremes{newest}
	}
	copy(w.periods[1:], w.periods[:])
	w.periods[0] = extremes{}
	w.age = 0
}

// target is the transit that must still be played in time: the largest of late, limited by the
// bounds over the smallest.
func (w *transitWindow) target() int64 {
	all := w.all()
	extra := all.lost
	if all.laterFrames >= laterWorth {
		extra = max(extra, all.later)
	}
	return min(all.hi+extra, all.lo+maxDelay-minDelay)
}

func (w *transitWindow) all() extremes { return merge(w.periods[:]) }

func merge(periods []extremes) (all extremes) {
	for _, e := range periods {
		if e.packets == 0 {
			continue
		}
		if all.packets == 0 {
			all.lo, all.hi = e.lo, e.hi
		}
		all.packets += e.packets
		all.lo, all.hi = min(all.lo, e.lo), max(all.hi, e.hi)
		all.lost = max(all.lost, e.lost)
		all.later, all.laterFrames = max(all.later, e.later), all.laterFrames+e.laterFrames
	}
	return all
}
