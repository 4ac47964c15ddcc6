package rtc

import "slices"

// Bounds of the delay in samples: what the buffer holds, a frame that is about to be played
// included.
const (
	minDelay = FrameSamples
	maxDelay = 200 * SampleRate / 1000
)

// A transit is when a packet came by the clock of playback, minus its timestamp: its delay, but
// for a constant that nobody knows. The playback clock moves a pull at a time, and that is as it
// must be: a packet that misses a pull waits for the next. It also makes clock drift between the
// two ends visible as what it is, a transit that creeps.
//
// transitWindow remembers the extremes of the last seconds, in periods.
type transitWindow struct {
	periods [transitPeriods]extremes // newest first
	age     int                      // samples pulled since the newest began

	seasoned bool
	spread   int64 // of the transits that were forgotten
}

// Four seconds: at 50 packets a second the largest of these is exceeded by one packet in 200,
// when transits are independent, and a spike is forgotten soon enough.
const (
	transitPeriods = 8
	periodSamples  = SampleRate / 2
	// guessPeriods is for how many it is believed what was but assumed.
	guessPeriods = 3
	// fewPackets in a period tell nothing.
	fewPackets = 6
)

type extremes struct {
	packets int
	lo, hi  int64
	// lost is the longest frame of a packet that never came while the one after it carried that
	// frame again: to have the other in time the buffer must be so much deeper.
	lost int64
	// later is the same of frames that were there again only later than in the packet after, and
	// laterFrames counts them.
	later       int64
	laterFrames int
}

// laterWorth is how many frames that are there again only later are worth waiting for.
const laterWorth = 3

func (e *extremes) observe(transit int64) {
	if e.packets == 0 {
		e.lo, e.hi = transit, transit
	}
	e.lo, e.hi = min(e.lo, transit), max(e.hi, transit)
	e.packets++
}

func (w *transitWindow) observe(transit int64) { w.periods[0].observe(transit) }

// lose is told of a frame that can be recovered from a packet so many after its own, if playback
// is late by span more.
func (w *transitWindow) lose(span, after int) {
	e := &w.periods[0]
	if after <= 1 {
		e.lost = max(e.lost, int64(span))
		return
	}
	e.later, e.laterFrames = max(e.later, int64(span)), e.laterFrames+1
}

// forget drops where transits lay, since the constant has changed, but keeps how far they spread:
// that is a property of the network. Of the periods it takes the median, since the very change
// may look like a spread.
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

// begin takes transit for that of an undelayed packet. Before any experience it allows for one
// frame more, and says false.
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
	// A spike leaves the smallest transit where it was. If that falls, then a backlog has come in
	// (in the period in between) and what lay before is of the past.
	newest, past := w.periods[0], merge(w.periods[2:])
	if newest.packets > fewPackets && past.packets > 0 && newest.hi < past.lo-FrameSamples {
		w.periods = [transitPeriods]extremes{newest}
	}
	copy(w.periods[1:], w.periods[:])
	w.periods[0] = extremes{}
	w.age = 0
}

// target is the transit that is to be played in time: the largest of late, but no more than the
// bounds allow over the smallest.
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
