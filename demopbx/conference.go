package demopbx

import (
	"math"
	"sync"

	"github.com/patchcord/patchcord/rtc"
)

// maxSeats bounds who can meet in one conference.
const maxSeats = 32

// room is a conference: everybody hears the sum of all others.
type room struct {
	mu    sync.Mutex // the loop lets people in and out, the mixer passes on what they say
	seats map[*seat]bool
}

func newRoom() *room { return &room{seats: map[*seat]bool{}} }

// seat is a station: what it is told goes to all other seats, and it says what they heard.
// The mixer lets all seats hear a frame before any of them says one.
type seat struct {
	room  *room
	heard [rtc.FrameSamples]int16 // guarded by room.mu
}

func (r *room) join() *seat {
	s := &seat{room: r}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seats[s] = true
	return s
}

func (r *room) leave(s *seat) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.seats, s)
}

func (s *seat) hear(pcm []int16) {
	s.room.mu.Lock()
	defer s.room.mu.Unlock()
	copy(s.heard[:], pcm)
}

// say fills pcm with the others' sum, cut off at full scale.
func (s *seat) say(pcm []int16) {
	var sum [rtc.FrameSamples]int32
	s.room.mu.Lock()
	for other := range s.room.seats {
		if other == s {
			continue
		}
		for i, sample := range other.heard {
			sum[i] += int32(sample)
		}
	}
	s.room.mu.Unlock()
	for i := range pcm {
		pcm[i] = int16(max(math.MinInt16, min(math.MaxInt16, sum[i])))
	}
}
