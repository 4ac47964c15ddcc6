package backoff

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

func TestPause(t *testing.T) {
	const first, longest = time.Second, time.Minute
	for try, span := range map[int]time.Duration{
		0: first, 1: first, 2: 2 * first, 3: 4 * first, 6: 32 * first, 7: longest, 1000: longest,
	} {
		seen := map[time.Duration]bool{}
		for range 50 {
			pause := Pause(try, first, longest)
			if pause < span/2 || pause >= span {
				t.Errorf("after try %d: %v", try, pause)
			}
			seen[pause] = true
		}
		if len(seen) < 2 {
			t.Errorf("after try %d all pauses are %v", try, seen)
		}
	}
}

func TestWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		if err := Wait(t.Context(), time.Minute); err != nil || time.Since(began) != time.Minute {
			t.Errorf("%v after %s", err, time.Since(began))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := Wait(ctx, time.Minute); err == nil || time.Since(began) != time.Minute+time.Second {
			t.Errorf("%v after %s", err, time.Since(began))
		}
		if Wait(ctx, 0) == nil {
			t.Error("no error after the end of ctx")
		}
	})
}
