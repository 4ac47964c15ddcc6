package aec

import (
	"math"
	"sync"
	"testing"
	"time"

	"github.com/patchcord/patchcord/internal/acoustics"
	"github.com/patchcord/patchcord/internal/cputime"
	"github.com/patchcord/patchcord/internal/nsim"
)

// talkers are the one at the far end and the one near.
var talkers = [2]acoustics.Talker{{Seed: 1, Pitch: 120}, {Seed: 2, Pitch: 210}}

// rooms are those that the canceller is measured in.
var rooms = map[string]acoustics.Room{
	"dead, at once":           {RT60: .2, Delay: 20, Level: -6, Noise: -72},
	"usual":                   {RT60: .35, Delay: 120, Level: -6, Noise: -72},
	"live, late":              {RT60: .5, Delay: 300, Level: -6, Noise: -72},
	"as loud as the voice":    {RT60: .3, Delay: 60, Level: 0, Noise: -72},
	"clock of the mic faster": {RT60: .35, Delay: 120, Level: -6, Noise: -72, Drift: 100},
	"clock of the mic slower": {RT60: .5, Delay: 300, Level: -6, Noise: -72, Drift: -100},
	"a speaker that distorts": {RT60: .3, Delay: 80, Level: -6, Noise: -72, Bent: .05},
}

// far is what the far end says in all rooms, and inRoom what the microphone captures of it there.
var (
	far    = sync.OnceValue(func() []float64 { return talkers[0].Speak(11) })
	inRoom = func() map[string]func() []float64 {
		all := map[string]func() []float64{}
		for name, room := range rooms {
			all[name] = sync.OnceValue(func() []float64 { return room.Capture(far()) })
		}
		return all
	}()
)

func pcmOf(x []float64) []int16 {
	pcm := make([]int16, len(x))
	for i, v := range x {
		pcm[i] = int16(math.Round(max(-1, min(32767./32768, v)) * 32768))
	}
	return pcm
}

func floats(pcm []int16) []float64 {
	x := make([]float64, len(pcm))
	for i, v := range pcm {
		x[i] = float64(v) / 32768
	}
	return x
}

// through is what comes out of the canceller, its delay taken away.
func through(c *Canceller, far, mic []float64) []float64 {
	played, out := pcmOf(far), pcmOf(mic)
	for i := 0; i+Block <= len(out); i += Block {
		c.Play(played[i : i+Block])
		c.Capture(out[i : i+Block])
	}
	if !c.engaged {
		return floats(out)
	}
	return floats(out[delay:])
}

func sum(a, b []float64) []float64 {
	s := make([]float64, len(a))
	for i := range s {
		s[i] = a[i] + b[i]
	}
	return s
}

// window gives the samples of x from a second to another.
func window(x []float64, from, to float64) []float64 {
	return x[int(from*rate):min(len(x), int(to*rate))]
}

// reductionBetween is by how many dB what was captured is more than what came out.
func reductionBetween(mic, out []float64, from, to float64) float64 {
	power := func(x []float64) float64 {
		p := 1e-12
		for _, v := range window(x, from, to) {
			p += v * v
		}
		return p
	}
	return 10 * math.Log10(power(mic)/power(out))
}

// An echo is 25 dB softer after a second and 35 dB after five, the first of them being the delay and all.
func TestEcho(t *testing.T) {
	t.Parallel()
	for name, mic := range inRoom {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, mic := New(), mic()
			out := through(c, far(), mic)
			first, then := reductionBetween(mic, out, 1, 2), reductionBetween(mic, out, 5, 11)
			reported, ok := c.Reduction()
			t.Logf("in the second second %.1f dB, from the fifth on %.1f dB, reported %.1f dB, drift %.1f ppm", first, then, reported, c.drift.rate*1e6)
			if first < 25 || then < 35 {
				t.Errorf("the echo is %.1f dB softer after 1 s and %.1f dB after 5 s, want 25 and 35", first, then)
			}
			if !ok || math.Abs(reported-then) > 6 {
				t.Errorf("it tells of %.1f dB, and takes %.1f dB away", reported, then)
			}
		})
	}
}

// Who speaks while the far end speaks, for seven seconds, is heard as if alone.
func TestDoubleTalk(t *testing.T) {
	t.Parallel()
	const from, to = 4, 11
	near := talkers[1].Speak(to)
	clear(near[:from*rate])
	for name, echo := range inRoom {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mic := sum(echo(), near)
			out := through(New(), far(), mic)
			like := nsim.Aligned(window(near, from, to-.1), window(out, from, to-.1))
			before := nsim.Aligned(window(near, from, to-.1), window(mic, from, to-.1))
			t.Logf("NSIM %.3f, with the echo %.3f", like, before)
			if like < .90 {
				t.Errorf("NSIM %.3f, want .90", like)
			}
		})
	}
}

// Where there is no echo nothing is changed: with a headset, and while nobody speaks at the far end.
func TestNoEcho(t *testing.T) {
	t.Parallel()
	near := talkers[1].Speak(8)
	nothing := make([]float64, len(near))
	noise := acoustics.Room{RT60: .2, Noise: -66}.Capture(nothing)
	for name, row := range map[string]struct{ far, mic []float64 }{
		"silence at the far end":      {nothing, sum(near, noise)},
		"a headset":                   {talkers[0].Speak(8), sum(near, noise)},
		"a headset without any noise": {talkers[0].Speak(8), near},
		"a headset, and nobody near":  {talkers[0].Speak(8), sum(noise, noise)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := New()
			out := through(c, row.far, row.mic)
			like := nsim.Aligned(row.mic, out)
			lost := reductionBetween(row.mic, out, 0, 8)
			t.Logf("NSIM %.4f, level %.2f dB", like, -lost)
			if like < .98 || math.Abs(lost) > .3 {
				t.Errorf("NSIM %.4f at %.2f dB, want .98 at 0", like, -lost)
			}
			if dB, ok := c.Reduction(); ok {
				t.Errorf("it tells of %.1f dB of an echo", dB)
			}
		})
	}
}

func BenchmarkCapture(b *testing.B) {
	far, mic := pcmOf(far()), pcmOf(inRoom["usual"]())
	c, pcm, at := New(), make([]int16, Block), 0
	b.ReportAllocs()
	used := cputime.Used()
	for b.Loop() {
		copy(pcm, mic[at:])
		c.Play(far[at : at+Block])
		c.Capture(pcm)
		at = (at + Block) % (len(far) - Block)
	}
	b.ReportMetric(100*float64(cputime.Used()-used)/float64(b.N)/float64(10*time.Millisecond), "%core")
}
