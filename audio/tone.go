package audio

import "time"

// ToneKind names a sound that the telephone makes itself.
type ToneKind int

// The call progress tones differ from country to country, see Country; the figures given here are
// those of most of Europe.
const (
	// Ringback is what a caller hears while the other telephone rings: 425 Hz, 1 s of 5.
	Ringback ToneKind = iota + 1
	// Ring is our own bell: two notes in turn, then a rest.
	Ring
	// Busy is 425 Hz, half a second of each second.
	Busy
	// Congestion says that the network, not the person, is busy: as Busy but twice as fast.
	Congestion
	// CallWaiting tells of a second call during the first: two short beeps every 6 s.
	CallWaiting
	// HoldReminder tells that somebody is still on hold: two soft falling notes every 15 s.
	HoldReminder
	// TestTone is for finding out whether a speaker is heard: three rising notes, a rest.
	TestTone
)

const (
	// toneRamp is how long a tone takes to rise and to fade, in samples.
	toneRamp = 5 * ms

	loud = 8000 // the bell; of 32767, for the sum of both frequencies
	fair = 5000 // call progress, keys
	soft = 2500 // what sounds over a conversation
)

// note is a sound of one or two frequencies, or a rest when both are zero.
type note struct {
	hertz  [2]float64
	volume float64 // peak of the sum
	length int     // samples
}

// Tone is a sound in progress. Its time is counted in samples mixed, so it keeps its cadence at any
// pace of the caller. For one goroutine; only making one allocates.
type Tone struct {
	notes  []note
	repeat bool
	index  int // note in progress; len(notes) when the tone is over
	at     int // samples into it
	waves  [2]oscillator
}

// NewTone begins a tone that goes on until Stop, as most of Europe knows it. An unknown kind is
// over at once.
func NewTone(kind ToneKind) *Tone { return NewToneIn(europe, kind) }

// NewToneIn is NewTone for a country. An unknown one sounds like Europe.
func NewToneIn(country Country, kind ToneKind) *Tone { return newTone(country.cadence(kind), true) }

// KeyTone begins the two frequencies of a telephone key, for the given time (ITU-T Q.23). Keys are
// 0 to 9, *, # and A to D in either case. For anything else it reports false, with a tone that is
// over.
func KeyTone(digit rune, length time.Duration) (*Tone, bool) {
	pair, ok := keyPair(digit)
	if !ok {
		return newTone(nil, false), false
	}
	samples := int(length.Seconds() * Rate)
	return newTone([]note{{pair, fair, max(samples, 2*toneRamp)}}, false), true
}

func newTone(notes []note, repeat bool) *Tone {
	t := &Tone{notes: notes, repeat: repeat}
	t.begin()
	return t
}

// Mix adds the next len(pcm) samples of the tone to pcm, saturating. A tone that is over adds
// nothing.
func (t *Tone) Mix(pcm []int16) {
	for len(pcm) > 0 && !t.Done() {
		n := min(len(pcm), t.notes[t.index].length-t.at)
		t.sound(pcm[:n])
		pcm = pcm[n:]
		if t.at += n; t.at == t.notes[t.index].length {
			t.next()
		}
	}
}

// Stop lets the tone fade within 5 ms. The caller goes on mixing until Done, so that the end
// does not click.
func (t *Tone) Stop() {
	if t.Done() {
		return
	}
	last := t.notes[t.index]
	last.length = min(last.length, t.at+toneRamp)
	t.notes, t.index, t.repeat = []note{last}, 0, false
}

// Done reports whether the tone is over.
func (t *Tone) Done() bool { return t.index >= len(t.notes) }

func (t *Tone) next() {
	t.at = 0
	if t.index++; t.index == len(t.notes) && t.repeat {
		t.index = 0
	}
	t.begin()
}

func (t *Tone) begin() {
	if t.Done() {
		return
	}
	for i, hertz := range t.notes[t.index].hertz {
		t.waves[i] = newOscillator(hertz)
	}
}

// sound adds the next samples of the note in progress.
func (t *Tone) sound(pcm []int16) {
	n := &t.notes[t.index]
	if n.volume == 0 {
		return
	}
	volume := n.volume
	if n.hertz[1] != 0 {
		volume /= 2
	}
	for i := range pcm {
		at := t.at + i
		shape := min(swell(at, toneRamp), swell(n.length-at, toneRamp))
		add(&pcm[i], volume*shape*(t.waves[0].next()+t.waves[1].next()))
	}
}

// keyPair is the low and the high frequency of a key: its row and its column on the keypad.
func keyPair(digit rune) ([2]float64, bool) {
	low := [...]float64{697, 770, 852, 941}
	high := [...]float64{1209, 1336, 1477, 1633}
	if digit >= 'a' && digit <= 'd' {
		digit -= 'a' - 'A'
	}
	for i, key := range "123A456B789C*0#D" {
		if key == digit {
			return [2]float64{low[i/4], high[i%4]}, true
		}
	}
	return [2]float64{}, false
}
