// Package echo measures how a sound that was played comes back: when, and how loud. It knows
// neither sound cards nor networks and has no state.
package echo

import (
	"math"
	"slices"
	"time"

	"github.com/patchcord/patchcord/internal/convolution"
)

// Result is how a sound came back.
type Result struct {
	// Found says that it came back. Without it the rest is zero.
	Found bool
	// Delay is the time from playing to capturing, exact to a sixteenth of a millisecond.
	Delay time.Duration
	// Level is how loud the strongest path comes back, in dB relative to what was played: 0 is as
	// loud, -20 a tenth.
	Level float64
	// Match is how much of what was captured came by that path, 0 to 1. Noise, another voice and the
	// reverberation of a room lower it.
	Match float64
}

// rate is the sample rate of everything here, in samples a second.
const rate = 48000

const (
	step       = 3               // so many samples become one for the search: 16 kHz are enough for speech
	longest    = 20 * rate       // what is played later is ignored
	latest     = 2 * rate        // the longest delay looked for
	leastMatch = 0.1             // a weaker likeness is chance
	quiet      = 1.0 / (1 << 22) // of full scale; below it there is nothing to compare
)

// measure compares what was played with what was captured from the same moment on, both at rate. It
// finds an echo up to 2 s late in the first 20 s. What is played must not repeat itself within that
// time: speech and the sound of NewSignal do not, a tone does. It takes some tens of milliseconds,
// so it is not for the media loop.
//
// The delay is where the cross-correlation is highest. The level is the factor by which the played
// sound, so delayed, fits the captured one best (least squares).
func measure(played, captured []int16) Result {
	played = played[:min(len(played), longest)]
	captured = captured[:min(len(captured), len(played)+latest)]
	p, h := coarse(played), coarse(captured)
	power := energyOf(p)
	if len(p) == 0 || power/float64(len(p)) < quiet {
		return Result{}
	}
	likeness := correlate(p, h, min(len(h), latest/step))
	// until[i] is the energy of h before i.
	until := make([]float64, len(h)+1)
	for i, v := range h {
		until[i+1] = until[i] + v*v
	}
	best, match := 0, 0.0
	for lag, c := range likeness {
		there := until[min(len(h), lag+len(p))] - until[lag]
		if there/float64(len(p)) < quiet*quiet {
			continue
		}
		if m := math.Abs(c) / math.Sqrt(power*there); m > match {
			best, match = lag, m
		}
	}
	if match < leastMatch {
		return Result{}
	}
	overlap := energyOf(p[:min(len(p), len(h)-best)])
	return Result{
		Found: true,
		Delay: time.Duration(best) * step * time.Second / rate,
		Level: 20 * math.Log10(math.Abs(likeness[best])/overlap),
		Match: min(1, match),
	}
}

// bestLength is how much Best compares at a time.
const bestLength = rate * 5 / 4

// Best is measure for a path with a changing delay, as a jitter buffer has: it measures in pieces
// of a little more than a second and returns the best match.
func Best(played, captured []int16) Result {
	best := measure(played, captured)
	for at := 0; at+bestLength <= len(played) && at < len(captured); at += bestLength {
		if r := measure(played[at:at+bestLength], captured[at:]); r.Match > best.Match {
			best = r
		}
	}
	return best
}

// coarse is pcm at a third of the rate, from -1 to 1.
func coarse(pcm []int16) []float64 {
	out := make([]float64, len(pcm)/step)
	for i := range out {
		var sum int
		for _, v := range pcm[step*i : step*(i+1)] {
			sum += int(v)
		}
		out[i] = float64(sum) / (step << 15)
	}
	return out
}

func energyOf(x []float64) float64 {
	var sum float64
	for _, v := range x {
		sum += v * v
	}
	return sum
}

// correlate is the sum of p[i]*h[i+lag] over all i, for each lag from 0 to lags-1. It uses the
// spectra, since the sums themselves take minutes.
func correlate(p, h []float64, lags int) []float64 {
	backwards := slices.Clone(p)
	slices.Reverse(backwards)
	return convolution.Of(backwards, h)[len(p)-1:][:lags]
}
