package nsim

import (
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/patchcord/patchcord/internal/acoustics"
)

// spoken is two seconds of the synthetic voice, so that the test needs no espeak-ng.
var spoken = sync.OnceValue(func() []float64 { return acoustics.Talker{Seed: 1, Pitch: 120}.Speak(2) })

// later is x after n samples of silence.
func later(x []float64, n int) []float64 { return append(make([]float64, n), x...) }

func TestTheSameIsAlike(t *testing.T) {
	x := spoken()
	quieter := later(x, soundRate/10)
	for i := range quieter {
		quieter[i] *= .5
	}
	for _, row := range []struct {
		name     string
		received []float64
		delay    float64
	}{{"as it was", x, 0}, {"100 ms late and softer", quieter, 100}} {
		c := Compare(x, row.received)
		if c.Likeness < .96 || math.Abs(c.Delay-row.delay) > .1 {
			t.Errorf("%s: likeness %.4f, delay %.2f ms", row.name, c.Likeness, c.Delay)
		}
	}
}

// The more is missing, or the more noise there is, the lower the likeness.
func TestDamageIsSeen(t *testing.T) {
	x := spoken()
	dice := rand.New(rand.NewPCG(1, 2))
	before := 1.0
	for _, lost := range []float64{.05, .20} {
		y := slices.Clone(x)
		for i := 0; i+960 <= len(y); i += 960 {
			if dice.Float64() < lost {
				clear(y[i : i+960])
			}
		}
		like := Compare(x, y).Likeness
		if like > before-.01 {
			t.Errorf("%.0f %% missing: likeness %.3f after %.3f", 100*lost, like, before)
		}
		before = like
	}
	noise := slices.Clone(x)
	for i := range noise {
		noise[i] += .01 * dice.NormFloat64()
	}
	if like := Compare(x, noise).Likeness; like > .9 {
		t.Errorf("in noise: likeness %.3f", like)
	}
}

// A tone keeps its frequency at another rate, and frequencies above the new limit are gone.
func TestResample(t *testing.T) {
	tone := func(hertz float64, rate int) []float64 {
		x := make([]float64, rate)
		for i := range x {
			x[i] = math.Sin(2 * math.Pi * hertz * float64(i) / float64(rate))
		}
		return x
	}
	for _, row := range []struct{ from, to int }{{48000, 16000}, {22050, 48000}} {
		got, want := Resample(tone(440, row.from), row.from, row.to), tone(440, row.to)
		worst := 0.0
		for i := 100; i < len(got)-100; i++ {
			worst = max(worst, math.Abs(got[i]-want[i]))
		}
		if worst > .01 {
			t.Errorf("%d to %d Hz: off by %.3f", row.from, row.to, worst)
		}
	}
	if left := energy(Resample(tone(12000, 48000), 48000, 16000)); left > 16000*1e-4 {
		t.Errorf("12 kHz at 16 kHz: energy %.4f", left/16000)
	}
}

// Where the delay is known nothing is lost by offsets between spectra, and a wrong level counts.
func TestAligned(t *testing.T) {
	x := spoken()
	if like := Aligned(x, x); like < .999 {
		t.Errorf("the same is like itself by %.4f", like)
	}
	softer := slices.Clone(x)
	for i := range softer {
		softer[i] *= .25
	}
	if like := Aligned(x, softer); like > .98 {
		t.Errorf("a quarter as loud is like the original by %.4f", like)
	}
}
