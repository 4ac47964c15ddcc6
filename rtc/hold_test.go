package rtc

import (
	"context"
	"errors"
	"strings"
	"testing"
)

// reoffer runs one exchange inside a call.
func reoffer(t *testing.T, from, to *end, hold bool, offerEdit, answerEdit edit) (offer, answer string) {
	t.Helper()
	offer, err := from.Reoffer(within(t), hold)
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

func replace(old, new string) edit {
	return func(sdp string) string { return strings.ReplaceAll(sdp, old, new) }
}

func mustContain(t *testing.T, sdp string, lines ...string) {
	t.Helper()
	for _, line := range lines {
		if !strings.Contains(sdp, line+"\r\n") {
			t.Errorf("%q is missing in:\n%s", line, sdp)
		}
	}
}

// Each kind of hold silences the held side, and each resume brings both back, again and again. With
// inactive, pion by itself could never send again.
func TestHoldAndResume(t *testing.T) {
	t.Parallel()
	byAddress := func(sdp string) string {
		sdp = strings.Replace(sdp, "m=audio 9", "m=audio 4000", 1)
		return strings.Replace(sdp, "a=sendonly\r\n", "", 1)
	}
	for _, c := range []struct {
		name   string
		hold   edit
		answer string
		music  bool // the holding side may go on sending
	}{
		{"sendonly", nil, "a=recvonly", true},
		{"inactive", replace("a=sendonly", "a=inactive"), "a=inactive", false},
		{"by address", byAddress, "a=inactive", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := newEngine(t)
			a, b := call(t, e, e, nil, nil)
			bothHear(t, a, b)
			for range 3 {
				_, answer := reoffer(t, a, b, true, c.hold, nil)
				mustContain(t, answer, c.answer)
				if !held(b) {
					t.Error("the held side does not know")
				}
				if !c.music {
					a.SetSending(false)
				}
				talk(t, a, b, steadily(func(aHears, bHears float64) bool {
					return aHears < silent && (bHears > audible) == c.music
				}))
				_, answer = reoffer(t, a, b, false, nil, nil)
				mustContain(t, answer, "a=sendrecv")
				a.SetSending(true)
				if held(b) {
					t.Error("the resumed side does not know")
				}
				bothHear(t, a, b)
			}
		})
	}
}

// Both hold, and each resumes for itself; sound flows both ways only after the second.
func TestBothHold(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	a, b := call(t, e, e, nil, nil)
	bothHear(t, a, b)
	for range 2 {
		_, answer := reoffer(t, a, b, true, nil, nil)
		mustContain(t, answer, "a=recvonly")
		_, answer = reoffer(t, b, a, true, nil, nil)
		mustContain(t, answer, "a=inactive")
		if !held(a) || !held(b) {
			t.Error("one side does not know that it is held")
		}
		talk(t, a, b, steadily(func(x, y float64) bool { return x < silent && y < silent }))

		_, answer = reoffer(t, a, b, false, nil, nil)
		mustContain(t, answer, "a=sendonly")
		if !held(a) || held(b) {
			t.Errorf("after the first resume: %v %v", held(a), held(b))
		}
		_, answer = reoffer(t, b, a, false, nil, nil)
		mustContain(t, answer, "a=sendrecv")
		bothHear(t, a, b)
	}
}

// SetSending alone, for a PBX that holds by itself.
func TestSetSending(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	a, b := call(t, e, e, nil, nil)
	bothHear(t, a, b)
	a.SetSending(false)
	talk(t, a, b, steadily(func(x, y float64) bool { return x > audible && y < silent }))
	sent := a.Stats().Sent
	talk(t, a, b, steadily(func(x, y float64) bool { return x > audible && y < silent }))
	if now := a.Stats().Sent; now != sent {
		t.Errorf("%d packets went out through a shut gate", now-sent)
	}
	a.SetSending(true)
	bothHear(t, a, b)
}

func TestGlare(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	a, b := call(t, e, e, nil, nil)
	offer, err := a.Reoffer(within(t), true)
	if err != nil {
		t.Fatal(err)
	}
	other, err := b.Reoffer(within(t), true)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.AnswerReoffer(within(t), other); !errors.Is(err, ErrGlare) {
		t.Errorf("theirs while ours is out: %v", err)
	}
	if _, err := a.Reoffer(within(t), true); !errors.Is(err, ErrGlare) {
		t.Errorf("ours while ours is out: %v", err)
	}
	if _, err := b.AnswerReoffer(within(t), offer); !errors.Is(err, ErrGlare) {
		t.Errorf("theirs at the other end: %v", err)
	}
	bothHear(t, a, b)
	b.Rollback() // one side yields
	answer, err := b.AnswerReoffer(within(t), offer)
	if err != nil {
		t.Fatal(err)
	}
	mustContain(t, answer, "a=recvonly")
	if err := a.SetAnswer(answer); err != nil {
		t.Fatal(err)
	}
	b.Rollback() // nothing to withdraw
	reoffer(t, a, b, false, nil, nil)
	bothHear(t, a, b)
}

func TestReofferOutOfTurn(t *testing.T) {
	e := newEngine(t)
	s, offer, err := e.Offer(within(t))
	if err != nil {
		t.Fatal(err)
	}
	a := newEnd(s)
	a.follow(t, func(LocalCandidate) {})
	a.Rollback() // not for the first offer: that session is closed instead
	if _, err := a.Reoffer(within(t), true); err == nil {
		t.Error("an offer before the first answer")
	}
	if _, err := a.AnswerReoffer(within(t), offer); err == nil {
		t.Error("an offer of theirs before the first answer")
	}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	if _, _, err := e.Offer(cancelled); !errors.Is(err, context.Canceled) {
		t.Errorf("with a context that has ended: %v", err)
	}
}

// held says that the far end of s wants no sound from it.
func held(s *end) bool {
	s.track.mu.Lock()
	defer s.track.mu.Unlock()
	return !s.track.allowed
}
