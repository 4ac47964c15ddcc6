package aec

import "math"

// driftTracker keeps what was played in step with what is captured where the two clocks differ. An echo that
// comes later by d than predicted leaves the derivative of the prediction, times d; so d is where that fits
// best. A loop of second order brings it to nothing and learns the rate.
type driftTracker struct {
	fft          *fft
	frame        [frame]float32
	left, echo   [lines]complex64
	above, below float64
	rate         float64 // samples of the card that the speaker's clock is ahead after one of the microphone's
}

const (
	// trackedFrom and trackedTo are the lines that are compared, 300 Hz to 6.5 kHz.
	trackedFrom, trackedTo = 6, 130
	// driftLimit is the fastest drift that is followed, 400 ppm.
	driftLimit = 400e-6
	// nudge and learnRate are the gains of the loop, for the time and for the rate, per block.
	nudge, learnRate = 0.06, 0.0009
)

func (d *driftTracker) reset() { *d = driftTracker{fft: d.fft} }

// follow takes what was left and what was predicted, and gives the samples of the speaker's clock that pass in one of
// the microphone's.
func (d *driftTracker) follow(left, echo *[step]float32) float64 {
	copy(d.frame[step:], left[:])
	d.fft.transform(d.frame[:], d.left[:])
	copy(d.frame[step:], echo[:])
	d.fft.transform(d.frame[:], d.echo[:])
	var above, below float32
	for k := trackedFrom; k < trackedTo; k++ {
		w := float32(k) * (2 * math.Pi / frame)
		e, y := d.left[k], d.echo[k]
		above += w * (real(e)*imag(y) - imag(e)*real(y)) // -Im(e y*)
		below += w * w * powerOf(y)
	}
	d.above += .1 * (float64(above) - d.above)
	d.below += .1 * (float64(below) - d.below)
	if d.below < 1e-3 || float64(below) < .1*d.below {
		return 1 - d.rate
	}
	late := max(-.5, min(.5, d.above/d.below))
	d.rate = max(-driftLimit, min(driftLimit, d.rate+learnRate*late/step))
	return 1 - d.rate - nudge*late/step
}
