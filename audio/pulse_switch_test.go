//go:build pulse

package audio

import (
	"context"
	"os"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/patchcord/patchcord/internal/pulsetest"
)

// openSwitchFor opens a switch on the server and closes it with the test.
func openSwitchFor(t testing.TB, cfg Config) *Switch {
	t.Helper()
	cfg.Quiet = true
	s, err := OpenSwitch(cfg)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

// during runs a media loop that plays a tone until what returns, and returns what was captured.
func during(t testing.TB, d Device, what func()) []int16 {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		what()
	}()
	var captured []int16
	say := wave(440)
	for {
		captured = append(captured, converse(t, d, 50*time.Millisecond, say)...)
		select {
		case <-done:
			return captured
		default:
		}
	}
}

// soon waits for an event in the middle of a call and returns it with the time it took.
func soon(t testing.TB, s *Switch, limit time.Duration, trigger func()) (Event, time.Duration) {
	t.Helper()
	var e Event
	var took time.Duration
	during(t, s, func() {
		began := time.Now()
		trigger()
		select {
		case e = <-s.Events():
		case <-time.After(limit):
			t.Errorf("no event within %v", limit)
		}
		took = time.Since(began)
	})
	t.Logf("after %v: %s", took.Round(time.Millisecond), e.Text)
	return e, took
}

// sounding waits until the microphone of d hears its own speaker again.
func sounding(t testing.TB, d Device, limit time.Duration) time.Duration {
	t.Helper()
	began := time.Now()
	say := wave(440)
	for time.Since(began) < limit {
		if captured := converse(t, d, 20*time.Millisecond, say); loudest(captured) > 4000 {
			return time.Since(began)
		}
	}
	t.Errorf("no sound within %v", limit)
	return limit
}

func names(list []Endpoint) string {
	var all string
	for _, e := range list {
		all += e.Name + " "
	}
	return all
}

func TestDevicesOfTheServer(t *testing.T) {
	s := pulsetest.Start(t)
	l, err := Devices(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got := names(l.Speakers); got != "Speaker Bus " || l.Speakers[0].ID != "spk" {
		t.Errorf("speakers: %+v", l.Speakers)
	}
	if got := names(l.Mics); got != "Monitor of Speaker Monitor of Bus " || !l.Mics[0].Monitor || l.Mics[1].ID != "bus.monitor" {
		t.Errorf("microphones: %+v", l.Mics)
	}
	s.Control(t, "set-default-sink", "bus")
	if l, _ = Devices(t.Context()); !l.Speakers[1].Default || l.Speakers[0].Default {
		t.Errorf("the default is not followed: %+v", l.Speakers)
	}
	s.Kill()
	if l, err = Devices(t.Context()); err == nil || len(l.Mics)+len(l.Speakers) != 0 {
		t.Errorf("a dead server has %+v, %v", l, err)
	}
}

// Back and forth in the middle of a stream. What was captured keeps its pace.
func TestSwitchOnTheServer(t *testing.T) {
	server := pulsetest.Start(t)
	s := openSwitchFor(t, Config{Mic: "Monitor of Speaker", Speaker: "Speaker"})
	sounding(t, s, 2*time.Second)
	converse(t, s, 500*time.Millisecond, wave(440))
	before := s.Meter()
	began := time.Now()
	captured := during(t, s, func() {
		for i := range 10 {
			mic, speaker := "Monitor of Bus", "Bus"
			if i%2 == 1 {
				mic, speaker = "Monitor of Speaker", "Speaker"
			}
			if err := s.UseSpeaker(t.Context(), speaker); err != nil {
				t.Error(err)
			}
			if err := s.UseMic(t.Context(), mic); err != nil {
				t.Error(err)
			}
			<-time.After(100 * time.Millisecond)
		}
	})
	length := int(time.Since(began).Seconds() * Rate)
	after := s.Meter()
	t.Logf("20 changes in %v: captured %d samples of %d; %d overruns, %d underruns more",
		time.Since(began), len(captured), length, after.Overruns-before.Overruns, after.Underruns-before.Underruns)
	// A change of the microphone costs a few ms, on a busy machine up to a frame.
	if len(captured) < length-10*960 || len(captured) > length*103/100+2*960 {
		t.Errorf("%d samples were captured, want %d", len(captured), length)
	}
	<-time.After(200 * time.Millisecond) // the last one plays out
	if inputs := server.Control(t, "list", "short", "sink-inputs"); strings.Count(inputs, "\n") > 1 {
		t.Errorf("streams were left behind:\n%s", inputs)
	}
	select {
	case e := <-s.Events():
		t.Errorf("an event: %s", e.Text)
	default:
	}
}

func TestSinkIsRemovedInMidCall(t *testing.T) {
	server := pulsetest.Start(t)
	module := server.Plug(t, "usb", "Headset")
	s := openSwitchFor(t, Config{Mic: "Monitor of Speaker", Speaker: "Headset"})
	converse(t, s, 700*time.Millisecond, wave(440))
	e, took := soon(t, s, 2*time.Second, func() { server.Control(t, "unload-module", module) })
	if e.Kind != Lost || e.Role != Speaker || e.Was != "Headset" || e.Now != "Speaker" || took > time.Second {
		t.Errorf("after %v: %+v", took, e)
	}
	t.Logf("sound %v later", sounding(t, s, 300*time.Millisecond))
	e, took = soon(t, s, 4*time.Second, func() { server.Plug(t, "usb", "Headset") })
	if e.Kind != Returned || e.Was != "Headset" || took > 3*time.Second || s.Name() != "Speaker" {
		t.Errorf("after %v: %+v", took, e)
	}
	during(t, s, func() {
		if err := s.UseSpeaker(t.Context(), "Headset"); err != nil || s.Name() != "Headset" {
			t.Errorf("%q: %v", s.Name(), err)
		}
	})
}

// A stream to the default device is moved by the server; that must not look like a loss.
func TestDefaultSinkIsRemovedInMidCall(t *testing.T) {
	server := pulsetest.Start(t)
	module := server.Plug(t, "usb", "Headset")
	server.Control(t, "set-default-sink", "usb")
	s := openSwitchFor(t, Config{Mic: "Monitor of Speaker"})
	if s.Name() != "Headset" {
		t.Fatalf("%q is the default", s.Name())
	}
	converse(t, s, 700*time.Millisecond, wave(440))
	e, _ := soon(t, s, 4*time.Second, func() { server.Control(t, "unload-module", module) })
	if e.Now != "Speaker" || s.Name() != "Speaker" {
		t.Errorf("%+v, and %q is used", e, s.Name())
	}
	sounding(t, s, 300*time.Millisecond)
}

func TestServerDiesAndReturnsInMidCall(t *testing.T) {
	server := pulsetest.Start(t)
	s := openSwitchFor(t, Config{Mic: "Monitor of Speaker", Speaker: "Speaker"})
	converse(t, s, 700*time.Millisecond, wave(440))
	e, took := soon(t, s, 2*time.Second, server.Kill)
	if e.Kind != Lost || e.Role != 0 || took > time.Second || !s.Silent() {
		t.Errorf("after %v: %+v", took, e)
	}
	converse(t, s, 3*time.Second, wave(440)) // nobody is there meanwhile
	e, took = soon(t, s, 4*time.Second, func() { server.Start(t) })
	if e.Kind != Restored || took > 3*time.Second {
		t.Errorf("after %v: %+v", took, e)
	}
	t.Logf("sound %v later", sounding(t, s, time.Second))
}

// A server that is restarted at once has the same devices, and no sound until we notice.
func TestServerRestartsInMidCall(t *testing.T) {
	server := pulsetest.Start(t)
	s := openSwitchFor(t, Config{Mic: "Monitor of Speaker", Speaker: "Speaker"})
	converse(t, s, 700*time.Millisecond, wave(440))
	e, took := soon(t, s, 2*time.Second, func() { server.Kill(); server.Start(t) })
	if e.Kind != Lost || e.Now != "Speaker" || took > 1200*time.Millisecond {
		t.Errorf("after %v: %+v", took, e)
	}
	sounding(t, s, 300*time.Millisecond)
}

// The last card is unplugged and the server makes one up.
func TestLastSinkIsRemovedInMidCall(t *testing.T) {
	server := pulsetest.Start(t)
	server.Control(t, "load-module", "module-always-sink")
	s := openSwitchFor(t, Config{Mic: None})
	converse(t, s, 700*time.Millisecond, wave(440))
	during(t, s, func() {
		server.Control(t, "unload-module", "module-null-sink")
		for limit := time.After(3 * time.Second); !s.Silent(); {
			select {
			case e := <-s.Events():
				t.Log(e.Text)
			case <-limit:
				t.Fatalf("%q is still a speaker", s.Name())
			}
		}
	})
	e, _ := soon(t, s, 4*time.Second, func() { server.Plug(t, "usb", "Headset") })
	if e.Kind != Restored || s.Name() != "Headset" {
		t.Errorf("%+v, and %q is used", e, s.Name())
	}
}

// A server that hangs takes connections and says nothing. The far end must go on getting frames.
func TestServerHangsInMidCall(t *testing.T) {
	server := pulsetest.Start(t)
	s := openSwitchFor(t, Config{Mic: "Monitor of Speaker", Speaker: "Speaker"})
	converse(t, s, 700*time.Millisecond, wave(440))
	e, took := soon(t, s, 4*time.Second, func() { server.Signal(t, syscall.SIGSTOP) })
	if e.Kind != Lost || e.Role != 0 || took > 2500*time.Millisecond {
		t.Errorf("after %v: %+v", took, e)
	}
	if captured := converse(t, s, 2*time.Second, wave(440)); len(captured) < Rate*3/2 {
		t.Errorf("%d samples in 2 s while the server hangs", len(captured))
	}
	e, took = soon(t, s, 6*time.Second, func() { server.Signal(t, syscall.SIGCONT) })
	if e.Kind != Restored || took > 4*time.Second {
		t.Errorf("after %v: %+v", took, e)
	}
	sounding(t, s, 500*time.Millisecond)
}

func TestRingerOnTheServer(t *testing.T) {
	server := pulsetest.Start(t)
	ringer, err := OpenRinger(Config{Speaker: "Bus"})
	if err != nil {
		t.Fatal(err)
	}
	defer ringer.Close()
	ringer.SetVolume(0.5)
	witness, err := Open(Config{Mic: "Monitor of Bus", Speaker: None})
	if err != nil {
		t.Fatal(err)
	}
	defer witness.Close()
	var captured []int16
	during(t, ringer, func() { captured = converse(t, witness, time.Second, func([]int16) {}) })
	steady := captured[len(captured)-Rate/2:]
	if peak := loudest(steady); peak < 3900 || peak > 4100 || pure(steady, 440) < 0.5 {
		t.Errorf("half of 8000 is heard as %d", peak)
	}
	if outputs := server.Control(t, "list", "short", "source-outputs"); strings.Count(outputs, "\n") != 0 {
		t.Errorf("a ringer listens:\n%s", outputs)
	}
}

// The server's own canceller, loaded because our stream asks for it and loaded by hand.
func TestEchoCancellerOfTheServer(t *testing.T) {
	t.Setenv("PULSE_PROP", "") // so that it is restored
	os.Unsetenv("PULSE_PROP")
	server := pulsetest.Start(t)
	s := openSwitchFor(t, Config{Mic: "Monitor of Bus", Speaker: "Speaker"})
	<-time.After(200 * time.Millisecond)
	if e := s.Echo(); e.Canceller != NoCanceller {
		t.Errorf("without a canceller: %+v", e)
	}
	server.Control(t, "load-module", "module-echo-cancel", "aec_method=null", "source_master=bus.monitor", "sink_master=spk",
		"source_name=bus.monitor.echo-cancel", "source_properties=device.description=Clean")
	during(t, s, func() {
		if err := s.UseMic(t.Context(), "Clean"); err != nil {
			t.Error(err)
		}
		<-time.After(2100 * time.Millisecond)
	})
	if e := s.Echo(); e.Canceller != SystemCanceller {
		t.Errorf("with a canceller: %+v", e)
	}
}

// cost counts what a process has open: goroutines and descriptors.
func cost(t testing.TB) (goroutines, descriptors int) {
	t.Helper()
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return runtime.NumGoroutine(), len(open)
}

func TestSwitchLeaksNothing(t *testing.T) {
	pulsetest.Start(t)
	s := openSwitchFor(t, Config{Mic: "Monitor of Speaker", Speaker: "Speaker"})
	cycle := func() {
		ringer, err := OpenRinger(Config{})
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"Bus", "Speaker"} {
			if err := s.UseSpeaker(t.Context(), name); err != nil {
				t.Fatal(err)
			}
			if err := s.UseMic(t.Context(), "Monitor of "+name); err != nil {
				t.Fatal(err)
			}
		}
		ringer.Close()
	}
	var goroutines, descriptors int
	during(t, s, func() {
		cycle()
		<-time.After(200 * time.Millisecond)
		goroutines, descriptors = cost(t)
		for range 50 {
			cycle()
		}
	})
	settled, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	for tick := time.NewTicker(100 * time.Millisecond); ; <-tick.C {
		g, d := cost(t)
		if g <= goroutines && d <= descriptors {
			t.Logf("%d goroutines and %d descriptors after 50 cycles", g, d)
			return
		}
		if settled.Err() != nil {
			t.Fatalf("from %d to %d goroutines, from %d to %d descriptors", goroutines, g, descriptors, d)
		}
	}
}

// Without a server a switch looks for one every 2 s, which must not leave a descriptor open each
// time.
func TestLookingForAServerLeaksNoDescriptor(t *testing.T) {
	server := pulsetest.Start(t)
	server.Kill()
	_, before := cost(t)
	for range 50 {
		if _, err := Devices(t.Context()); err == nil {
			t.Fatal("there is a server")
		}
		if _, err := openPort(Config{}, choice{role: Speaker, probed: true}); err == nil {
			t.Fatal("there is a speaker")
		}
	}
	if _, after := cost(t); after > before {
		t.Errorf("%d descriptors before, %d after", before, after)
	}
}

func BenchmarkDevices(b *testing.B) {
	pulsetest.Start(b)
	for b.Loop() {
		if _, err := Devices(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}

// How long a person waits for another device in mid-call.
func BenchmarkSwitch(b *testing.B) {
	pulsetest.Start(b)
	s := openSwitchFor(b, Config{Mic: "Monitor of Speaker", Speaker: "Speaker"})
	names := []string{"Bus", "Speaker"}
	var mic, speaker []time.Duration
	for i := 0; b.Loop(); i++ {
		began := time.Now()
		if err := s.UseSpeaker(b.Context(), names[i%2]); err != nil {
			b.Fatal(err)
		}
		between := time.Now()
		if err := s.UseMic(b.Context(), "Monitor of "+names[i%2]); err != nil {
			b.Fatal(err)
		}
		speaker, mic = append(speaker, between.Sub(began)), append(mic, time.Since(between))
	}
	slices.Sort(mic)
	slices.Sort(speaker)
	b.ReportMetric(float64(mic[len(mic)/2].Microseconds())/1000, "ms-mic")
	b.ReportMetric(float64(speaker[len(speaker)/2].Microseconds())/1000, "ms-speaker")
}
