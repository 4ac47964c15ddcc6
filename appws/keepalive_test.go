package appws

import (
	"runtime/metrics"
	"testing"
	"testing/synctest"
	"time"

	"github.com/patchcord/patchcord/internal/pipenet"
)

// TestQuietConnectionSleeps: an hour in which only KeepAlive messages pass takes a few wakes a minute, with
// either way to find a dead peer.
func TestQuietConnectionSleeps(t *testing.T) {
	for name, deadAfter := range map[string]time.Duration{"answers are watched": 0, "silence is watched": 3 * time.Minute} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				net := pipenet.New()
				s := newTestService(ServiceConfig{KeepAlive: time.Minute, DeadAfter: deadAfter, Pings: true})
				defer net.Serve(s)()
				conn, err := Dial(t.Context(), Config{
					URL: "ws://pipe/", App: "a", Password: "pw", DialContext: net.Dial, KeepAlive: time.Minute, DeadAfter: deadAfter,
				})
				if err != nil {
					t.Fatal(err)
				}
				defer conn.Close()
				before := wakes()
				pass(time.Hour)
				if err := conn.Err(); err != nil {
					t.Fatal(err)
				}
				if n := wakes() - before; n > 20_000 {
					t.Errorf("goroutines woke %d times in a quiet hour", n)
				}
			})
		})
	}
}

// wakes is how often a goroutine of this process has begun to run, or a part of it that stays the same.
func wakes() (n uint64) {
	samples := []metrics.Sample{{Name: "/sched/latencies:seconds"}}
	metrics.Read(samples)
	for _, c := range samples[0].Value.Float64Histogram().Counts {
		n += c
	}
	return n
}
