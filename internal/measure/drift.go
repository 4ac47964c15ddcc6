package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"time"

	"github.com/patchcord/patchcord/rtc"
)

// driftHour is how long the clocks of the two sound cards differ.
const driftHour = time.Hour

// driftEdge is how much the buffer may vary, in ms: playback moves in steps of half a frame, and a packet
// that just misses one waits for the next.
const driftEdge = 15.0

// drifting simulates a call of one hour for each difference between the clocks of the sound cards,
// in millionths. One run is enough, since nothing is random.
func drifting(ctx context.Context, _ *bench, out io.Writer) error {
	fmt.Fprintln(out, "  An hour in virtual time, a 500 Hz tone in PCMU; the buffer wanders by half a frame, the grain of playback.")
	for _, ppm := range []float64{-200, -100, 100, 200} {
		if err := ctx.Err(); err != nil {
			return err
		}
		d, err := driftFor(ppm)
		if err != nil {
			return err
		}
		verdict := "no growth"
		if d.most-d.least > driftEdge {
			verdict = "GROWTH"
		}
		fmt.Fprintf(out, "  %+4.0f ppm: in the buffer %.1f ms after a minute, %.1f at the end, %.1f to %.1f between: %s; %d frames made up; steepest step %.2fx the tone's\n",
			ppm, d.begin, d.end, d.least, d.most, verdict, d.concealed, d.step)
	}
	return nil
}

// drifted is what an hour did to a call.
type drifted struct {
	begin, end, least, most float64 // ms in the buffer
	concealed               uint64
	step                    float64 // the largest step between two samples, divided by that of the tone
}

// driftFor makes the sender's clock slower by so many millionths.
func driftFor(ppm float64) (drifted, error) {
	const hertz = 500
	in, err := rtc.NewInbound("PCMU", rtc.Opus{})
	if err != nil {
		return drifted{}, err
	}
	coder, err := rtc.NewOutbound("PCMU", rtc.Opus{})
	if err != nil {
		return drifted{}, err
	}
	payload := make([]byte, 1500)
	tone := toneFrames(hertz, 2)
	for i := range 2 { // at the first it is not yet at home
		n, err := coder.Encode(payload[:1500], tone[i*rtc.FrameSamples:(i+1)*rtc.FrameSamples])
		if err != nil {
			return drifted{}, err
		}
		payload = payload[:n]
	}
	d := drifted{least: math.Inf(1)}
	steepest := 2 * math.Pi * hertz / soundRate * toneLevel
	pcm := make([]int16, rtc.FrameSamples/2)
	var last int16
	sent := 0
	for i := range int(2 * driftHour / rtc.FrameLen) {
		now := time.Duration(i) * rtc.FrameLen / 2
		for {
			at := time.Duration(float64(sent)*float64(rtc.FrameLen)*(1+ppm/1e6)) + 7*time.Millisecond
			if at > now {
				break
			}
			in.Push(uint16(sent), uint32(160*sent), payload, time.Unix(0, 0).Add(at))
			sent++
		}
		in.Pull(pcm, time.Unix(0, 0).Add(now))
		d.look(now, milliseconds(in.Stats().Buffer))
		for _, v := range pcm {
			if now > time.Second { // it fades in
				d.step = max(d.step, math.Abs(float64(v)-float64(last))/steepest)
			}
			last = v
		}
	}
	d.concealed = in.Stats().Concealed
	return d, nil
}

// look notes the level of the buffer.
func (d *drifted) look(now time.Duration, buffer float64) {
	if now < time.Minute {
		d.begin = buffer
		return
	}
	d.end, d.least, d.most = buffer, min(d.least, buffer), max(d.most, buffer)
}

// toneLevel is the amplitude of a tone.
const toneLevel = 8000.0

// toneFrames is a tone in frames.
func toneFrames(hertz float64, frames int) []int16 {
	pcm := make([]int16, frames*rtc.FrameSamples)
	for i := range pcm {
		pcm[i] = int16(math.Round(toneLevel * math.Sin(2*math.Pi*hertz*float64(i)/soundRate)))
	}
	return pcm
}
