package audio

import "math"

// oscillator makes a sine wave by turning a vector a little for each sample: four multiplications
// instead of a call to Sin. In float64 its length drifts by less than a millionth in an hour.
type oscillator struct {
	x, y     float64
	cos, sin float64
}

// newOscillator begins at zero, rising. A frequency of zero stays there.
func newOscillator(hertz float64) oscillator {
	sin, cos := math.Sincos(2 * math.Pi * hertz / Rate)
	return oscillator{x: 1, cos: cos, sin: sin}
}

// next is the next sample, -1 to 1.
func (o *oscillator) next() float64 {
	y := o.y
	o.x, o.y = o.x*o.cos-o.y*o.sin, o.x*o.sin+o.y*o.cos
	return y
}

// swell rises from 0 to 1 along half a raised cosine while at goes from 0 to length, so that a
// sound begins without a click.
func swell(at, length int) float64 {
	if at >= length {
		return 1
	}
	return 0.5 - 0.5*math.Cos(math.Pi*float64(at)/float64(length))
}

// add adds v to the sample at p within 16 bits.
func add(p *int16, v float64) {
	*p = int16(max(math.MinInt16, min(math.MaxInt16, float64(*p)+math.Round(v))))
}
