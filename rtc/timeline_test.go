package rtc

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// What senders do to their timestamps: how many ticks a packet of 20 ms takes, and an offset for
// packet i although nothing is missing. jumps(10, ms) is music on hold and parked calls.
var lies = []struct {
	name, codec string
	step        uint32
	jumps       func(i int) uint32
}{
	{"PCMU +300 ms every 10 packets", "PCMU", 160, jumps(10, 8*300)},
	{"PCMA +60 ms every 10 packets", "PCMA", 160, jumps(10, 8*60)},
	{"G.722 -300 ms every 10 packets", "G722", 160, jumps(10, -8*300)},
	{"opus +300 ms every 10 packets", "opus", 960, jumps(10, 48*300)},
	{"opus +5 s every 100 packets", "opus", 960, jumps(100, 48*5000)},
	{"opus anywhere every 10 packets", "opus", 960, func(i int) uint32 { return uint32(i/10) * 0x9e3779b9 }},
	{"G.722 at 16 kHz", "G722", 320, nil},
	{"PCMU at 16 kHz", "PCMU", 320, nil},
	{"PCMU at 48 kHz", "PCMU", 960, nil},
	{"opus at 96 kHz", "opus", 1920, nil},
	{"opus at 16 kHz", "opus", 320, nil},
	{"opus at 8 kHz", "opus", 160, nil},
	{"PCMU that stands still", "PCMU", 0, nil},
	{"G.722 at 16 kHz, back to 8 kHz and again", "G722", 320, func(i int) uint32 { return 160 * -uint32(max(i%1000-500, 0)+i/1000*500) }},
}

func jumps(every int, ticks int32) func(i int) uint32 {
	return func(i int) uint32 { return uint32(i/every) * uint32(ticks) }
}

// networks are what packets meet on their way.
var networks = []struct {
	name   string
	delay  func(*rand.Rand, int) time.Duration
	lost   func(*rand.Rand, int) bool
	copies int
}{
	{"clean", nil, nil, 0},
	{"jitter 10 ms", uniform(10 * time.Millisecond), nil, 0},
	{"jitter 30 ms", uniform(30 * time.Millisecond), nil, 0},
	{"jitter 60 ms", uniform(60 * time.Millisecond), nil, 0},
	{"loss 2 %", nil, random(.02), 0},
	{"loss 2 % with copies", uniform(10 * time.Millisecond), random(.02), 2},
}

// In a stream with wrong timestamps only lost packets are concealed, and nothing waits longer.
func TestTimestampsThatLie(t *testing.T) {
	for _, lie := range lies {
		payloads := encodeAll(lie.codec, make([]int16, 5*FrameSamples))
		for _, network := range networks {
			t.Run(lie.name+", "+network.name, func(t *testing.T) {
				t.Parallel()
				c, _ := codecByName(lie.codec)
				honest := link{
					seed: 3, frames: 2000, phase: 7 * time.Millisecond, payloads: payloads, step: c.tsStep,
					delay: network.delay, lost: network.lost, copies: network.copies,
				}
				liar := honest
				liar.step, liar.jumps = lie.step, lie.jumps
				h, l := honest.run(hushedReceiver(lie.codec)), liar.run(hushedReceiver(lie.codec))
				t.Logf("concealed %.2f %%, %.2f without the lie; %v wait, %v", 100*l.concealed, 100*h.concealed, l.Buffer, h.Buffer)
				if l.concealed > h.concealed+.002 {
					t.Errorf("concealed %.2f %%, and %.2f of an honest stream", 100*l.concealed, 100*h.concealed)
				}
				if l.Buffer > h.Buffer+10*time.Millisecond {
					t.Errorf("%v wait, and %v of an honest stream", l.Buffer, h.Buffer)
				}
				if l.Jitter > h.Jitter+5*time.Millisecond {
					t.Errorf("jitter %v, and %v of an honest stream", l.Jitter, h.Jitter)
				}
			})
		}
	}
}

// Silence suppression is no error: the pause is as long as the timestamps say, whatever the network
// and the clock.
func TestPausesAreKept(t *testing.T) {
	pauses := func(i int) bool { return i%100 >= 75 } // 1.5 s of talk, 0.5 s of silence
	for _, step := range []uint32{160, 320} {
		for _, network := range networks {
			t.Run(fmt.Sprintf("step %d, %s", step, network.name), func(t *testing.T) {
				t.Parallel()
				l := link{
					seed: 3, frames: 2000, phase: 7 * time.Millisecond, payloads: stillPayloads, step: step,
					delay: network.delay, lost: network.lost, copies: network.copies, pauses: pauses,
				}
				var delays []time.Duration
				l.received = func(i int, _ []int16, delay time.Duration) {
					if i%100 == 70 && i > 200 {
						delays = append(delays, delay)
					}
				}
				o := l.run(stillReceiver())
				if slices.Max(delays) > 70*time.Millisecond || o.Late > 5 || o.concealed > .092 { // eight frames a pause fade out
					t.Errorf("delays %v to %v, late %d, concealed %.2f %%", slices.Min(delays), slices.Max(delays), o.Late, 100*o.concealed)
				}
				t.Logf("delays %v to %v, late %d, concealed %.2f %%", slices.Min(delays), slices.Max(delays), o.Late, 100*o.concealed)
			})
		}
	}
}

// hushed decodes to silence what knows its own length.
type hushed struct{ still }

func (hushed) decode(dst []int16, payload []byte) (int, error) {
	n := opusSpan(payload)
	clear(dst[:n])
	return n, nil
}

// hushedReceiver costs no decoding.
func hushedReceiver(name string) *receiver {
	r := newReceiver()
	c, _ := codecByName(name)
	f := &format{c, still{}}
	if name == "opus" {
		f.decoder = hushed{}
	}
	r.formats = map[uint8]*format{0: f}
	return r
}

// Where only the timestamp jumps nothing is heard of it, even if the sequence numbers jump too.
func TestJumpIsNotHeard(t *testing.T) {
	for _, name := range names {
		for _, skipped := range []uint16{0, 50} {
			s := newStream(t, name, toned(t, name))
			for i := range 40 {
				s.run(10)
				s.seq += skipped
				s.ts += uint32(i*i) * 4001
			}
			if got := s.stats(); got.Concealed != 0 || got.Late != 0 || got.Buffer > 15*time.Millisecond {
				t.Errorf("%s, %d skipped: %+v", name, skipped, got)
			}
			if step := steepest(s.pcm); step > steep {
				t.Errorf("%s, %d skipped: step of %.0f", name, skipped, step)
			}
		}
	}
}

// Where timestamps and arrivals say that no sound is missing, numbers that are missing or too many
// change nothing.
func TestSequenceNumbersThatLie(t *testing.T) {
	for name, between := range map[string]func(s *stream, i int){
		"three left out every 10 packets": func(s *stream, i int) { s.seq += uint16(i % 10 / 9 * 3) },
		"every other one left out":        func(s *stream, _ int) { s.seq++ },
		"each packet twice": func(s *stream, _ int) {
			s.ts -= s.step
			s.push(s.payloads[(s.sent-1)%len(s.payloads)])
			s.ts += s.step
			s.seq++
		},
		"nothing in every other packet": func(s *stream, _ int) { s.push(nil); s.seq++ },
		"something else in every other packet": func(s *stream, i int) {
			s.r.push(99, s.seq, uint32(i)*0x9e3779b9, s.ssrc, false, []byte{1, 2, 3}, s.now)
			s.seq++
		},
	} {
		for _, codec := range names {
			s := newStream(t, codec, toned(t, codec))
			for i := range 400 {
				s.send()
				between(s, i)
				s.play()
			}
			if got := s.stats(); got.Concealed != 0 || got.Buffer > 15*time.Millisecond {
				t.Errorf("%s, %s: %+v", codec, name, got)
			}
			if step := steepest(s.pcm); step > steep {
				t.Errorf("%s, %s: step of %.0f", codec, name, step)
			}
		}
	}
}
