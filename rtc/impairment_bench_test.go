package rtc

import (
	"math/rand/v2"
	"testing"
	"time"
)

type condition struct {
	name  string
	delay func(*rand.Rand, int) time.Duration
	lost  func() func(*rand.Rand, int) bool
}

// conditions are the rows of the impairment table. Each makes its losses again, because a burst has
// a state.
var conditions = []condition{
	{"clean", nil, nil},
	{"loss5", nil, func() func(*rand.Rand, int) bool { return random(.05) }},
	{"loss10", nil, func() func(*rand.Rand, int) bool { return random(.10) }},
	{"loss20", nil, func() func(*rand.Rand, int) bool { return random(.20) }},
	{"bursts10", nil, func() func(*rand.Rand, int) bool { return bursts(.10) }},
	{"jitter30", uniform(30 * time.Millisecond), nil},
	{"jitter60", uniform(60 * time.Millisecond), nil},
	{"jitter100", uniform(100 * time.Millisecond), nil},
	{"reordering40", func(rng *rand.Rand, _ int) time.Duration {
		if rng.Float64() < .05 {
			return 40 * time.Millisecond
		}
		return 0
	}, nil},
	{"jitter60loss5", uniform(60 * time.Millisecond), func() func(*rand.Rand, int) bool { return random(.05) }},
}

// BenchmarkImpairments plays a minute of speech in Opus through each row in virtual time, without
// redundant audio and, for rows with loss, with it too. It reports the delay from capture to
// playback without codec and sound cards, the share of concealed frames, and the score that a phone
// would show. The time of an operation is what the receiver needs for the minute.
func BenchmarkImpairments(b *testing.B) {
	for _, c := range conditions {
		b.Run(c.name, func(b *testing.B) { benchmarkCondition(b, c, 0) })
		if c.lost != nil {
			b.Run(c.name+"red", func(b *testing.B) { benchmarkCondition(b, c, redCopies) })
		}
	}
}

// benchmarkCondition plays a row with so many copies of each frame in later packets.
func benchmarkCondition(b *testing.B, c condition, copies int) {
	l := link{frames: 3000, payloads: spoken(), step: 960, delay: c.delay, copies: copies, grain: FrameSamples / 2, phase: 11 * time.Millisecond}
	var delay time.Duration
	var concealed float64
	var r *receiver
	for b.Loop() {
		l.seed++
		if c.lost != nil {
			l.lost = c.lost()
		}
		r = receiverOf(b, "opus")
		o := l.run(r)
		delay += o.delay
		concealed += o.concealed
	}
	var last tally
	r.tally(&last)
	n := float64(b.N)
	mean := delay / time.Duration(b.N)
	p := last.inbound(&tally{})
	p.delay, p.loss = mean+algorithmic("opus", FrameLen), concealed/n
	b.ReportMetric(float64(mean.Microseconds())/1000, "delay-ms")
	b.ReportMetric(100*concealed/n, "concealed-%")
	b.ReportMetric(p.score(), "score")
}
