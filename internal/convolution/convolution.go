// Package convolution puts sounds through filters of any length, and finds one sound in another. It works on
// spectra, since for seconds of sound the sums themselves take minutes.
package convolution

import "math"

// Of is x through h in full: len(x)+len(h)-1 samples, x not empty.
func Of(x, h []float64) []float64 {
	out := make([]float64, len(x)+len(h)-1)
	size := 1
	for size < len(out) {
		size *= 2
	}
	a, b := make([]complex128, size), make([]complex128, size)
	for i, v := range x {
		a[i] = complex(v, 0)
	}
	for i, v := range h {
		b[i] = complex(v, 0)
	}
	transform(a)
	transform(b)
	// The inverse transform is the transform of the conjugate; the result is real.
	for i := range a {
		v := a[i] * b[i]
		a[i] = complex(real(v), -imag(v))
	}
	transform(a)
	for i := range out {
		out[i] = real(a[i]) / float64(size)
	}
	return out
}

// transform is the discrete Fourier transform in place, for a power of two (Cooley and Tukey 1965).
func transform(x []complex128) {
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
		turns := make([]complex128, half)
		for k := range turns {
			sin, cos := math.Sincos(-math.Pi * float64(k) / float64(half))
			turns[k] = complex(cos, sin)
		}
		for from := 0; from < len(x); from += 2 * half {
			for k, turn := range turns {
				low, high := &x[from+k], &x[from+k+half]
				t := turn * *high
				*low, *high = *low+t, *low-t
			}
		}
	}
}
