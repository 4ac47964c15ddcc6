package aec

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/patchcord/patchcord/internal/acoustics"
)

// A laptop that is moved by 40 cm is another way for the echo; it is 25 dB softer again within two seconds.
func TestTheRoomChanges(t *testing.T) {
	t.Parallel()
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
	t.Parallel()
	far := far()
	for _, by := range []float64{65, 7.5, -7.5} { // ms
		for _, room := range []acoustics.Room{rooms["usual"], {RT60: .05, Delay: 25, Level: -1, Noise: -72}} {
			mic := room.Capture(far)
			room.Delay += by
			copy(mic[6*rate:], room.Capture(far)[6*rate:])
			out := through(New(), far, mic)
			if then := reductionBetween(mic, out, 8, 11); then < 25 {
				t.Errorf("two seconds after %v ms, at RT60 %v s, the echo is %.1f dB softer, want 25", by, room.RT60, then)
			}
		}
	}
}

// Where the speaker gets its sound late, and then all at once, the canceller goes on; where it got none for long, it
// starts over.
func TestTheFarEndStops(t *testing.T) {
	t.Parallel()
	const stops = 300 // blocks
	for _, row := range []struct {
		blocks            int
		silent, startOver bool // nothing is heard meanwhile
	}{{blocks: 5}, {blocks: 40, startOver: true}, {blocks: 20, silent: true}, {blocks: 40, silent: true, startOver: true}} {
		far := slices.Clone(far())
		goesOn := stops + row.blocks
		if row.silent {
			clear(far[stops*Block : goesOn*Block])
		}
		mic := rooms["usual"].Capture(far)
		c, played, out := New(), pcmOf(far), pcmOf(mic)
		lost := false
		for i := 0; i+Block <= len(out); i += Block {
			switch at := i / Block; {
			case at >= stops && at < goesOn: // nothing is played
			case at == goesOn && row.silent:
				c.Pause(row.blocks * Block)
				c.Play(played[i : i+Block])
			case at == goesOn:
				c.Play(played[stops*Block : i+Block])
			default:
				c.Play(played[i : i+Block])
			}
			was := c.located
			c.Capture(out[i : i+Block])
			lost = lost || was && !c.located
		}
		then := reductionBetween(mic, floats(out[delay:]), 6, 11)
		if then < 25 || lost != row.startOver {
			t.Errorf("%+v: then the echo is %.1f dB softer, want 25; started over: %v", row, then, lost)
		}
	}
}

// The echo of a speaker without any delay is found, in whichever order playing and capturing come.
func TestAShortDelay(t *testing.T) {
	t.Parallel()
	far := far()
	for name, order := range map[string][]int{ // blocks that are played before each two that are captured
		"in step": {2}, "the second burst is late": {1, 3}, "every other burst comes late": {0, 4}, "early": {4, 0},
		"late now and then": {2, 2, 2, 1, 3}, "late at the start": append([]int{0, 0, 6}, slices.Repeat([]int{2}, 400)...),
	} {
		late, put := 0, 0 // nothing is heard before it is played
		for n := range 100 {
			late = max(late, (n+1)*2*Block-put)
			put += order[n%len(order)] * Block
		}
		mic := append(make([]float64, late), far[:len(far)-late]...)
		c, played, out := New(), pcmOf(far), pcmOf(mic)
		put = 0
		for i := 0; i+2*Block <= len(out); i += 2 * Block {
			n := order[i/(2*Block)%len(order)] * Block
			c.Play(played[min(len(played), put):min(len(played), put+n)])
			put += n
			c.Capture(out[i : i+2*Block])
		}
		if then := reductionBetween(mic, floats(out[delay:]), 5, 10); then < 35 {
			t.Errorf("%s, %d samples: the echo is %.1f dB softer, want 35", name, late, then)
		}
	}
}

// Above the filter's band nothing is lost where there is no echo, and an echo does not stay.
func TestAboveTheModel(t *testing.T) {
	t.Parallel()
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

// What is not played yet is silence, not what lay there 2.7 s ago.
func TestNotYetPlayed(t *testing.T) {
	var f farEnd
	f.reset()
	f.put(slices.Repeat([]int16{9000}, farRoom+Block))
	f.at = float64(f.written - Block/2)
	var fine [Block]float32
	var coarse [step]float32
	f.read(&fine, 0)
	f.coarse(&coarse)
	for name, x := range map[string][]float32{"fine": fine[:], "coarse": coarse[:]} {
		if x[0] == 0 || slices.Max(x[len(x)/2:]) != 0 {
			t.Errorf("%s: %v, then %v", name, x[0], slices.Max(x[len(x)/2:]))
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

// Where a microphone loses samples, the echo is captured earlier. It may come before the filter begins then, and is
// found again.
func TestTheEchoComesEarlier(t *testing.T) {
	far := far()
	const late, change, lost = 2*Block + 200, 400 * Block, 2 * Block
	mic := append(make([]float64, late), far[:len(far)-late]...)
	mic = slices.Delete(mic, change, change+lost)
	c, played, out := New(), pcmOf(far), pcmOf(mic)
	for i := 0; i+2*Block <= len(out); i += 2 * Block {
		if i == change {
			c.Play(played[i : i+lost])
		}
		if i >= change {
			c.Play(played[i+lost : i+lost+2*Block])
		} else {
			c.Play(played[i : i+2*Block])
		}
		c.Capture(out[i : i+2*Block])
	}
	if then := reductionBetween(mic, floats(out[delay:]), 9, 10.9); then < 25 {
		t.Errorf("five seconds later the echo is %.1f dB softer, want 25", then)
	}
}
