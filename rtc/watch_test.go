package rtc

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/pion/webrtc/v4"
)

// watched plays a session to a watch in virtual time: 50 packets a second each way.
type watched struct {
	watch
	now   time.Time
	tally tally
	told  []string
}

func newWatched() *watched { return &watched{now: epoch} }

// run ticks for d; each tick is told what change makes of it.
func (w *watched) run(d time.Duration, change func(*observation)) {
	for end := w.now.Add(d); w.now.Before(end); {
		w.now = w.now.Add(watchEvery)
		o := observation{now: w.now, expects: true, codec: "opus", gap: FrameLen}
		t := &w.tally
		t.sent, t.bytesOut, t.received, t.bytesIn = t.sent+10, t.bytesOut+800, t.received+10, t.bytesIn+1600
		t.played, t.arrived, t.codec = t.played+10*FrameSamples, w.now, "PCMU"
		t.buffer, t.rtt, t.theirJitter = 20*time.Millisecond, 40*time.Millisecond, 5*time.Millisecond
		o.tally = *t
		if change != nil {
			change(&o)
			w.tally = o.tally
		}
		for _, e := range w.tick(o) {
			w.told = append(w.told, fmt.Sprintf("%T", e)[4:])
		}
	}
}

func (w *watched) want(t *testing.T, want ...string) {
	t.Helper()
	if !slices.Equal(w.told, want) {
		t.Errorf("told %q, want %q", w.told, want)
	}
	w.told = nil
}

// gone takes back the packets of a tick.
func gone(since time.Time) func(*observation) {
	return func(o *observation) {
		o.tally.received -= 10
		o.tally.bytesIn -= 1600
		o.tally.arrived, o.gap = since, 0
	}
}

func TestSilenceIsTold(t *testing.T) {
	w := newWatched()
	w.run(10*time.Second, nil)
	w.want(t)
	since := w.now
	w.run(1800*time.Millisecond, gone(since))
	w.want(t)
	w.run(10*time.Second, gone(since))
	w.want(t, "Silent")
	w.run(time.Second, nil)
	w.want(t, "Heard")
}

func TestSilenceThatIsNone(t *testing.T) {
	for name, change := range map[string]func(*observation){
		"hold":                 func(o *observation) { o.expects = false },
		"a pause of their own": func(o *observation) { o.tally.paused = true },
	} {
		w := newWatched()
		w.run(10*time.Second, nil)
		since := w.now
		w.run(20*time.Second, func(o *observation) { gone(since)(o); change(o) })
		w.want(t)
		if name != "hold" {
			continue
		}
		w.run(1800*time.Millisecond, gone(since)) // resumed: they get their two seconds
		w.want(t)
		w.run(time.Second, gone(since))
		w.want(t, "Silent")
		w.run(time.Second, func(o *observation) { gone(since)(o); change(o) })
		w.want(t, "Heard")
	}
	w := newWatched() // this machine slept
	w.run(10*time.Second, nil)
	since := w.now
	w.now = w.now.Add(time.Hour)
	w.run(time.Second, gone(since))
	w.run(time.Second, nil)
	w.want(t)
}

func TestNothingEverCame(t *testing.T) {
	w := newWatched()
	w.run(5*time.Second, gone(time.Time{}))
	w.want(t, "Silent")
}

func TestChangeOfPathIsTold(t *testing.T) {
	w := newWatched()
	w.moved(w.now, byItself, false)
	w.run(time.Second, nil)
	w.moved(w.now, byItself, false) // a better one at first is no news
	w.run(9*time.Second, nil)
	w.want(t)

	since := w.now
	w.run(1200*time.Millisecond, gone(since))
	w.moved(w.now, byItself, false)
	w.run(600*time.Millisecond, gone(since))
	w.want(t) // not before the first packet
	var gap time.Duration
	o := observation{now: w.now.Add(watchEvery), expects: true, tally: w.tally, gap: 1900 * time.Millisecond}
	o.tally.arrived = o.now
	for _, e := range w.tick(o) {
		gap = e.(PathChanged).Gap
	}
	if gap != 1900*time.Millisecond {
		t.Errorf("a gap of %v", gap)
	}

	w.now = o.now
	w.run(time.Second, nil)
	w.moved(w.now, askedByThem, false) // the gap before is told already
	o.now = w.now.Add(watchEvery)
	o.tally, o.gap = w.tally, 300*time.Millisecond
	o.tally.arrived = o.now
	if e := w.tick(o); len(e) != 1 || e[0] != (PathChanged{300 * time.Millisecond}) {
		t.Errorf("told %v", e)
	}
	w.now = o.now
	w.moved(w.now.Add(time.Second), byItself, false) // settles
	w.run(10*time.Second, nil)
	w.want(t)
	w.moved(w.now, askedByThem, false)
	w.run(watchEvery, func(o *observation) { gone(w.now.Add(-time.Hour))(o); o.expects = false })
	w.want(t, "PathChanged") // on hold nothing is waited for
}

// New ports between the same hosts are no other path, unless we asked or people heard the change.
func TestOtherPortsAreNoOtherPath(t *testing.T) {
	for _, row := range []struct {
		why  cause
		gap  time.Duration
		want []string
	}{
		{byItself, 40 * time.Millisecond, nil},
		{askedByThem, 40 * time.Millisecond, nil},
		{askedByUs, 40 * time.Millisecond, []string{"PathChanged"}},
		{byItself, time.Second, []string{"PathChanged"}},
		{askedByThem, time.Second, []string{"PathChanged"}},
	} {
		w := newWatched()
		w.moved(w.now, byItself, false)
		w.run(10*time.Second, nil)
		w.moved(w.now, row.why, true)
		w.run(time.Second, func(o *observation) { o.gap = row.gap })
		w.want(t, row.want...)
	}
}

// TestWays: pion tells of a pair again where nothing has changed.
func TestWays(t *testing.T) {
	s := &Session{}
	pair := func(port uint16) *webrtc.ICECandidatePair {
		return webrtc.NewICECandidatePair(&webrtc.ICECandidate{Address: "192.0.2.1", Port: 4000}, &webrtc.ICECandidate{Address: "192.0.2.2", Port: port})
	}
	s.onPair(pair(5000))
	s.watch.chosen = s.watch.chosen.Add(-time.Hour)
	s.onPair(pair(5000))
	s.onPair(nil)
	if !s.watch.changed.IsZero() {
		t.Error("the same pair is told as another path")
	}
	s.onPair(pair(5001))
	if s.watch.changed.IsZero() || !s.watch.slight {
		t.Error("another port is not noticed")
	}
}

func TestHistory(t *testing.T) {
	w := newWatched()
	w.run(100*time.Second+watchEvery, nil)
	seconds := w.minute.last(HistorySize)
	if len(seconds) != HistorySize {
		t.Fatalf("%d seconds", len(seconds))
	}
	for i, s := range seconds {
		if i > 0 && s.At.Sub(seconds[i-1].At) != time.Second {
			t.Fatalf("second %d ends %v after the one before", i, s.At.Sub(seconds[i-1].At))
		}
		if s.Received != 50 || s.Sent != 50 || s.BytesReceived != 8000 || s.BytesSent != 4000 || s.Gap != FrameLen {
			t.Fatalf("second %d: %+v", i, s)
		}
		if s.Delay != 64*time.Millisecond || s.Score < 4.4 || s.RemoteScore != 0 {
			t.Fatalf("second %d: %+v", i, s)
		}
	}
	w.run(time.Second, func(o *observation) { o.gap = 500 * time.Millisecond })
	w.run(time.Second, nil)
	if two := w.minute.last(2); two[0].Gap != 500*time.Millisecond || two[1].Gap != FrameLen {
		t.Errorf("gaps of %v and %v", two[0].Gap, two[1].Gap)
	}
	var s Stats
	w.fill(&s)
	if s.SendRate != 32000 || s.ReceiveRate != 64000 || s.Score < 4.4 || s.RemoteScore != 0 {
		t.Errorf("%+v", s)
	}
	if want := 20*time.Millisecond + 6500*time.Microsecond + 20*time.Millisecond + 30*time.Millisecond; s.RemoteDelay != want {
		t.Errorf("their delay is %v, want %v", s.RemoteDelay, want)
	}
}

// One frame in ten made up for a while: the score falls, and is forgotten after a while.
func TestScoreFollowsConcealment(t *testing.T) {
	score := func(w *watched) float64 { var s Stats; w.fill(&s); return s.Score }
	scattered, together := newWatched(), newWatched()
	scattered.run(9*time.Second+watchEvery, nil)
	scattered.run(10*time.Second, func(o *observation) { o.tally.made += FrameSamples; o.tally.runs++ })
	together.run(10*time.Second, nil)
	ticks := 0
	together.run(10*time.Second, func(o *observation) {
		o.tally.made += FrameSamples
		if ticks++; ticks%5 == 0 {
			o.tally.runs++
		}
	})
	want := passage{delay: 64 * time.Millisecond, loss: .1}.score()
	if got := score(scattered); !about(got, want, .05) {
		t.Errorf("score %.2f, want %.2f", got, want)
	}
	if got := score(together); got > want-.3 {
		t.Errorf("score %.2f in bursts, %.2f without", got, want)
	}
	scattered.run(window/2*time.Second, nil)
	if got, want := score(scattered), (passage{delay: 64 * time.Millisecond, loss: .05}).score(); !about(got, want, .05) {
		t.Errorf("score %.2f when half of it is past, want %.2f", got, want)
	}
	scattered.run(window/2*time.Second, nil)
	if got := score(scattered); got < 4.4 {
		t.Errorf("score %.2f long after", got)
	}
	scattered.run(3*time.Second, func(o *observation) {
		o.tally.reported, o.tally.theirLoss = o.now, .2
	})
	var s Stats
	scattered.fill(&s)
	if !about(s.RemoteScore, 2.63, .02) {
		t.Errorf("their score is %.2f", s.RemoteScore)
	}
}
