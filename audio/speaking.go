package audio

import "math"

// Speaking notices that somebody speaks into a microphone, for a warning to a person who is muted.
// It knows speech only by being louder than the noise of the room, which it learns: good enough for
// that, not for deciding what to send. The zero value is ready. For one goroutine; it never
// allocates.
type Speaking struct {
	floor float64 // noise of the room, dB against full scale; learned once begun
	begun bool
	score int // milliseconds of speech lately, at most speakingMost
	now   bool
}

const (
	speakingOver  = 12.0  // speech is so many dB above the noise at least
	speakingLeast = -50.0 // dB against full scale: softer than any voice near the microphone
	speakingAfter = 200   // ms of speech until it counts: a knock or a key is shorter
	speakingMost  = 500   // ms of silence until it is over, at the most
	floorRise     = 3.0   // dB a second at which the noise is believed to grow
	floorFall     = 0.02  // share of a fall that counts each ms
)

// Hear takes the next samples of the microphone, 20 ms or so, and tells whether somebody is
// speaking: from a fifth of a second of speech on until half a second without.
func (s *Speaking) Hear(pcm []int16) bool {
	length := len(pcm) / ms
	if length == 0 {
		return s.now
	}
	level := decibels(pcm)
	if !s.begun {
		s.floor, s.begun = level, true
	}
	if level < s.floor {
		s.floor += (level - s.floor) * min(1, floorFall*float64(length))
	} else {
		s.floor = min(level, s.floor+floorRise*float64(length)/1000)
	}
	if level > speakingLeast && level > s.floor+speakingOver {
		s.score = min(speakingMost, s.score+length)
	} else {
		s.score = max(0, s.score-length)
	}
	if s.score >= speakingAfter {
		s.now = true
	} else if s.score == 0 {
		s.now = false
	}
	return s.now
}

// decibels is the loudness of pcm without its constant component, in dB below a full-scale square
// wave. Digital silence is -100.
func decibels(pcm []int16) float64 {
	var sum, square float64
	for _, v := range pcm {
		x := float64(v)
		sum += x
		square += x * x
	}
	n := float64(len(pcm))
	power := (square/n - sum/n*sum/n) / (1 << 30)
	return 10 * math.Log10(max(power, 1e-10))
}
