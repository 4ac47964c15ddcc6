package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/patchcord/patchcord/audio"
	"github.com/patchcord/patchcord/rtc"
)

// The goals for the way from mouth to ear: its share of Chromium's, how many ms more than the cards alone, and by
// how much the slow ones may be later than the median.
const mouthGoal, mouthOverCards, mouthSpread = 0.33, 20.0, 10.0

// chirping is how long chirps are played for, in seconds.
const chirping = 12

// mouth measures from the microphone of one end to the speaker of the other through sound cards,
// which are null sinks.
func mouth(ctx context.Context, b *bench, out io.Writer) error {
	server, err := startSound(ctx)
	if err != nil {
		return err
	}
	defer server.close()
	fmt.Fprintf(out, "  Mouth to ear in ms through PulseAudio null sinks, Opus, default settings; goal: the cards alone + %.0f, p95 the median + %.0f.\n", mouthOverCards, mouthSpread)
	var medians, bare, browsers []float64
	var noBrowser error
	for run := range b.runs {
		delays, err := chirp(ctx, uint64(run), b.talkAcross)
		if err != nil {
			return err
		}
		alone, err := chirp(ctx, uint64(run), loop)
		if err != nil {
			return err
		}
		medians, bare = append(medians, median(delays)), append(bare, median(alone))
		fmt.Fprintf(out, "  run %d: %d chirps, median %.1f, p5 %.1f, p95 %.1f, longest %.1f; the cards alone %.1f\n", run+1, len(delays),
			median(delays), percentile(delays, .05), percentile(delays, .95), percentile(delays, 1), median(alone))
		if delays, noBrowser = chirp(ctx, uint64(run), browse); noBrowser == nil {
			browsers = append(browsers, median(delays))
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	m := median(medians)
	b.mouth = m
	fmt.Fprintf(out, "  median %.1f = the cards alone + %.1f%s\n", m, m-median(bare), ratio(m, "Chromium", browsers, mouthGoal, noBrowser))
	return nil
}

// chirp plays chirps into mouthA while something carries them to earB, and returns how late they come.
func chirp(ctx context.Context, seed uint64, carry func(context.Context, *sync.WaitGroup) error) ([]float64, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var carrying sync.WaitGroup
	defer carrying.Wait()
	defer cancel() // before the wait
	if err := carry(ctx, &carrying); err != nil {
		return nil, err
	}
	said, err := record(ctx, "mouthA.monitor")
	if err != nil {
		return nil, err
	}
	received, err := record(ctx, "earB.monitor")
	if err != nil {
		said.stop()
		return nil, err
	}
	err = play(ctx, "mouthA", chirps(seed))
	said.stop()
	received.stop()
	if err != nil {
		return nil, err
	}
	return between(said, received)
}

// talkAcross is a call of ours from A to B.
func (b *bench) talkAcross(ctx context.Context, talking *sync.WaitGroup) error {
	call, err := connect(ctx, b.engine, nil, nil)
	if err != nil {
		return err
	}
	var ends sync.WaitGroup
	_, err = call.useCards(ctx, &ends)
	talking.Go(func() {
		<-ctx.Done()
		ends.Wait()
		_ = call.close()
	})
	return err
}

// loop plays what the microphone hears, with nothing in between.
func loop(ctx context.Context, looping *sync.WaitGroup) error {
	const part = rtc.FrameSamples / 2
	device, err := audio.OpenSwitch(audio.Config{Mic: "mouthA.monitor", Speaker: "earB", Frame: part})
	if err != nil {
		return errors.Join(err, device.Close())
	}
	looping.Go(func() {
		defer device.Close()
		step := time.NewTicker(ms)
		defer step.Stop()
		pcm := make([]int16, part)
		for ctx.Err() == nil {
			for device.Read(pcm) {
				device.Write(pcm)
			}
			<-step.C
		}
	})
	return nil
}

// browse is a call of Chromium's in one page.
func browse(ctx context.Context, browsing *sync.WaitGroup) error {
	c, err := startChromium(ctx, 1, true)
	if err != nil {
		return err
	}
	if _, err := c.next(ctx); err != nil {
		c.close()
		return err
	}
	browsing.Go(func() {
		<-ctx.Done()
		c.close()
	})
	return pause(ctx, 2*time.Second) // its buffer settles
}

// oneChirp is 40 ms from 400 Hz up to 3.2 kHz: its matched filter finds it to the sample.
func oneChirp() []float64 {
	const low, high, lasts = 400.0, 3200.0, .04
	x := make([]float64, int(lasts*soundRate))
	for i := range x {
		at := float64(i) / soundRate
		hann := .5 - .5*math.Cos(2*math.Pi*float64(i)/float64(len(x)-1))
		x[i] = .6 * hann * math.Sin(2*math.Pi*(low*at+(high-low)*at*at/(2*lasts)))
	}
	return x
}

// chirps are played at irregular times, so that no period of anything can hide, above faint noise.
func chirps(seed uint64) []int16 {
	dice := rand.New(rand.NewPCG(seed, 3))
	x := make([]float64, chirping*soundRate)
	for i := range x {
		x[i] = .0005 * dice.NormFloat64()
	}
	one := oneChirp()
	for at := 2 * soundRate; at+len(one) < len(x)-soundRate; at += int((.55 + .3*dice.Float64()) * soundRate) {
		for i, v := range one {
			x[at+i] += v
		}
	}
	return pcmOf(x)
}

// between is how many ms later each chirp comes on the second tape.
func between(said, received *tape) ([]float64, error) {
	const longest = soundRate / 2
	x, y, one := samples(said.pcm), samples(received.pcm), oneChirp()
	loud := energy(one)
	ahead := int(said.began.Sub(received.began).Seconds() * soundRate) // of a sample's place on heard
	var delays []float64
	missed := 0
	for i := soundRate / 2; i+len(one)+longest < len(x); i++ {
		if math.Abs(x[i]) < .02 {
			continue
		}
		at, _ := bestMatch(x, one, max(0, i-len(one)), i+len(one))
		from := at + ahead
		if from < 0 || from+longest+len(one) > len(y) {
			break
		}
		if place, match := bestMatch(y, one, from, from+longest); math.Abs(match) > .1*loud {
			delays = append(delays, float64(place-from)*1000/soundRate)
		} else {
			missed++
		}
		i = at + 2*len(one)
	}
	if len(delays) <= missed {
		return nil, fmt.Errorf("of %d chirps only %d were heard at the other end", len(delays)+missed, len(delays))
	}
	return delays, nil
}

// bestMatch is where in x, between first and last, the part most similar to one begins, and how
// similar it is.
func bestMatch(x, one []float64, first, last int) (at int, match float64) {
	for i := first; i < last && i+len(one) <= len(x); i++ {
		sum := 0.0
		for k, v := range one {
			sum += v * x[i+k]
		}
		if math.Abs(sum) > math.Abs(match) {
			at, match = i, sum
		}
	}
	return at, match
}
