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

// sound moves frames between the device and the session of the talking call. It runs while there is
// anything to hear. The desk controls it by atomics, and it never waits.
type sound struct {
	session atomic.Pointer[rtc.Session]
	muted   atomic.Bool
	tone    atomic.Uint32 // an audio.ToneKind; noTone for none
	keys    chan rune
	// chimes are short sounds, to test the speaker or as a reminder; when it is full one is about to
	// be heard, and one is enough.
	chimes chan audio.ToneKind
	// country is that of the tones.
	country audio.Country
	meter   atomic.Pointer[audio.Meter]
	// recorder records both sides of the session; nil records nothing.
	recorder atomic.Pointer[audio.Recorder]
	// mutedSpeech is true while the person speaks into a muted microphone.
	mutedSpeech atomic.Bool
}

func newSound(country audio.Country) *sound {
	s := &sound{keys: make(chan rune, keysDeep), chimes: make(chan audio.ToneKind, 1), country: country}
	s.meter.Store(&audio.Meter{})
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
	w := soundWork{sound: s, dev: dev, mic: newFrame(), ear: make([]int16, earPart), silence: newFrame(), them: newLag()}
	for {
		session := s.session.Load()
		for dev.Read(w.mic) {
			w.send(session)
		}
		for dev.Wants() && w.play(session) {
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

// earPart is how much is played at a time: half a frame is heard 10 ms earlier than a whole one.
const earPart = rtc.FrameSamples / 2

func newFrame() []int16 { return make([]int16, rtc.FrameSamples) }

// soundWork has the buffers of one run of the sound loop, which are used again and again.
type soundWork struct {
	*sound
	dev               audio.Device
	mic, ear, silence []int16
	tones             mixer
	speaking          audio.Speaking
	them              lag
}

// lag holds the far end's sound until our frame for the same time in a recording comes: speaker and
// microphone are not in step.
type lag struct {
	frames  [6][]int16
	n, next int
	filled  int  // samples of the frame after those, which is not whole yet
	primed  bool // two frames were there, so that one may be late
}

func newLag() lag {
	var l lag
	for i := range l.frames {
		l.frames[i] = newFrame()
	}
	return l
}

// put adds a part of a frame, which must not exceed it; if all places are taken the oldest frame is
// dropped.
func (l *lag) put(pcm []int16) {
	if l.n == len(l.frames) {
		l.n, l.next = l.n-1, (l.next+1)%len(l.frames)
	}
	frame := l.frames[(l.next+l.n)%len(l.frames)]
	if l.filled += copy(frame[l.filled:], pcm); l.filled < len(frame) {
		return
	}
	l.n, l.filled = l.n+1, 0
	l.primed = l.primed || l.n >= 2
}

// get returns the oldest frame, valid until the next put, or otherwise if there is none.
func (l *lag) get(otherwise []int16) []int16 {
	if l.n == 0 {
		l.primed = false
	}
	if !l.primed {
		return otherwise
	}
	pcm := l.frames[l.next]
	l.n, l.next = l.n-1, (l.next+1)%len(l.frames)
	return pcm
}

// send passes a frame of the microphone to the far end and to the recorder.
func (w *soundWork) send(session *rtc.Session) {
	if session == nil {
		return
	}
	frame := w.mic
	muted := w.muted.Load()
	w.mutedSpeech.Store(w.speaking.Hear(w.mic) && muted)
	if muted {
		frame = w.silence
	}
	if r := w.recorder.Load(); r != nil {
		r.Write(w.them.get(w.silence), frame)
	}
	_ = session.WriteFrame(frame) // a session that cannot send says so by Lost
}

// play plays a frame and reports whether there may be room for another.
func (w *soundWork) play(session *rtc.Session) bool {
	clear(w.ear)
	if session != nil {
		session.ReadFrame(w.ear)
	}
	if w.recorder.Load() != nil {
		w.them.put(w.ear)
	}
	w.tones.mix(w.ear, audio.ToneKind(w.tone.Load()), w.sound)
	w.tones.mixChime(w.ear, w.chimes)
	return w.dev.Write(w.ear)
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
