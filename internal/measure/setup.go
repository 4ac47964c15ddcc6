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

// setupGoal is the share of baresip's time from the first offer to sound at both ends, setupSpread how many times the
// median the slowest call of a hundred may take.
const setupGoal, setupSpread = 0.7, 1.3

// callsPerRun is the number of calls for a median, peerCalls that of a peer's.
const callsPerRun, peerCalls = 50, 10

// setup measures how long a call takes from the offer to decoded sound at both ends. Peers take turns with us.
func setup(ctx context.Context, b *bench, out io.Writer) error {
	fmt.Fprintf(out, "  Offer to decoded sound at both ends in ms, DTLS-SRTP and ICE; goal: p99 %.1fx the median. Of peers: to the first packets.\n", setupSpread)
	pcm, _ := speech(10)
	var ours, connected, baresips, browsers []float64
	var noBaresip, noBrowser error
	for range b.runs {
		for range callsPerRun {
			up, received, err := b.setUp(ctx)
			if err != nil {
				return err
			}
			connected, ours = append(connected, up), append(ours, received)
		}
		var took []float64
		if took, noBaresip = setUpBaresip(ctx, pcm); noBaresip == nil {
			baresips = append(baresips, took...)
		}
		if took, noBrowser = setUpChromium(ctx); noBrowser == nil {
			browsers = append(browsers, took...)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	m := median(ours)
	fmt.Fprintf(out, "  median %.1f, p99 %.1f = %.2fx the median (encrypted path up after %.1f)%s%s\n",
		m, percentile(ours, .99), percentile(ours, .99)/m, median(connected),
		beside(m, "Debian's baresip 1.0.0", baresips, setupGoal, noBaresip), beside(m, "Chromium", browsers, 1, noBrowser))
	return nil
}

func setUpBaresip(ctx context.Context, pcm []int16) (took []float64, err error) {
	peer, err := startBaresip(ctx, pcm)
	if err != nil {
		return nil, err
	}
	defer peer.close()
	for range peerCalls {
		ms, err := peer.call(ctx)
		if err == nil {
			err = peer.hangUp(ctx)
		}
		if err != nil {
			return nil, err
		}
		took = append(took, ms)
	}
	return took, nil
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
