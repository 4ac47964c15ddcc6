package aec

import (
	"math"
	"math/rand/v2"
	"testing"
)

// A laptop that is moved by 40 cm is another way for the echo; it is 25 dB softer again within two seconds.
func TestTheRoomChanges(t *testing.T) {
	far := far()
	room := rooms["usual"]
	mic := room.Capture(far)
	room.Moved = .4
	copy(mic[6*rate:], room.Capture(far)[6*rate:])
	out := through(New(), far, mic)
	at, then := reductionBetween(mic, out, 6, 7), reductionBetween(mic, out, 8, 11)
	t.Logf("in the second after it %.1f dB, after two %.1f dB", at, then)
	if then < 25 {
		t.Errorf("two seconds after it the echo is %.1f dB softer, want 25", then)
	}
}

// An underrun of the speaker makes the echo late by another time from then on.
func TestTheDelayChanges(t *testing.T) {
	far := far()
	room := rooms["usual"]
	mic := room.Capture(far)
	room.Delay += 65
	copy(mic[6*rate:], room.Capture(far)[6*rate:])
	out := through(New(), far, mic)
	if then := reductionBetween(mic, out, 8, 11); then < 25 {
		t.Errorf("two seconds after it the echo is %.1f dB softer, want 25", then)
	}
}

// Where the speaker got too little, or too much at once, the canceller starts over.
func TestTheFarEndStops(t *testing.T) {
	far := far()
	mic := rooms["usual"].Capture(far)
	c, played, out := New(), pcmOf(far), pcmOf(mic)
	restarts := 0
	for i := 0; i+Block <= len(out); i += Block {
		switch at := i / Block; {
		case at >= 600 && at < 605: // nothing is played
		case at == 605:
			c.Play(played[i-5*Block : i+Block])
		default:
			c.Play(played[i : i+Block])
		}
		was := c.far.behind
		c.Capture(out[i : i+Block])
		if c.far.behind != was {
			restarts++
		}
	}
	if then := reductionBetween(mic, floats(out[delay:]), 8, 11); then < 25 || restarts == 0 {
		t.Errorf("after %d restarts the echo is %.1f dB softer, want 25", restarts, then)
	}
}

// Above the filter's band nothing is lost where there is no echo, and an echo does not stay.
func TestAboveTheModel(t *testing.T) {
	dice := rand.New(rand.NewPCG(8, 24))
	hiss := make([]float64, 8*rate)
	before := 0.0
	for i := range hiss { // noise at high frequencies, in pieces of a quarter of a second
		v := dice.NormFloat64()
		if i/(rate/4)%2 == 0 {
			hiss[i] = .02 * (v - before)
		}
		before = v
	}
	high := func(x []float64) []float64 { // what is left above some 10 kHz
		y := make([]float64, len(x))
		for i := 8; i < len(x); i++ {
			for j, w := range [...]float64{1, -4, 6, -4, 1} {
				y[i] += w * x[i-j]
			}
		}
		return y
	}
	silence := make([]float64, len(hiss))
	speech := talkers[0].Speak(8)
	for name, row := range map[string]struct {
		far, mic    []float64
		least, most float64
	}{
		"no echo, nobody at the far end": {silence, hiss, -.1, .1},
		"a headset":                      {speech, hiss, -.1, .1},
		"an echo":                        {speech, rooms["usual"].Capture(speech), 15, 90},
	} {
		out := through(New(), row.far, row.mic)
		if lost := reductionBetween(high(row.mic), high(out), 4, 7.9); lost < row.least || lost > row.most {
			t.Errorf("%s: %.1f dB were lost, want %.1f to %.1f", name, lost, row.least, row.most)
		}
	}
}

// The microphone is not late without an echo, and by less than a block with one.
func TestDelay(t *testing.T) {
	mic, far := talkers[1].Speak(2), talkers[0].Speak(2)
	pcm := pcmOf(mic)
	c := New()
	for i, v := range through(c, far, mic) {
		if v != float64(pcm[i])/32768 {
			t.Fatalf("sample %d is %v, was %v", i, v, float64(pcm[i])/32768)
		}
	}
	if c.engaged || delay > Block {
		t.Errorf("engaged %v without an echo; the delay is %d samples", c.engaged, delay)
	}
	c.Reset()
	c.engaged = true
	for i, v := range through(c, far, mic) {
		if math.Abs(v-float64(pcm[i])/32768) > 2./32768 {
			t.Fatalf("engaged, sample %d is %v, was %v: the delay is not %d", i, v, float64(pcm[i])/32768, delay)
		}
	}
}

func TestNothingIsAllocated(t *testing.T) {
	c, pcm, far := New(), make([]int16, 2*Block), pcmOf(talkers[0].Speak(1))
	at := 0
	if n := testing.AllocsPerRun(40, func() {
		copy(pcm, far)
		c.Play(far[at : at+2*Block])
		c.Capture(pcm)
		at += Block
	}); n != 0 {
		t.Errorf("%v allocations a frame", n)
	}
}

// Whatever is played and captured, samples come out.
func FuzzCapture(f *testing.F) {
	f.Add(uint64(1), 1.0, 1.0, 0)
	f.Add(uint64(2), 0.0, 40.0, 300)
	f.Add(uint64(3), 40.0, 0.0, 7)
	f.Fuzz(func(t *testing.T, seed uint64, far, near float64, gap int) {
		dice := rand.New(rand.NewPCG(seed, 1))
		c, pcm := New(), make([]int16, Block)
		fill := func(n int, loud float64) []int16 {
			for i := range pcm {
				pcm[i] = sample(float32(loud * dice.NormFloat64()))
			}
			return pcm[:n]
		}
		for range 60 {
			c.Play(fill(min(Block, max(0, Block-gap%Block+dice.IntN(9))), far))
			c.Capture(fill(Block, near))
		}
		if v := c.fit.captured + c.suppressor.near + float32(c.far.step) + c.filter.parts[0].energy; v != v {
			t.Fatal("something is not a number")
		}
	})
}
