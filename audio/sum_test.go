package audio

import (
	"math"
	"slices"
	"testing"
)

// sine is a tone, from sample at on.
func sine(n, at int, hz, amplitude float64) []int16 {
	pcm := make([]int16, n)
	for i := range pcm {
		pcm[i] = int16(amplitude * math.Sin(2*math.Pi*hz*float64(at+i)/Rate))
	}
	return pcm
}

// TestSum: each listener gets all sounds but their own, soft ones unchanged.
func TestSum(t *testing.T) {
	s := NewSum(960)
	s.Add(filled(960, 30000)) // of the frame before
	s.Clear()
	for _, v := range []int16{1000, -3000, 20000} {
		s.Add(filled(960, v))
	}
	out := make([]int16, 960)
	for own, want := range map[int16]int16{1000: 17000, -3000: 21000, 20000: -2000} {
		if s.Without(filled(960, own), out); out[0] != want || out[959] != want {
			t.Errorf("without %d: %d and %d, want %d", own, out[0], out[959], want)
		}
	}
	if s.Without(nil, out); out[0] != 18000 {
		t.Errorf("all of them: %d", out[0])
	}
	if s.Without(filled(480, 1000), out[:480]); out[479] != 17000 {
		t.Errorf("half a frame: %d", out[479])
	}
}

// TestSumIsNotClipped: two voices at full scale bend, and no sample runs into the end of the scale.
func TestSumIsNotClipped(t *testing.T) {
	s, out := NewSum(4800), make([]int16, 4800)
	s.Add(sine(4800, 0, 440, 32000))
	s.Add(sine(4800, 0, 1000, 32000))
	s.Without(nil, out)
	if top := max(slices.Max(out), -slices.Min(out)); top == fullScale || top < 30000 {
		t.Errorf("the loudest sample is %d", top)
	}
	if share := energy(out, 440) + energy(out, 1000); share < 0.85 {
		t.Errorf("the two tones are %.2f of the sound", share)
	}
}

func TestSumAllocatesNothing(t *testing.T) {
	s, e, pcm := NewSum(960), NewElastic(), sine(960, 0, 440, 20000)
	out := make([]int16, 960)
	if n := testing.AllocsPerRun(200, func() {
		s.Clear()
		e.Put(pcm)
		e.Take(out)
		s.Add(out)
		s.Without(pcm, out)
	}); n != 0 {
		t.Errorf("%v allocations a frame", n)
	}
}
