package appws

import (
	"math/rand/v2"
	"time"
)

const (
	// firstPause and maxPause bound the spans of the pauses between two attempts to connect.
	firstPause = time.Second
	maxPause   = time.Minute
	// steadyAfter is how long a connection has to last to be no failed attempt: one that logs in and
	// dies, again and again, is tried as patiently as one that is refused.
	steadyAfter = 10 * time.Second
)

// backoff gives the pauses between attempts: a span that doubles, the half of it by chance, so that
// clients that lost the same server come back spread out.
type backoff struct{ attempts int }

func (b *backoff) next() time.Duration {
	span := min(maxPause, firstPause<<min(b.attempts, 10))
	b.attempts++
	return span/2 + rand.N(span/2)
}

func (b *backoff) reset() { b.attempts = 0 }
