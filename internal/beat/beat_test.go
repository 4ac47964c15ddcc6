package beat

import (
	"testing"
	"testing/synctest"
	"time"
)

// TestUntil: whoever waits wakes at a whole multiple, and at the next one from there.
func TestUntil(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(123 * time.Millisecond)
		for range 3 {
			before := time.Now()
			time.Sleep(Until(2 * time.Second))
			if now := time.Now(); !now.Equal(now.Truncate(2*time.Second)) || now.Sub(before) > 2*time.Second || !now.After(before) {
				t.Errorf("woke at %s after %s", now, now.Sub(before))
			}
		}
	})
}
