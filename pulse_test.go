//go:build linux && pulse

package main

import (
	"context"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/patchcord/patchcord/audio"
	"github.com/patchcord/patchcord/demopbx"
	"github.com/patchcord/patchcord/internal/desktest"
	"github.com/patchcord/patchcord/internal/pulsetest"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/rtc"
	"go.uber.org/goleak"
)

// These tests need pulseaudio and its tools, and no sound card: two phones call each other through
// the practice PBX, and what is said and heard goes through a real sound server.
//
//	go test -tags pulse -run Pulse .

// abandoned are the goroutines that stand inside the C library for ever when a server dies under an
// open device.
func abandoned() []goleak.Option {
	return []goleak.Option{goleak.IgnoreAnyFunction("github.com/patchcord/patchcord/audio.(*card).release")}
}

// studio is a sound server with a microphone and a speaker for each of two people, and a tone in
// each microphone that the test can measure in the other's speaker.
type studio struct {
	*pulsetest.Server
	anna, sara *desk
	// ear is the module of Sara's speaker.
	ear string
}

// Tones in the microphones, in Hz.
const annaSays, saraSays = 1000.0, 700.0

func newStudio(t *testing.T) *studio {
	s := &studio{Server: pulsetest.Start(t)}
	for _, name := range []string{"annamic", "annaear", "saramic"} {
		s.Plug(t, name, name)
	}
	s.ear = s.Plug(t, "saraear", "saraear")
	pbx, err := demopbx.Start(desktest.Quick())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := pbx.Close(); err != nil {
			t.Error(err)
		}
	})
	at := func(mic, speaker string) func(*phone.Config) {
		return func(c *phone.Config) {
			c.OpenSound = func() (audio.Device, error) {
				return audio.OpenSwitch(audio.Config{Mic: "Monitor of " + mic, Speaker: speaker, Frame: rtc.FrameSamples, Quiet: true})
			}
		}
	}
	s.anna = signInWith(t, pbx, "201", at("annamic", "annaear"))
	s.sara = signInWith(t, pbx, "202", at("saramic", "saraear"))
	return s
}

// call lets Anna call Sara and waits until both talk.
func (s *studio) call() {
	s.anna.Helper()
	s.anna.do(phone.Dial{To: "202"})
	s.sara.sees("it rings", func(snap phone.Snapshot) bool { _, ok := snap.Alerting(); return ok })
	s.sara.do(phone.AnswerCall{})
	for _, d := range []*desk{s.anna, s.sara} {
		d.leg(0, "talking", func(l phone.Leg) bool { return l.State == phone.Connected && l.Media })
	}
}

// tap is a device of the test's own beside the phones': it plays a tone into a microphone, or listens
// to what a speaker plays.
type tap struct {
	stop    context.CancelFunc
	joined  sync.WaitGroup
	mu      sync.Mutex
	samples []int16
}

// listen opens a tap: from is what it listens to, into what it plays a tone of hertz into; either may
// be empty.
func listen(t *testing.T, from, into string, hertz float64) *tap {
	t.Helper()
	c := audio.Config{Mic: audio.None, Speaker: audio.None, Frame: rtc.FrameSamples, Quiet: true}
	if from != "" {
		c.Mic = "Monitor of " + from
	}
	if into != "" {
		c.Speaker = into
	}
	dev, err := audio.Open(c)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	tp := &tap{stop: cancel}
	tp.joined.Go(func() { tp.run(ctx, dev, hertz) })
	t.Cleanup(tp.close)
	return tp
}

func (tp *tap) close() {
	tp.stop()
	tp.joined.Wait()
}

func (tp *tap) run(ctx context.Context, dev audio.Device, hertz float64) {
	defer dev.Close()
	in, out, say := make([]int16, rtc.FrameSamples), make([]int16, rtc.FrameSamples), sine(hertz)
	for beat := time.NewTicker(5 * time.Millisecond); ; {
		for dev.Read(in) {
			tp.mu.Lock()
			tp.samples = append(tp.samples, in...)
			tp.samples = tp.samples[max(0, len(tp.samples)-earful):]
			tp.mu.Unlock()
		}
		for dev.Wants() {
			say(out)
			dev.Write(out)
		}
		select {
		case <-ctx.Done():
			beat.Stop()
			return
		case <-beat.C:
		}
	}
}

// sine fills frames with a tone; 0 is silence.
func sine(hertz float64) func(pcm []int16) {
	turn, at := 2*math.Pi*hertz/rtc.SampleRate, 0.0
	return func(pcm []int16) {
		for i := range pcm {
			pcm[i] = int16(8000 * math.Sin(at))
			at = math.Mod(at+turn, 2*math.Pi)
		}
	}
}

// hears waits until most of what the tap hears is at the pitch.
func (tp *tap) hears(t *testing.T, hertz float64) time.Duration {
	t.Helper()
	began := time.Now()
	limit := time.After(timeout)
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	var level, share float64
	for {
		tp.mu.Lock()
		if pcm := tp.samples; len(pcm) == earful {
			if level, share = loudness(pcm), pitchShare(pcm, hertz); level > 500 && share > 0.8 {
				tp.samples = nil
				tp.mu.Unlock()
				return time.Since(began)
			}
		}
		tp.mu.Unlock()
		select {
		case <-limit:
			t.Fatalf("no %.0f Hz (level %.0f, %.2f of it)", hertz, level, share)
		case <-look.C:
		}
	}
}

// event waits for a line that holds the words and gives the time it took from began.
func event(d *desk, words string, began time.Time) time.Duration {
	d.Helper()
	var at time.Time
	d.sees("the words "+words, func(s phone.Snapshot) bool {
		i := slices.IndexFunc(s.Notices, func(n phone.Notice) bool { return n.At.After(began) && strings.Contains(n.Text, words) })
		if i >= 0 {
			at = s.Notices[i].At
		}
		return i >= 0
	})
	return at.Sub(began)
}

// TestPulseCall: a tone goes in at each microphone and out at the other's speaker; then Sara's speaker
// is pulled out in mid-call and put back, and in the end the whole server dies and returns. The
// call goes on through all of it, each with one line.
func TestPulseCall(t *testing.T) {
	s := newStudio(t)
	s.call()
	listen(t, "", "annamic", annaSays)
	listen(t, "", "saramic", saraSays)
	t.Logf("Anna to Sara after %v", listen(t, "saraear", "", 0).hears(t, annaSays))
	t.Logf("Sara to Anna after %v", listen(t, "annaear", "", 0).hears(t, saraSays))

	began := time.Now()
	s.Unplug(t, s.ear)
	took := event(s.sara, `"saraear" is gone; using "Speaker" now`, began)
	t.Logf("the loss of a speaker is told after %v", took)
	if took > 2*time.Second { // a second on a machine with time to spare
		t.Errorf("told after %v", took)
	}
	listen(t, "Speaker", "", 0).hears(t, annaSays)

	began = time.Now()
	s.Plug(t, "saraear", "saraear")
	t.Logf("its return is offered after %v", event(s.sara, `"saraear" was connected`, began))
	s.sara.do(phone.UseDevice{Role: phone.Speaker, Name: s.sara.last.Sound.Offer.Name})
	s.sara.reads("the speaker is saraear now")
	listen(t, "saraear", "", 0).hears(t, annaSays)

	settled := time.Now().Add(3 * time.Second) // a device that was just opened is given more time to answer
	s.sara.sees("the new speaker has settled", func(snap phone.Snapshot) bool { return snap.Now.After(settled) })
	before := s.sara.last.Legs[0].Stats.Received
	began = time.Now()
	s.Kill()
	for _, d := range []*desk{s.anna, s.sara} {
		took := event(d, "The sound server stopped", began)
		t.Logf("the death of the server is told after %v", took)
		if took > 2*time.Second {
			t.Errorf("told after %v", took)
		}
	}
	s.sara.leg(0, "packets go on coming", func(l phone.Leg) bool {
		return l.State == phone.Connected && l.Stats.Received > before+100
	})
	began = time.Now()
	s.Start(t)
	t.Logf("sound is back %v after the server", event(s.sara, "Sound is back", began))
	for _, d := range []*desk{s.anna, s.sara} {
		if l := d.last.Legs[0]; l.State != phone.Connected {
			t.Errorf("the call is %s", l.State)
		}
	}
}
