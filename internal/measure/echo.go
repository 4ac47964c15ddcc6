package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/patchcord/patchcord/audio/aec"
	"github.com/patchcord/patchcord/internal/acoustics"
	"github.com/patchcord/patchcord/internal/nsim"
)

// The goals for an echo canceller: the reduction in dB in the second second and from the fifth on, and the NSIM of the
// person near while both speak.
const echoFirstGoal, echoGoal, doubleTalkGoal = 25.0, 35.0, .90

// In a recording of an echo the far end speaks alone up to nearFrom, and with the person near up to echoLasts; all in
// seconds.
const nearFrom, echoLasts = 10, 18

// echoRooms are those in which the echo cancellers are compared. What the system tells of the delay is taken
// away by PulseAudio, so the rest is short with most devices; Bluetooth and HDMI are late and do not tell.
var echoRooms = []struct {
	name string
	acoustics.Room
}{
	{"RT60 0.20 s, 40 ms late", acoustics.Room{RT60: .2, Delay: 40, Level: -6, Noise: -72}},
	{"0.35 s, 40 ms", acoustics.Room{RT60: .35, Delay: 40, Level: -6, Noise: -72}},
	{"0.50 s, 40 ms", acoustics.Room{RT60: .5, Delay: 40, Level: -6, Noise: -72}},
	{"0.35 s, 120 ms", acoustics.Room{RT60: .35, Delay: 120, Level: -6, Noise: -72}},
	{"0.50 s, 300 ms", acoustics.Room{RT60: .5, Delay: 300, Level: -6, Noise: -72}},
	{"0.30 s, 40 ms, loud", acoustics.Room{RT60: .3, Delay: 40, Level: 0, Noise: -72}},
	{"0.35 s, 40 ms, +100 ppm", acoustics.Room{RT60: .35, Delay: 40, Level: -6, Noise: -72, Drift: 100}},
	{"0.30 s, 40 ms, distorted", acoustics.Room{RT60: .3, Delay: 40, Level: -6, Noise: -72, Bent: .05}},
}

// echo compares our echo canceller with that of PulseAudio, which is WebRTC's, on the same recordings: what
// PulseAudio's was given by its sink and its source is recorded, and then given to ours.
func echo(ctx context.Context, _ *bench, out io.Writer) error {
	server, err := startSound(ctx)
	if err != nil {
		return err
	}
	defer server.close()
	fmt.Fprintf(out, "  By how many dB an echo is softer in the second second and from the fifth on, goal %.0f and %.0f; NSIM of the person\n"+
		"  near while both speak, goal %.2f. First ours, then PulseAudio's (webrtc, without its other filters); one run each.\n",
		echoFirstGoal, echoGoal, doubleTalkGoal)
	far := acoustics.Talker{Seed: 1, Pitch: 120}.Speak(echoLasts)
	near := acoustics.Talker{Seed: 2, Pitch: 210}.Speak(echoLasts)
	clear(near[:nearFrom*soundRate])
	for _, room := range echoRooms {
		mic := room.Capture(far)
		for i, v := range near {
			mic[i] += v
		}
		tapes, err := tapeEcho(ctx, far, mic)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "  %-26s", room.name)
		for _, c := range []cancelled{tapes.ours(), tapes.theirs()} {
			fmt.Fprintf(out, "  %5.1f %5.1f  %.3f", c.reduction(1, 2), c.reduction(5, nearFrom), c.doubleTalk(near))
		}
		fmt.Fprintln(out)
	}
	return nil
}

// cancelled is an echo as it was captured, and what a canceller left of it, both at 48 kHz.
type cancelled struct{ captured, left []float64 }

// reduction is by how many dB less was left than captured, from one second to another.
func (c cancelled) reduction(from, to int) float64 {
	from, to = from*soundRate, to*soundRate
	return 10 * math.Log10(energy(c.captured[from:to])/max(1e-9, energy(c.left[from:to])))
}

// doubleTalk is the NSIM of the person near, 1 where they are heard as if the far end were silent.
func (c cancelled) doubleTalk(near []float64) float64 {
	const from, to = (nearFrom + 1) * soundRate, (echoLasts - 1) * soundRate
	return nsim.Compare(near[from:to], c.left[from-soundRate/20:to+soundRate/2]).Likeness
}

// echoTapes are recordings of one echo: what the speaker played, what the microphone captured, and what PulseAudio's
// canceller left of that.
type echoTapes struct{ played, captured, left *tape }

// tapeEcho plays what the far end says into PulseAudio's canceller, and what is captured into its microphone.
func tapeEcho(ctx context.Context, far, mic []float64) (*echoTapes, error) {
	const sink, source = "cancelling", "cancelled"
	module, err := exec.CommandContext(ctx, "pactl", "load-module", "module-echo-cancel", "sink_master=earA", "source_master=mouthA.monitor",
		"sink_name="+sink, "source_name="+source, "rate=48000", "channels=1", "aec_method=webrtc",
		`aec_args="analog_gain_control=0 digital_gain_control=0 noise_suppression=0 high_pass_filter=0"`).Output()
	if err != nil {
		return nil, fmt.Errorf("load PulseAudio's echo canceller: %w", err)
	}
	defer func() { _ = exec.Command("pactl", "unload-module", strings.TrimSpace(string(module))).Run() }()
	var tapes echoTapes
	for from, t := range map[string]**tape{"earA.monitor": &tapes.played, "mouthA.monitor": &tapes.captured, source: &tapes.left} {
		if *t, err = record(ctx, from); err != nil {
			return nil, err
		}
		defer (*t).stop()
	}
	if err := pause(ctx, 2*time.Second); err != nil { // sink and source are in step
		return nil, err
	}
	var playing sync.WaitGroup
	var failed error
	playing.Go(func() { failed = play(ctx, sink, pcmOf(far)) })
	err = play(ctx, "mouthA", pcmOf(mic))
	playing.Wait()
	if err = errors.Join(err, failed); err != nil {
		return nil, err
	}
	return &tapes, nil
}

// since gives a tape from a moment on.
func (t *tape) since(moment time.Time) []int16 {
	return t.pcm[max(0, int(moment.Sub(t.began).Seconds()*soundRate)):]
}

// echoBegan is when the microphone began to capture something; before it was silent to the bit.
func (e *echoTapes) echoBegan() time.Time {
	first := slices.IndexFunc(e.captured.pcm, func(v int16) bool { return v != 0 })
	return e.captured.began.Add(time.Duration(max(0, first)) * time.Second / soundRate)
}

// ours gives the recordings to our canceller, and theirs takes what PulseAudio's made of them.
func (e *echoTapes) ours() cancelled {
	began := e.echoBegan()
	played, captured := e.played.since(began), e.captured.since(began)
	left := slices.Clone(captured)
	canceller := aec.New()
	for i := 0; i+aec.Block <= min(len(played), len(left)); i += aec.Block {
		canceller.Play(played[i : i+aec.Block])
		canceller.Capture(left[i : i+aec.Block])
	}
	return cancelled{samples(captured), samples(left)}
}

func (e *echoTapes) theirs() cancelled {
	began := e.echoBegan()
	return cancelled{samples(e.captured.since(began)), samples(e.left.since(began))}
}
