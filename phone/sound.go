package phone

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/patchcord/patchcord/audio"
	"github.com/patchcord/patchcord/rtc"
)

// soundStep is how often the sound loop looks at the device. A quarter of a frame keeps what
// it adds to the delay small; the device's own clock paces the frames.
const soundStep = rtc.FrameLen / 4

// toneLength is how long one digit sounds, here and on the wire (RFC 4733 §2.6.1 asks for 40
// ms at least, older equipment for 100).
const toneLength = 120 * time.Millisecond

// noTone is the absence of a tone; kinds begin at 1.
const noTone audio.ToneKind = 0

// keysDeep is how many key tones may wait; further ones are not heard here.
const keysDeep = 16

// sound moves frames between the device and the sessions of those we talk to. It runs while there is
// anything to hear. The desk controls it by atomics, and it never waits.
type sound struct {
	voices atomic.Pointer[voices]
	muted  atomic.Bool
	tone   atomic.Uint32 // an audio.ToneKind; noTone for none
	keys   chan rune
	// chimes are short sounds, to test the speaker or as a reminder; when it is full one is about to
	// be heard, and one is enough.
	chimes chan audio.ToneKind
	// clip is what is played of a recorded sound, nil for none.
	clip atomic.Pointer[clip]
	// country is the one whose tones are played.
	country audio.Country
	meter   atomic.Pointer[audio.Meter]
	// mutedSpeech is true while the person speaks into a muted microphone.
	mutedSpeech atomic.Bool
}

func newSound(country audio.Country) *sound {
	s := &sound{keys: make(chan rune, keysDeep), chimes: make(chan audio.ToneKind, 1), country: country}
	s.meter.Store(&audio.Meter{})
	s.voices.Store(&voices{})
	return s
}

// key lets the person hear a digit.
func (s *sound) key(digit rune) {
	select {
	case s.keys <- digit:
	default:
	}
}

// chime lets the person hear a sound for a moment.
func (s *sound) chime(kind audio.ToneKind) {
	select {
	case s.chimes <- kind:
	default:
	}
}

// run runs the device until ctx ends, then closes it.
func (s *sound) run(ctx context.Context, dev audio.Device) {
	defer dev.Close()
	step := time.NewTicker(soundStep)
	defer step.Stop()
	w := newSoundWork(s, dev)
	for {
		w.follow(s.voices.Load())
		for dev.Wants() && w.play() { // first, so that what they say is there for whom we send it to
		}
		for dev.Read(w.mic) {
			w.send()
		}
		m := dev.Meter()
		s.meter.Store(&m)
		select {
		case <-ctx.Done():
			return
		case <-step.C:
		}
	}
}

// part is how much is played or sent at a time, in samples: half a frame is heard 10 ms earlier than a whole one.
const part = rtc.FrameSamples / 2

func newPart() []int16 { return make([]int16, part) }

// soundWork has the buffers of one run of the sound loop, which are used again and again.
type soundWork struct {
	*sound
	dev                    audio.Device
	mic, ear, silence, out []int16
	tones                  mixer
	clip                   *clip
	speaking               audio.Speaking
	sum                    *audio.Sum
	// now are those whose sound is moved, each with the slot of the same index.
	now   *voices
	slots [maxLegs]slot
}

func newSoundWork(s *sound, dev audio.Device) *soundWork {
	w := &soundWork{
		sound: s, dev: dev, mic: newPart(), ear: newPart(), silence: newPart(), out: newPart(),
		sum: audio.NewSum(part), now: &voices{},
	}
	for i := range w.slots {
		w.slots[i] = slot{part: newPart(), said: audio.NewElastic()}
	}
	return w
}

// play plays a part and reports whether there may be room for another.
func (w *soundWork) play() bool {
	w.listen()
	w.tones.mix(w.ear, audio.ToneKind(w.tone.Load()), w.sound)
	w.tones.mixChime(w.ear, w.chimes)
	w.mixClip()
	return w.dev.Write(w.ear)
}

// mixClip adds the clip that is played. One in whose place there is another, or none, fades.
func (w *soundWork) mixClip() {
	if now := w.sound.clip.Load(); now != w.clip {
		if w.clip != nil {
			w.clip.mix(w.ear, true)
		}
		w.clip = now
	}
	if w.clip != nil {
		w.clip.mix(w.ear, false)
	}
}

// mixer adds the phone's own tones to what is heard.
type mixer struct {
	kind   audio.ToneKind
	steady *audio.Tone
	key    *audio.Tone
	chime  *audio.Tone
	// left are the samples that the chime goes on for.
	left int
}

// chimeLength is how long a device is tested, or somebody reminded.
const chimeLength = 2 * time.Second

// mixChime adds a sound of a moment.
func (m *mixer) mixChime(pcm []int16, chimes <-chan audio.ToneKind) {
	if m.chime == nil {
		select {
		case kind := <-chimes:
			m.chime, m.left = audio.NewTone(kind), int(chimeLength.Seconds()*audio.Rate)
		default:
			return
		}
	}
	m.chime.Mix(pcm)
	if m.left -= len(pcm); m.left <= 0 {
		m.chime.Stop()
	}
	if m.chime.Done() {
		m.chime = nil
	}
}

func (m *mixer) mix(pcm []int16, kind audio.ToneKind, s *sound) {
	if kind != m.kind {
		m.kind, m.steady = kind, nil
		if kind != noTone {
			m.steady = audio.NewToneIn(s.country, kind)
		}
	}
	if m.steady != nil {
		m.steady.Mix(pcm)
	}
	if m.key == nil || m.key.Done() {
		m.key = nil
		select {
		case digit := <-s.keys:
			m.key, _ = audio.KeyTone(digit, toneLength)
		default:
			return
		}
	}
	if m.key != nil {
		m.key.Mix(pcm)
	}
}
