// Package backoff has pauses: between the tries to reach a server, and as long as somebody asks for.
package backoff

import (
	"context"
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

// Wait waits, and returns the error of ctx if that ends first.
func Wait(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
