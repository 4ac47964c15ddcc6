//go:build pulse

package audio

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/patchcord/patchcord/internal/pulsetest"
)

// These tests need pulseaudio and its tools installed, and no sound card: each starts a server of
// its own with two sinks that sound nowhere. Without the programs they fail.
//
//	go test -tags pulse ./audio

// TestMain allows one kind of goroutine to stay: the one in the C library that Close abandons when
// a server dies under an open device.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/patchcord/patchcord/audio.(*card).release"))
}

// openFor opens a device on the server and closes it with the test.
func openFor(t testing.TB, cfg Config) Device {
	t.Helper()
	d, err := Open(cfg)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	if d.Silent() {
		t.Fatal("the device is silent")
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return d
}

// converse runs a media loop for the time given: it writes what say makes whenever the device wants
// it, and returns what the microphone delivered.
func converse(t testing.TB, d Device, length time.Duration, say func(pcm []int16)) []int16 {
	t.Helper()
	var captured []int16
	frame, out := make([]int16, 960), make([]int16, 960)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for end := time.After(length); ; {
		for d.Read(frame) {
			captured = append(captured, frame...)
		}
		for d.Wants() {
			clear(out)
			say(out)
			if !d.Write(out) {
				t.Fatal("the device wanted a frame and refused it")
			}
		}
		select {
		case <-tick.C:
		case <-end:
			return captured
		}
	}
}

// wave writes a sine of amplitude 8000.
func wave(hertz float64) func([]int16) {
	o := newOscillator(hertz)
	return func(pcm []int16) {
		for i := range pcm {
			add(&pcm[i], 8000*o.next())
		}
	}
}

// age is the time since the last callback of the direction that is later.
func age(d Device) time.Duration {
	c := d.(*card)
	return max(c.micLevel.age(), c.speakerLevel.age())
}

// pure is the share of time in which a sound is only a sine. On a busy machine the server itself
// drops a period now and then, which must not count against the rest.
func pure(pcm []int16, hertz float64) float64 {
	good, all := 0, 0
	for window := range slices.Chunk(pcm, 50*ms) {
		if energy(window, hertz) > 0.99 {
			good++
		}
		all++
	}
	return float64(good) / float64(all)
}

// The microphone is the monitor of the sink we play to, so the sound makes the whole way.
func TestToneComesBack(t *testing.T) {
	pulsetest.Start(t)
	d := openFor(t, Config{Mic: "Monitor of Speaker", Speaker: "speaker", Frame: 960})
	if d.Name() != "Speaker" {
		t.Errorf("the name is %q", d.Name())
	}
	for _, calls := range d.(*card).calls {
		if !calls.served {
			t.Error("the card's thread calls Go")
		}
	}
	captured := converse(t, d, 2*time.Second, wave(440))
	if len(captured) < Rate*3/2 {
		t.Fatalf("%d samples came in 2 s", len(captured))
	}
	steady := captured[len(captured)-Rate:]
	if got := pure(steady, 440); got < 0.5 {
		t.Errorf("%.2f of the time it is 440 Hz", got)
	}
	if peak := loudest(steady); peak < 7900 || peak > 8100 {
		t.Errorf("the peak is %d, want 8000", peak)
	}
	m := d.Meter()
	if m.Mic < 0.2 || m.Speaker < 0.2 {
		t.Errorf("the meter shows %+v", m)
	}
	t.Logf("meter %+v, last callback %v ago", m, age(d))
}

// TestToneIsHeardByOthers: parec records independently of our code.
func TestToneIsHeardByOthers(t *testing.T) {
	s := pulsetest.Start(t)
	d := openFor(t, Config{Mic: None, Speaker: "Speaker", Quiet: true})
	parec := exec.Command("parec", "-s", s.Address, "-d", "spk.monitor", "--raw", "--rate=48000", "--channels=1", "--format=s16le", "--latency-msec=10")
	pipe, err := parec.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parec.Start(); err != nil {
		t.Fatal(err)
	}
	recorded := make(chan []int16, 1)
	go func() {
		raw := make([]byte, 2*Rate)
		_, err := io.ReadFull(pipe, raw)
		_ = parec.Process.Kill()
		pcm := make([]int16, Rate)
		if err == nil {
			_ = binary.Read(bytes.NewReader(raw), binary.LittleEndian, pcm)
		}
		recorded <- pcm
	}()
	captured := converse(t, d, 2500*time.Millisecond, wave(1000))
	pcm := <-recorded
	_ = parec.Wait()
	if got := pure(pcm[Rate/2:], 1000); got < 0.5 {
		t.Errorf("%.2f of the time it is 1000 Hz", got)
	}
	if len(captured) < 2*Rate || loudest(captured) != 0 {
		t.Errorf("a microphone that is not there gave %d samples, peak %d", len(captured), loudest(captured))
	}
}

func TestMicrophoneHearsOthers(t *testing.T) {
	s := pulsetest.Start(t)
	d := openFor(t, Config{Mic: "Monitor of Bus"})
	pacat := exec.Command("pacat", "-s", s.Address, "-d", "bus", "--raw", "--rate=48000", "--channels=1", "--format=s16le")
	var sound bytes.Buffer
	pcm := make([]int16, 4*Rate)
	wave(600)(pcm)
	_ = binary.Write(&sound, binary.LittleEndian, pcm)
	pacat.Stdin = &sound
	if err := pacat.Start(); err != nil {
		t.Fatal(err)
	}
	captured := converse(t, d, 2*time.Second, func([]int16) {})
	_ = pacat.Process.Kill()
	_ = pacat.Wait()
	if got := pure(captured[len(captured)-Rate/2:], 600); got < 0.5 {
		t.Errorf("%.2f of the time it is 600 Hz", got)
	}
}

// TestServerKnowsThatItIsATelephone: pactl says what the server knows of our streams.
func TestServerKnowsThatItIsATelephone(t *testing.T) {
	t.Setenv("PULSE_PROP", "") // so that it is restored
	os.Unsetenv("PULSE_PROP")
	s := pulsetest.Start(t)
	openFor(t, Config{})
	list, err := exec.Command("pactl", "-s", s.Address, "list", "clients").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`media.role = "phone"`, `filter.want = "echo-cancel"`, `application.name = "Patchcord"`} {
		if !strings.Contains(string(list), want) {
			t.Errorf("no %s in:\n%s", want, list)
		}
	}
}

func TestUnknownDeviceGivesWayToTheDefault(t *testing.T) {
	pulsetest.Start(t)
	d, err := Open(Config{Mic: "Headset"})
	if err == nil || !strings.Contains(err.Error(), `no microphone "Headset"`) || !strings.Contains(err.Error(), `"Monitor of Bus"`) {
		t.Errorf("the error is %v", err)
	}
	if d.Silent() {
		t.Error("the default speaker was not opened")
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
}

// The library hangs when the server dies under it. Close must not.
func TestServerDies(t *testing.T) {
	s := pulsetest.Start(t)
	d, err := Open(Config{})
	if err != nil {
		t.Fatal(err)
	}
	converse(t, d, 200*time.Millisecond, wave(440))
	if since := age(d); since > 150*time.Millisecond {
		t.Errorf("the last callback is %v old while all is well", since)
	}
	s.Kill()
	converse(t, d, 500*time.Millisecond, func([]int16) {})
	if since := age(d); since < 300*time.Millisecond {
		t.Errorf("the last callback is said to be %v old after the server died", since)
	}
	if m := d.Meter(); m.Speaker != 0 || m.Mic != 0 {
		t.Errorf("a dead card shows %+v", m)
	}
	began := time.Now()
	first := d.Close()
	if took := time.Since(began); took > 2*closeLimit {
		t.Errorf("Close took %v", took)
	}
	if second := d.Close(); !errors.Is(second, first) {
		t.Errorf("Close says %v, then %v", first, second)
	}
	t.Logf("close: %v", first)
}

// A round trip is from Write to the Read that delivers it, through a null sink and its monitor.
func BenchmarkRoundTrip(b *testing.B) {
	pulsetest.Start(b)
	d := openFor(b, Config{Mic: "Monitor of Speaker", Speaker: "Speaker"})
	converse(b, d, time.Second, func([]int16) {})
	var trips []time.Duration
	lost := 0
	for b.Loop() {
		if trip, ok := roundTrip(d); ok {
			trips = append(trips, trip)
		} else {
			lost++
		}
	}
	if len(trips) == 0 {
		b.Fatal("no click came back")
	}
	slices.Sort(trips)
	b.ReportMetric(float64(lost), "lost")
	b.ReportMetric(float64(trips[len(trips)/2].Microseconds())/1000, "ms-median")
	b.ReportMetric(float64(trips[len(trips)*95/100].Microseconds())/1000, "ms-p95")
	m := d.Meter()
	b.ReportMetric(float64(m.Underruns), "underruns")
	b.ReportMetric(float64(m.Overruns), "overruns")
}

// roundTrip sends one click and reports when it came back, if it did within 300 ms. It always waits
// that long, so that each click is alone.
func roundTrip(d Device) (trip time.Duration, back bool) {
	frame, out := make([]int16, 960), make([]int16, 960)
	var sent time.Time
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for end := time.After(300 * time.Millisecond); ; {
		for d.Read(frame) {
			if loudest(frame) > 2000 && !back && !sent.IsZero() {
				trip, back = time.Since(sent), true
			}
		}
		for d.Wants() {
			clear(out)
			if sent.IsZero() {
				copy(out, filled(2*ms, 12000))
				sent = time.Now()
			}
			d.Write(out)
		}
		select {
		case <-tick.C:
		case <-end:
			return trip, back
		}
	}
}

func BenchmarkOpenAndClose(b *testing.B) {
	pulsetest.Start(b)
	for b.Loop() {
		d, err := Open(Config{})
		if err != nil {
			b.Fatal(err)
		}
		if err := d.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func TestOpenAndCloseLeaksNoDescriptor(t *testing.T) {
	pulsetest.Start(t)
	descriptors := func() int {
		d, err := Open(Config{})
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		open, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Fatal(err)
		}
		return len(open)
	}
	first := descriptors()
	last := 0
	for range 30 {
		last = descriptors()
	}
	if last > first {
		t.Errorf("%d descriptors are open after one device, %d after 31", first, last)
	}
}
