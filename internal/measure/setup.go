package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/patchcord/patchcord/rtc"
)

// The goal for a call from the first offer to sound at both ends, and what the peers need, in ms.
const (
	setupGoal, setupGoalWorst = 30.0, 45.0
	setupBaresip              = 26.8
	setupChromium             = 81.6
)

// callsPerRun is the number of calls for a median.
const callsPerRun = 50

// setup measures how long a call takes from the offer to decoded sound at both ends.
func setup(ctx context.Context, b *bench, out io.Writer) error {
	fmt.Fprintf(out, "  Offer to decoded sound at both ends in ms, DTLS-SRTP and ICE; goal: median %.0f, p99 %.0f.\n", setupGoal, setupGoalWorst)
	var middles, worst, connected []float64
	for range b.runs {
		var took []float64
		for range callsPerRun {
			up, received, err := b.setUp(ctx)
			if err != nil {
				return err
			}
			connected, took = append(connected, up), append(took, received)
		}
		middles, worst = append(middles, median(took)), append(worst, percentile(took, .99))
	}
	m := median(middles)
	fmt.Fprintf(out, "  median %.1f, p99 %.1f (encrypted path up after %.1f) = %.2fx Debian's baresip 1.0.0 (%.1f), %.2fx Chromium (%.1f)\n",
		m, median(worst), median(connected), m/setupBaresip, setupBaresip, m/setupChromium, setupChromium)
	return nil
}

// setUp makes one call and returns how long it took to connect and to be heard, in ms. The clocks
// of the sound cards have random offsets.
func (b *bench) setUp(ctx context.Context) (up, received float64, err error) {
	began := time.Now()
	c, err := connect(ctx, b.engine, nil)
	if err != nil {
		return 0, 0, err
	}
	defer func() { _ = c.close() }()
	connected := time.Now()
	var ends sync.WaitGroup
	var first [2]time.Time
	var failed [2]error
	for i, end := range []*rtc.Session{c.from, c.to} {
		ends.Go(func() {
			phase := time.Duration(rand.Int64N(int64(rtc.FrameLen)))
			first[i], failed[i] = listen(ctx, end, connected.Add(phase))
		})
	}
	ends.Wait()
	for _, err := range failed {
		if err != nil {
			return 0, 0, err
		}
	}
	last := first[0]
	if first[1].After(last) {
		last = first[1]
	}
	return milliseconds(connected.Sub(began)), milliseconds(last.Sub(began)), nil
}

// listen sends and receives from begin on, until sound has come and the other end has had time for
// it too.
func listen(ctx context.Context, end *rtc.Session, begin time.Time) (received time.Time, err error) {
	ctx, cancel := context.WithTimeout(ctx, connectLimit)
	defer cancel()
	said, pcm := voiceFrame(), make([]int16, rtc.FrameSamples)
	const linger = 10 // frames for the other end
	after := 0
	err = beat(ctx, begin, rtc.FrameLen, func(int) bool {
		_ = end.WriteFrame(said)
		end.ReadFrame(pcm)
		if received.IsZero() && energy(samples(pcm)) > 1e-3*rtc.FrameSamples {
			received = time.Now()
		}
		if !received.IsZero() {
			after++
		}
		return after < linger
	})
	return received, err
}

// voiceFrame is a frame of 500 Hz without a step at its ends.
func voiceFrame() []int16 { return toneFrames(500, 1) }
