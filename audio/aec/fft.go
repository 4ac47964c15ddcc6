package aec

import (
	"math"
	"math/bits"
)

// fft is the discrete Fourier transform of real sounds of a length, by a complex one of half of that (Cooley and
// Tukey 1965). Half the length is a power of two, or five times one. A spectrum has the lines from 0 to half the
// length, both among them. An fft has scratch memory and so is for one goroutine.
type fft struct {
	order   []int       // from where each place of z is filled
	turns   []complex64 // the factors of each stage, one after the other
	fives   []complex64 // those of the last stage, four for each place, where there is a factor of five
	unwinds []complex64 // from the half to the whole
	z       []complex64
}

func newFFT(size int) *fft {
	n := size / 2
	two, groups := n, 1 // the transforms of a power of two, and how many of them
	if n%5 == 0 {
		two, groups = n/5, 5
	}
	f := &fft{order: make([]int, n), turns: make([]complex64, two), unwinds: make([]complex64, n/2+1), z: make([]complex64, n)}
	for i := range f.order {
		reversed := int(bits.Reverse16(uint16(i%two)) >> (16 - bits.Len(uint(two-1))))
		f.order[i] = reversed*groups + i/two
	}
	for half := 4; half < two; half *= 2 {
		for k := range half {
			f.turns[half+k] = turn(k, 2*half)
		}
	}
	if groups == 5 {
		for k := range two {
			for r := 1; r < 5; r++ {
				f.fives = append(f.fives, turn(r*k, n))
			}
		}
	}
	for k := range f.unwinds {
		f.unwinds[k] = turn(k, size)
	}
	return f
}

// turn is exp(-2 pi i part/of).
func turn(part, of int) complex64 {
	sin, cos := math.Sincos(-2 * math.Pi * float64(part) / float64(of))
	return complex(float32(cos), float32(sin))
}

// transform fills out with the spectrum of x.
func (f *fft) transform(x []float32, out []complex64) {
	n := len(f.z)
	for i, j := range f.order {
		f.z[i] = complex(x[2*j], x[2*j+1])
	}
	f.butterflies()
	out[0] = complex(real(f.z[0])+imag(f.z[0]), 0)
	out[n] = complex(real(f.z[0])-imag(f.z[0]), 0)
	for k := 1; k <= n/2; k++ {
		a, b := f.z[k], conj(f.z[n-k])
		even, odd := a+b, times(complex(imag(a-b), -real(a-b)), f.unwinds[k])
		out[k] = scaled(even+odd, .5)
		out[n-k] = conj(scaled(even-odd, .5))
	}
}

// inverse fills out with the real sound of a spectrum.
func (f *fft) inverse(s []complex64, out []float32) {
	n := len(f.z)
	for i, j := range f.order { // conjugate, so that the forward transform is the inverse one
		a, b, w := s[j], conj(s[n-j]), complex64(0)
		if j <= n/2 {
			w = conj(f.unwinds[j])
		} else {
			w = -f.unwinds[n-j]
		}
		even, odd := a+b, times(a-b, w)
		f.z[i] = complex(real(even)-imag(odd), -imag(even)-real(odd))
	}
	f.butterflies()
	scale := 1 / float32(2*n)
	for i, v := range f.z {
		out[2*i], out[2*i+1] = real(v)*scale, -imag(v)*scale
	}
}

// butterflies transforms z, whose places are in the order of reversed bits.
func (f *fft) butterflies() {
	z, two := f.z, len(f.turns)
	for q := z; len(q) >= 4; q = q[4:] { // the first two stages need no factors
		a, b, c, d := q[0]+q[1], q[0]-q[1], q[2]+q[3], q[2]-q[3]
		d = complex(imag(d), -real(d))
		q[0], q[1], q[2], q[3] = a+c, b+d, a-c, b-d
	}
	for half := 4; half < two; half *= 2 {
		turns := f.turns[half : 2*half]
		for q := z; len(q) >= 2*half; q = q[2*half:] {
			low, high := q[:half], q[half:2*half]
			for k, w := range turns {
				t := times(w, high[k])
				low[k], high[k] = low[k]+t, low[k]-t
			}
		}
	}
	if len(f.fives) > 0 {
		f.five(two)
	}
}

// five is the stage that joins five transforms.
func (f *fft) five(two int) {
	const c1, c2, s1, s2 = 0.309016994374947, -0.809016994374947, 0.951056516295154, 0.587785252292473
	z := f.z
	for k := range two {
		w := f.fives[4*k : 4*k+4]
		a, b, c := z[k], times(w[0], z[k+two]), times(w[1], z[k+2*two])
		d, e := times(w[2], z[k+3*two]), times(w[3], z[k+4*two])
		be, bd, ce, cd := b+e, b-e, c+d, c-d
		p, q := a+scaled(be, c1)+scaled(ce, c2), scaled(bd, s1)+scaled(cd, s2)
		r, s := a+scaled(be, c2)+scaled(ce, c1), scaled(bd, s2)-scaled(cd, s1)
		q, s = complex(imag(q), -real(q)), complex(imag(s), -real(s))
		z[k] = a + be + ce
		z[k+two], z[k+4*two] = p+q, p-q
		z[k+2*two], z[k+3*two] = r+s, r-s
	}
}

func conj(a complex64) complex64 { return complex(real(a), -imag(a)) }

func scaled(a complex64, by float32) complex64 { return complex(real(a)*by, imag(a)*by) }

// times is a*b without the care for infinities of the operator.
func times(a, b complex64) complex64 {
	return complex(real(a)*real(b)-imag(a)*imag(b), real(a)*imag(b)+imag(a)*real(b))
}

// powerOf is the square of the absolute value.
func powerOf(a complex64) float32 { return real(a)*real(a) + imag(a)*imag(a) }
