package rtc

import (
	"context"
	"math"
	"sync"
	"testing"
	"time"
)

// testTimeout bounds every wait of these tests; on an idle machine none takes a tenth of it.
const testTimeout = 30 * time.Second

func within(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), testTimeout)
	t.Cleanup(cancel)
	return ctx
}

func newEngine(t testing.TB, codecs ...string) *Engine {
	t.Helper()
	e, err := NewEngine(Config{Loopback: true, Codecs: codecs})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// end is one end of a call on loopback. Its candidates go to the other end as they come.
type end struct {
	*Session
	connected chan struct{} // one value each time it comes up
	lost      chan error
	digits    chan DTMFReceived
	moved     chan PathChanged
	quiet     chan Event // Silent and SilenceEnded
	phase     int        // of the tone it speaks, in samples
}

func newEnd(s *Session) *end {
	return &end{Session: s, connected: make(chan struct{}, 4), lost: make(chan error, 4), digits: make(chan DTMFReceived, 64),
		moved: make(chan PathChanged, 16), quiet: make(chan Event, 64)}
}

// follow passes the events of an end on until it is closed.
func (s *end) follow(t testing.TB, candidate func(LocalCandidate)) {
	var wg sync.WaitGroup
	wg.Go(func() {
		for e := range s.Events() {
			switch e := e.(type) {
			case LocalCandidate:
				candidate(e)
			case Connected:
				s.connected <- struct{}{}
			case Lost:
				s.lost <- e.Err
			case DTMFReceived:
				s.digits <- e
			case PathChanged:
				s.moved <- e
			case Silent, SilenceEnded:
				s.quiet <- e
			}
		}
	})
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		wg.Wait()
	})
}

func (s *end) await(t testing.TB) {
	t.Helper()
	select {
	case <-s.connected:
	case err := <-s.lost:
		t.Fatalf("lost instead of connected: %v", err)
	case <-within(t).Done():
		t.Fatal("not connected in time")
	}
}

// edit changes a description on its way; nil changes nothing.
type edit func(string) string

func (e edit) apply(sdp string) string {
	if e == nil {
		return sdp
	}
	return e(sdp)
}

// call connects two engines: the first offers, the second answers.
func call(t testing.TB, from, to *Engine, offerEdit, answerEdit edit) (a, b *end) {
	t.Helper()
	caller, offer, err := from.Offer(within(t))
	if err != nil {
		t.Fatal(err)
	}
	callee, answer, err := to.Answer(within(t), offerEdit.apply(offer))
	if err != nil {
		t.Fatal(err)
	}
	a, b = newEnd(caller), newEnd(callee)
	a.follow(t, func(c LocalCandidate) { _ = b.AddCandidate(c.Line, c.Mid, c.MLine) })
	b.follow(t, func(c LocalCandidate) { _ = a.AddCandidate(c.Line, c.Mid, c.MLine) })
	if err := a.SetAnswer(answerEdit.apply(answer)); err != nil {
		t.Fatal(err)
	}
	a.await(t)
	b.await(t)
	return a, b
}

// The tones of the two ends, both exact in a frame and far apart.
const (
	low  = 500.0
	high = 1500.0
)

// frame is the next 20 ms of a tone; 0 Hz is silence.
func (s *end) frame(hz float64) []int16 {
	pcm := make([]int16, FrameSamples)
	if hz != 0 {
		for i := range pcm {
			pcm[i] = int16(8000 * math.Sin(2*math.Pi*hz*float64(s.phase+i)/SampleRate))
		}
	}
	s.phase += FrameSamples
	return pcm
}

// level is the amplitude of one frequency in a frame (Goertzel).
func level(pcm []int16, hz float64) float64 {
	c := 2 * math.Cos(2*math.Pi*hz/SampleRate)
	var s1, s2 float64
	for _, x := range pcm {
		s1, s2 = float64(x)+c*s1-s2, s1
	}
	return 2 * math.Sqrt(max(s1*s1+s2*s2-c*s1*s2, 0)) / float64(len(pcm))
}

// talk moves frames at their pace, a sending low and b high, until done accepts what each hears of
// the other, or time is up.
func talk(t testing.TB, a, b *end, done func(aHears, bHears float64) bool) {
	t.Helper()
	tick := time.NewTicker(FrameLen)
	defer tick.Stop()
	ctx := within(t)
	pcm := make([]int16, FrameSamples)
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatal("what was to be heard did not come in time")
		}
		if err := a.WriteFrame(a.frame(low)); err != nil {
			t.Fatal(err)
		}
		if err := b.WriteFrame(b.frame(high)); err != nil {
			t.Fatal(err)
		}
		a.ReadFrame(pcm)
		aHears := level(pcm, high)
		b.ReadFrame(pcm)
		if done(aHears, level(pcm, low)) {
			return
		}
	}
}

const (
	audible = 3000 // of the 8000 that are sent
	silent  = 50
)

// steadily wraps a condition so that it must hold for some frames. On a busy machine a late frame
// is concealed, which only takes longer.
func steadily(cond func(aHears, bHears float64) bool) func(float64, float64) bool {
	var met int
	return func(a, b float64) bool {
		if cond(a, b) {
			met++
		} else {
			met = max(met-1, 0)
		}
		return met == 6
	}
}

// bothHear talks until both ends hear each other.
func bothHear(t testing.TB, a, b *end) {
	t.Helper()
	talk(t, a, b, steadily(func(x, y float64) bool { return x > audible && y > audible }))
}

// bothHearIn is bothHear with a codec. Frames of the codec before a re-offer may still wait in a
// jitter buffer.
func bothHearIn(t testing.TB, a, b *end, codec string) {
	t.Helper()
	talk(t, a, b, steadily(func(x, y float64) bool {
		return x > audible && y > audible && a.Stats().Codec == codec && b.Stats().Codec == codec
	}))
}
