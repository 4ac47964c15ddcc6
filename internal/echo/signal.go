package echo

import (
	"math"
	"math/rand/v2"
)

// Signal is a sound to measure with: bursts of soft noise with the rhythm and the band of speech.
// Codecs and echo cancellers take it for speech, and it never repeats itself. It is always the same
// from the start. For one goroutine.
type Signal struct {
	random *rand.Rand
	// left is how many samples of the present syllable or pause remain, of length in all.
	left, length int
	sounds       bool
	// fast and slow are two low-pass filters; what is between them is the band of a voice.
	fast, slow float64
}

const (
	signalPeak = 9000.0 // before the filters, which leave about a third
	// fastShare and slowShare are how much a new sample counts in the filters: corners at about 2.5
	// kHz and 200 Hz.
	fastShare, slowShare = 0.28, 0.026
	// Syllables and the pauses between them last so many samples, at least and at most.
	shortest, syllable   = rate * 120 / 1000, rate * 260 / 1000
	breath, longestPause = rate * 40 / 1000, rate * 160 / 1000
)

// NewSignal begins one.
func NewSignal() *Signal { return &Signal{random: rand.New(rand.NewPCG(605, 1965))} }

// Next fills pcm.
func (s *Signal) Next(pcm []int16) {
	for i := range pcm {
		if s.left == 0 {
			s.turn()
		}
		s.left--
		pcm[i] = int16(s.sample())
	}
}

// turn changes from a syllable to a pause, or back.
func (s *Signal) turn() {
	s.sounds = !s.sounds
	low, high := breath, longestPause
	if s.sounds {
		low, high = shortest, syllable
	}
	s.length = low + s.random.IntN(high-low)
	s.left = s.length
}

func (s *Signal) sample() float64 {
	var v float64
	if s.sounds {
		swell := math.Sin(math.Pi * float64(s.left) / float64(s.length)) // neither end clicks
		v = signalPeak * swell * s.random.NormFloat64()
	}
	s.fast += fastShare * (v - s.fast)
	s.slow += slowShare * (v - s.slow)
	return max(math.MinInt16, min(math.MaxInt16, s.fast-s.slow))
}
