package audio

import (
	"math"
	"sync/atomic"
)

// MaxVolume is the largest factor of SetVolume: four times, 12 dB.
const MaxVolume = 4

// gain makes a sound louder or softer without a click and without clipping hard. set is for any
// goroutine, apply for one.
type gain struct {
	bits atomic.Uint32 // float32
	now  float32       // what the last sample got
}

func newGain() *gain {
	g := &gain{now: 1}
	g.set(1)
	return g
}

// set keeps volume between 0 and MaxVolume; NaN counts as 1.
func (g *gain) set(volume float32) {
	if volume != volume {
		volume = 1
	}
	g.bits.Store(math.Float32bits(max(0, min(MaxVolume, volume))))
}

func (g *gain) get() float32 { return math.Float32frombits(g.bits.Load()) }

// apply writes pcm into out, which has the same length. It moves to a new volume within the frame.
func (g *gain) apply(out, pcm []int16) {
	goal := g.get()
	if goal == 1 && g.now == 1 {
		copy(out, pcm)
		return
	}
	step := (goal - g.now) / float32(len(pcm))
	v := g.now
	for i, sample := range pcm {
		v += step
		out[i] = limited(v * float32(sample))
	}
	g.now = goal
}

const (
	fullScale = math.MaxInt16
	// knee is where limiting begins, 3 dB under full scale. Softer sound is not changed.
	knee = fullScale * 0.707
)

// limited bends what is over the knee towards full scale, which it never reaches, in a curve
// without a corner. So speech that is turned up far can still be understood.
func limited(v float32) int16 {
	size := max(v, -v)
	if size <= knee {
		return int16(math.Round(float64(v)))
	}
	over := (size - knee) / (fullScale - knee)
	size = knee + (fullScale-knee)*over/(1+over)
	if v < 0 {
		size = -size
	}
	return int16(size)
}
