package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/patchcord/patchcord/internal/nsim"
	"github.com/patchcord/patchcord/rtc"
)

// The times in a call: first until buffer and redundancy know the network, then for the comparison.
const (
	settling = 6  // seconds
	compared = 25 // seconds
	// together is how many calls are held at a time, to save time: enough for two processors.
	together = 5
)

// network sends speech through all conditions.
func network(ctx context.Context, b *bench, out io.Writer) error {
	pcm, who := speech(settling + compared)
	fmt.Fprintf(out, "  %d s of speech (%s) in Opus through a relay: likeness to the original (NSIM), ms from mouth to ear with\n", compared, who)
	fmt.Fprintf(out, "  the network, percent made up; then NSIM and ms as a multiple of Chromium 156 and of Debian's baresip 1.0.0.\n")
	taken := make([][]hearing, len(conditions))
	for run := range b.runs {
		for first := 0; first < len(conditions); first += together {
			if err := b.hearAll(ctx, first, uint64(run), pcm, taken); err != nil {
				return err
			}
		}
	}
	ofCards := 0.0
	if b.mouth > 0 {
		ofCards = max(0, b.mouth-middle(taken[0]).delay)
		fmt.Fprintf(out, "  The delay has the %.1f ms in it that the sound cards of the first part took.\n", ofCards)
	} else {
		fmt.Fprintln(out, "  The delay is that without sound cards: they were not measured. The goals and the peers' have theirs in it.")
	}
	fmt.Fprintf(out, "  %-14s %-22s %-22s %-14s %-14s\n", "", "here", "goal", "x Chromium", "x baresip")
	for i, c := range conditions {
		h := middle(taken[i])
		h.delay += ofCards
		fmt.Fprintf(out, "  %-14s %.3f %6.1f %6.2f    %.3f %6.0f %6.2f    %.2f %.2f      %.2f %.2f\n", c.name, h.likeness, h.delay, h.concealed,
			c.goal.likeness, c.goal.delay, c.goal.concealed,
			h.likeness/c.peers[0].likeness, h.delay/c.peers[0].delay, h.likeness/c.peers[1].likeness, h.delay/c.peers[1].delay)
	}
	return nil
}

// hearAll makes the calls of some conditions at the same time.
func (b *bench) hearAll(ctx context.Context, first int, seed uint64, pcm []int16, taken [][]hearing) error {
	last := min(first+together, len(conditions))
	failed := make([]error, last-first)
	var calls sync.WaitGroup
	for i := first; i < last; i++ {
		calls.Go(func() {
			h, err := b.hear(ctx, conditions[i], seed, pcm)
			taken[i], failed[i-first] = append(taken[i], h), err
		})
	}
	calls.Wait()
	return errors.Join(failed...)
}

// hear sends speech through one condition.
func (b *bench) hear(ctx context.Context, c condition, seed uint64, pcm []int16) (hearing, error) {
	r, err := newRelay()
	if err != nil {
		return hearing{}, err
	}
	defer r.close()
	call, err := connect(ctx, b.engine, r, nil)
	if err != nil {
		return hearing{}, err
	}
	defer func() { _ = call.close() }()
	r.impair(c, seed)
	// The clocks of the two sound cards have a random offset.
	phase := time.Duration(rand.New(rand.NewPCG(seed, 9)).Int64N(int64(rtc.FrameLen / 2)))
	received, made, err := converse(ctx, call, pcm, phase)
	if err != nil {
		return hearing{}, err
	}
	const skipped = settling * soundRate
	alike := nsim.Compare(samples(pcm[skipped:]), samples(received[skipped:]))
	return hearing{
		likeness: alike.Likeness,
		// A frame is sent when it is full, 20 ms after its beginning.
		delay:     alike.Delay + milliseconds(phase+rtc.FrameLen),
		concealed: made,
	}, nil
}

// converse lets the caller speak and returns what the callee plays, half a frame at a time as the
// phone does and begun phase later, and how much of it was concealed after settling, in percent.
func converse(ctx context.Context, c *call, pcm []int16, phase time.Duration) (received []int16, made float64, err error) {
	const half = rtc.FrameSamples / 2
	received = make([]int16, len(pcm))
	begin := time.Now().Add(rtc.FrameLen)
	frames := len(pcm) / rtc.FrameSamples
	var mouth sync.WaitGroup
	mouth.Go(func() {
		silence := make([]int16, rtc.FrameSamples)
		_ = beat(ctx, begin, rtc.FrameLen, func(i int) bool {
			_ = c.to.WriteFrame(silence)
			return i < frames && c.from.WriteFrame(pcm[i*rtc.FrameSamples:(i+1)*rtc.FrameSamples]) == nil
		})
	})
	var settled rtc.Stats
	other := make([]int16, half)
	err = beat(ctx, begin.Add(phase), rtc.FrameLen/2, func(i int) bool {
		if i*half == settling*soundRate {
			settled = c.to.Stats()
		}
		c.to.ReadFrame(received[i*half : (i+1)*half])
		c.from.ReadFrame(other)
		return i+1 < 2*frames
	})
	mouth.Wait()
	last := c.to.Stats()
	frames -= settling * soundRate / rtc.FrameSamples
	return received, 100 * float64(last.Concealed-settled.Concealed) / float64(frames), err
}

func samples(pcm []int16) []float64 {
	x := make([]float64, len(pcm))
	for i, v := range pcm {
		x[i] = float64(v) / 32768
	}
	return x
}

// middle takes the median of each figure separately.
func middle(all []hearing) hearing {
	var likeness, delay, concealed []float64
	for _, h := range all {
		likeness, delay, concealed = append(likeness, h.likeness), append(delay, h.delay), append(concealed, h.concealed)
	}
	return hearing{median(likeness), median(delay), median(concealed)}
}
