package rtc

import (
	"math"
	"time"
)

// transmission is what the E-model wants to know of the sound in one direction.
type transmission struct {
	delay time.Duration // mouth to ear, without the sound cards
	loss  float64       // share of the frames that concealment had to replace, 0 to 1
	// burst is the mean length of a run of such frames, divided by what it would be if they were lost
	// independently (BurstR of G.107 §7.5); 0 means unknown and counts as 1.
	burst float64
}

// What a codec costs by itself (Ie), and how well its concealment copes with loss (Bpl), by ITU-T
// G.113 Appendix I. All codecs get the values of G.711 with the concealment of its Appendix I: for
// Opus none are published, and the narrowband model has none for the wider band of G.722.
const (
	codecImpairment = 0.0
	lossRobustness  = 25.1
)

// bestRating is the rating R with all defaults of G.107 (Table 3): the best that a telephone call
// can have.
const bestRating = 93.2

// rating is the transmission rating factor R of ITU-T G.107, 0 to 93.2. It takes the defaults for
// all that a softphone cannot know: the handset, the room, the echo at the far end.
func (t transmission) rating() float64 {
	return max(0, bestRating-delayImpairment(t.delay)-t.lossImpairment(codecImpairment, lossRobustness))
}

// lossImpairment is Ie,eff, the effective equipment impairment (G.107 §7.5).
func (t transmission) lossImpairment(ie, bpl float64) float64 {
	percent := 100 * t.loss
	if percent <= 0 {
		return ie
	}
	return ie + (95-ie)*percent/(percent/max(1, t.burst)+bpl)
}

// delayImpairment is Idd (G.107 §7.4): what a delay costs even without any echo.
func delayImpairment(delay time.Duration) float64 {
	ms := float64(delay) / float64(time.Millisecond)
	if ms <= 100 {
		return 0
	}
	x := math.Log2(ms / 100)
	sixth := func(v float64) float64 { return math.Pow(1+math.Pow(v, 6), 1.0/6) }
	return 25 * (sixth(x) - 3*sixth(x/3) + 2)
}

// opinion is the mean opinion score for a conversation with this rating (G.107 Annex B): 1 to 4.5.
func opinion(r float64) float64 {
	switch {
	case r <= 0:
		return 1
	case r >= 100:
		return 4.5
	}
	return max(1, 1+0.035*r+r*(r-60)*(100-r)*7e-6) // the polynomial dips below 1 near zero
}

// score is what people would give the transmission.
func (t transmission) score() float64 { return opinion(t.rating()) }

// algorithmic is the delay of a codec between ideal microphones and speakers: a packet that must be
// filled, and what filters and look-ahead hold back.
func algorithmic(codec string, packet time.Duration) time.Duration {
	const narrowFilters, wideFilters = 4 * time.Millisecond, 2 * time.Millisecond // down and up again
	switch codec {
	case "opus":
		return packet + 6500*time.Microsecond // RFC 6716 §2: 2.5 ms of overlap, 4 ms of delay
	case "G722":
		return packet + wideFilters + 1375*time.Microsecond // 22 samples of its two filters
	}
	return packet + narrowFilters
}

// theirBuffer estimates the delay in the far end's jitter buffer: a frame, and twice the jitter it
// reports.
func theirBuffer(jitter time.Duration) time.Duration { return FrameLen + 2*jitter }

// burstiness is the BurstR of a transmission: lost of so many played frames, in so many runs.
func burstiness(lost, played, runs float64) float64 {
	if runs <= 0 || played <= 0 {
		return 0
	}
	return lost / runs * (1 - min(1, lost/played))
}
