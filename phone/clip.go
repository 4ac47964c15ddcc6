package phone

import (
	"encoding/binary"
	"math"
	"sync/atomic"
	"time"

	"github.com/patchcord/patchcord/audio"
	"github.com/patchcord/patchcord/rtc"
)

// clip is a recorded sound that is played once. It belongs to the sound loop; others ask how far it is.
type clip struct {
	wav    audio.WAV
	frames int
	// part is what is played now, from at on; next gives the one after it, and false at the end, without ever
	// waiting: a part that is not there yet is nil.
	part []byte
	at   int
	next func() (part []byte, more bool)
	// up makes the samples of 48 kHz, nil where the sound has that rate; made are those of one of its samples, from
	// which used on they have not been played.
	up   *rtc.Upsampler
	made []int16
	used int

	played atomic.Int64 // frames, for others
	over   atomic.Bool
}

// newClip plays a sound that is there.
func newClip(w audio.WAV) *clip {
	c := newStream(w, w.Frames(), func() ([]byte, bool) { return nil, false })
	c.part = w.Sound
	return c
}

// newStream plays a sound that comes in parts.
func newStream(w audio.WAV, frames int, next func() ([]byte, bool)) *clip {
	ratio := rtc.SampleRate / w.Rate
	c := &clip{wav: w, frames: frames, next: next, made: make([]int16, ratio), used: ratio}
	if ratio > 1 {
		c.up = rtc.NewUpsampler(ratio)
	}
	return c
}

// progress is how much was played, length how long it is.
func (c *clip) progress() time.Duration { return c.wav.After(int(c.played.Load())) }
func (c *clip) length() time.Duration   { return c.wav.After(c.frames) }

// mix adds what comes next to pcm; where it fades, that is the end. What is not there yet is silence.
func (c *clip) mix(pcm []int16, fades bool) {
	for i := range pcm {
		if c.used == len(c.made) && !c.advance() {
			return
		}
		v := int(c.made[c.used])
		c.used++
		if fades {
			v = v * (len(pcm) - i) / len(pcm)
		}
		pcm[i] = int16(max(math.MinInt16, min(math.MaxInt16, int(pcm[i])+v)))
	}
}

// advance makes the samples of the next frame, and is false where there is none.
func (c *clip) advance() bool {
	if c.at == len(c.part) {
		part, more := c.next()
		if !more {
			c.over.Store(true)
		}
		if len(part) == 0 {
			return false
		}
		c.part, c.at = part, 0
	}
	v := int(c.sample())
	if c.wav.Channels == 2 {
		v = (v + int(c.sample())) / 2
	}
	c.used = 0
	c.played.Add(1)
	if c.up == nil {
		c.made[0] = int16(v)
		return true
	}
	c.up.Sample(c.made, int16(v))
	return true
}

// sample reads the next sample of a channel.
func (c *clip) sample() int16 {
	at := c.at
	switch c.wav.Coding {
	case audio.ALaw:
		c.at++
		return rtc.DecodeA(c.part[at])
	case audio.MuLaw:
		c.at++
		return rtc.DecodeMu(c.part[at])
	}
	c.at += 2
	return int16(binary.LittleEndian.Uint16(c.part[at:]))
}
