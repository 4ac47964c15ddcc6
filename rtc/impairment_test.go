package rtc

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

func uniform(j time.Duration) func(*rand.Rand, int) time.Duration {
	return func(rng *rand.Rand, _ int) time.Duration { return time.Duration(rng.Int64N(int64(j))) }
}

func random(p float64) func(*rand.Rand, int) bool {
	return func(rng *rand.Rand, _ int) bool { return rng.Float64() < p }
}

// bursts loses packets at rate p in runs of mean length 3 (Gilbert).
func bursts(p float64) func(*rand.Rand, int) bool {
	bad := false
	return func(rng *rand.Rand, _ int) bool {
		if bad {
			bad = rng.Float64() >= 1.0/3
		} else {
			bad = rng.Float64() < p/(1-p)/3
		}
		return bad
	}
}

// phases runs l at eight offsets between the two clocks and returns the means.
func phases(l link, make func() *receiver) (mean outcome) {
	const n = 8
	for i := range uint64(n) {
		l.seed, l.phase = i, time.Duration(i)*FrameLen/n
		o := l.run(make())
		mean.delay += o.delay / n
		mean.concealed += o.concealed / n
		mean.highest = max(mean.highest, o.highest)
	}
	return mean
}

func TestJitterIsBuffered(t *testing.T) {
	for _, j := range []time.Duration{2, 30, 60, 100} {
		j *= time.Millisecond
		o := phases(link{frames: 3000, payloads: stillPayloads, step: 160, delay: uniform(j)}, stillReceiver)
		t.Logf("jitter %v: delay %v, concealed %.2f %%", j, o.delay, 100*o.concealed)
		if o.delay > j+20*time.Millisecond {
			t.Errorf("jitter %v: delay %v, want at most %v", j, o.delay, j+20*time.Millisecond)
		}
		if o.concealed > .005 {
			t.Errorf("jitter %v: %.2f %% concealed, want at most 0.5", j, 100*o.concealed)
		}
	}
}

func TestDelayIsBounded(t *testing.T) {
	o := phases(link{frames: 1500, payloads: stillPayloads, step: 160, delay: uniform(time.Second)}, stillReceiver)
	t.Logf("delay %v, up to %v, concealed %.0f %%", o.delay, o.highest, 100*o.concealed)
	if most := 420 * time.Millisecond; o.delay > most {
		t.Errorf("delay %v, want at most %v", o.delay, most)
	}
}

// At the beginning of a call its jitter is unknown.
func TestFirstSecondOfACall(t *testing.T) {
	o := phases(link{frames: 50, payloads: stillPayloads, step: 160, delay: uniform(30 * time.Millisecond)}, stillReceiver)
	if o.concealed*50 > 1 { // the price for playing the first packet at once
		t.Errorf("%.2f frames concealed", o.concealed*50)
	}
}

func TestCleanNetworkCostsOneFrame(t *testing.T) {
	o := phases(link{frames: 1500, payloads: stillPayloads, step: 160}, stillReceiver)
	if o.highest > FrameLen+time.Millisecond || o.concealed != 0 {
		t.Errorf("delay up to %v, want one frame; concealed %v", o.highest, o.concealed)
	}
}

// Pulling half frames halves the wait.
func TestShortPulls(t *testing.T) {
	l := link{frames: 1500, payloads: stillPayloads, step: 160, grain: FrameSamples / 2}
	clean := phases(l, stillReceiver)
	missed := func(o outcome) bool { return o.concealed*float64(l.frames) > 1 } // the end of the stream may be
	if clean.highest > FrameLen/2+2*time.Millisecond || missed(clean) {
		t.Errorf("delay up to %v, want half a frame; concealed %v", clean.highest, clean.concealed)
	}
	l.delay = uniform(30 * time.Millisecond)
	shaken := phases(l, stillReceiver)
	if shaken.delay > 45*time.Millisecond || shaken.concealed > .005 {
		t.Errorf("delay %v, concealed %.2f %% under jitter", shaken.delay, 100*shaken.concealed)
	}
	l.delay, l.drift, l.frames = nil, 2e-4, 30000
	drifting := phases(l, stillReceiver)
	if drifting.highest > FrameLen || missed(drifting) {
		t.Errorf("delay up to %v, concealed %v under drift", drifting.highest, drifting.concealed)
	}
	t.Logf("delay %v, %v under jitter, %v under drift", clean.delay, shaken.delay, drifting.delay)
}

func TestReordering(t *testing.T) {
	l := link{frames: 3000, payloads: stillPayloads, step: 160, delay: func(rng *rand.Rand, _ int) time.Duration {
		if rng.Float64() < .05 {
			return 40 * time.Millisecond
		}
		return 0
	}}
	o := phases(l, stillReceiver)
	t.Logf("delay %v, concealed %.2f %%", o.delay, 100*o.concealed)
	if o.delay > 60*time.Millisecond || o.concealed > .003 {
		t.Errorf("delay %v, concealed %.2f %%; want 60 ms, 0.3", o.delay, 100*o.concealed)
	}
}

// unavoidable is the share of frames that come in no way: not in their own packet, not as
// redundancy in the next, not as a copy in the first packet after that.
func (l *link) unavoidable() float64 {
	came := make([]bool, l.frames+1+redCopies)
	for _, a := range l.arrivals() {
		came[a.i] = true
	}
	gone := 0
	for i := range l.frames {
		next := l.payloads[(i+1)%len(l.payloads)]
		again := came[i+1] && opusRedundancy(next) > 0
		for k := 1; k <= l.copies; k++ {
			again = again || came[i+k]
		}
		if !came[i] && !again {
			gone++
		}
	}
	return float64(gone) / float64(l.frames)
}

func TestLossIsConcealed(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		delay  time.Duration // jitter
		lost   func() func(*rand.Rand, int) bool
		most   time.Duration
		copies int
	}{
		{"5 %", 0, func() func(*rand.Rand, int) bool { return random(.05) }, 40 * time.Millisecond, 0},
		{"10 %", 0, func() func(*rand.Rand, int) bool { return random(.10) }, 40 * time.Millisecond, 0},
		{"20 %", 0, func() func(*rand.Rand, int) bool { return random(.20) }, 50 * time.Millisecond, 0},
		{"10 % in bursts", 0, func() func(*rand.Rand, int) bool { return bursts(.10) }, 80 * time.Millisecond, 0},
		{"5 %, jitter 60 ms", 60 * time.Millisecond, func() func(*rand.Rand, int) bool { return random(.05) }, 128 * time.Millisecond, 0},
		{"5 % with copies", 0, func() func(*rand.Rand, int) bool { return random(.05) }, 50 * time.Millisecond, 2},
		{"20 % with copies", 0, func() func(*rand.Rand, int) bool { return random(.20) }, 60 * time.Millisecond, 2},
		{"10 % in bursts, with copies", 0, func() func(*rand.Rand, int) bool { return bursts(.10) }, 60 * time.Millisecond, 2},
		{"5 %, jitter 60 ms, with copies", 60 * time.Millisecond, func() func(*rand.Rand, int) bool { return random(.05) }, 128 * time.Millisecond, 2},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			l := link{seed: 2, frames: 3000, phase: 11 * time.Millisecond, payloads: spoken(), step: 960, copies: row.copies}
			if row.delay > 0 {
				l.delay = uniform(row.delay)
			}
			l.lost = row.lost()
			unavoidable := l.unavoidable()
			l.lost = row.lost() // from its beginning
			o := l.run(receiverOf(t, "opus"))
			t.Logf("delay %v, lost %.2f %%, unavoidable %.2f %%, concealed %.2f %%", o.delay,
				float64(o.Lost)/float64(l.frames)*100, 100*unavoidable, 100*o.concealed)
			if o.delay > row.most {
				t.Errorf("delay %v, want at most %v", o.delay, row.most)
			}
			// Frames that come again only in the packet after the next are not waited for if they are few.
			if o.concealed > unavoidable+.003+.003*float64(row.copies) {
				t.Errorf("concealed %.2f %%, unavoidable %.2f", 100*o.concealed, 100*unavoidable)
			}
		})
	}
}

func TestClockDriftForAnHour(t *testing.T) {
	for _, ppm := range []float64{-200, -100, 100, 200} {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			l := link{frames: 180000, drift: ppm / 1e6, payloads: stillPayloads, step: 160, delay: uniform(time.Millisecond)}
			o := l.run(stillReceiver())
			t.Logf("%v ppm: delay %v to %v, concealed %d, late %d", ppm, o.lowest, o.highest, o.Concealed, o.Late)
			if o.highest > 40*time.Millisecond {
				t.Errorf("%v ppm: delay grew to %v", ppm, o.highest)
			}
			if o.Concealed > 0 || o.Late > 0 || o.Received < 179900 {
				t.Errorf("%v ppm: %d frames concealed, %d late, %d received", ppm, o.Concealed, o.Late, o.Received)
			}
		})
	}
}

// Following a drifting clock is not heard: a period of the tone more or less, without a step.
func TestClockDriftDoesNotClick(t *testing.T) {
	t.Parallel()
	for _, ppm := range []float64{-200, 200} {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			l := link{frames: 10000, drift: ppm / 1e6, payloads: toned(t, "PCMU"), step: 160, delay: uniform(time.Millisecond)}
			var last int16
			steepestStep, cut := 0.0, 0
			before := time.Duration(0)
			l.received = func(i int, pcm []int16, delay time.Duration) {
				if i > 50 {
					steepestStep = max(steepestStep, math.Abs(float64(pcm[0])-float64(last)), steepest(pcm))
				}
				if d := delay - before; d > time.Millisecond || d < -time.Millisecond {
					cut++
				}
				before, last = delay, pcm[len(pcm)-1]
			}
			o := l.run(receiverOf(t, "PCMU"))
			t.Logf("%v ppm: %d corrections, a step of %.0f", ppm, cut, steepestStep)
			if steepestStep > steep || o.Concealed > 0 || cut < 5 {
				t.Errorf("%v ppm: a step of %.0f, %d frames concealed, %d corrections", ppm, steepestStep, o.Concealed, cut)
			}
		})
	}
}

// outage holds packets back from begin to end, and then delivers all of them at once.
func outage(begin, end time.Duration) func(*rand.Rand, int) time.Duration {
	return func(_ *rand.Rand, i int) time.Duration {
		if at := time.Duration(i) * FrameLen; at >= begin && at < end {
			return end - at
		}
		return 0
	}
}

func TestDelayAfterAnOutage(t *testing.T) {
	for _, row := range []struct{ lasts, within time.Duration }{
		{300 * time.Millisecond, 5 * time.Second}, // might come again, so not at once
		{15 * time.Second, 2 * time.Second},
	} {
		t.Run(row.lasts.String(), func(t *testing.T) {
			end := 10*time.Second + row.lasts
			var before, after time.Duration
			l := link{frames: 1600, phase: 7 * time.Millisecond, payloads: stillPayloads, step: 160, delay: outage(10*time.Second, end)}
			l.received = func(i int, _ []int16, delay time.Duration) {
				switch time.Duration(i) * FrameLen {
				case 9 * time.Second:
					before = delay
				case end + row.within:
					after = delay
				}
			}
			o := l.run(stillReceiver())
			t.Logf("before %v, after %v, concealed %d", before, after, o.Concealed)
			if after > before+10*time.Millisecond {
				t.Errorf("delay %v before, %v after", before, after)
			}
		})
	}
}

// TestDelayAfterAFreeze stops playback and the reading of packets for a while, like a suspended
// process; what the socket kept then comes at once.
func TestDelayAfterAFreeze(t *testing.T) {
	for _, row := range []struct{ lasts, kept time.Duration }{
		{500 * time.Millisecond, 500 * time.Millisecond},
		{15 * time.Second, 15 * time.Second},
		{15 * time.Second, 4 * time.Second}, // then its buffer was full
	} {
		t.Run(row.lasts.String(), func(t *testing.T) {
			r := stillReceiver()
			pcm := make([]int16, FrameSamples)
			push := func(i int, at time.Duration) {
				r.push(0, uint16(i), uint32(160*i), 7, false, stillPayloads[0], epoch.Add(at-5*time.Millisecond))
			}
			frozen, thaw := 500, 500+int(row.lasts/FrameLen)
			var before, after time.Duration
			for i := range thaw + 101 {
				at := time.Duration(i) * FrameLen
				switch {
				case i >= frozen && i < thaw:
					continue
				case i == thaw:
					for j := frozen; j < frozen+int(row.kept/FrameLen); j++ {
						push(j, at)
					}
				}
				push(i, at)
				r.pullAt(pcm, epoch.Add(at))
				ahead := r.buffer.timeline.at - (r.buffer.next - int64(r.playout.waiting()) - FrameSamples)
				after = time.Duration(ahead) * time.Second / SampleRate
				if i == frozen-1 {
					before = after
				}
			}
			if after > before+10*time.Millisecond {
				t.Errorf("delay %v before, %v two seconds after", before, after)
			}
		})
	}
}

func TestBacklogOfTheStartIsTrimmed(t *testing.T) {
	for _, backlog := range []int{2, 5, 17, 100} {
		r := stillReceiver()
		pcm := make([]int16, FrameSamples)
		for i := range 500 {
			at := time.Duration(i) * FrameLen
			if i == 20 { // what came before playback had noticed
				for j := range backlog {
					r.push(0, uint16(j), uint32(160*j), 7, false, stillPayloads[0], epoch.Add(at-5*time.Millisecond))
				}
			} else if i > 20 {
				j := i - 21 + backlog
				r.push(0, uint16(j), uint32(160*j), 7, false, stillPayloads[0], epoch.Add(at-5*time.Millisecond))
			}
			r.pullAt(pcm, epoch.Add(at))
		}
		var s Stats
		r.fill(&s)
		if s.Buffer > 10*time.Millisecond {
			t.Errorf("backlog of %d packets: %v wait after ten seconds", backlog, s.Buffer)
		}
	}
}
