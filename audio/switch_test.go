package audio

import (
	"context"
	"errors"
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

// talk runs a media loop for a while: it writes a constant and returns what it read.
func talk(d Device, length time.Duration, say int16) []int16 {
	var captured []int16
	in, out := make([]int16, 960), filled(960, say)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(length); time.Now().Before(end); <-tick.C {
		for d.Read(in) {
			captured = append(captured, in...)
		}
		for d.Wants() && d.Write(out) {
		}
	}
	return captured
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

// inRig runs a test on a Switch, closes that and checks that nothing is left behind.
func inRig(t *testing.T, cfg Config, mics, speakers []Endpoint, test func(*testing.T, *rig, *Switch, error)) {
	synctest.Test(t, func(t *testing.T) {
		r := new(rig)
		r.plug(mics, speakers)
		cfg.Quiet, cfg.Echo = true, EchoOff // what is captured here is steady, like a perfect echo
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
		if err != nil || s.Name() != "Realtek" || s.Silent() || s.deaf() {
			t.Fatalf("%q, silent %v, deaf %v: %v", s.Name(), s.Silent(), s.deaf(), err)
		}
		talk(s, time.Second, 1000)
		if err := s.UseMic(t.Context(), "jabra"); err != nil {
			t.Fatal(err)
		}
		if err := s.UseSpeaker(t.Context(), "usb"); err != nil {
			t.Fatal(err)
		}
		captured := talk(s, time.Second, 1000)
		if using := s.Using(); using.Mic.Name != "Jabra" || using.Speaker.Name != "Jabra" || s.Name() != "Jabra" {
			t.Errorf("in use: %+v", using)
		}
		if want := int16(100 * len(jabraMic.ID)); captured[0] != want || captured[len(captured)-1] != want {
			t.Errorf("heard %d to %d, want %d", captured[0], captured[len(captured)-1], want)
		}
		if r.inUse() != 2 {
			t.Errorf("%d cards are open", r.inUse())
		}
		quietly(t, s)
	})
}

// Neither side of a call may notice: what the far end gets keeps its pace, and what it said is
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
		captured := talk(d, 4*time.Second, 1000)
		<-changed
		if got, want := len(captured), 4*Rate; got < want-2*960 || got > want+2*960 {
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

func TestUnknownNamesAtTheStart(t *testing.T) {
	inRig(t, Config{Mic: "Headset", Speaker: None}, []Endpoint{builtinMic}, []Endpoint{realtek}, func(t *testing.T, r *rig, s *Switch, err error) {
		if err == nil || !strings.Contains(err.Error(), `no microphone "Headset", so the default one is used`) {
			t.Error(err)
		}
		if !s.Silent() || s.deaf() || r.inUse() != 1 {
			t.Errorf("silent %v, deaf %v, %d cards open", s.Silent(), s.deaf(), r.inUse())
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
		if c.loudest.Load() != 4000 || s.volume.get() != 0.5 {
			t.Errorf("half of 8000 is %d at volume %v", c.loudest.Load(), s.volume.get())
		}
		r.plug(nil, nil)
		talk(s, time.Second, 8000)
		expect(t, s, Event{Kind: Lost, Role: Ringer, Was: "Jabra", Text: `The ringer "Jabra" is gone and there is no other, so calls do not ring aloud; connect one.`})
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
		if e := s.Echo(); e.Canceller != NoCanceller {
			t.Errorf("without a canceller: %+v", e)
		}
		r.plug([]Endpoint{builtinMic, filter}, []Endpoint{realtek})
		talk(s, 3*time.Second, 0)
		if e := s.Echo(); e.Canceller != UnknownCanceller {
			t.Error("it is known whether a canceller beside the microphone works on it")
		}
		if err := s.UseMic(t.Context(), filter.Name); err != nil {
			t.Fatal(err)
		}
		talk(s, 3*time.Second, 0)
		if e := s.Echo(); e.Canceller != SystemCanceller {
			t.Errorf("with a canceller: %+v", e)
		}
		r.plug(nil, nil)
		talk(s, 5*time.Second, 0)
		if e := s.Echo(); e.Canceller != UnknownCanceller {
			t.Error("it is known without a microphone")
		}
	})
}

func TestEventsKeepTheNewest(t *testing.T) {
	s := &Switch{events: make(chan Event, 2)}
	for _, name := range []string{"a", "b", "c"} {
		s.emit(Event{Was: name})
	}
	if first, second := <-s.events, <-s.events; first.Was != "b" || second.Was != "c" {
		t.Errorf("%q and %q are left", first.Was, second.Was)
	}
}

// A sink of a sleepy server may stall for two seconds right after its start, but not later.
func TestStallAtTheStartIsForgiven(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStream(960)
		p := newPort(nil, s, Endpoint{})
		p.watched = &s.micLevel
		<-time.After(100 * time.Millisecond)
		s.captured(filled(period, 1))
		<-time.After(2 * time.Second)
		if p.stale(1) {
			t.Error("a stall at the start counts as a loss")
		}
		<-time.After(time.Second)
		if !p.stale(1) {
			t.Error("it is forgiven for ever")
		}
		s.captured(filled(period, 1))
		<-time.After(staleAfter + time.Millisecond)
		if !p.stale(1) || p.linger() != 0 {
			t.Error("a later stall is forgiven")
		}
	})
}

func TestSwitchAllocatesNothing(t *testing.T) {
	s := &Switch{cfg: Config{}, volume: newGain(), loud: make([]int16, 960), speaker: slot{role: Speaker}, mic: slot{role: Microphone}}
	s.mic.used.Store(standInFor(Microphone, s.cfg))
	s.speaker.used.Store(standInFor(Speaker, s.cfg))
	s.reading = s.mic.used.Load()
	s.SetVolume(3)
	frame := make([]int16, 960)
	if n := testing.AllocsPerRun(1000, func() { s.Read(frame); s.Wants(); s.Write(frame); s.Meter() }); n != 0 {
		t.Errorf("the media loop's side allocates %v times", n)
	}
}
