package rtc

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// hiss is white noise, which never repeats.
func hiss(n int) []int16 {
	rng := rand.New(rand.NewPCG(1, 1))
	pcm := make([]int16, n)
	for i := range pcm {
		pcm[i] = int16(rng.IntN(8000) - 4000)
	}
	return pcm
}

// filled has played some of pcm; the last frame of it waits.
func filled(pcm []int16) *playout {
	p := newPlayout()
	var sink [FrameSamples]int16
	for ; len(pcm) >= FrameSamples; pcm = pcm[FrameSamples:] {
		if p.waiting() > 0 {
			p.take(sink[:])
		}
		copy(p.room(FrameSamples), pcm)
		p.add(FrameSamples)
	}
	return p
}

// slow is a tone with a period longer than any lag, so that every joint in it is bad.
func slow() []int16 { return tone(10, 30, amplitude) }

// rough is the largest step that a crossfade of slow may have.
const rough = 2*amplitude/overlap + 3*amplitude*6.3*30/SampleRate

func TestJoinsAreSmoothWhereNothingFits(t *testing.T) {
	const begun = 6 * FrameSamples
	for name, change := range map[string]func(*playout){
		"shorten":         func(p *playout) { p.shorten(700, 0) },
		"lengthen":        func(p *playout) { p.lengthen(300, 0) },
		"conceal":         func(p *playout) { p.conceal(nil, FrameSamples); p.conceal(nil, FrameSamples) },
		"go on elsewhere": func(p *playout) { p.broken = true },
	} {
		for phase := 0; phase < 1600; phase += 160 {
			sound := slow()[phase:]
			p := filled(sound[:begun])
			before := p.waiting()
			change(p)
			if p.waiting() == before && !p.broken {
				t.Errorf("%s: nothing done", name)
			}
			at := begun
			if p.broken {
				at -= FrameSamples / 3
			}
			copy(p.room(FrameSamples), sound[at:])
			p.add(FrameSamples)
			if step := steepest(p.buf); step > rough {
				t.Errorf("%s: step of %.0f, want at most %.0f", name, step, rough)
			}
		}
	}
}

func TestDelayChangesByWhatWasSaid(t *testing.T) {
	for name, pcm := range map[string][]int16{"voice": voice(20), "silence": make([]int16, 20*FrameSamples)} {
		for _, limit := range []int{130, 300, 600} {
			p := filled(pcm)
			if cut := p.shorten(limit, 0); cut < minLag || cut > limit || p.waiting() != FrameSamples-cut {
				t.Errorf("%s: %d cut, %d wait; limit %d", name, cut, p.waiting(), limit)
			}
		}
		for _, least := range []int{10, 130, 300, 5000} {
			p := filled(pcm)
			if n := p.lengthen(least, 0); n < min(least, minLag) || n > maxLag || p.waiting() != FrameSamples+n {
				t.Errorf("%s: %d inserted, %d wait; least %d", name, n, p.waiting(), least)
			}
		}
	}
	if cut := filled(make([]int16, 10*FrameSamples)).shorten(333, 1); cut != 333 {
		t.Errorf("silence: %d cut, want 333", cut)
	}
}

func TestWhatIsUnlikeIsLeftAlone(t *testing.T) {
	p := filled(hiss(10 * FrameSamples))
	before := slices.Clone(p.buf)
	if cut, added := p.shorten(maxLag, 0.9), p.lengthen(0, 0.9); cut != 0 || added != 0 || !slices.Equal(p.buf, before) {
		t.Errorf("%d cut, %d inserted", cut, added)
	}
}

func TestLongingForACutGrows(t *testing.T) {
	r := newReceiver()
	r.playout = filled(hiss(10 * FrameSamples))
	for range 50 {
		if r.adjust(maxLag, FrameSamples); r.playout.waiting() != FrameSamples {
			t.Fatal("noise is cut at once")
		}
	}
	for range 50 {
		r.adjust(maxLag, FrameSamples)
	}
	if r.playout.waiting() == FrameSamples {
		t.Error("noise is never cut")
	}
}
