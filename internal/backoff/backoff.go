// Package backoff has the pauses between the tries to reach a server.
package backoff

import (
	"math/rand/v2"
	"time"
)

// Pause is how long to wait after the given failed try, counted from 1. The range doubles from
// first to longest, and half of it is random, so that a thousand clients that lost the same server
// do not come back at once.
func Pause(try int, first, longest time.Duration) time.Duration {
	span := min(longest, first<<min(max(try, 1)-1, 10))
	return span/2 + rand.N(span/2)
}
