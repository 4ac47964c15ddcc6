package tui

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/patchcord/patchcord/phone"
)

// TestNothingChangesBeforeTheScreenWakes: until the time that a frame gives, the screen would look the same.
func TestNothingChangesBeforeTheScreenWakes(t *testing.T) {
	t.Parallel()
	asleep := 0
	for _, s := range shots(t) {
		for _, size := range allSizes {
			sc := s.stage(t)
			m := &model{scene: *sc}
			m.scene.w, m.scene.h, m.scene.wake = size[0], size[1], new(wake)
			began := m.scene.now
			before := s.canvas(&m.scene, size, true).String()
			wakes := m.nextLook()
			if !wakes.After(began) || wakes.Sub(began) > time.Minute {
				t.Fatalf("%s at %v: wakes at %s", s.name, size, wakes)
			}
			if wakes.Sub(began) <= time.Second { // it counts in seconds
				continue
			}
			asleep++
			m.scene.now = wakes.Add(-time.Millisecond)
			if now := s.canvas(&m.scene, size, true).String(); now != before {
				t.Errorf("%s at %v differs before %s:\n%s", s.name, size, wakes, difference(before, now))
			}
		}
	}
	if asleep == 0 {
		t.Error("no screen sleeps")
	}
}

// TestWhenTheScreenWakes: a screen on which nothing counts sleeps until the next minute, or until a sentence fades.
func TestWhenTheScreenWakes(t *testing.T) {
	minute := noon.Truncate(time.Minute).Add(time.Minute)
	second := noon.Truncate(time.Second).Add(time.Second)
	waiting := calm()
	waiting.Link.State, waiting.Link.NextTry = phone.LinkWaiting, noon.Add(4*time.Second)
	said := noted(calm())
	said.Notices = []phone.Notice{{N: 1, At: noon.Add(-time.Second), Grade: phone.GradeDone, Text: "done"}}
	for name, c := range map[string]struct {
		is   phone.Snapshot
		want time.Time
	}{
		"nothing happens":     {calm(), minute},
		"a sentence is there": {said, noon.Add(freshFor - time.Second)},
		"a link is down":      {waiting.On(""), second},
		"a call is up":        {with(calm(), talkingTo(mario)), second},
	} {
		if r := newRobot(t, c.is); !r.wakes.Equal(c.want) {
			t.Errorf("%s: wakes at %s, want %s", name, r.wakes, c.want)
		}
	}
}

// TestPumpWakesWhenAsked: the newest time counts, also while the pump waits, and once.
func TestPumpWakesWhenAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &pump{lost: []<-chan error{nil, nil}, looks: make(chan time.Time, 1)}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		wait := p.wait(ctx)
		after := func(d time.Duration, does func()) {
			t.Helper()
			began := time.Now()
			if does != nil {
				go does()
			}
			if msg := wait(); msg != (tickMsg{}) || time.Since(began) != d {
				t.Errorf("%T after %s, want a tick after %s", msg, time.Since(began), d)
			}
		}
		p.wakeAt(time.Now().Add(time.Minute))
		p.wakeAt(time.Now().Add(20 * time.Second))
		after(20*time.Second, nil)
		p.wakeAt(time.Now().Add(time.Hour))
		after(5*time.Second, func() { p.wakeAt(time.Now().Add(5 * time.Second)) })
		after(time.Second, nil) // a screen that says nothing is asked each second
	})
}
