package aec

import (
	"math"
	"testing"
)

// A tone below 7 kHz comes back as it was, late by both filters; one above 9 kHz is gone.
func TestRates(t *testing.T) {
	through := func(hertz float64) (in, out []float32) {
		var d decimator
		var p interpolator
		var low [step]float32
		var block [Block]float32
		for i := range rate / 2 {
			in = append(in, float32(math.Sin(2*math.Pi*hertz*float64(i)/rate)))
		}
		for i := 0; i < len(in); i += Block {
			d.next((*[Block]float32)(in[i:i+Block]), &low)
			p.next(&low, &block)
			out = append(out, block[:]...)
		}
		return in, out
	}
	for _, hertz := range []float64{100, 1000, 4000, 6500} {
		in, out := through(hertz)
		for i := 1000; i < len(in); i++ {
			if d := math.Abs(float64(out[i] - in[i-2*reach])); d > .01 {
				t.Errorf("%.0f Hz: sample %d is off by %.3f", hertz, i, d)
				break
			}
		}
	}
	_, out := through(10000)
	for i, v := range out[1000:] {
		if math.Abs(float64(v)) > .01 {
			t.Errorf("10 kHz: sample %d is %.3f", i, v)
			break
		}
	}
}
