package rtc

// How wrong the delay may be, in samples, and how often it is corrected.
const (
	// tolerated is how far above its target the delay may stay.
	tolerated = 5 * SampleRate / 1000
	// muchTooLong and muchTooShort are corrected at every pull, a smaller error once in
	// betweenChanges. A delay that is too short soon costs a frame.
	muchTooLong    = 40 * SampleRate / 1000
	muchTooShort   = 5 * SampleRate / 1000
	betweenChanges = 5 * FrameSamples
)

// adjust brings the delay closer to its target, which it exceeds by excess samples: it cuts out or
// repeats a pitch period of the sound that waits. The longer the delay has been wrong, the less
// alike the two ends of a joint have to be.
func (r *receiver) adjust(excess, pulled int) {
	r.settled += pulled
	if r.playout.run > 0 || r.pausing > 0 || excess >= 0 && excess < tolerated {
		r.offTarget = 0
		return
	}
	if r.settled < betweenChanges && excess < muchTooLong && excess > -muchTooShort {
		return
	}
	likeness := 0.9 - 0.01*float64(r.offTarget)/FrameSamples
	r.offTarget += pulled
	changed := 0
	if excess > 0 {
		changed = r.playout.shorten(excess, likeness)
	} else {
		changed = r.playout.lengthen(-excess, likeness)
	}
	if changed > 0 {
		r.settled = 0
	}
}
