package audio

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// reads is how many frames a device has ready.
func reads(d Device) (n int) {
	for frame := make([]int16, 960); d.Read(frame); n++ {
	}
	return n
}

// writes is how many frames a device takes.
func writes(d Device) (n int) {
	for frame := filled(960, 3277); d.Wants() && d.Write(frame); n++ {
	}
	return n
}

func TestNullKeepsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := Null(960)
		if reads(d) != 0 {
			t.Error("a frame was there at once")
		}
		begun, captured, said := time.Now(), 0, 0
		for tick := time.NewTicker(7 * time.Millisecond); time.Since(begun) < 10*time.Second; <-tick.C {
			captured += reads(d)
			said += writes(d)
			if most := int(time.Since(begun) / (20 * time.Millisecond)); captured > most || captured < most-1 {
				t.Fatalf("%d frames were read after %v", captured, time.Since(begun))
			}
		}
		if captured < 499 || said < 499 || said > 502 {
			t.Errorf("%d frames were read and %d written in 10 s, want 500", captured, said)
		}
		m := d.Meter()
		if m.Overruns != 0 || m.Underruns != 0 {
			t.Errorf("faults without any: %+v", m)
		}
		if m.Speaker < 0.09 || m.Speaker > 0.11 {
			t.Errorf("the speaker shows %v, want 0.1", m.Speaker)
		}
	})
}

// A media loop that was held up finds a bounded backlog.
func TestNullAfterADelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		spoken := make([]int16, backlog*960)
		newVoice().speak(spoken)
		d, frame := Null(960), make([]int16, 960)
		reads(d)
		<-time.After(900 * time.Millisecond)
		for i := range backlog {
			if !d.Read(frame) || !slices.Equal(frame, spoken[i*960:(i+1)*960]) {
				t.Errorf("frame %d of the backlog is missing or not the one due", i)
			}
		}
		if d.Read(frame) {
			t.Error("the backlog goes on")
		}
		if got := d.Meter().Overruns; got != 45-backlog {
			t.Errorf("%d overruns, want %d", got, 45-backlog)
		}
	})
}

// Between two calls nobody reads. The next one begins with what is heard then.
func TestNullAfterAPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := Null(960)
		reads(d)
		writes(d)
		<-time.After(1000 * time.Hour) // too much to live through period by period
		if n := reads(d); n != 0 {
			t.Errorf("%d stale frames after a long pause", n)
		}
		if n := writes(d); n != 1 {
			t.Errorf("%d frames were taken, want one to begin with", n)
		}
		<-time.After(20 * time.Millisecond)
		if n := reads(d); n != 1 {
			t.Errorf("%d frames after 20 ms more, want 1", n)
		}
		if m := d.Meter(); m.Overruns != 0 || m.Underruns != 0 {
			t.Errorf("a long time between calls counts as %+v", m)
		}
	})
}

// listen is the first d of a device's microphone.
func listen(d Device, length time.Duration) []int16 {
	var captured []int16
	frame := make([]int16, 960)
	d.Read(frame)
	for tick := time.NewTicker(20 * time.Millisecond); len(captured) < int(length.Seconds()*Rate); <-tick.C {
		for d.Read(frame) {
			captured = append(captured, frame...)
		}
	}
	return captured
}

// The test signal has syllables and pauses, is soft, and is the same each time.
func TestNullMicrophoneSpeaks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		captured := listen(Null(960), 5*time.Second)
		var silent, loud int // windows of 20 ms
		for window := range slices.Chunk(captured, 960) {
			switch peak := loudest(window); {
			case peak == 0:
				silent++
			case peak > 1000:
				loud++
			}
		}
		if silent < 50 || loud < 100 {
			t.Errorf("%d windows are silent and %d loud of %d", silent, loud, len(captured)/960)
		}
		var square float64
		vowel := between(captured, 60*time.Millisecond, 110*time.Millisecond)
		for _, v := range vowel {
			square += float64(v) * float64(v)
		}
		if rms := square / float64(len(vowel)) / (1 << 30); rms < 0.005 || rms > 0.02 {
			t.Errorf("a syllable has a power of %.4f of full scale, want about 0.01 (-20 dBFS)", rms)
		}
		if share := energy(vowel, 132) + energy(vowel, 264) + energy(vowel, 396); share < 0.8 {
			t.Errorf("%.2f of a syllable is at its pitch and the next two harmonics", share)
		}
		if !slices.Equal(captured, listen(Null(960), 5*time.Second)) {
			t.Error("the signal differs from one device to the next")
		}
	})
}

func TestQuietMicrophoneIsSilent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, err := Open(Config{Mic: None, Speaker: None, Quiet: true})
		if err != nil || !d.Silent() {
			t.Errorf("asking for no card gives silent %v and %v", d.Silent(), err)
		}
		if peak := loudest(listen(d, time.Second)); peak != 0 {
			t.Errorf("it peaks at %d", peak)
		}
	})
}

func TestNullDefaultsToTwentyMilliseconds(t *testing.T) {
	d := Null(0)
	if d.Name() == "" || !d.Silent() || d.(*null).frame != 960 {
		t.Errorf("%q, silent %v, frame %d", d.Name(), d.Silent(), d.(*null).frame)
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
}

func BenchmarkNullFrame(b *testing.B) {
	n := newNull(Config{})
	frame := make([]int16, 960)
	b.ReportAllocs()
	for b.Loop() {
		n.card.step()
		n.card.step()
		n.stream.mic.take(frame)
	}
}
