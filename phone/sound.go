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

// keysDeep is how many key tones may wait; one that finds no room is not heard here.
const keysDeep = 16

// sound moves frames between the device and the session that is being talked on. It runs
// while there is anything to hear. What it is to do is set from the loop by atomics, and it
// never waits for anybody.
type sound struct {
	session atomic.Pointer[rtc.Session]
	muted   atomic.Bool
	tone    atomic.Uint32 // an audio.ToneKind; noTone for none
	keys    chan rune
	meter   atomic.Pointer[audio.Meter]
}

func newSound() *sound {
	s := &sound{keys: make(chan rune, keysDeep)}
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

// run works the device until ctx ends, then closes it.
func (s *sound) run(ctx context.Context, dev audio.Device) {
	defer dev.Close()
	step := time.NewTicker(soundStep)
	defer step.Stop()
	mic, ear := make([]int16, rtc.FrameSamples), make([]int16, rtc.FrameSamples)
	silence := make([]int16, rtc.FrameSamples)
	var tones mixer
	for {
		session := s.session.Load()
		for dev.Read(mic) {
			if session == nil {
				continue
			}
			frame := mic
			if s.muted.Load() {
				frame = silence
			}
			_ = session.WriteFrame(frame) // a session that cannot send says so by Lost
		}
		for dev.Wants() {
			clear(ear)
			if session != nil {
				session.ReadFrame(ear)
			}
			tones.mix(ear, audio.ToneKind(s.tone.Load()), s.keys)
			if !dev.Write(ear) {
				break
			}
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

// mixer adds the phone's own tones to what is heard.
type mixer struct {
	kind   audio.ToneKind
	steady *audio.Tone
	key    *audio.Tone
}

func (m *mixer) mix(pcm []int16, kind audio.ToneKind, keys <-chan rune) {
	if kind != m.kind {
		m.kind, m.steady = kind, nil
		if kind != noTone {
			m.steady = audio.NewTone(kind)
		}
	}
	if m.steady != nil {
		m.steady.Mix(pcm)
	}
	if m.key == nil || m.key.Done() {
		m.key = nil
		select {
		case digit := <-keys:
			m.key, _ = audio.KeyTone(digit, toneLength)
		default:
			return
		}
	}
	if m.key != nil {
		m.key.Mix(pcm)
	}
}
