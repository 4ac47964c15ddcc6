package rtc

import (
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"
)

// stream sends payloads to a receiver, one for each frame, and plays it.
type stream struct {
	t        *testing.T
	r        *receiver
	pt       uint8
	seq      uint16
	ts, ssrc uint32
	step     uint32
	payloads [][]byte
	sent     int
	now      time.Time
	pcm      []int16 // what has been heard
}

func newStream(t *testing.T, name string, payloads [][]byte) *stream {
	c, _ := codecByName(name)
	return &stream{t: t, r: receiverOf(t, name), seq: firstSeq, ts: 0xffffffff - 5000, ssrc: 7,
		step: c.tsStep, payloads: payloads, now: epoch}
}

// send sends the next packet.
func (s *stream) send() {
	s.push(s.payloads[s.sent%len(s.payloads)])
	s.skip()
}

// skip sends nothing in its place.
func (s *stream) skip() { s.sent++; s.seq++; s.ts += s.step }

func (s *stream) push(payload []byte) {
	s.r.push(s.pt, s.seq, s.ts, s.ssrc, false, payload, s.now.Add(-10*time.Millisecond))
}

// play pulls one frame.
func (s *stream) play() {
	s.pcm = append(s.pcm, make([]int16, FrameSamples)...)
	s.r.pullAt(s.pcm[len(s.pcm)-FrameSamples:], s.now)
	s.now = s.now.Add(FrameLen)
}

// run sends and plays.
func (s *stream) run(frames int) {
	for range frames {
		s.send()
		s.play()
	}
}

// pause plays without sending.
func (s *stream) pause(frames int) {
	for range frames {
		s.play()
	}
}

func (s *stream) stats() (stats Stats) { s.r.fill(&stats); return stats }

// last is what was played in the last frames.
func (s *stream) last(frames int) []int16 { return s.pcm[len(s.pcm)-frames*FrameSamples:] }

// steepest is the largest step from one sample to the next.
func steepest(pcm []int16) (step float64) {
	for i := 1; i < len(pcm); i++ {
		step = max(step, math.Abs(float64(pcm[i])-float64(pcm[i-1])))
	}
	return step
}

func rms(pcm []int16) float64 {
	sum := 0.0
	for _, s := range pcm {
		sum += float64(s) * float64(s)
	}
	return math.Sqrt(sum / float64(len(pcm)))
}

// A tone of 440 Hz and its steepest step, with a margin for codecs.
const (
	hertz     = 440
	amplitude = 8000.0
	steep     = 1.3 * 2 * math.Pi * hertz * amplitude / SampleRate
)

// toned is four seconds of the tone in one of names, without a step at the ends.
func toned(t *testing.T, name string) [][]byte {
	t.Helper()
	return tones()[name]
}

// tones are made once, since encoding is slow under the race detector.
var tones = sync.OnceValue(func() map[string][][]byte {
	const start, frames = 50, 200 // the first frames of an encoder are not typical
	all := make(map[string][][]byte)
	for _, name := range names {
		all[name] = encodeAll(name, tone(start+frames, hertz, amplitude))[start:]
	}
	return all
})

var names = []string{"opus", "G722", "PCMU", "PCMA"}

func TestToneSurvives(t *testing.T) {
	for _, name := range names {
		s := newStream(t, name, toned(t, name))
		s.run(150)
		received := s.last(100)
		if p := power(received, hertz); p < .995 {
			t.Errorf("%s: %.4f of the power is at %v Hz", name, p, hertz)
		}
		if got, want := rms(received), amplitude/math.Sqrt2; math.Abs(got/want-1) > .05 {
			t.Errorf("%s: level %.0f, want %.0f", name, got, want)
		}
		if step := steepest(s.pcm); step > steep {
			t.Errorf("%s: step of %.0f", name, step)
		}
		if got := s.stats(); got.Codec != name || got.Received != 150 || got.Lost+got.Late+got.Concealed != 0 {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// The figures behind the score: losses and their runs, counted only where there was sound.
func TestTally(t *testing.T) {
	s := newStream(t, "PCMU", toned(t, "PCMU"))
	read := func() (tl tally) { s.r.tally(&tl); return tl }
	s.run(50)
	for _, lost := range []int{1, 3} {
		for range lost {
			s.skip()
			s.play()
		}
		s.run(20)
	}
	got := read()
	if made := float64(got.made) / FrameSamples; got.runs != 2 || !about(made, 4, .6) {
		t.Errorf("%.1f frames made up in %d runs; want 4 in 2", made, got.runs)
	}
	if got.bytesIn != 90*160 || got.arrived.IsZero() || got.paused {
		t.Errorf("%+v", got)
	}
	if played := float64(got.played) / FrameSamples; !about(played, 94, 2) {
		t.Errorf("%.0f frames played, want 94", played)
	}
	s.pause(200) // they stopped: after fading out nothing counts as sound
	if more := float64(read().played-got.played) / FrameSamples; more > 10 {
		t.Errorf("%.0f frames played of nothing", more)
	}
	s.r.setPayloads(map[uint8]string{0: "PCMU", 13: "CN"})
	s.run(10)
	s.pt, s.payloads = 13, [][]byte{{60}}
	s.run(3)
	if !read().paused {
		t.Error("a pause that they announced is none")
	}
	s.pt, s.payloads = 0, toned(t, "PCMU")
	s.run(10)
	if read().paused {
		t.Error("the pause does not end")
	}
}

func TestDelayIsChangedWithoutAClick(t *testing.T) {
	for _, name := range names {
		s := newStream(t, name, toned(t, name))
		s.run(100)
		for range 6 { // the way becomes 120 ms shorter
			s.send()
		}
		s.run(500)
		if step := steepest(s.pcm); step > steep {
			t.Errorf("%s: step of %.0f after cuts", name, step)
		}
		if wait := s.stats().Buffer; wait > 20*time.Millisecond {
			t.Errorf("%s: %v still wait", name, wait)
		}
		s.r.buffer.transits.lose(5*FrameSamples, 1) // the buffer shall be 100 ms deeper
		before := s.stats().Buffer
		s.run(100)
		if step := steepest(s.last(100)); step > steep {
			t.Errorf("%s: step of %.0f after insertions", name, step)
		}
		if wait := s.stats().Buffer; wait < before+80*time.Millisecond {
			t.Errorf("%s: %v wait, want 100 ms more than %v", name, wait, before)
		}
		if c := s.stats().Concealed; c != 0 {
			t.Errorf("%s: %d frames concealed", name, c)
		}
	}
}

func TestSkipDoesNotClick(t *testing.T) {
	for _, name := range names {
		s := newStream(t, name, toned(t, name))
		s.run(100)
		for range 30 { // more than cuts can reduce
			s.send()
		}
		s.run(200)
		if step := steepest(s.pcm); step > 1.3*steep { // Opus overshoots after a jump
			t.Errorf("%s: step of %.0f", name, step)
		}
		if wait := s.stats().Buffer; wait > 30*time.Millisecond {
			t.Errorf("%s: %v still wait", name, wait)
		}
	}
}

func TestLossDoesNotClick(t *testing.T) {
	for _, name := range names {
		for _, lost := range []int{1, 2, 3, 5} {
			s := newStream(t, name, toned(t, name))
			for range 10 {
				s.run(20)
				for range lost {
					s.skip()
					s.play()
				}
			}
			s.run(20)
			if step := steepest(s.pcm); step > 1.2*steep {
				t.Errorf("%s: %d lost: step of %.0f, want at most %.0f", name, lost, step, 1.2*steep)
			}
			if got := s.stats(); got.Lost != uint64(10*lost) || got.Late != 0 || got.Concealed > uint64(10*lost) {
				t.Errorf("%s: %d lost ten times: %+v", name, lost, got)
			}
		}
	}
}

func TestConcealmentFadesToSilenceAndBack(t *testing.T) {
	for _, name := range names {
		s := newStream(t, name, toned(t, name))
		s.run(100)
		s.pause(1)
		if level := rms(s.last(1)); level < amplitude/8 {
			t.Errorf("%s: level %.0f after 20 ms of concealment", name, level)
		}
		s.pause(11)
		if level := rms(s.last(3)); level > amplitude/1000 { // the fade need not end with a frame
			t.Errorf("%s: level %.0f after 180 ms of concealment", name, level)
		}
		s.pause(3000) // a minute on hold is not a bad call
		if c := s.stats().Concealed; c > 8 {
			t.Errorf("%s: %d frames concealed while nothing was sent", name, c)
		}
		s.ts += 3012 * s.step
		s.run(50)
		if p := power(s.last(40), hertz); p < .99 {
			t.Errorf("%s: tone does not come back: %.3f", name, p)
		}
		if step := steepest(s.pcm); step > 1.2*steep {
			t.Errorf("%s: step of %.0f", name, step)
		}
	}
}

func TestDuplicatesChangeNothing(t *testing.T) {
	for _, name := range names {
		once, twice := newStream(t, name, toned(t, name)), newStream(t, name, toned(t, name))
		once.run(100)
		for range 100 {
			twice.push(twice.payloads[twice.sent%len(twice.payloads)])
			twice.send()
			twice.play()
		}
		if !slices.Equal(once.pcm, twice.pcm) {
			t.Errorf("%s: duplicates are heard", name)
		}
		if got := twice.stats(); got.Received != 100 || got.Lost+got.Late != 0 {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestLateIsNotLost(t *testing.T) {
	s := newStream(t, "PCMU", toned(t, "PCMU"))
	s.run(50)
	held := *s
	s.skip()
	s.play()
	s.run(3) // later packets are being played already
	s.r.push(0, held.seq, held.ts, held.ssrc, false, s.payloads[0], s.now)
	s.run(10)
	if got := s.stats(); got.Late != 1 || got.Lost != 0 || got.Concealed != 1 {
		t.Errorf("%+v", got)
	}
}

func TestSourceIsReplaced(t *testing.T) {
	for _, name := range names {
		s := newStream(t, name, toned(t, name))
		s.run(100)
		s.ssrc, s.seq, s.ts = 8, 40000, 0x12345678
		s.run(60)
		if p := power(s.last(50), hertz); p < .99 {
			t.Errorf("%s: %.3f of the power at %v Hz", name, p, hertz)
		}
		if got := s.stats(); got.Received != 159 || got.Lost != 0 || got.Concealed > 2 {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestCodecIsReplaced(t *testing.T) {
	payloads := map[uint8]string{0: "PCMU", 8: "PCMA", 111: "opus", 13: "CN", 126: "telephone-event"}
	s := newStream(t, "PCMU", toned(t, "PCMU"))
	s.r.setPayloads(payloads)
	for i, pt := range []uint8{0, 8, 0, 111, 8, 111} {
		c, _ := codecByName(payloads[pt])
		s.pt, s.step, s.payloads = pt, c.tsStep, toned(t, c.name)
		s.run(60)
		if p := power(s.last(50), hertz); p < .99 {
			t.Errorf("change %d to %s: %.3f of the power at %v Hz", i, c.name, p, hertz)
		}
		if got := s.stats(); got.Codec != c.name || got.Lost != 0 || got.Concealed > uint64(2*i) {
			t.Errorf("change %d: %+v", i, got)
		}
		s.r.setPayloads(payloads) // a re-offer in mid-call
	}
}

func TestComfortNoise(t *testing.T) {
	s := newStream(t, "PCMU", toned(t, "PCMU"))
	s.r.setPayloads(map[uint8]string{0: "PCMU", 13: "CN"})
	s.run(100)
	s.pt, s.payloads = 13, [][]byte{{45}}
	s.send()
	s.pause(25) // the next would be due
	want := math.MaxInt16 * math.Pow(10, -45.0/20)
	if got := rms(s.last(20)); math.Abs(20*math.Log10(got/want)) > 1 {
		t.Errorf("noise of level %.0f, want %.0f", got, want)
	}
	s.ts += 24 * s.step
	s.pt, s.payloads = 0, toned(t, "PCMU")
	s.run(60)
	if p := power(s.last(50), hertz); p < .99 {
		t.Errorf("tone does not come back: %.3f", p)
	}
	if got := s.stats(); got.Concealed != 0 || got.Lost != 0 || got.Late != 0 || got.Codec != "PCMU" {
		t.Errorf("%+v", got)
	}
}

func TestLoudComfortNoiseIsRefused(t *testing.T) {
	s := newStream(t, "CN", [][]byte{{0}})
	s.send()
	s.pause(50)
	if got := rms(s.last(20)); got > 1100 || got < 900 {
		t.Errorf("noise of level %.0f, want 30 dB below the loudest", got)
	}
}

// A silent sender of Opus sends one short packet, and then nothing for a while.
func TestDiscontinuousOpus(t *testing.T) {
	s := newStream(t, "opus", toned(t, "opus"))
	s.run(100)
	s.push([]byte{13 << 3})
	s.skip()
	s.play()
	s.pause(19)
	s.ts += 19 * s.step
	s.run(60)
	if got := s.stats(); got.Concealed != 0 || got.Lost != 0 || got.Late != 0 {
		t.Errorf("%+v", got)
	}
	if p := power(s.last(50), hertz); p < .99 {
		t.Errorf("tone does not come back: %.3f", p)
	}
}

func TestEventsAreNoLoss(t *testing.T) {
	s := newStream(t, "opus", toned(t, "opus"))
	s.run(100)
	audio := s.payloads
	ts := s.ts
	s.pt, s.payloads = 126, [][]byte{{5, 10, 0, 200}}
	for range 8 { // all with the timestamp of the first
		s.ts = ts
		s.send()
		s.play()
	}
	s.pt, s.payloads, s.ts = 111, audio, ts+8*s.step
	s.r.setPayloads(map[uint8]string{111: "opus", 126: "telephone-event"})
	s.run(60)
	if got := s.stats(); got.Lost != 0 || got.Late != 0 || got.Received != 168 {
		t.Errorf("%+v", got)
	}
	if p := power(s.last(50), hertz); p < .99 {
		t.Errorf("tone does not come back: %.3f", p)
	}
}

func TestStereoAndLongPackets(t *testing.T) {
	for _, payload := range [][]byte{
		{0xfc, 0xff, 0xfe},          // CELT, full band, stereo, 20 ms
		{0x58, 1, 2, 3, 4, 5, 6, 7}, // SILK, 60 ms
		{0x0b, 2, 9, 9, 9, 9, 9, 9}, // SILK, two frames of 20 ms
	} {
		span := opusSpan(payload)
		if span == 0 {
			t.Fatalf("% x is not a packet", payload)
		}
		out := make([]int16, maxSpan)
		if n, err := newGopusDecoder().decode(out, payload); err != nil || n != span {
			t.Errorf("% x: %d samples, %v; want %d", payload, n, err, span)
		}
	}
}

// Noise has no good place for a cut, but must not keep a delay for that.
func TestDelayOfNoiseIsTrimmed(t *testing.T) {
	s := newStream(t, "PCMU", encodeAll("PCMU", hiss(100*FrameSamples)))
	s.run(100)
	for range 6 {
		s.send()
	}
	s.run(500)
	if wait := s.stats().Buffer; wait > 20*time.Millisecond {
		t.Errorf("%v still wait", wait)
	}
}

// A spike delays the sound; none of it is dropped.
func TestSpikeIsHeardLater(t *testing.T) {
	s := newStream(t, "PCMU", toned(t, "PCMU"))
	s.run(300)
	s.pause(3)
	for range 3 {
		s.send()
	}
	s.run(60)
	if wait := s.stats().Buffer; wait < 40*time.Millisecond {
		t.Errorf("only %v wait after a spike of 60 ms", wait)
	}
	if got := s.stats(); got.Concealed != 3 || got.Lost != 0 || got.Late != 3 {
		t.Errorf("%+v", got)
	}
}

// Some senders stop their timestamps with their packets. What is known of the jitter stays.
func TestClockThatWasStopped(t *testing.T) {
	s := newStream(t, "PCMU", toned(t, "PCMU"))
	pairs := func(n int) {
		for range n {
			s.pause(1)
			s.send()
			s.send()
			s.pause(1)
		}
	}
	pairs(100)
	s.pause(3000)
	before := s.stats()
	pairs(30)
	if p := power(s.last(50), hertz); p < .99 {
		t.Errorf("tone does not come back: %.3f", p)
	}
	if got := s.stats(); got.Concealed > before.Concealed || got.Buffer > 60*time.Millisecond {
		t.Errorf("before %+v, after %+v", before, got)
	}
}

func TestRestOfAFrameIsRecovered(t *testing.T) {
	const gap = FrameSamples / 4
	r, twin := receiverOf(t, "opus"), newGopusDecoder()
	f := r.formats[0]
	for _, payload := range spoken()[:100] {
		r.play(&packet{format: f, span: FrameSamples, payload: payload}, 0)
		r.playout.take(make([]int16, FrameSamples))
		if _, err := twin.decode(make([]int16, maxSpan), payload); err != nil {
			t.Fatal(err)
		}
	}
	next := spoken()[101]
	want := make([]int16, FrameSamples)
	if !twin.recover(want, next) {
		t.Fatal("packet carries nothing")
	}
	r.recover(&packet{format: f, span: FrameSamples, redundant: FrameSamples, payload: next}, gap)
	if got := r.playout.buf[r.playout.head:]; !slices.Equal(got, want[FrameSamples-gap:]) {
		t.Errorf("%d samples, or not the last of the frame", len(got))
	}
}

// Hostile packets must not disturb for longer than 200 ms.
func TestHostileTimestamps(t *testing.T) {
	payloads := toned(t, "PCMU")
	for name, attack := range map[string]func(*stream, *rand.Rand){
		"nothing sane": func(s *stream, rng *rand.Rand) {
			for range 1000 {
				s.r.push(0, uint16(rng.Uint32()), rng.Uint32(), s.ssrc, rng.Uint32()&1 == 0, payloads[0], s.now)
			}
		},
		"sequence of sources": func(s *stream, rng *rand.Rand) {
			for i := range uint32(1000) {
				s.r.push(0, uint16(i), rng.Uint32(), i/3, false, payloads[0], s.now)
			}
		},
		"time runs away": func(s *stream, _ *rand.Rand) {
			for i := range uint32(1000) {
				s.r.push(0, s.seq+uint16(i), s.ts+i*100000, s.ssrc, false, payloads[0], s.now)
			}
		},
		"empty and huge": func(s *stream, _ *rand.Rand) {
			s.r.push(0, s.seq, s.ts, s.ssrc, false, nil, s.now)
			s.r.push(0, s.seq+1, s.ts+160, s.ssrc, false, make([]byte, 65000), s.now)
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStream(t, "PCMU", payloads)
			s.run(100)
			attack(s, rand.New(rand.NewPCG(1, 1)))
			if n := len(s.r.buffer.queue); n > maxDepth {
				t.Errorf("%d packets wait", n)
			}
			s.run(10)
			s.run(50)
			if p := power(s.last(50), hertz); p < .97 {
				t.Errorf("tone does not come back: %.3f", p)
			}
		})
	}
}

// A single stray timestamp is played where its sequence number belongs.
func TestOneStrayTimestamp(t *testing.T) {
	for _, off := range []uint32{1 << 30, 1 << 31, 3 << 30, 1 << 16} {
		s := newStream(t, "PCMU", toned(t, "PCMU"))
		s.run(100)
		s.r.push(0, s.seq, s.ts+off, s.ssrc, false, s.payloads[0], s.now)
		s.skip()
		s.play()
		s.run(20)
		if got := s.stats(); got.Concealed != 0 || got.Late != 0 {
			t.Errorf("off by %d: %+v", off, got)
		}
		if step := steepest(s.pcm); step > 1.2*steep {
			t.Errorf("off by %d: step of %.0f", off, step)
		}
	}
}

// TestNoAllocations: gopus allocates a little for redundancy and for lost packets; nothing else
// may.
func TestNoAllocations(t *testing.T) {
	for _, name := range names {
		allocateNothing(t, name, Opus{})
	}
	if system := opuses(t)[1]; !underRace { // a call of a C library takes its arguments from a pool
		allocateNothing(t, "opus", system)
	}
}

func allocateNothing(t *testing.T, name string, o Opus) {
	s := newStream(t, name, toned(t, name))
	if name == "opus" {
		s.r.formats[0].decoder = o.newDecoder()
	}
	pcm := tone(1, hertz, amplitude)
	enc, err := newEncoder(name, o)
	if err != nil {
		t.Fatal(err)
	}
	dst := make([]byte, maxPayload)
	encode := func() {
		if _, err := enc.encode(dst, pcm); err != nil {
			t.Fatal(err)
		}
	}
	receive := func() { // each comes twice, and with G.711 one is lost
		for i := range 4 {
			if i != 2 || name == "opus" {
				s.push(s.payloads[s.sent%len(s.payloads)])
				s.push(s.payloads[s.sent%len(s.payloads)])
			}
			s.skip()
			s.r.pullAt(pcm, s.now)
			s.now = s.now.Add(FrameLen)
		}
	}
	for range 100 {
		encode()
		receive()
	}
	if n := testing.AllocsPerRun(100, encode); n > 0 {
		t.Errorf("%s, %s: %v allocations to encode a frame", name, o, n)
	}
	if n := testing.AllocsPerRun(100, receive); n > 0 {
		t.Errorf("%s, %s: %v allocations to receive four frames", name, o, n)
	}
}
