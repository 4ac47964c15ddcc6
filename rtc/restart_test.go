package rtc

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// restart moves both ends to a new path; edits may change the descriptions.
func restart(t *testing.T, from, to *end, offerEdit, answerEdit edit) (offer, answer string) {
	t.Helper()
	offer, err := from.Restart(within(t))
	if err != nil {
		t.Fatal(err)
	}
	answer, err = to.AnswerReoffer(within(t), offerEdit.apply(offer))
	if err != nil {
		t.Fatal(err)
	}
	if err := from.SetAnswer(answerEdit.apply(answer)); err != nil {
		t.Fatal(err)
	}
	return offer, answer
}

func credentials(sdp string) string {
	_, rest, _ := strings.Cut(sdp, "a=ice-ufrag:")
	line, _, _ := strings.Cut(rest, "\r")
	return line
}

// Either end may restart ICE, again and again; both hear each other afterwards, and the one that
// asked reports the change.
func TestRestart(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	var first string
	a, b := call(t, e, e, func(sdp string) string { first = sdp; return sdp }, nil)
	bothHear(t, a, b)
	switchSSRC(b) // this adds a section to pion's own descriptions
	bothHear(t, a, b)
	seen := map[string]bool{credentials(first): true}
	for _, ends := range [][2]*end{{a, b}, {b, a}, {a, b}} {
		offer, answer := restart(t, ends[0], ends[1], nil, nil)
		for _, sdp := range []string{offer, answer} {
			if u := credentials(sdp); u == "" || seen[u] {
				t.Errorf("credentials %q are not new", u)
			}
			seen[credentials(sdp)] = true
			if strings.Count(sdp, "m=audio") != 1 {
				t.Errorf("phantom sections on the wire:\n%s", sdp)
			}
		}
		talk(t, a, b, func(float64, float64) bool {
			select {
			case c := <-ends[0].moved:
				if c.Gap <= 0 || c.Gap > testTimeout {
					t.Errorf("a gap of %v", c.Gap)
				}
				return true
			default:
				return false
			}
		})
		bothHear(t, a, b)
	}
}

// On hold ICE restarts too, and the hold stays.
func TestRestartOnHold(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	a, b := call(t, e, e, nil, nil)
	bothHear(t, a, b)
	reoffer(t, a, b, true, nil, nil)
	offer, answer := restart(t, a, b, nil, nil)
	mustContain(t, offer, "a=sendonly")
	mustContain(t, answer, "a=recvonly")
	select {
	case c := <-a.moved: // nothing is expected from b
		if c.Gap > testTimeout {
			t.Errorf("a gap of %v", c.Gap)
		}
	case <-within(t).Done():
		t.Fatal("not told in time")
	}
	reoffer(t, a, b, false, nil, nil)
	bothHear(t, a, b)
}

// After a refused ICE restart any later offer of ours asks for it again.
func TestRestartRefused(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	var first string
	a, b := call(t, e, e, func(sdp string) string { first = sdp; return sdp }, nil)
	bothHear(t, a, b)
	offer, err := a.Restart(within(t))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Restart(within(t)); !errors.Is(err, ErrGlare) {
		t.Errorf("twice at once: %v", err)
	}
	a.Rollback()
	again, _ := reoffer(t, a, b, false, nil, nil)
	if u := credentials(again); u == credentials(first) || u == credentials(offer) {
		t.Error("an old path is offered, which is no more")
	}
	bothHear(t, a, b)
	var ours string
	for _, next := range [][2]*end{{a, b}, {b, a}} { // the other end may ask next
		if _, err = a.Restart(within(t)); err != nil {
			t.Fatal(err)
		}
		a.Rollback()
		_, ours = restart(t, next[0], next[1], nil, nil)
		bothHear(t, a, b)
	}
	if again, _ = reoffer(t, a, b, false, nil, nil); credentials(again) != credentials(ours) {
		t.Error("a path that is good is given up")
	}
	bothHear(t, a, b)
}

// An answer with the old credentials or from another endpoint is refused; the right one is still
// accepted.
func TestRestartNotFollowed(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	var old string
	a, b := call(t, e, e, nil, func(sdp string) string { old = sdp; return sdp })
	bothHear(t, a, b)
	offer, err := a.Restart(within(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := a.AddCandidate("candidate:1 1 udp 1 127.0.0.1 9 typ host", "0", 0); err != nil {
		t.Error(err)
	}
	a.mu.Lock()
	if len(a.waiting) != 1 {
		t.Error("a candidate of the new path does not wait for its answer")
	}
	a.mu.Unlock()
	if err := a.SetAnswer(old); err == nil || errors.Is(err, ErrNewEndpoint) {
		t.Errorf("the old answer: %v", err)
	}
	if err := a.SetAnswer(replace("a=fingerprint:sha-256 ", "a=fingerprint:sha-256 00:")(old)); !errors.Is(err, ErrNewEndpoint) {
		t.Errorf("an answer of somebody else: %v", err)
	}
	answer, err := b.AnswerReoffer(within(t), offer)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.SetAnswer(answer); err != nil {
		t.Fatal(err)
	}
	bothHear(t, a, b)
}

// Packets are expected if the far end says that it sends, but not while we hold, whatever it
// answers.
func TestPacketsExpected(t *testing.T) {
	e := newEngine(t)
	a, b := call(t, e, e, nil, nil)
	check := func(what string, fromB, fromA bool) {
		t.Helper()
		if a.expects.Load() != fromB || b.expects.Load() != fromA {
			t.Errorf("%s: %v and %v, want %v and %v", what, a.expects.Load(), b.expects.Load(), fromB, fromA)
		}
	}
	check("at first", true, true)
	reoffer(t, a, b, true, nil, nil)
	check("hold", false, true)
	reoffer(t, a, b, false, nil, nil)
	check("resumed", true, true)
	reoffer(t, a, b, true, nil, replace("a=recvonly", "a=sendrecv"))
	check("hold that is not followed", false, true)
	reoffer(t, a, b, true, replace("a=sendonly", "a=inactive"), nil)
	check("inactive", false, false)
}

// A far end that stops sending is reported within seconds, and so is its return.
func TestSilenceAndItsEnd(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	a, b := call(t, e, e, nil, nil)
	bothHear(t, a, b)
	both := func(want func(Event) bool) {
		var events [2]bool
		talk(t, a, b, func(float64, float64) bool {
			for i, s := range []*end{a, b} {
				select {
				case e := <-s.quiet:
					events[i] = events[i] || want(e)
				default:
				}
			}
			return events[0] && events[1]
		})
	}
	a.SetSending(false)
	b.SetSending(false)
	both(func(e Event) bool {
		s, ok := e.(Silent)
		if d := time.Since(s.Since); ok && (d < silentAfter || d > testTimeout) {
			t.Errorf("told after %v", d)
		}
		return ok
	})
	a.SetSending(true)
	b.SetSending(true)
	both(func(e Event) bool { return e == SilenceEnded{} })
}
