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
	wav audio.WAV
	// up makes the samples of 48 kHz, nil where the file has that rate; made are those of one sample of the
	// file, from which used on they have not been played.
	up   *rtc.Upsampler
	made []int16
	used int
	next int // the frame of the file that comes next

	played atomic.Int64 // the same, for others
	over   atomic.Bool
}

func newClip(w audio.WAV) *clip {
	ratio := rtc.SampleRate / w.Rate
	c := &clip{wav: w, made: make([]int16, ratio), used: ratio}
	if ratio > 1 {
		c.up = rtc.NewUpsampler(ratio)
	}
	return c
}

// at is how much was played.
func (c *clip) at() time.Duration { return c.wav.After(int(c.played.Load())) }

// mix adds what comes next to pcm; where it fades, that is the end.
func (c *clip) mix(pcm []int16, fades bool) {
	for i := range pcm {
		v, more := c.sample()
		if !more {
			c.over.Store(true)
			break
		}
		if fades {
			v = int16(int(v) * (len(pcm) - i) / len(pcm))
		}
		pcm[i] = int16(max(math.MinInt16, min(math.MaxInt16, int(pcm[i])+int(v))))
	}
	c.played.Store(int64(c.next))
}

// sample is the next one at 48 kHz; false at the end.
func (c *clip) sample() (int16, bool) {
	if c.used == len(c.made) {
		if c.next == c.wav.Frames() {
			return 0, false
		}
		c.make(c.frame(c.next))
		c.next++
		c.used = 0
	}
	c.used++
	return c.made[c.used-1], true
}

func (c *clip) make(v int16) {
	if c.up == nil {
		c.made[0] = v
		return
	}
	c.up.Sample(c.made, v)
}

// frame is a frame of the file, both sides together.
func (c *clip) frame(i int) int16 {
	if c.wav.Channels == 1 {
		return c.read(i)
	}
	return int16((int(c.read(2*i)) + int(c.read(2*i+1))) / 2)
}

// read is a sample of the file.
func (c *clip) read(i int) int16 {
	switch c.wav.Coding {
	case audio.ALaw:
		return rtc.DecodeA(c.wav.Sound[i])
	case audio.MuLaw:
		return rtc.DecodeMu(c.wav.Sound[i])
	}
	return int16(binary.LittleEndian.Uint16(c.wav.Sound[2*i:]))
}
