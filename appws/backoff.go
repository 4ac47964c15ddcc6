package appws

import (
	"math/rand/v2"
	"time"
)

// Bounds of the pause between two attempts to connect.
const (
	minPause = time.Second
	maxPause = time.Minute
)

// backoff gives the pauses between attempts: the least one first, then a random one below a
// bound that doubles. Clients that lost the same server come back spread out.
type backoff struct{ bound time.Duration }

func (b *backoff) next() time.Duration {
	b.bound = min(max(2*b.bound, minPause), maxPause)
	return minPause + rand.N(b.bound-minPause+1)
}

func (b *backoff) reset() { b.bound = 0 }
