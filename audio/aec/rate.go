package aec

import "math"

const (
	// ratio is how many samples of the card are one of the model.
	ratio = 3
	// reach is how many samples of the card to either side make one of the model, and the other way round: its
	// delay each time, 1 ms.
	reach = 48
)

// lowpass are the coefficients of a filter that passes 7 kHz and stops 9 kHz, from the middle on: a sinc under a
// Kaiser window.
var lowpass = makeLowpass()

func makeLowpass() (h [reach + 1]float32) {
	const cutoff, beta = 2 * 7900.0 / rate, 6.0
	sum := 0.0
	for i := range h {
		x := float64(i) / (reach + 1)
		v := cutoff * bessel(beta*math.Sqrt(1-x*x)) / bessel(beta)
		if i > 0 {
			v *= math.Sin(math.Pi*cutoff*float64(i)) / (math.Pi * cutoff * float64(i))
			sum += v
		}
		sum += v
		h[i] = float32(v)
	}
	for i := range h {
		h[i] /= float32(sum)
	}
	return h
}

// bessel is the modified Bessel function of the first kind and order zero.
func bessel(x float64) float64 {
	sum, term := 1.0, 1.0
	for k := 1.0; term > 1e-9*sum; k++ {
		term *= (x / 2 / k) * (x / 2 / k)
		sum += term
	}
	return sum
}

// decimator brings sound to a third of its rate.
type decimator struct {
	past [2*reach + Block]float32
}

// next fills out with the samples of a block, late by reach.
func (d *decimator) next(block *[Block]float32, out *[step]float32) {
	copy(d.past[:], d.past[Block:])
	copy(d.past[2*reach:], block[:])
	for i := range out {
		x := d.past[ratio*i : ratio*i+2*reach+1]
		sum := lowpass[0] * x[reach]
		for j := 1; j <= reach; j++ {
			sum += lowpass[j] * (x[reach-j] + x[reach+j])
		}
		out[i] = sum
	}
}

// interpolator brings sound back from a third of the rate.
type interpolator struct {
	past [2*reach/ratio + step]float32
}

// next fills out with a block, late by reach.
func (d *interpolator) next(in *[step]float32, out *[Block]float32) {
	const middle = reach / ratio
	copy(d.past[:], d.past[step:])
	copy(d.past[2*middle:], in[:])
	for i := range in {
		x := d.past[i : i+2*middle+1]
		sum, next, last := lowpass[0]*x[middle], float32(0), float32(0)
		for j := 1; j <= middle; j++ {
			sum += lowpass[ratio*j] * (x[middle-j] + x[middle+j])
			next += lowpass[ratio*j-1]*x[middle+j] + lowpass[ratio*j-2]*x[middle+1-j]
			last += lowpass[ratio*j-2]*x[middle+j] + lowpass[ratio*j-1]*x[middle+1-j]
		}
		out[ratio*i], out[ratio*i+1], out[ratio*i+2] = ratio*sum, ratio*next, ratio*last
	}
}
