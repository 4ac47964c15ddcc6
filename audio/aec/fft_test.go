package aec

import (
	"fmt"
	"math"
	"math/cmplx"
	"math/rand/v2"
	"testing"
)

// The transform compared with the sum that defines it, and the way back.
func TestFFT(t *testing.T) {
	for _, size := range []int{320, 1024} {
		f, dice := newFFT(size), rand.New(rand.NewPCG(1, 2))
		x, back, got := make([]float32, size), make([]float32, size), make([]complex64, size/2+1)
		for i := range x {
			x[i] = float32(dice.NormFloat64())
		}
		f.transform(x, got)
		for k := range got {
			var want complex128
			for i, v := range x {
				want += complex(float64(v), 0) * cmplx.Rect(1, -2*math.Pi*float64(i*k%size)/float64(size))
			}
			if cmplx.Abs(complex128(got[k])-want) > 1e-3 {
				t.Errorf("%d, line %d: %v, want %v", size, k, got[k], want)
			}
		}
		f.inverse(got, back)
		for i := range x {
			if math.Abs(float64(x[i]-back[i])) > 1e-5 {
				t.Fatalf("%d: sample %d came back as %v, was %v", size, i, back[i], x[i])
			}
		}
	}
}

func BenchmarkFFT(b *testing.B) {
	for _, size := range []int{320, 1024} {
		f, x, s := newFFT(size), make([]float32, size), make([]complex64, size/2+1)
		for i := range x {
			x[i] = float32(i % 17)
		}
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			for b.Loop() {
				f.transform(x, s)
			}
		})
		b.Run(fmt.Sprint("inverse of ", size), func(b *testing.B) {
			for b.Loop() {
				f.inverse(s, x)
			}
		})
	}
}
