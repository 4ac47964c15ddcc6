package rtc

// eager is how wrong, in samples, the delay must be for every pull to correct it, rather than one
// in so many samples as restful has.
const (
	eager   = 40 * SampleRate / 1000
	restful = 5 * FrameSamples
	// hasty is the same for a delay that is too short, which soon costs a frame.
	hasty = 5 * SampleRate / 1000
	// nearly is how far above its target the delay may stay.
	nearly = 5 * SampleRate / 1000
)

// adjust brings the delay closer to its target, which it exceeds by excess samples, by cutting or
// repeating a pitch period of the real sound that waits. The longer the delay is wrong, the less
// it asks for likeness of what it joins.
func (r *receiver) adjust(excess, pulled int) {
	r.settled += pulled
	if r.playout.run > 0 || r.pausing > 0 || excess >= 0 && excess < nearly {
		r.patience = 0
		return
	}
	if r.settled < restful && excess < eager && excess > -hasty {
		return
	}
	likeness := 0.9 - 0.01*float64(r.patience)/FrameSamples
	r.patience += pulled
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
