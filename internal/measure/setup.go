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
		ratio(m, "Debian's baresip 1.0.0", baresips, setupGoal, noBaresip), ratio(m, "Chromium", browsers, 1, noBrowser))
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

// setUp makes one call and returns how long it took to connect and to be heard, in ms. As in the phone, both sound
// cards run before there is a path, with clocks of random offsets, and half a frame is played at a time.
func (b *bench) setUp(ctx context.Context) (up, received float64, err error) {
	ctx, cancel := context.WithTimeout(ctx, connectLimit)
	defer cancel()
	began := time.Now()
	var ends sync.WaitGroup
	first := make(chan time.Time, 2)
	c, err := connect(ctx, b.engine, nil, func(end *rtc.Session) {
		phase := time.Duration(rand.Int64N(int64(rtc.FrameLen))) - rtc.FrameLen
		ends.Go(func() { listen(ctx, end, began.Add(phase), first) })
	})
	defer ends.Wait()
	defer cancel() // before the wait
	if err != nil {
		return 0, 0, err
	}
	defer func() { _ = c.close() }()
	up = milliseconds(time.Since(began))
	var last time.Time
	for range 2 {
		select {
		case last = <-first:
		case <-ctx.Done():
			return 0, 0, fmt.Errorf("a call is not heard: %w", ctx.Err())
		}
	}
	return up, milliseconds(last.Sub(began)), nil
}

// listen sends and plays from begin on until ctx ends, and tells once when sound has come.
func listen(ctx context.Context, end *rtc.Session, begin time.Time, first chan<- time.Time) {
	said, pcm := voiceFrame(), make([]int16, rtc.FrameSamples/2)
	reported := false
	_ = beat(ctx, begin, rtc.FrameLen/2, func(i int) bool {
		if i%2 == 0 {
			_ = end.WriteFrame(said)
		}
		end.ReadFrame(pcm)
		if !reported && energy(samples(pcm)) > 1e-3*float64(len(pcm)) {
			reported = true
			first <- time.Now()
		}
		return true
	})
}

// voiceFrame is a frame of 500 Hz without a step at its ends.
func voiceFrame() []int16 { return toneFrames(500, 1) }
