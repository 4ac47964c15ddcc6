package rtc

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/pion/rtp"
)

// link is a network between a sender and a receiver in virtual time, without sockets.
type link struct {
	seed     uint64
	frames   int
	phase    time.Duration // from the clock of the sender to that of playback
	drift    float64       // of the sender, in parts of one: positive is slow
	delay    func(rng *rand.Rand, i int) time.Duration
	lost     func(rng *rand.Rand, i int) bool
	payloads [][]byte           // sent in turn
	step     uint32             // RTP ticks a packet
	jumps    func(i int) uint32 // an offset for the timestamp of packet i
	pauses   func(i int) bool   // the sender is silent: nothing is sent, no sequence number used
	copies   int                // how many earlier frames each packet has too
	grain    int                // samples of a pull; 0 is a frame
	// received sees every frame, with the delay from its capture to its playback.
	received func(i int, pcm []int16, delay time.Duration)
}

type outcome struct {
	Stats
	delay     time.Duration // mean from capture to playback, after the first five seconds
	lowest    time.Duration
	highest   time.Duration
	concealed float64 // of all frames
}

var epoch = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

type arrival struct {
	at  time.Duration
	i   int
	seq uint16
}

// arrivals are the times when packets arrive, lost ones left out.
func (l *link) arrivals() []arrival {
	rng := rand.New(rand.NewPCG(l.seed, 1))
	var all []arrival
	seq := uint16(firstSeq)
	for i := 0; l.sent(i) < time.Duration(l.frames)*FrameLen; i++ {
		at := l.sent(i)
		if l.delay != nil {
			at += l.delay(rng, i)
		}
		if l.pauses != nil && l.pauses(i) {
			continue
		}
		if l.lost == nil || !l.lost(rng, i) {
			all = append(all, arrival{at, i, seq})
		}
		seq++
	}
	slices.SortStableFunc(all, func(a, b arrival) int { return cmp.Compare(a.at, b.at) })
	return all
}

func (l *link) sent(i int) time.Duration {
	return time.Duration(float64(i) * float64(FrameLen) * (1 + l.drift))
}

// stamp is the timestamp of packet i.
func (l *link) stamp(i int) uint32 {
	ts := firstTS + l.step*uint32(i)
	if l.jumps != nil {
		ts += l.jumps(i)
	}
	return ts
}

// The sender's counters at the beginning: both soon wrap around.
const (
	firstSeq = 0xffff - 100
	firstTS  = 0xffffffff - 50000
)

// run plays everything to r.
func (l *link) run(r *receiver) outcome {
	grain := cmp.Or(l.grain, FrameSamples)
	pcm := make([]int16, grain)
	arrivals := l.arrivals()
	o := outcome{lowest: time.Hour}
	begin, known := int64(0), false
	total, counted := time.Duration(0), 0
	for n := range l.frames * FrameSamples / grain {
		now := time.Duration(n)*time.Duration(grain)*time.Second/SampleRate + l.phase
		for len(arrivals) > 0 && arrivals[0].at <= now {
			a := arrivals[0]
			arrivals = arrivals[1:]
			ts := l.stamp(a.i)
			r.push(0, a.seq, ts, 7, false, l.payloads[a.i%len(l.payloads)], epoch.Add(a.at))
			for k := l.copies; k > 0 && a.i >= k; k-- {
				p := rtp.Packet{Header: rtp.Header{SequenceNumber: a.seq, Timestamp: ts, SSRC: 7}}
				again := redBlock{offset: ts - l.stamp(a.i-k), data: l.payloads[(a.i-k)%len(l.payloads)]}
				r.pushCopy(again, &p, k, epoch.Add(a.at))
			}
			if !known {
				known = true
				begin = r.buffer.timeline.at - int64(a.i*FrameSamples)
			}
		}
		r.pullAt(pcm, epoch.Add(now))
		position := r.buffer.next - int64(r.playout.waiting()) - int64(grain) - begin
		delay := now - time.Duration(float64(position)/SampleRate*float64(time.Second)*(1+l.drift))
		if l.received != nil {
			l.received(n, pcm, delay)
		}
		if n*grain > 250*FrameSamples && known {
			o.lowest, o.highest = min(o.lowest, delay), max(o.highest, delay)
			total += delay
			counted++
		}
	}
	r.fill(&o.Stats)
	o.delay = total / time.Duration(max(1, counted))
	o.concealed = float64(o.Concealed) / float64(l.frames)
	return o
}

func receiverOf(t testing.TB, name string) *receiver {
	t.Helper()
	r := newReceiver()
	r.setPayloads(map[uint8]string{0: name})
	if len(r.formats) != 1 {
		t.Fatalf("no codec %q", name)
	}
	return r
}

// still decodes to silence at no cost, for tests of timing only.
type still struct{}

func (still) decode(dst []int16, payload []byte) (int, error) {
	n := len(payload) * narrowRatio
	clear(dst[:n])
	return n, nil
}
func (still) recover([]int16, []byte) bool { return false }
func (still) conceal(dst []int16) bool     { clear(dst); return true }

func stillReceiver() *receiver {
	r := newReceiver()
	c, _ := codecByName("PCMU")
	r.formats = map[uint8]*format{0: {c, still{}}}
	return r
}

// stillPayloads is what stillReceiver gets.
var stillPayloads = [][]byte{make([]byte, 160)}

// voice is something like speech: harmonics of a gliding pitch under two gliding formants, in
// syllables.
func voice(frames int) []int16 {
	const harmonics = 24
	var sine [4096]float64
	for i := range sine {
		sine[i] = math.Sin(2 * math.Pi * float64(i) / float64(len(sine)))
	}
	wave := func(hertz, at float64) float64 { return math.Sin(2 * math.Pi * hertz * at) }
	resonance := func(f, center, width float64) float64 {
		x := (f - center) / width
		return 1 / (1 + x*x)
	}
	pcm := make([]int16, frames*FrameSamples)
	var level [harmonics]float64
	var pitch, phase float64 // in hertz, in periods
	for i := range pcm {
		if i%(SampleRate/1000) == 0 {
			at := float64(i) / SampleRate
			pitch = 120 + 30*wave(0.7, at)
			syllable := 0.55 - 0.45*wave(4, at)
			for h := range level {
				f := pitch * float64(h+1)
				level[h] = 2500 * syllable * syllable *
					(resonance(f, 500+250*wave(1.7, at), 100) + resonance(f, 1500+500*wave(1.1, at), 150)/2)
			}
		}
		phase += pitch / SampleRate
		turn := int(phase * float64(len(sine)))
		sum := 0.0
		for h, l := range &level {
			sum += l * sine[turn*(h+1)%len(sine)]
		}
		pcm[i] = toInt16(float32(sum))
	}
	return pcm
}

func tone(frames int, frequency, amplitude float64) []int16 {
	pcm := make([]int16, frames*FrameSamples)
	for i := range pcm {
		pcm[i] = int16(math.Round(amplitude * math.Sin(2*math.Pi*frequency*float64(i)/SampleRate)))
	}
	return pcm
}

// encodeAll encodes with redundancy. It panics on an error.
func encodeAll(name string, pcm []int16) [][]byte {
	enc, err := newEncoder(name, Opus{})
	if err != nil {
		panic(err)
	}
	if err := enc.expect(leastExpected); err != nil {
		panic(err)
	}
	return encodeWith(enc, pcm)
}

func encodeWith(enc encoder, pcm []int16) [][]byte {
	var payloads [][]byte
	buf := make([]byte, maxPayload)
	for ; len(pcm) >= FrameSamples; pcm = pcm[FrameSamples:] {
		n, err := enc.encode(buf, pcm[:FrameSamples])
		if err != nil {
			panic(err)
		}
		payloads = append(payloads, slices.Clone(buf[:n]))
	}
	return payloads
}

// spoken is six seconds of voice in Opus, made once.
var spoken = sync.OnceValue(func() [][]byte { return encodeAll("opus", voice(300)) })

// power is the share of the mean square of pcm at a frequency (Goertzel), from 0 to 1.
func power(pcm []int16, frequency float64) float64 {
	var re, im, total float64
	for i, s := range pcm {
		sin, cos := math.Sincos(2 * math.Pi * frequency * float64(i) / SampleRate)
		re += float64(s) * cos
		im += float64(s) * sin
		total += float64(s) * float64(s)
	}
	if total == 0 {
		return 0
	}
	return 2 * (re*re + im*im) / (float64(len(pcm)) * total)
}
