package audio

import (
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"
)

// filled is n samples of one value.
func filled(n int, v int16) []int16 {
	pcm := make([]int16, n)
	for i := range pcm {
		pcm[i] = v
	}
	return pcm
}

// The audio thread may not wait for the garbage collector.
func TestCallbacksAllocateNothing(t *testing.T) {
	s := newStream(960)
	in, out, frame := filled(period, 1000), make([]int16, period), make([]int16, 960)
	if n := testing.AllocsPerRun(1000, func() { s.captured(in) }); n != 0 {
		t.Errorf("captured allocates %v times, most of them with a full ring", n)
	}
	if n := testing.AllocsPerRun(1000, func() { s.play(out) }); n != 0 {
		t.Errorf("play allocates %v times with an empty ring", n)
	}
	if n := testing.AllocsPerRun(1000, func() { s.Write(frame); s.play(out); s.captured(in); s.Read(frame); s.Meter() }); n != 0 {
		t.Errorf("the media loop's side allocates %v times", n)
	}
}

func TestReadIsAllOrNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStream(960)
		frame := filled(960, 7)
		s.Read(frame)
		s.captured(filled(period, 1))
		if s.Read(frame) || frame[0] != 7 {
			t.Errorf("half a frame was delivered, or pcm was touched: %d", frame[0])
		}
		s.captured(filled(period, 2))
		if !s.Read(frame) || frame[0] != 1 || frame[959] != 2 {
			t.Errorf("a whole frame was not delivered: %d to %d", frame[0], frame[959])
		}
	})
}

func TestFullCaptureRingDropsTheNewest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStream(960)
		frame := make([]int16, 960)
		s.Read(frame)
		periods := len(s.mic.buf) / period
		for i := range periods + 4 {
			s.captured(filled(period, int16(i)))
		}
		<-time.After(200 * time.Millisecond)
		if !s.Read(frame) || frame[0] != 0 {
			t.Errorf("the oldest frame is gone: %d", frame[0])
		}
		if got := s.Meter().Overruns; got != 2 {
			t.Errorf("%d overruns, want the 2 frames that found no room", got)
		}
	})
}

// What was said before a call must not be heard in it, and is no fault.
func TestReadAfterAPauseBeginsAfresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStream(960)
		frame := make([]int16, 960)
		s.Read(frame)
		for range 100 {
			s.captured(filled(period, 1))
		}
		<-time.After(pause + time.Millisecond)
		if s.Read(frame) {
			t.Error("a stale frame was delivered")
		}
		s.captured(filled(2*period, 2))
		if !s.Read(frame) || frame[0] != 2 {
			t.Error("the fresh frame was not delivered")
		}
		if got := s.Meter().Overruns; got != 0 {
			t.Errorf("%d overruns were counted between two calls", got)
		}
	})
}

func TestWriteKeepsTheQueueShort(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStream(960)
		frame, out := filled(960, 5), make([]int16, period)
		if !s.Wants() || !s.Write(frame) {
			t.Fatal("an empty queue refused a frame")
		}
		if s.Wants() || s.Write(frame) {
			t.Fatal("a frame was queued behind a whole one")
		}
		s.play(out)
		if !s.Wants() || !s.Write(frame) {
			t.Fatal("with one period left no frame was taken")
		}
		if got, most := s.speaker.buffered(), cushion+960; got > most {
			t.Errorf("%d samples wait, want %d at the most", got, most)
		}
		if out[0] != 5 || out[period-1] != 5 {
			t.Error("what was written was not played")
		}
	})
}

func TestGapsCountOnlyWhileWritingGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStream(960)
		frame, out := filled(960, 5), make([]int16, period)
		s.play(out) // before anything was written
		s.Write(frame)
		s.play(out)
		s.play(out)
		s.play(out)
		if out[0] != 0 || out[period-1] != 0 {
			t.Error("an empty queue did not play silence")
		}
		if got := s.Meter().Underruns; got != 0 {
			t.Errorf("%d underruns before writing went on", got)
		}
		<-time.After(30 * time.Millisecond)
		s.Write(frame)
		if got := s.Meter().Underruns; got != 1 {
			t.Errorf("%d underruns after a gap, want 1", got)
		}
		for range 300 { // the call ends, the card runs on
			s.play(out)
		}
		<-time.After(3 * time.Second)
		s.Write(frame)
		if got := s.Meter().Underruns; got != 1 {
			t.Errorf("%d underruns: the end of a call counts as one", got)
		}
	})
}

func TestMeterShowsRecentPeaks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStream(960)
		if m := s.Meter(); m != (Meter{}) {
			t.Errorf("a new device shows %+v", m)
		}
		s.captured(filled(period, -1<<15))
		s.Write(filled(960, 1<<14))
		s.play(make([]int16, period))
		m := s.Meter()
		if m.Mic != 1 || m.Speaker != 0.5 {
			t.Errorf("the meter shows %+v, want 1 and 0.5", m)
		}
		if _, err := json.Marshal(m); err != nil {
			t.Error(err)
		}
		for range 6 { // 60 ms of silence
			s.captured(make([]int16, period))
		}
		if m := s.Meter(); m.Mic != 0 {
			t.Errorf("after 60 ms of silence the microphone shows %v", m.Mic)
		}
		<-time.After(meterStale + time.Millisecond)
		if m := s.Meter(); m.Speaker != 0 {
			t.Errorf("a speaker without callbacks shows %v", m.Speaker)
		}
		if age := s.speakerLevel.age(); age != meterStale+time.Millisecond {
			t.Errorf("the last callback is said to be %v old", age)
		}
	})
}

func BenchmarkCaptureCallback(b *testing.B) {
	s, pcm, frame := newStream(960), filled(period, 1000), make([]int16, 960)
	b.ReportAllocs()
	for b.Loop() {
		s.captured(pcm)
		s.mic.take(frame)
	}
}

func BenchmarkPlaybackCallback(b *testing.B) {
	s, pcm := newStream(960), filled(period, 1000)
	b.ReportAllocs()
	for b.Loop() {
		s.speaker.put(pcm)
		s.play(pcm)
	}
}
