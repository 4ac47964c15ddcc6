// Package convolution puts sounds through filters of any length, and finds one sound in another. It works on
// spectra, since for seconds of sound the sums themselves take minutes.
package convolution

import "math"

// Of is x through h in full: len(x)+len(h)-1 samples, one of them not empty. Through nothing it is silence.
func Of(x, h []float64) []float64 {
	if len(x) < len(h) {
		x, h = h, x
	}
	out := make([]float64, len(x)+len(h)-1)
	if len(h) == 0 {
		return out
	}
	size := 1
	for size < min(4*len(h), len(out)) {
		size *= 2
	}
	turns := turnsOf(size)
	spectrum, z := make([]complex128, size), make([]complex128, size)
	for i, v := range h {
		spectrum[i] = complex(v, 0)
	}
	transform(spectrum, turns)
	// Each block of x adds its own result. Two go through at once, one as real and one as imaginary part.
	step := size - len(h) + 1
	for from := 0; from < len(x); from += 2 * step {
		clear(z)
		second := min(from+step, len(x))
		for i, v := range x[from:second] {
			z[i] = complex(v, 0)
		}
		for i, v := range x[second:min(second+step, len(x))] {
			z[i] += complex(0, v)
		}
		transform(z, turns)
		// The inverse transform is the conjugate of the transform of the conjugate.
		for i := range z {
			v := z[i] * spectrum[i]
			z[i] = complex(real(v), -imag(v))
		}
		transform(z, turns)
		for i, v := range z[:min(size, len(out)-from)] {
			out[from+i] += real(v) / float64(size)
		}
		for i, v := range z[:min(size, len(out)-second)] {
			out[second+i] -= imag(v) / float64(size)
		}
	}
	return out
}

// turnsOf are the factors of a transform of that size: half a turn around the unit circle.
func turnsOf(size int) []complex128 {
	turns := make([]complex128, size/2)
	for k := range turns {
		sin, cos := math.Sincos(-2 * math.Pi * float64(k) / float64(size))
		turns[k] = complex(cos, sin)
	}
	return turns
}

// transform is the discrete Fourier transform in place, for a power of two (Cooley and Tukey 1965).
func transform(x, turns []complex128) {
	for i, j := 1, 0; i < len(x); i++ { // into the order of reversed bits
		bit := len(x) >> 1
		for ; j&bit != 0; bit >>= 1 {
			j ^= bit
		}
		if j ^= bit; i < j {
			x[i], x[j] = x[j], x[i]
		}
	}
	for half := 1; half < len(x); half *= 2 {
		every := len(turns) / half
		for from := 0; from < len(x); from += 2 * half {
			for k := range half {
				low, high := &x[from+k], &x[from+k+half]
				t := turns[k*every] * *high
				*low, *high = *low+t, *low-t
			}
		}
	}
}
