package audio

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

var (
	jabraMic   = Endpoint{Name: "Jabra", ID: "usb.mic"}
	builtinMic = Endpoint{Name: "Built-in", ID: "pci.microphone"}
	monitor    = Endpoint{Name: "Monitor of Realtek", ID: "pci.monitor", Monitor: true}
	jabra      = Endpoint{Name: "Jabra", ID: "usb"}
	realtek    = Endpoint{Name: "Realtek", ID: "pci"}
)

// talk is a media loop for a while: what it says is a constant, what it heard is returned.
func talk(d Device, length time.Duration, say int16) []int16 {
	var heard []int16
	in, out := make([]int16, 960), filled(960, say)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(length); time.Now().Before(end); <-tick.C {
		for d.Read(in) {
			heard = append(heard, in...)
		}
		for d.Wants() && d.Write(out) {
		}
	}
	return heard
}

// counting counts what was written to a device.
type counting struct {
	Device
	written int
}

func (c *counting) Write(pcm []int16) bool {
	ok := c.Device.Write(pcm)
	if ok {
		c.written += len(pcm)
	}
	return ok
}

// inRig runs a test on a Switch that is closed at its end with nothing left behind.
func inRig(t *testing.T, cfg Config, mics, speakers []Endpoint, test func(*testing.T, *rig, *Switch, error)) {
	synctest.Test(t, func(t *testing.T) {
		r := new(rig)
		r.plug(mics, speakers)
		cfg.Quiet = true
		s, err := openSwitch(cfg, Speaker, r.system())
		test(t, r, s, err)
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		r.threads.Wait()
		if n := r.inUse(); n != 0 {
			t.Errorf("%d cards are still open", n)
		}
		if err := s.UseMic(context.Background(), ""); !errors.Is(err, errClosed) {
			t.Errorf("after Close: %v", err)
		}
		for range s.Events() { // closed, so that this ends
		}
	})
}

// expect takes the next event.
func expect(t *testing.T, s *Switch, want Event) {
	t.Helper()
	select {
	case got := <-s.Events():
		if want.Text == "" {
			want.Text = got.Text
		}
		if got != want {
			t.Errorf("got  %+v\nwant %+v", got, want)
		}
	default:
		t.Errorf("no event, want %+v", want)
	}
}

func quietly(t *testing.T, s *Switch) {
	t.Helper()
	select {
	case e := <-s.Events():
		t.Errorf("an event that is none: %+v", e)
	default:
	}
}

func TestSwitchInMidCall(t *testing.T) {
	inRig(t, Config{}, []Endpoint{builtinMic, jabraMic}, []Endpoint{realtek, jabra}, func(t *testing.T, r *rig, s *Switch, err error) {
		if err != nil || s.Name() != "Realtek" || s.Silent() || s.Deaf() {
			t.Fatalf("%q, silent %v, deaf %v: %v", s.Name(), s.Silent(), s.Deaf(), err)
		}
		talk(s, time.Second, 1000)
		if err := s.UseMic(t.Context(), "jabra"); err != nil {
			t.Fatal(err)
		}
		if err := s.UseSpeaker(t.Context(), "usb"); err != nil {
			t.Fatal(err)
		}
		heard := talk(s, time.Second, 1000)
		if using := s.Using(); using.Mic.Name != "Jabra" || using.Speaker.Name != "Jabra" || s.Name() != "Jabra" {
			t.Errorf("in use: %+v", using)
		}
		if want := int16(100 * len(jabraMic.ID)); heard[0] != want || heard[len(heard)-1] != want {
			t.Errorf("heard %d to %d, want %d", heard[0], heard[len(heard)-1], want)
		}
		if r.inUse() != 2 {
			t.Errorf("%d cards are open", r.inUse())
		}
		quietly(t, s)
	})
}

// Neither side of a call may notice: what the far end gets keeps its pace and what it said is
// played to the last sample.
func TestSwitchLeavesNoGap(t *testing.T) {
	inRig(t, Config{}, []Endpoint{builtinMic, jabraMic}, []Endpoint{realtek, jabra}, func(t *testing.T, r *rig, s *Switch, _ error) {
		changed := make(chan struct{})
		go func() {
			defer close(changed)
			for i := range 20 {
				<-time.After(97 * time.Millisecond)
				name := []string{"Jabra", ""}[i%2]
				if err := errors.Join(s.UseMic(t.Context(), name), s.UseSpeaker(t.Context(), name)); err != nil {
					t.Error(err)
				}
			}
		}()
		d := &counting{Device: s}
		heard := talk(d, 4*time.Second, 1000)
		<-changed
		if got, want := len(heard), 4*Rate; got < want-2*960 || got > want+2*960 {
			t.Errorf("%d samples were heard in 4 s, want %d", got, want)
		}
		sounding := 0
		for _, c := range r.cards {
			sounding += int(c.sounding.Load())
		}
		if waiting := d.written - sounding; waiting < 0 || waiting > 960+cushion {
			t.Errorf("of %d samples %d were played", d.written, sounding)
		}
		// Each new speaker has a queue to fill while the one before it plays out.
		if got, want := d.written, 4*Rate; got < want || got > want+21*(960+cushion) {
			t.Errorf("%d samples were written in 4 s, want %d", got, want)
		}
		if m := s.Meter(); m.Overruns != 0 || m.Underruns > 0 {
			t.Errorf("the meter counts %+v", m)
		}
	})
}

func TestSwitchRefusesWhatIsNotThere(t *testing.T) {
	inRig(t, Config{}, []Endpoint{builtinMic}, []Endpoint{realtek}, func(t *testing.T, r *rig, s *Switch, _ error) {
		err := s.UseSpeaker(t.Context(), "Jabra")
		if err == nil || !strings.Contains(err.Error(), `no speaker "Jabra", so nothing was changed`) || s.Name() != "Realtek" {
			t.Errorf("%q is used: %v", s.Name(), err)
		}
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		<-time.After(time.Second)
		if err := s.UseSpeaker(ended, "Realtek"); err != nil && !errors.Is(err, errNoAnswer) {
			t.Error(err)
		}
	})
}

func TestLostDeviceGivesWayToTheNext(t *testing.T) {
	inRig(t, Config{Mic: "Jabra", Speaker: "Jabra"}, []Endpoint{builtinMic, jabraMic}, []Endpoint{realtek, jabra}, func(t *testing.T, r *rig, s *Switch, _ error) {
		talk(s, time.Second, 1000)
		r.plug([]Endpoint{builtinMic}, []Endpoint{realtek, jabra})
		talk(s, 850*time.Millisecond, 1000)
		expect(t, s, Event{Kind: Lost, Part: Microphone, Was: "Jabra", Now: "Built-in", Text: `The microphone "Jabra" is gone; "Built-in" is used now.`})
		if heard := talk(s, time.Second, 1000); heard[len(heard)-1] != int16(100*len(builtinMic.ID)) {
			t.Errorf("heard %d", heard[len(heard)-1])
		}
		r.plug([]Endpoint{builtinMic}, []Endpoint{realtek})
		talk(s, 850*time.Millisecond, 1000)
		expect(t, s, Event{Kind: Lost, Part: Speaker, Was: "Jabra", Now: "Realtek"})
		talk(s, 5*time.Second, 1000)
		quietly(t, s)
		if c := r.card("Realtek"); c.loudest.Load() != 1000 {
			t.Errorf("the next speaker plays %d", c.loudest.Load())
		}

		r.plug([]Endpoint{builtinMic, jabraMic}, []Endpoint{realtek, jabra})
		talk(s, 3*time.Second, 1000)
		expect(t, s, Event{Kind: Returned, Part: Microphone, Was: "Jabra"})
		expect(t, s, Event{Kind: Returned, Part: Speaker, Was: "Jabra"})
		talk(s, 5*time.Second, 1000)
		quietly(t, s)
		if using := s.Using(); using.Mic.Name != "Built-in" || using.Speaker.Name != "Realtek" {
			t.Errorf("the return was not only offered: %+v", using)
		}
		if err := errors.Join(s.UseMic(t.Context(), "Jabra"), s.UseSpeaker(t.Context(), "Jabra")); err != nil {
			t.Error(err)
		}
	})
}

// A server that dies takes both at once; when it is back, so is the sound, without being asked.
func TestServerDiesAndReturns(t *testing.T) {
	inRig(t, Config{}, []Endpoint{builtinMic}, []Endpoint{realtek}, func(t *testing.T, r *rig, s *Switch, _ error) {
		talk(s, time.Second, 1000)
		r.plug(nil, nil)
		talk(s, 850*time.Millisecond, 1000)
		expect(t, s, Event{Kind: Lost, Was: "Realtek", Text: "The sound server stopped, so there is no sound until it runs again."})
		if !s.Silent() || !s.Deaf() || s.Name() != "no speaker" {
			t.Errorf("without a server: %q, silent %v, deaf %v", s.Name(), s.Silent(), s.Deaf())
		}
		if heard := talk(s, 10*time.Second, 1000); len(heard) < 9*Rate || loudest(heard[960:]) != 0 {
			t.Errorf("the stand-in gave %d samples, peak %d", len(heard), loudest(heard))
		}
		quietly(t, s)
		r.plug([]Endpoint{builtinMic}, []Endpoint{realtek})
		talk(s, 2100*time.Millisecond, 1000)
		expect(t, s, Event{Kind: Restored, Part: Microphone, Now: "Built-in"})
		expect(t, s, Event{Kind: Restored, Part: Speaker, Now: "Realtek"})
		if heard := talk(s, time.Second, 1000); loudest(heard) == 0 || r.card("Realtek").loudest.Load() == 0 || s.Silent() {
			t.Error("there is no sound")
		}
	})
}

// The two halves of a dead server seldom show at the same moment. It is one loss all the same.
func TestLossOfBothIsOneEvent(t *testing.T) {
	inRig(t, Config{}, []Endpoint{builtinMic}, []Endpoint{realtek}, func(t *testing.T, r *rig, s *Switch, _ error) {
		talk(s, time.Second, 1000)
		r.plug(nil, []Endpoint{realtek})
		talk(s, 290*time.Millisecond, 1000)
		r.plug(nil, nil)
		talk(s, time.Second, 1000)
		expect(t, s, Event{Kind: Lost, Was: "Realtek"})
		quietly(t, s)
	})
}

// Faults that were counted stay counted.
func TestMeterGoesOnAcrossAChange(t *testing.T) {
	inRig(t, Config{}, []Endpoint{builtinMic, jabraMic}, []Endpoint{realtek, jabra}, func(t *testing.T, r *rig, s *Switch, _ error) {
		talk(s, time.Second, 1000)
		<-time.After(500 * time.Millisecond) // the media loop stands still
		talk(s, time.Second, 1000)
		before := s.Meter()
		if before.Overruns == 0 || before.Underruns == 0 {
			t.Fatalf("half a second without anybody counts %+v", before)
		}
		if err := errors.Join(s.UseMic(t.Context(), "Jabra"), s.UseSpeaker(t.Context(), "Jabra")); err != nil {
			t.Fatal(err)
		}
		talk(s, time.Second, 1000)
		if after := s.Meter(); after.Overruns != before.Overruns || after.Underruns != before.Underruns || after.Mic == 0 || after.Speaker == 0 {
			t.Errorf("from %+v to %+v", before, after)
		}
	})
}

// A device that stopped and can be opened again is used again.
func TestStoppedDeviceIsStartedAgain(t *testing.T) {
	inRig(t, Config{Speaker: "Jabra"}, []Endpoint{builtinMic}, []Endpoint{realtek, jabra}, func(t *testing.T, r *rig, s *Switch, _ error) {
		talk(s, time.Second, 1000)
		first := r.card("Jabra")
		first.Close()
		talk(s, time.Second, 1000)
		expect(t, s, Event{Kind: Lost, Part: Speaker, Was: "Jabra", Now: "Jabra", Text: `The speaker "Jabra" stopped and was started again.`})
		if second := r.card("Jabra"); second == first || second.loudest.Load() == 0 {
			t.Error("it was not opened again")
		}
	})
}

// The other side would hear itself through a monitor.
func TestLostMicrophoneIsNotReplacedByAMonitor(t *testing.T) {
	inRig(t, Config{Mic: "Jabra"}, []Endpoint{monitor, jabraMic}, []Endpoint{realtek}, func(t *testing.T, r *rig, s *Switch, _ error) {
		talk(s, time.Second, 1000)
		r.plug([]Endpoint{monitor}, []Endpoint{realtek})
		talk(s, 3*time.Second, 1000)
		expect(t, s, Event{Kind: Lost, Part: Microphone, Was: "Jabra"})
		quietly(t, s)
		if !s.Deaf() {
			t.Errorf("%+v is used", s.Using().Mic)
		}
		r.plug([]Endpoint{monitor, jabraMic}, []Endpoint{realtek})
		talk(s, 3*time.Second, 1000)
		expect(t, s, Event{Kind: Restored, Part: Microphone, Now: "Jabra"})
	})
}

func TestDefaultIsFollowed(t *testing.T) {
	inRig(t, Config{}, []Endpoint{builtinMic}, []Endpoint{realtek, jabra}, func(t *testing.T, r *rig, s *Switch, _ error) {
		talk(s, time.Second, 1000)
		r.plug([]Endpoint{builtinMic}, []Endpoint{jabra, realtek})
		talk(s, 3*time.Second, 1000)
		expect(t, s, Event{Kind: Followed, Part: Speaker, Was: "Realtek", Now: "Jabra", Text: `The system's speaker is "Jabra" now.`})
		if s.Name() != "Jabra" {
			t.Errorf("its name is %q", s.Name())
		}
		quietly(t, s)
	})
}

func TestSwitchBeginsWithoutDevices(t *testing.T) {
	inRig(t, Config{Speaker: "Jabra"}, nil, nil, func(t *testing.T, r *rig, s *Switch, err error) {
		if !errors.Is(err, errNoCard) || !s.Silent() || !s.Deaf() {
			t.Errorf("silent %v, deaf %v: %v", s.Silent(), s.Deaf(), err)
		}
		talk(s, 5*time.Second, 1000)
		quietly(t, s)
		r.plug([]Endpoint{builtinMic}, []Endpoint{realtek})
		talk(s, 3*time.Second, 1000)
		expect(t, s, Event{Kind: Restored, Part: Microphone, Now: "Built-in"})
		expect(t, s, Event{Kind: Restored, Part: Speaker, Now: "Realtek"})
		r.plug([]Endpoint{builtinMic}, []Endpoint{realtek, jabra})
		talk(s, 3*time.Second, 1000)
		expect(t, s, Event{Kind: Returned, Part: Speaker, Was: "Jabra"})
	})
}

func TestUnknownNamesAtTheStart(t *testing.T) {
	inRig(t, Config{Mic: "Headset", Speaker: None}, []Endpoint{builtinMic}, []Endpoint{realtek}, func(t *testing.T, r *rig, s *Switch, err error) {
		if err == nil || !strings.Contains(err.Error(), `no microphone "Headset", so the default one is used`) {
			t.Error(err)
		}
		if !s.Silent() || s.Deaf() || r.inUse() != 1 {
			t.Errorf("silent %v, deaf %v, %d cards open", s.Silent(), s.Deaf(), r.inUse())
		}
		talk(s, 5*time.Second, 1000)
		quietly(t, s) // None was a choice
	})
}

func TestRinger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := new(rig)
		r.plug(nil, []Endpoint{realtek, jabra})
		s, err := openSwitch(Config{Mic: None, Speaker: "Jabra", Quiet: true}, Ringer, r.system())
		if err != nil || s.Name() != "Jabra" {
			t.Errorf("%q: %v", s.Name(), err)
		}
		s.SetVolume(0.5)
		talk(s, time.Second, 8000)
		c := r.card("Jabra")
		c.loudest.Store(0)
		talk(s, time.Second, 8000)
		if c.loudest.Load() != 4000 || s.Volume() != 0.5 {
			t.Errorf("half of 8000 is %d at volume %v", c.loudest.Load(), s.Volume())
		}
		r.plug(nil, nil)
		talk(s, time.Second, 8000)
		expect(t, s, Event{Kind: Lost, Part: Ringer, Was: "Jabra", Text: `The ringer "Jabra" is gone and there is no other, so calls do not ring aloud; connect one.`})
		s.Close()

		none, err := openSwitch(Config{Mic: None, Speaker: None, Quiet: true}, Ringer, r.system())
		if err != nil || !none.Silent() || none.Name() != "no ringer" {
			t.Errorf("none is %q: %v", none.Name(), err)
		}
		none.Close()
		absent, err := openSwitch(Config{Mic: None, Quiet: true}, Ringer, r.system())
		if !errors.Is(err, errNoRinger) {
			t.Error(err)
		}
		absent.Close()
		r.threads.Wait()
	})
}

func TestDeadCardIsAbandoned(t *testing.T) {
	inRig(t, Config{}, []Endpoint{builtinMic}, []Endpoint{realtek, jabra}, func(t *testing.T, r *rig, s *Switch, _ error) {
		talk(s, time.Second, 1000)
		r.hang.Store(int64(time.Second)) // as long as a card takes to give up on closing
		began := time.Now()
		if err := s.UseSpeaker(t.Context(), "Jabra"); err != nil || time.Since(began) > warmLimit {
			t.Errorf("the change took %v: %v", time.Since(began), err)
		}
		talk(s, time.Second, 1000)
	})
}

func TestSwitchEchoCancelled(t *testing.T) {
	filter := Endpoint{Name: "Built-in (echo cancelled)", ID: "pci.microphone.echo-cancel", EchoCancelled: true}
	inRig(t, Config{}, []Endpoint{builtinMic}, []Endpoint{realtek}, func(t *testing.T, r *rig, s *Switch, _ error) {
		synctest.Wait()
		if yes, known := s.EchoCancelled(); yes || !known {
			t.Errorf("without a canceller: %v, known %v", yes, known)
		}
		r.plug([]Endpoint{builtinMic, filter}, []Endpoint{realtek})
		talk(s, 3*time.Second, 0)
		if yes, known := s.EchoCancelled(); !yes || !known {
			t.Errorf("with a canceller: %v, known %v", yes, known)
		}
		r.plug(nil, nil)
		talk(s, 5*time.Second, 0)
		if _, known := s.EchoCancelled(); known {
			t.Error("it is known without a microphone")
		}
	})
}

func TestEventsKeepTheNewest(t *testing.T) {
	s := &Switch{events: make(chan Event, 2)}
	for _, name := range []string{"a", "b", "c"} {
		s.tell(Event{Was: name})
	}
	if first, second := <-s.events, <-s.events; first.Was != "b" || second.Was != "c" {
		t.Errorf("%q and %q are left", first.Was, second.Was)
	}
}

// A sink of a sleepy server may stall for two seconds right after its start, but not later.
func TestStallAtTheStartIsForgiven(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStream(960)
		h := newHalf(nil, s, Endpoint{})
		h.watched = &s.heard
		<-time.After(100 * time.Millisecond)
		s.captured(filled(period, 1))
		<-time.After(2 * time.Second)
		if h.stale(1) {
			t.Error("a stall at the start counts as a loss")
		}
		<-time.After(time.Second)
		if !h.stale(1) {
			t.Error("it is forgiven for ever")
		}
		s.captured(filled(period, 1))
		<-time.After(staleAfter + time.Millisecond)
		if !h.stale(1) || h.linger() != 0 {
			t.Error("a later stall is forgiven")
		}
	})
}

func TestSwitchAllocatesNothing(t *testing.T) {
	s := &Switch{cfg: Config{}, volume: newGain(), loud: make([]int16, 960), speaker: seat{part: Speaker}, mic: seat{part: Microphone}}
	s.mic.used.Store(standInFor(Microphone, s.cfg))
	s.speaker.used.Store(standInFor(Speaker, s.cfg))
	s.reading = s.mic.used.Load()
	s.SetVolume(3)
	frame := make([]int16, 960)
	if n := testing.AllocsPerRun(1000, func() { s.Read(frame); s.Wants(); s.Write(frame); s.Meter() }); n != 0 {
		t.Errorf("the media loop's side allocates %v times", n)
	}
}

func TestGain(t *testing.T) {
	g := newGain()
	out, in := make([]int16, 960), filled(960, 12000)
	if g.apply(out, in); !slices.Equal(out, in) {
		t.Error("volume 1 changes the sound")
	}
	g.set(0.25)
	g.apply(out, in)
	for i := 1; i < len(out); i++ {
		if step := int(out[i-1]) - int(out[i]); step < 0 || step > 11 {
			t.Fatalf("the volume jumps by %d at sample %d", step, i)
		}
	}
	if g.apply(out, in); out[0] != 3000 || out[959] != 3000 {
		t.Errorf("a quarter of 12000 is %d", out[0])
	}
	for volume, want := range map[float32]float32{-1: 0, 100: MaxVolume, float32(nan()): 1, 2: 2} {
		if g.set(volume); g.get() != want {
			t.Errorf("volume %v is taken as %v, want %v", volume, g.get(), want)
		}
	}
}

func nan() float64 { zero := 0.0; return zero / zero }

// The curve rises all the way, is odd, keeps what is soft and never clips.
func TestLimited(t *testing.T) {
	before := int16(-1 << 15)
	for v := float32(-4 * fullScale); v <= 4*fullScale; v += 17 {
		got := limited(v)
		if got < before {
			t.Fatalf("%v becomes %d, less than the one before", v, got)
		}
		if before = got; v > -knee && v < knee && (float32(got)-v > 1 || v-float32(got) > 1) {
			t.Fatalf("%v becomes %d", v, got)
		}
		if limited(-v) != -got {
			t.Fatalf("%v becomes %d, its opposite %d", v, got, limited(-v))
		}
	}
	if top := limited(4 * fullScale); top < 31000 || top == fullScale {
		t.Errorf("four times full scale becomes %d", top)
	}
}
