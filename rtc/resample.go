package rtc

import "math"

// Between 48 kHz and the 8 kHz of G.711 stands one low-pass filter in its polyphase form: flat
// up to 3.4 kHz, 70 dB down from 4.6 kHz on, delay 2 ms.
const (
	narrowRatio = 6
	phaseTaps   = 32
	filterTaps  = narrowRatio * phaseTaps
)

// lowPass is a sinc cut at 4 kHz under a Kaiser window; its taps add up to 1.
func lowPass() [filterTaps]float64 {
	const cutoff, beta = 4000.0 / SampleRate, 6.8
	var taps [filterTaps]float64
	sum := 0.0
	for i := range taps {
		x := float64(i) - float64(filterTaps-1)/2
		edge := 2 * x / (filterTaps - 1)
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

// upsampler makes six samples of one. Each output sample meets only the taps of its phase: the
// zeros between the input samples cost nothing.
type upsampler struct {
	taps [narrowRatio][phaseTaps]float32 // newest sample first
	// past holds the last phaseTaps samples twice over, so that they always stand in a row.
	past [2 * phaseTaps]float32
	at   int
}

func newUpsampler() *upsampler {
	u := &upsampler{}
	for i, tap := range lowPass() {
		u.taps[i%narrowRatio][i/narrowRatio] = float32(tap * narrowRatio)
	}
	return u
}

// sample fills dst, narrowRatio long.
func (u *upsampler) sample(dst []int16, in int16) {
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

// downsampler makes one sample of six.
type downsampler struct {
	taps [filterTaps]float32
	past [filterTaps - narrowRatio + FrameSamples]float32 // oldest first
}

func newDownsampler() *downsampler {
	d := &downsampler{}
	for i, tap := range lowPass() {
		d.taps[i] = float32(tap)
	}
	return d
}

// process takes at most FrameSamples, a multiple of narrowRatio, and returns how many it made.
func (d *downsampler) process(dst, pcm []int16) int {
	const kept = filterTaps - narrowRatio
	for i, s := range pcm {
		d.past[kept+i] = float32(s)
	}
	n := len(pcm) / narrowRatio
	for i := range n {
		window := (*[filterTaps]float32)(d.past[i*narrowRatio:])
		sum := float32(0)
		for k, tap := range &d.taps { // symmetric, so forwards or backwards is the same
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
