package rtc

// Bounds of the delay in samples: what the buffer holds, a frame that is about to be played
// included.
const (
	minDelay = FrameSamples
	maxDelay = 200 * SampleRate / 1000
)

// A transit is when a packet came by the clock of playback, minus its timestamp: its delay, but
// for a constant that nobody knows. The playback clock moves a frame at a time, and that is as it
// must be: a packet that misses a pull waits for the next. It also makes clock drift between the
// two ends visible as what it is, a transit that creeps.
//
// transitWindow remembers the extremes of the last seconds, in periods.
type transitWindow struct {
	periods [transitPeriods]extremes // newest first
	age     int                      // pulls since the newest began

	seasoned bool
	spread   int64 // of the transits that were forgotten
}

// Four seconds: at 50 packets a second the largest of these is exceeded by one packet in 200,
// when transits are independent, and a spike is forgotten soon enough.
const (
	transitPeriods = 8
	periodPulls    = 25
)

type extremes struct {
	packets int
	lo, hi  int64
}

func (e *extremes) observe(transit int64) {
	if e.packets == 0 {
		e.lo, e.hi = transit, transit
	}
	e.lo, e.hi = min(e.lo, transit), max(e.hi, transit)
	e.packets++
}

func (w *transitWindow) observe(transit int64) { w.periods[0].observe(transit) }

// forget drops where transits lay, since the constant has changed, but keeps how far they spread:
// that is a property of the network.
func (w *transitWindow) forget() {
	if all := w.all(); all.packets > 0 {
		w.spread = min(all.hi-all.lo, maxDelay-minDelay)
		w.seasoned = true
	}
	w.periods, w.age = [transitPeriods]extremes{}, 0
}

// begin takes transit for that of an undelayed packet. Before any experience it allows for one
// frame more.
func (w *transitWindow) begin(transit int64) {
	if !w.seasoned {
		w.spread = FrameSamples
	}
	w.observe(transit)
	w.observe(transit + w.spread)
}

// tick counts one pull. A period does not end while nothing arrives.
func (w *transitWindow) tick() {
	if w.age++; w.age < periodPulls || w.periods[0].packets == 0 {
		return
	}
	newest, rest := w.periods[0], merge(w.periods[1:])
	if newest.packets > periodPulls/4 && rest.packets > 0 && newest.hi < rest.lo-FrameSamples {
		w.periods = [transitPeriods]extremes{newest} // a backlog came first; it is over
	}
	copy(w.periods[1:], w.periods[:])
	w.periods[0] = extremes{}
	w.age = 0
}

// target is the transit that is to be played in time: the largest of late, but no more than the
// bounds allow over the smallest.
func (w *transitWindow) target() int64 {
	all := w.all()
	return min(all.hi, all.lo+maxDelay-minDelay)
}

func (w *transitWindow) all() extremes { return merge(w.periods[:]) }

func merge(periods []extremes) (all extremes) {
	for _, e := range periods {
		switch {
		case e.packets == 0:
		case all.packets == 0:
			all = e
		default:
			all = extremes{all.packets + e.packets, min(all.lo, e.lo), max(all.hi, e.hi)}
		}
	}
	return all
}
