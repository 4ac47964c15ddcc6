package exchange

import (
	"math"
	"time"

	"github.com/patchcord/patchcord/rtc"
)

// The tones of the PBX, in Hz. It takes a window of 100 ms or more to tell Ringback from ColleagueTone.
const (
	// ColleagueTone is what 601 says, without an end.
	ColleagueTone = 440.0
	// CallbackTone is what 604 says when it has called back.
	CallbackTone = 587.0
	// CrowdTone is what anybody else says.
	CrowdTone = 330.0
	// Ringback is the sound of a telephone that rings far away: 1 s in 5 (ETSI TR 101 041-2).
	Ringback = 425.0
	// GreetingTone is the beep after which a mailbox listens.
	GreetingTone = 1000.0
	// MusicTone begins and dominates the made music that a held party hears.
	MusicTone = 262.0
)

// loudness is the peak of a note; two at once stay below full scale.
const loudness = 8000

// fade is how a note begins and ends, so that it does not click.
const fade = rtc.SampleRate * 4 / 1000

// note is up to two frequencies for a time; without any it is a rest.
type note struct {
	hz      [2]float64
	samples int
}

func play(d time.Duration, hz ...float64) note {
	n := note{samples: int(d * rtc.SampleRate / time.Second)}
	copy(n.hz[:], hz)
	return n
}

// tune plays notes. It is not safe for concurrent use.
type tune struct {
	notes []note
	// loop starts again after the last note; otherwise the tune is done.
	loop  bool
	at    int // the note being played
	since int // samples of it that were played
	phase [2]float64
}

func (t *tune) done() bool { return t.at >= len(t.notes) }

// next fills pcm with what comes next, silence when the tune is done.
func (t *tune) next(pcm []int16) {
	for i := range pcm {
		pcm[i] = t.sample()
	}
}

func (t *tune) sample() int16 {
	if t.done() {
		return 0
	}
	n := &t.notes[t.at]
	sum := 0.0
	for i, hz := range n.hz {
		if hz > 0 {
			sum += math.Sin(t.phase[i])
			t.phase[i] = math.Mod(t.phase[i]+2*math.Pi*hz/rtc.SampleRate, 2*math.Pi)
		}
	}
	sum *= t.envelope(n.samples)
	if t.since++; t.since >= n.samples {
		t.advance()
	}
	return int16(sum * loudness)
}

// envelope is the note's loudness at this moment, 0 to 1; a single endless note never dips.
func (t *tune) envelope(samples int) float64 {
	if t.loop && len(t.notes) == 1 {
		return 1
	}
	return min(1, float64(t.since)/fade, float64(samples-t.since)/fade)
}

func (t *tune) advance() {
	t.since = 0
	t.at++
	if t.loop && t.done() {
		t.at = 0
	}
	if !t.loop || len(t.notes) > 1 {
		t.phase = [2]float64{}
	}
}

func newTone(hz float64) *tune {
	return &tune{loop: true, notes: []note{play(time.Second, hz)}}
}

func newRingback() *tune {
	return &tune{loop: true, notes: []note{play(time.Second, Ringback), play(4 * time.Second)}}
}

// newCallbackTune is what 604 says instead of words: three falling notes, again and again.
func newCallbackTune() *tune {
	return &tune{loop: true, notes: []note{
		play(200*time.Millisecond, 784), play(200*time.Millisecond, 659),
		play(200*time.Millisecond, 523), play(300 * time.Millisecond),
	}}
}

// newGreeting is what a mailbox says instead of words for so long: three rising notes, and the
// beep after which it listens.
func newGreeting(d time.Duration) *tune {
	return &tune{notes: []note{play(d/4, 392), play(d/4, 494), play(d/4, 587), play(d/4, GreetingTone)}}
}

func newMusic() *tune {
	const beat = 300 * time.Millisecond
	return &tune{loop: true, notes: []note{
		play(2*beat, MusicTone), play(beat, 294), play(beat, 349),
		play(2*beat, MusicTone, 392), play(beat, 349), play(beat, 294),
	}}
}

// dtmfHz are the two tones of a key (ITU-T Q.23).
var dtmfHz = map[rune][2]float64{
	'1': {697, 1209}, '2': {697, 1336}, '3': {697, 1477}, 'A': {697, 1633},
	'4': {770, 1209}, '5': {770, 1336}, '6': {770, 1477}, 'B': {770, 1633},
	'7': {852, 1209}, '8': {852, 1336}, '9': {852, 1477}, 'C': {852, 1633},
	'*': {941, 1209}, '0': {941, 1336}, '#': {941, 1477}, 'D': {941, 1633},
}

// newBeep confirms a key.
func newBeep(digit rune) *tune {
	hz := dtmfHz[digit]
	return &tune{notes: []note{play(160*time.Millisecond, hz[0], hz[1])}}
}
