package audio

import (
	"math"
	"testing"
	"time"

	"github.com/patchcord/patchcord/internal/acoustics"
)

// captures plays what is said and gives what was captured, frame by frame. Each half second it comes late by a
// time, so that the speaker has nothing to play.
func captures(s *Switch, said []float64, late time.Duration) (captured []int16) {
	in, out := make([]int16, 2*period), make([]int16, period)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	next := Rate / 2
	for at := 0; at+period <= len(said); <-tick.C {
		if at >= next {
			<-time.After(late)
			next += Rate / 2
		}
		for at+period <= len(said) && s.Wants() {
			for i := range out {
				out[i] = int16(said[at+i] * math.MaxInt16)
			}
			s.Write(out)
			at += period
		}
		for s.Read(in) {
			captured = append(captured, in...)
		}
	}
	return captured
}

// lastSecond is the power of the last second in dB.
func lastSecond(pcm []int16) float64 {
	sum := 1.0
	for _, v := range pcm[max(0, len(pcm)-Rate):] {
		sum += float64(v) * float64(v)
	}
	return 10 * math.Log10(sum)
}

// What the speaker plays comes back 60 ms later; the canceller takes it out where it shall, and says so.
func TestSwitchTakesTheEchoOut(t *testing.T) {
	speech := acoustics.Talker{Seed: 7, Pitch: 140}.Speak(4)
	monitor := Endpoint{Name: "Monitor", ID: "speaker.monitor", Monitor: true}
	for name, row := range map[string]struct {
		mode EchoMode
		mic  Endpoint
		late time.Duration
		want Canceller
	}{
		"by itself":                     {EchoAuto, builtinMic, 0, OwnCanceller},
		"with gaps in what is played":   {EchoAuto, builtinMic, 45 * time.Millisecond, OwnCanceller},
		"never":                         {EchoOff, builtinMic, 0, NoCanceller},
		"not of a monitor, by itself":   {EchoAuto, monitor, 0, NoCanceller},
		"of a monitor, if it has to":    {EchoOn, monitor, 0, OwnCanceller},
		"not where the system does":     {EchoAuto, Endpoint{Name: "Clean", ID: "mic.echo-cancel", EchoCancelled: true}, 0, SystemCanceller},
		"also where the system does it": {EchoOn, Endpoint{Name: "Clean", ID: "mic.echo-cancel", EchoCancelled: true}, 0, OwnCanceller},
	} {
		t.Run(name, func(t *testing.T) {
			inRig(t, Config{}, []Endpoint{row.mic}, []Endpoint{realtek}, func(t *testing.T, r *rig, s *Switch, _ error) {
				r.mu.Lock()
				r.air = newRingBuffer(Rate)
				r.air.put(make([]int16, 60*ms))
				r.mu.Unlock()
				s.SetEcho(row.mode)
				captures(s, speech, row.late) // the list of devices comes meanwhile
				captured := captures(s, speech, row.late)
				e, lost := s.Echo(), lastSecond(pcmOf(speech))-lastSecond(captured)
				if e.Canceller != row.want {
					t.Errorf("%+v, want canceller %d", e, row.want)
				}
				if ours := row.want == OwnCanceller; ours && (lost < 25 || e.Reduction < 25) || !ours && (lost > 6 || e.Reduction != 0) {
					t.Errorf("the echo is %.1f dB softer, and %+v", lost, e)
				}
			})
		})
	}
}

// Nobody's sound is held against a device that was changed: the canceller starts over.
func TestEchoOfAnotherMicrophone(t *testing.T) {
	speech := acoustics.Talker{Seed: 7, Pitch: 140}.Speak(4)
	inRig(t, Config{}, []Endpoint{builtinMic, jabra}, []Endpoint{realtek}, func(t *testing.T, r *rig, s *Switch, _ error) {
		r.mu.Lock()
		r.air = newRingBuffer(Rate)
		r.air.put(make([]int16, 60*ms))
		r.mu.Unlock()
		s.SetEcho(EchoAuto)
		captures(s, speech, 0)
		if e := s.Echo(); e.Reduction < 25 {
			t.Errorf("at first %+v", e)
		}
		if err := s.UseMic(t.Context(), "Jabra"); err != nil {
			t.Fatal(err)
		}
		captures(s, speech[:Rate/10], 0)
		if e := s.Echo(); e != (Echo{Canceller: OwnCanceller}) {
			t.Errorf("with another microphone, so soon: %+v", e)
		}
	})
}

func pcmOf(x []float64) []int16 {
	pcm := make([]int16, len(x))
	for i, v := range x {
		pcm[i] = int16(v * math.MaxInt16)
	}
	return pcm
}
