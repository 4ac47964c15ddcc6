//go:build janus

package janustest

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"
	"time"
)

// rate is the sampling rate of the telephones; head the size of a plain WAV header.
const (
	rate = 8000
	head = 44
)

// sine is a WAV with a tone.
func sine(hz float64, length time.Duration) []byte {
	samples := int(length.Seconds() * rate)
	var b bytes.Buffer
	le := func(values ...any) {
		for _, v := range values {
			_ = binary.Write(&b, binary.LittleEndian, v)
		}
	}
	b.WriteString("RIFF")
	le(uint32(head - 8 + 2*samples))
	b.WriteString("WAVEfmt ")
	le(uint32(16), uint16(1), uint16(1), uint32(rate), uint32(2*rate), uint16(2), uint16(16))
	b.WriteString("data")
	le(uint32(2 * samples))
	for i := range samples {
		le(int16(8000 * math.Sin(2*math.Pi*hz*float64(i)/rate)))
	}
	return b.Bytes()
}

// purest is the largest share that a frequency has in any second of a WAV.
func purest(wav []byte, hz float64) float64 {
	if len(wav) < head {
		return 0
	}
	pcm := make([]int16, (len(wav)-head)/2)
	for i := range pcm {
		pcm[i] = int16(binary.LittleEndian.Uint16(wav[head+2*i:]))
	}
	best := 0.0
	for from := 0; from+rate <= len(pcm); from += rate / 4 {
		best = max(best, Share(pcm[from:from+rate], hz, rate))
	}
	return best
}

const (
	// window is what is looked at for a frequency at a time: in a longer one a frame that was lost would
	// spoil the rest, as the phase jumps there.
	window = 50 * time.Millisecond
	// pure is the share of the energy in a window from which a tone counts as heard.
	pure = 0.8
	// silence is the mean square below which nothing counts as sound.
	silence = 1000
)

// Clear is the Share of a tone that is heard well, on a machine that may have other things to do.
const Clear = 0.7

// Share is how much of a sound is a tone, from 0 to 1.
func Share(pcm []int16, hz, rate float64) float64 {
	size, tones, windows := int(rate*window.Seconds()), 0, 0
	for part := range slices.Chunk(pcm, size) {
		if windows++; len(part) == size && isTone(part, hz, rate) {
			tones++
		}
	}
	return float64(tones) / float64(max(1, windows))
}

// isTone tells whether a sound is mostly of a frequency (Goertzel).
func isTone(pcm []int16, hz, rate float64) bool {
	var energy, s1, s2 float64
	k := 2 * math.Cos(2*math.Pi*hz/rate)
	for _, v := range pcm {
		s1, s2 = float64(v)+k*s1-s2, s1
		energy += float64(v) * float64(v)
	}
	return Loud(pcm) && (s1*s1+s2*s2-k*s1*s2)*2/float64(len(pcm)) > pure*energy
}

// Loud tells whether there is any sound.
func Loud(pcm []int16) bool {
	energy := 0.0
	for _, v := range pcm {
		energy += float64(v) * float64(v)
	}
	return energy > silence*float64(len(pcm))
}
