package echo

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

// speech is what the signal says first.
func speech(length time.Duration) []int16 {
	pcm := make([]int16, int(length.Seconds()*rate))
	NewSignal().Next(pcm)
	return pcm
}

// ms is a number of samples.
const ms = rate / 1000

// room is a synthetic one: a direct path, reflections behind it, noise.
type room struct {
	delay       time.Duration
	level       float64 // dB
	reflections []float64
	noise       float64 // amplitude
	lost        int     // one frame in so many is silent, as on a bad network
}

func (r room) echo(played []int16) []int16 {
	random := rand.New(rand.NewPCG(1, 2))
	delay, gain := int(r.delay.Seconds()*rate), math.Pow(10, r.level/20)
	captured := make([]int16, len(played)+delay)
	for i := range captured {
		var v float64
		for k, reflection := range append([]float64{1}, r.reflections...) {
			if from := i - delay - 7*ms*k; from >= 0 && from < len(played) {
				v += gain * reflection * float64(played[from])
			}
		}
		if r.lost > 0 && i/960%r.lost == 0 {
			v = 0
		}
		captured[i] = int16(max(math.MinInt16, min(math.MaxInt16, v+r.noise*random.NormFloat64())))
	}
	return captured
}

func TestMeasure(t *testing.T) {
	tests := []struct {
		name  string
		room  room
		exact float64 // dB
		match float64 // at least
	}{
		{"at once", room{}, 0.1, 0.99},
		{"a practice PBX", room{delay: 87 * time.Millisecond}, 0.1, 0.99},
		{"soft", room{delay: 240 * time.Millisecond, level: -40}, 0.3, 0.9},
		{"loud", room{delay: 150 * time.Millisecond, level: 6}, 0.2, 0.99},
		{"a satellite", room{delay: 1900 * time.Millisecond, level: -12}, 0.2, 0.99},
		{"a hall", room{delay: 35 * time.Millisecond, level: -12, reflections: []float64{0.4, -0.3, 0.2, -0.1}}, 3, 0.6},
		{"noise as loud", room{delay: 120 * time.Millisecond, level: -6, noise: 1000}, 1, 0.3},
		{"turned around", room{delay: 60 * time.Millisecond, reflections: []float64{-0.1}}, 2, 0.9},
		{"lost frames", room{delay: 180 * time.Millisecond, lost: 5}, 3, 0.7},
	}
	played := speech(3 * time.Second)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			e := measure(played, test.room.echo(played))
			if !e.Found || math.Abs(float64(e.Delay-test.room.delay)) > float64(500*time.Microsecond) {
				t.Errorf("found %v after %v, want %v", e.Found, e.Delay, test.room.delay)
			}
			if math.Abs(e.Level-test.room.level) > test.exact {
				t.Errorf("its level is %.2f dB, want %.2f", e.Level, test.room.level)
			}
			if e.Match < test.match || e.Match > 1 {
				t.Errorf("the match is %.3f, want %.3f", e.Match, test.match)
			}
		})
	}
}

// A delay that wanders by 30 ms is not found in the whole, but in a part.
func TestBest(t *testing.T) {
	played := speech(5 * time.Second)
	captured := room{delay: 100 * time.Millisecond}.echo(played)
	for at := 1; at < 8; at++ { // the delay shrinks by a period every 600 ms
		cut := at * 600 * ms
		captured = append(captured[:cut:cut], captured[cut+4*ms:]...)
	}
	whole, part := measure(played, captured), Best(played, captured)
	if part.Match < 0.4 || part.Match <= whole.Match || part.Level < -6 || part.Level > 1 {
		t.Errorf("best %+v, the whole %+v", part, whole)
	}
}

func TestNothingComesBack(t *testing.T) {
	played, silence := speech(3*time.Second), make([]int16, 3*rate)
	noise := room{noise: 2000}.echo(silence)
	for name, test := range map[string][2][]int16{
		"nothing":         {nil, nil},
		"nothing played":  {silence, noise},
		"nothing heard":   {played, silence},
		"too little":      {played[:2], played[:2]},
		"only noise":      {played, noise},
		"heard too short": {played, nil},
	} {
		if e := measure(test[0], test[1]); e != (Result{}) {
			t.Errorf("%s: %+v", name, e)
		}
	}
}

// The transform compared with the sums that define it.
func TestCorrelate(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	p, h := make([]float64, 37), make([]float64, 61)
	for i := range p {
		p[i] = random.NormFloat64()
	}
	for i := range h {
		h[i] = random.NormFloat64()
	}
	for lag, got := range correlate(p, h, len(h)) {
		var want float64
		for i := range p {
			if i+lag < len(h) {
				want += p[i] * h[i+lag]
			}
		}
		if math.Abs(got-want) > 1e-9 {
			t.Errorf("lag %d: %v, want %v", lag, got, want)
		}
	}
}

func BenchmarkMeasure(b *testing.B) {
	played := speech(10 * time.Second)
	captured := room{delay: 200 * time.Millisecond, level: -10}.echo(played)
	for b.Loop() {
		measure(played, captured)
	}
}
