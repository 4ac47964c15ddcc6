package exchange

import (
	"math"
	"sync"

	"github.com/patchcord/patchcord/rtc"
)

// maxParticipants bounds a conference.
const maxParticipants = 32

// conference is a room where everybody hears the sum of all others.
type conference struct {
	mu           sync.Mutex // the loop adds and removes people, the mixer passes their sound on
	participants map[*participant]bool
}

func newConference() *conference { return &conference{participants: map[*participant]bool{}} }

// participant is a station of a conference: it takes the sound of one and gives the sum of all others.
// The mixer moves all sound in before any sound out.
type participant struct {
	conference *conference
	input      [rtc.FrameSamples]int16 // guarded by room.mu
}

func (r *conference) join() *participant {
	s := &participant{conference: r}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.participants[s] = true
	return s
}

func (r *conference) leave(s *participant) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.participants, s)
}

func (s *participant) hear(pcm []int16) {
	s.conference.mu.Lock()
	defer s.conference.mu.Unlock()
	copy(s.input[:], pcm)
}

// say fills pcm with the sum of the others, limited to full scale.
func (s *participant) say(pcm []int16) {
	var sum [rtc.FrameSamples]int32
	s.conference.mu.Lock()
	for other := range s.conference.participants {
		if other == s {
			continue
		}
		for i, sample := range other.input {
			sum[i] += int32(sample)
		}
	}
	s.conference.mu.Unlock()
	for i := range pcm {
		pcm[i] = int16(max(math.MinInt16, min(math.MaxInt16, sum[i])))
	}
}
