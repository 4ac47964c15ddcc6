package audio

import (
	"errors"
	"testing"
	"time"
)

func TestLostDeviceGivesWayToTheNext(t *testing.T) {
	inRig(t, Config{Mic: "Jabra", Speaker: "Jabra"}, []Endpoint{builtinMic, jabraMic}, []Endpoint{realtek, jabra}, func(t *testing.T, r *rig, s *Switch, _ error) {
		talk(s, time.Second, 1000)
		r.plug([]Endpoint{builtinMic}, []Endpoint{realtek, jabra})
		talk(s, 850*time.Millisecond, 1000)
		expect(t, s, Event{Kind: Lost, Role: Microphone, Was: "Jabra", Now: "Built-in", Text: `The microphone "Jabra" is gone; using "Built-in" now.`})
		if captured := talk(s, time.Second, 1000); captured[len(captured)-1] != int16(100*len(builtinMic.ID)) {
			t.Errorf("heard %d", captured[len(captured)-1])
		}
		r.plug([]Endpoint{builtinMic}, []Endpoint{realtek})
		talk(s, 850*time.Millisecond, 1000)
		expect(t, s, Event{Kind: Lost, Role: Speaker, Was: "Jabra", Now: "Realtek"})
		talk(s, 5*time.Second, 1000)
		quietly(t, s)
		if c := r.card("Realtek"); c.loudest.Load() != 1000 {
			t.Errorf("the next speaker plays %d", c.loudest.Load())
		}

		r.plug([]Endpoint{builtinMic, jabraMic}, []Endpoint{realtek, jabra})
		talk(s, 3*time.Second, 1000)
		expect(t, s, Event{Kind: Returned, Role: Microphone, Was: "Jabra"})
		expect(t, s, Event{Kind: Returned, Role: Speaker, Was: "Jabra"})
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

// A server that dies takes both at once; when it is back the sound comes back by itself.
func TestServerDiesAndReturns(t *testing.T) {
	inRig(t, Config{}, []Endpoint{builtinMic}, []Endpoint{realtek}, func(t *testing.T, r *rig, s *Switch, _ error) {
		talk(s, time.Second, 1000)
		r.plug(nil, nil)
		talk(s, 850*time.Millisecond, 1000)
		expect(t, s, Event{Kind: Lost, Was: "Realtek", Text: "The sound server stopped, so there is no sound until it runs again."})
		if !s.Silent() || !s.deaf() || s.Name() != "no speaker" {
			t.Errorf("without a server: %q, silent %v, deaf %v", s.Name(), s.Silent(), s.deaf())
		}
		if captured := talk(s, 10*time.Second, 1000); len(captured) < 9*Rate || loudest(captured[960:]) != 0 {
			t.Errorf("the stand-in gave %d samples, peak %d", len(captured), loudest(captured))
		}
		quietly(t, s)
		r.plug([]Endpoint{builtinMic}, []Endpoint{realtek})
		talk(s, 2100*time.Millisecond, 1000)
		expect(t, s, Event{Kind: Restored, Role: Microphone, Now: "Built-in"})
		expect(t, s, Event{Kind: Restored, Role: Speaker, Now: "Realtek"})
		if captured := talk(s, time.Second, 1000); loudest(captured) == 0 || r.card("Realtek").loudest.Load() == 0 || s.Silent() {
			t.Error("there is no sound")
		}
	})
}

// The two ports of a dead server seldom stop at the same moment. It is one loss all the same.
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
		expect(t, s, Event{Kind: Lost, Role: Speaker, Was: "Jabra", Now: "Jabra", Text: `The speaker "Jabra" stopped and was started again.`})
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
		expect(t, s, Event{Kind: Lost, Role: Microphone, Was: "Jabra"})
		quietly(t, s)
		if !s.deaf() {
			t.Errorf("%+v is used", s.Using().Mic)
		}
		r.plug([]Endpoint{monitor, jabraMic}, []Endpoint{realtek})
		talk(s, 3*time.Second, 1000)
		expect(t, s, Event{Kind: Restored, Role: Microphone, Now: "Jabra"})
	})
}

// The server moves our stream to a monitor when the last microphone goes.
func TestMonitorIsNotFollowed(t *testing.T) {
	inRig(t, Config{}, []Endpoint{builtinMic}, []Endpoint{realtek}, func(t *testing.T, r *rig, s *Switch, _ error) {
		talk(s, time.Second, 1000)
		r.plug([]Endpoint{monitor, builtinMic}, []Endpoint{realtek}) // its callbacks go on
		talk(s, 2100*time.Millisecond, 1000)
		expect(t, s, Event{Kind: Lost, Role: Microphone, Was: "Built-in"})
		if captured := talk(s, time.Second, 1000); !s.deaf() || loudest(captured[Rate/2:]) != 0 {
			t.Errorf("%+v is heard", s.Using().Mic)
		}
		r.plug([]Endpoint{builtinMic, monitor}, []Endpoint{realtek})
		talk(s, 2100*time.Millisecond, 1000)
		expect(t, s, Event{Kind: Restored, Role: Microphone, Now: "Built-in"})
	})
}

func TestDefaultIsFollowed(t *testing.T) {
	inRig(t, Config{}, []Endpoint{builtinMic}, []Endpoint{realtek, jabra}, func(t *testing.T, r *rig, s *Switch, _ error) {
		talk(s, time.Second, 1000)
		r.plug([]Endpoint{builtinMic}, []Endpoint{jabra, realtek})
		talk(s, 3*time.Second, 1000)
		expect(t, s, Event{Kind: Followed, Role: Speaker, Was: "Realtek", Now: "Jabra", Text: `The system's speaker is "Jabra" now.`})
		if s.Name() != "Jabra" {
			t.Errorf("its name is %q", s.Name())
		}
		quietly(t, s)
	})
}

func TestSwitchBeginsWithoutDevices(t *testing.T) {
	inRig(t, Config{Speaker: "Jabra"}, nil, nil, func(t *testing.T, r *rig, s *Switch, err error) {
		if !errors.Is(err, ErrNoCard) || !s.Silent() || !s.deaf() {
			t.Errorf("silent %v, deaf %v: %v", s.Silent(), s.deaf(), err)
		}
		talk(s, 5*time.Second, 1000)
		quietly(t, s)
		r.plug([]Endpoint{builtinMic}, []Endpoint{realtek})
		talk(s, 3*time.Second, 1000)
		expect(t, s, Event{Kind: Restored, Role: Microphone, Now: "Built-in"})
		expect(t, s, Event{Kind: Restored, Role: Speaker, Now: "Realtek"})
		r.plug([]Endpoint{builtinMic}, []Endpoint{realtek, jabra})
		talk(s, 3*time.Second, 1000)
		expect(t, s, Event{Kind: Returned, Role: Speaker, Was: "Jabra"})
	})
}

// PulseAudio and PipeWire make up a sink when there is none. It is no speaker, whatever they say.
func TestServersOwnStandInIsNoDevice(t *testing.T) {
	dummy, dummyMonitor := Endpoint{Name: "Dummy Output", ID: "auto_null"}, Endpoint{Name: "Monitor of Dummy Output", ID: "auto_null.monitor", Monitor: true}
	inRig(t, Config{}, []Endpoint{dummyMonitor}, []Endpoint{dummy}, func(t *testing.T, r *rig, s *Switch, err error) {
		if !errors.Is(err, ErrNoCard) || !s.Silent() || !s.deaf() || s.Name() != "no speaker" {
			t.Errorf("%q, silent %v, deaf %v: %v", s.Name(), s.Silent(), s.deaf(), err)
		}
		talk(s, 5*time.Second, 1000)
		quietly(t, s)
		r.plug([]Endpoint{builtinMic}, []Endpoint{realtek})
		talk(s, 3*time.Second, 1000)
		expect(t, s, Event{Kind: Restored, Role: Microphone, Now: "Built-in"})
		expect(t, s, Event{Kind: Restored, Role: Speaker, Now: "Realtek"})
		if s.Silent() || s.deaf() || s.Name() != "Realtek" {
			t.Errorf("%q, silent %v, deaf %v", s.Name(), s.Silent(), s.deaf())
		}
	})
	inRig(t, Config{Mic: None}, nil, []Endpoint{dummy}, func(t *testing.T, r *rig, s *Switch, err error) {
		if !errors.Is(err, errNoSpeaker) {
			t.Error(err)
		}
	})
}
