//go:build janus

package janustest

import (
	"bytes"
	"encoding/binary"
	"math"
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

// loudest is the share of a frequency in the loudest second of a WAV.
func loudest(wav []byte, hz float64) float64 {
	if len(wav) < head {
		return 0
	}
	pcm := make([]int16, (len(wav)-head)/2)
	for i := range pcm {
		pcm[i] = int16(binary.LittleEndian.Uint16(wav[head+2*i:]))
	}
	share, most := 0.0, 0.0
	for from := 0; from+rate <= len(pcm); from += rate / 4 {
		energy, part := Share(pcm[from:from+rate], hz, rate)
		if energy > most {
			share, most = part, energy
		}
	}
	return share
}

// Share is the energy of a sound and how much of it is of a frequency, from 0 to 1 (Goertzel).
func Share(pcm []int16, hz, rate float64) (energy, share float64) {
	var s1, s2 float64
	k := 2 * math.Cos(2*math.Pi*hz/rate)
	for _, v := range pcm {
		s1, s2 = float64(v)+k*s1-s2, s1
		energy += float64(v) * float64(v)
	}
	if energy < float64(len(pcm)) { // noise of the last bit
		return 0, 0
	}
	return energy, (s1*s1 + s2*s2 - k*s1*s2) * 2 / float64(len(pcm)) / energy
}
