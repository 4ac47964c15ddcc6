package rtc

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// restart takes both ends to a new path; edits may change what is exchanged.
func restart(t *testing.T, from, to *side, offerEdit, answerEdit edit) (offer, answer string) {
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

// Either end may ask for a new path, again and again; both hear each other on it, and both say
// that it has changed.
func TestRestart(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	var first string
	a, b := call(t, e, e, func(sdp string) string { first = sdp; return sdp }, nil)
	bothHear(t, a, b)
	switchSSRC(b) // pion's own descriptions grow a section by that
	bothHear(t, a, b)
	seen := map[string]bool{credentials(first): true}
	for _, ends := range [][2]*side{{a, b}, {b, a}, {a, b}} {
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
		var told [2]bool
		talk(t, a, b, func(float64, float64) bool {
			for i, s := range []*side{a, b} {
				select {
				case c := <-s.moved:
					told[i] = true
					if c.Gap <= 0 || c.Gap > patience {
						t.Errorf("a gap of %v", c.Gap)
					}
				default:
				}
			}
			return told[0] && told[1]
		})
		bothHear(t, a, b)
	}
}

// On hold a new path is found too, and the hold stays.
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
		if c.Gap > patience {
			t.Errorf("a gap of %v", c.Gap)
		}
	case <-within(t).Done():
		t.Fatal("not told in time")
	}
	reoffer(t, a, b, false, nil, nil)
	bothHear(t, a, b)
}

// An offer of a new path that is refused leaves it open to ask again, by any offer of ours.
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
	for _, next := range [][2]*side{{a, b}, {b, a}} { // the other end may ask next
		if _, err = a.Restart(within(t)); err != nil {
			t.Fatal(err)
		}
		a.Rollback()
		restart(t, next[0], next[1], nil, nil)
		bothHear(t, a, b)
	}
}

// An answer that keeps the old credentials, or comes from another endpoint, is not taken; the
// right one still is.
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

// A far end that stops sending without a word is told within seconds, and so is its return; one
// on hold is not.
func TestSilentAndHeard(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	a, b := call(t, e, e, nil, nil)
	bothHear(t, a, b)
	a.SetSending(false)
	var silence time.Time
	talk(t, a, b, func(float64, float64) bool {
		select {
		case q := <-b.quiet:
			if s, ok := q.(Silent); ok {
				silence = s.Since
				return true
			}
		default:
		}
		return false
	})
	if d := time.Since(silence); d < silentAfter || d > patience {
		t.Errorf("told after %v", d)
	}
	a.SetSending(true)
	talk(t, a, b, func(float64, float64) bool {
		select {
		case q := <-b.quiet:
			_, heard := q.(Heard)
			return heard
		default:
			return false
		}
	})
}
