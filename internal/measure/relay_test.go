package main

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/patchcord/patchcord/rtc"
)

func TestLossIsAsAsked(t *testing.T) {
	for _, c := range conditions {
		w := weather{condition: c, dice: rand.New(rand.NewPCG(1, 1))}
		const packets = 100000
		lost, runs, before := 0, 0, false
		for range packets {
			now := w.lost()
			if now {
				lost++
			}
			if now && !before {
				runs++
			}
			before = now
		}
		if got := float64(lost) / packets; math.Abs(got-c.loss) > .01 {
			t.Errorf("%s: lost %.3f", c.name, got)
		}
		if length := float64(lost) / float64(max(1, runs)); c.burst > 1 && math.Abs(length-c.burst) > .1 {
			t.Errorf("%s: bursts of %.2f", c.name, length)
		}
	}
}

func TestPacketsAreLateAsAsked(t *testing.T) {
	w := weather{condition: condition{delay: 10 * ms, jitter: 30 * ms}, dice: rand.New(rand.NewPCG(1, 1))}
	begin := time.Unix(0, 0)
	var last time.Time
	for i := range 1000 {
		now := begin.Add(time.Duration(i) * 20 * ms)
		late := w.late(now)
		if late < 10*ms || late > 41*ms {
			t.Fatalf("packet %d is %v late", i, late)
		}
		if at := now.Add(late); at.Before(last) {
			t.Fatalf("packet %d comes before the one before", i)
		} else {
			last = at
		}
	}
}

// A call goes through the relay: what the relay drops is not heard.
func TestCallThroughTheRelay(t *testing.T) {
	e, err := rtc.NewEngine(rtc.Config{Loopback: true})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	r, err := newRelay()
	if err != nil {
		t.Fatal(err)
	}
	defer r.close()
	c, err := connect(ctx, e, r, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := c.close(); err != nil {
			t.Error(err)
		}
	}()
	pcm := make([]int16, rtc.FrameSamples)
	received := func() uint64 { return c.to.Stats().Received }
	speakUntil := func(what string, enough func() bool) {
		if err := beat(ctx, time.Now(), rtc.FrameLen, func(int) bool {
			_ = c.from.WriteFrame(pcm)
			return !enough()
		}); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
	}
	speakUntil("packets come", func() bool { return received() > 5 })
	r.impair(condition{loss: 1}, 1)
	before, still := received(), 0
	speakUntil("no packets come through a relay that loses all", func() bool {
		if now := received(); now != before {
			before, still = now, -1
		}
		still++
		return still == 10
	})
}
