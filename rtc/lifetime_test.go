package rtc

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// Candidates that come before the description wait for it; bad ones do no harm.
func TestCandidatesBeforeDescription(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	caller, offer, err := e.Offer(within(t))
	if err != nil {
		t.Fatal(err)
	}
	callee, answer, err := e.Answer(within(t), offer)
	if err != nil {
		t.Fatal(err)
	}
	a, b := newEnd(caller), newEnd(callee)
	for _, line := range []string{"", "candidate:", "a=candidate:", "candidate:end", "x", "candidate:1 1 udp", strings.Repeat("9", 5000),
		"candidate:1 1 udp 1 256.0.0.1 99999 typ host", "candidate:1 1 udp 1 127.0.0.1 5 typ \x00"} {
		_ = a.AddCandidate(line, "", 7)
	}
	if err := a.AddCandidate("candidate:nonsense", "0", 0); err == nil {
		t.Error("nonsense was taken")
	}
	if err := a.AddCandidate("candidate:1 2 udp 1 127.0.0.1 9 typ host", "0", 0); err != nil {
		t.Errorf("a candidate for RTCP: %v", err)
	}
	early := make(chan struct{}, 8)
	a.follow(t, func(LocalCandidate) {}) // b gets no candidates: a must use the ones that it kept
	b.follow(t, func(c LocalCandidate) {
		if !strings.Contains(c.Line, " 127.0.0.1 ") || c.Mid != "0" || c.MLine != 0 {
			t.Errorf("a candidate outside loopback: %+v", c)
		}
		if err := a.AddCandidate("a="+c.Line, c.Mid, c.MLine); err != nil {
			t.Error(err)
		}
		early <- struct{}{}
	})
	<-early
	if err := a.SetAnswer(answer); err != nil {
		t.Fatal(err)
	}
	bothHear(t, a, b)
}

func TestTooManyCandidates(t *testing.T) {
	e := newEngine(t)
	s, _, err := e.Offer(within(t))
	if err != nil {
		t.Fatal(err)
	}
	newEnd(s).follow(t, func(LocalCandidate) {})
	for i := range maxCandidates {
		if err := s.AddCandidate(fmt.Sprintf("candidate:%d 1 udp 1 127.0.0.1 %d typ host", i, i+1), "", 0); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.AddCandidate("candidate:9 1 udp 1 127.0.0.1 9 typ host", "", 0); err == nil {
		t.Error("they have no end")
	}
}

// When one end closes, the other gets Lost with a reason.
func TestFarEndCloses(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	a, b := call(t, e, e, nil, nil)
	bothHear(t, a, b)
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-b.lost:
		if !errors.Is(err, errFarClosed) {
			t.Errorf("lost because %v", err)
		}
	case <-within(t).Done():
		t.Fatal("not noticed in time")
	}
	// The closed session can still be called.
	if err := b.WriteFrame(b.frame(low)); err != nil {
		t.Logf("writing into a closed path: %v", err)
	}
	b.ReadFrame(make([]int16, FrameSamples))
	b.Stats()
}

func fingerprint(sdp string) string {
	_, rest, _ := strings.Cut(sdp, "a=fingerprint:")
	line, _, _ := strings.Cut(rest, "\r")
	return line
}

// A far end with another certificate than in its description is refused.
func TestWrongFingerprint(t *testing.T) {
	e := newEngine(t)
	caller, offer, err := e.Offer(within(t))
	if err != nil {
		t.Fatal(err)
	}
	other, stranger, err := e.Offer(within(t))
	if err != nil {
		t.Fatal(err)
	}
	newEnd(other).follow(t, func(LocalCandidate) {})
	callee, answer, err := e.Answer(within(t), strings.Replace(offer, fingerprint(offer), fingerprint(stranger), 1))
	if err != nil {
		t.Fatal(err)
	}
	a, b := newEnd(caller), newEnd(callee)
	a.follow(t, func(c LocalCandidate) { _ = b.AddCandidate(c.Line, c.Mid, c.MLine) })
	b.follow(t, func(c LocalCandidate) { _ = a.AddCandidate(c.Line, c.Mid, c.MLine) })
	if err := a.SetAnswer(answer); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-b.lost:
		if !errors.Is(err, errDTLS) {
			t.Errorf("lost because %v", err)
		}
	case <-b.connected:
		t.Error("connected to a stranger")
	case <-within(t).Done():
		t.Fatal("not noticed in time")
	}
}

func TestClosedSession(t *testing.T) {
	e := newEngine(t)
	s, offer, err := e.Offer(within(t))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for range s.Events() { // is closed
	}
	frame := make([]int16, FrameSamples)
	_, reoffer := s.Reoffer(within(t), true)
	_, answerReoffer := s.AnswerReoffer(within(t), offer)
	for what, err := range map[string]error{
		"SetAnswer": s.SetAnswer(offer), "AddCandidate": s.AddCandidate("candidate:1 1 udp 1 127.0.0.1 9 typ host", "", 0),
		"WriteFrame": s.WriteFrame(frame), "Reoffer": reoffer, "AnswerReoffer": answerReoffer,
	} {
		if !errors.Is(err, errClosed) {
			t.Errorf("%s: %v", what, err)
		}
	}
	s.ReadFrame(frame)
	s.SetSending(true)
	s.Stats()
}

// Close from many goroutines at every stage of a call: nothing hangs and nothing stays.
func TestConcurrentClose(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	for stage := range 5 {
		t.Run(fmt.Sprint(stage), func(t *testing.T) {
			t.Parallel()
			for range 4 {
				closeAt(t, e, stage)
			}
		})
	}
}

func closeAt(t *testing.T, e *Engine, stage int) {
	caller, offer, err := e.Offer(within(t))
	if err != nil {
		t.Fatal(err)
	}
	ends := []*end{newEnd(caller)}
	if stage > 0 {
		callee, answer, err := e.Answer(within(t), offer)
		if err != nil {
			t.Fatal(err)
		}
		a, b := ends[0], newEnd(callee)
		ends = append(ends, b)
		if stage > 1 {
			a.follow(t, func(c LocalCandidate) { _ = b.AddCandidate(c.Line, c.Mid, c.MLine) })
			b.follow(t, func(c LocalCandidate) { _ = a.AddCandidate(c.Line, c.Mid, c.MLine) })
			if err := a.SetAnswer(answer); err != nil {
				t.Fatal(err)
			}
		}
		if stage > 2 {
			a.await(t)
			b.await(t)
		}
		if stage > 3 {
			bothHear(t, a, b)
		}
	}
	var wg sync.WaitGroup
	for _, s := range ends {
		for range 3 {
			wg.Go(func() {
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Go(func() { _ = s.WriteFrame(make([]int16, FrameSamples)) })
		wg.Go(func() { _, _ = s.Reoffer(within(t), true) })
		wg.Go(func() { _ = s.AddCandidate("candidate:1 1 udp 1 127.0.0.1 9 typ host", "", 0) })
	}
	done := make(chan struct{})
	go func() { wg.Wait(); close(done) }()
	select {
	case <-done:
	case <-within(t).Done():
		t.Fatal("close hangs")
	}
}

// Twenty calls from nothing to sound and back to nothing leave nothing running.
func TestCallsLeaveNothing(t *testing.T) {
	e := newEngine(t)
	before := goleak.IgnoreCurrent()
	for range 20 {
		t.Run("", func(t *testing.T) {
			a, b := call(t, e, e, nil, nil)
			talk(t, a, b, func(x, y float64) bool { return x > audible && y > audible })
		})
	}
	goleak.VerifyNone(t, before)
}

func TestConfigIsChecked(t *testing.T) {
	for name, c := range map[string]Config{
		"unknown codec": {Codecs: []string{"G729"}},
		"comfort noise": {Codecs: []string{"CN"}},
		"named twice":   {Codecs: []string{"opus", "opus"}},
		"none":          {Codecs: []string{}},
		"no URL":        {ICEServers: []ICEServer{{URLs: []string{"https://stun.example.com"}}}},
		"no credential": {ICEServers: []ICEServer{{URLs: []string{"turn:turn.example.com"}}}},
	} {
		if _, err := NewEngine(c); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	if _, err := NewEngine(Config{ICEServers: []ICEServer{{URLs: []string{"stun:stun.example.com:3478"}}}}); err != nil {
		t.Error(err)
	}
}

// A slow reader of events loses digits, but no events about the path.
func TestFullOutbox(t *testing.T) {
	o := newOutbox(newEngine(t).log)
	for range 2 * outboxSize {
		o.put(DTMFReceived{Digit: '1', Duration: time.Second})
	}
	o.put(Connected{})
	o.put(Lost{})
	o.close()
	o.put(Lost{})
	o.close()
	var events, digits int
	for e := range o.ch {
		switch e.(type) {
		case DTMFReceived:
			digits++
		default:
			events++
		}
	}
	if events != 2 || digits != outboxSize-outboxReserve {
		t.Errorf("%d of the path, %d digits", events, digits)
	}
}
