package rtc

import "math"

// Between 48 kHz and the rates of the telephone codecs there is one low-pass filter in polyphase
// form, which cuts at half the lower rate. For the 8 kHz of G.711 it is flat up to 3.4 kHz and 70
// dB down from 4.6 kHz on, with a delay of 2 ms; for the 16 kHz of G.722 it has twice those
// frequencies and half that delay.
const (
	narrowRatio = 6 // to 8 kHz
	wideRatio   = 3 // to 16 kHz
	phaseTaps   = 32
)

// lowPass is a sinc, cut off at half of the lower rate, under a Kaiser window. The sum of its
// ratio*phaseTaps taps is 1.
func lowPass(ratio int) []float64 {
	const beta = 6.8
	taps := make([]float64, ratio*phaseTaps)
	cutoff, last := 1/(2*float64(ratio)), float64(len(taps)-1)
	sum := 0.0
	for i := range taps {
		x := float64(i) - last/2
		edge := 2 * x / last
		taps[i] = math.Sin(2*math.Pi*cutoff*x) / x * besselI0(beta*math.Sqrt(1-edge*edge))
		sum += taps[i]
	}
	for i := range taps {
		taps[i] /= sum
	}
	return taps
}

// besselI0 is the modified Bessel function of order zero, by its power series.
func besselI0(x float64) float64 {
	sum, term := 1.0, 1.0
	for k := 1.0; term > 1e-12*sum; k++ {
		term *= (x / (2 * k)) * (x / (2 * k))
		sum += term
	}
	return sum
}

// Upsampler makes several samples of one. Each output sample needs only the taps of its phase: the
// zeros between the input samples cost nothing.
type Upsampler struct {
	taps [][phaseTaps]float32 // by phase; newest sample first
	// past holds the last phaseTaps samples twice, so that there is always a row of them without
	// wrap-around.
	past [2 * phaseTaps]float32
	at   int
}

// NewUpsampler makes one for a rate that is the ratio-th part of SampleRate.
func NewUpsampler(ratio int) *Upsampler {
	u := &Upsampler{taps: make([][phaseTaps]float32, ratio)}
	for i, tap := range lowPass(ratio) {
		u.taps[i%ratio][i/ratio] = float32(tap * float64(ratio))
	}
	return u
}

// Sample fills dst, as long as the ratio.
func (u *Upsampler) Sample(dst []int16, in int16) {
	if u.at--; u.at < 0 {
		u.at = phaseTaps - 1
	}
	u.past[u.at], u.past[u.at+phaseTaps] = float32(in), float32(in)
	past := (*[phaseTaps]float32)(u.past[u.at:])
	for phase := range u.taps {
		sum := float32(0)
		for i, tap := range &u.taps[phase] {
			sum += tap * past[i]
		}
		dst[phase] = toInt16(sum)
	}
}

// downsampler makes one sample of several.
type downsampler struct {
	ratio int
	taps  []float32
	past  []float32 // oldest first: what is kept, then room for a frame
}

func newDownsampler(ratio int) *downsampler {
	d := &downsampler{ratio: ratio}
	for _, tap := range lowPass(ratio) {
		d.taps = append(d.taps, float32(tap))
	}
	d.past = make([]float32, d.kept()+FrameSamples)
	return d
}

// kept is how many past samples the next output needs.
func (d *downsampler) kept() int { return len(d.taps) - d.ratio }

// process takes at most FrameSamples, a multiple of the ratio, and returns how many it made.
func (d *downsampler) process(dst, pcm []int16) int {
	kept := d.kept()
	for i, s := range pcm {
		d.past[kept+i] = float32(s)
	}
	n := len(pcm) / d.ratio
	for i := range n {
		window := d.past[i*d.ratio:][:len(d.taps)]
		sum := float32(0)
		for k, tap := range d.taps { // symmetric, so forwards or backwards is the same
			sum += tap * window[k]
		}
		dst[i] = toInt16(sum)
	}
	copy(d.past[:kept], d.past[len(pcm):len(pcm)+kept])
	return n
}

// toInt16 rounds and saturates.
func toInt16(v float32) int16 {
	return int16(max(math.MinInt16, min(math.MaxInt16, math.RoundToEven(float64(v)))))
}
