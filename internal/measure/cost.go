package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/patchcord/patchcord/audio"
	"github.com/patchcord/patchcord/internal/cputime"
	"github.com/patchcord/patchcord/rtc"
)

// costGoal is the share of baresip's processor time, memoryGoal MB above idle at ten calls, cardsGoal how many times
// the cost of a call without sound cards.
const costGoal, memoryGoal, cardsGoal = 0.75, 30.0, 2.0

// spending is how long the processor is measured.
const spending = 10 * time.Second

// cost measures processor and memory. Both ends of each call are in this process, so half is
// printed. The peer's turn comes after each of ours.
func cost(ctx context.Context, b *bench, out io.Writer) error {
	pcm, _ := speech(10)
	floor, err := codecAlone(pcm, b.opus)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "  One end of a call that speaks all the time, percent of a processor; its codec alone takes %.2f:\n", floor)
	idle := memory()
	var used, one float64
	for _, calls := range []int{1, 10} {
		var percents, megabytes, theirs []float64
		var absent error
		for range b.runs {
			p, m, err := b.spend(ctx, calls, pcm)
			if err != nil {
				return err
			}
			percents, megabytes = append(percents, p), append(megabytes, m)
			if p, absent = spendOfBaresip(ctx, calls, pcm); absent == nil {
				theirs = append(theirs, p)
			}
		}
		used = median(megabytes)
		p := median(percents)
		if calls == 1 {
			one = p
		}
		fmt.Fprintf(out, "  %2d calls, no sound card: %.2f each, %.2fx the codec%s\n", calls, p, p/floor, ratio(p, "Debian's baresip 1.0.0", theirs, costGoal, absent))
	}
	fmt.Fprintf(out, "  memory at ten calls: %.1f MB above the %.1f MB of idle, goal %.0f (both ends: %.1f)\n", (used-idle)/2, idle, memoryGoal, used-idle)
	return b.withCards(ctx, out, pcm, one)
}

// ratio is a figure of ours as a multiple of a peer's in the same run, or why there is none.
func ratio(ours float64, peer string, theirs []float64, goal float64, absent error) string {
	if len(theirs) == 0 {
		return fmt.Sprintf("; %s: not measured (%v)", peer, absent)
	}
	m := median(theirs)
	return fmt.Sprintf("; %.2fx %s (%.2f), goal %.2f", ours/m, peer, m, goal)
}

func spendOfBaresip(ctx context.Context, calls int, pcm []int16) (float64, error) {
	peer, err := startBaresip(ctx, pcm)
	if err != nil {
		return 0, err
	}
	defer peer.close()
	return peer.spend(ctx, calls)
}

// spend holds some calls and returns the processor time of one end in percent, and the memory of
// the process in MB.
func (b *bench) spend(ctx context.Context, calls int, pcm []int16) (percent, megabytes float64, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var speaking sync.WaitGroup
	defer speaking.Wait()
	defer cancel() // before the wait
	for range calls {
		c, err := connect(ctx, b.engine, nil, nil)
		if err != nil {
			return 0, 0, err
		}
		defer func() { _ = c.close() }()
		for _, end := range []*rtc.Session{c.from, c.to} {
			begin := time.Now().Add(time.Duration(rand.Int64N(int64(rtc.FrameLen))))
			speaking.Go(func() { _ = speakAndHear(ctx, end, begin, pcm) })
		}
	}
	percent, err = watchProcessor(ctx, float64(2*calls), cputime.Used)
	return percent, memory(), err
}

// codecAlone is the processor time in percent of encoding speech and playing it, without a network.
func codecAlone(pcm []int16, opus rtc.Opus) (float64, error) {
	out, err := rtc.NewOutbound("opus", opus)
	if err != nil {
		return 0, err
	}
	in, err := rtc.NewInbound("opus", opus)
	if err != nil {
		return 0, err
	}
	payload, ear := make([]byte, 1500), make([]int16, rtc.FrameSamples)
	frames := len(pcm) / rtc.FrameSamples
	before := cputime.Used()
	for i := range frames {
		n, err := out.Encode(payload, pcm[i*rtc.FrameSamples:(i+1)*rtc.FrameSamples])
		if err != nil {
			return 0, err
		}
		at := time.Unix(0, 0).Add(time.Duration(i) * rtc.FrameLen)
		in.Push(uint16(i), uint32(i*rtc.FrameSamples), payload[:n], at)
		in.Pull(ear, at)
	}
	return 100 * float64(cputime.Used()-before) / float64(time.Duration(frames)*rtc.FrameLen), nil
}

// speakAndHear runs one end without a card.
func speakAndHear(ctx context.Context, end *rtc.Session, begin time.Time, pcm []int16) error {
	ear := make([]int16, rtc.FrameSamples)
	frames := len(pcm) / rtc.FrameSamples
	return beat(ctx, begin, rtc.FrameLen, func(i int) bool {
		at := i % frames * rtc.FrameSamples
		_ = end.WriteFrame(pcm[at : at+rtc.FrameSamples])
		end.ReadFrame(ear)
		return true
	})
}

// watchProcessor returns how much processor time is used once calls are steady, in percent, for each of so many ends.
func watchProcessor(ctx context.Context, ends float64, used func() time.Duration) (float64, error) {
	if err := pause(ctx, 2*time.Second); err != nil {
		return 0, err
	}
	before, began := used(), time.Now()
	if err := pause(ctx, spending); err != nil {
		return 0, err
	}
	return 100 * float64(used()-before) / float64(time.Since(began)) / ends, nil
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// withCards measures a call whose ends have a sound card each.
func (b *bench) withCards(ctx context.Context, out io.Writer, pcm []int16, without float64) error {
	server, err := startSound(ctx)
	if err != nil {
		return err
	}
	defer server.close()
	var percents []float64
	for range b.runs {
		if err := b.onCards(ctx, pcm, func(ctx context.Context, _ *call, _ []audio.Device) error {
			p, err := watchProcessor(ctx, 2, cputime.Used)
			percents = append(percents, p)
			return err
		}); err != nil {
			return err
		}
	}
	p := median(percents)
	fmt.Fprintf(out, "   1 call, with sound cards: %.2f, %.2fx without, goal %.0f; the sound server's own time is not in it\n", p, p/without, cardsGoal)
	return nil
}
