package rtc

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/pion/webrtc/v4"
)

// monitored plays a session to a monitor in virtual time: 50 packets a second each way.
type monitored struct {
	monitor
	now    time.Time
	tally  tally
	events []string
}

func newMonitored() *monitored { return &monitored{now: epoch} }

// run ticks for d; change may alter the observation of each tick.
func (w *monitored) run(d time.Duration, change func(*observation)) {
	for end := w.now.Add(d); w.now.Before(end); {
		w.now = w.now.Add(monitorEvery)
		o := observation{now: w.now, expects: true, gap: FrameLen}
		t := &w.tally
		t.bytesOut, t.bytesIn = t.bytesOut+800, t.bytesIn+1600
		t.played, t.arrived = t.played+10*FrameSamples, w.now
		t.codec, t.packet, t.ourCodec, t.ourPacket = "PCMU", FrameLen, "opus", FrameLen
		t.buffer, t.rtt, t.theirJitter = 20*time.Millisecond, 40*time.Millisecond, 5*time.Millisecond
		o.tally = *t
		if change != nil {
			change(&o)
			w.tally = o.tally
		}
		for _, e := range w.tick(o) {
			w.events = append(w.events, fmt.Sprintf("%T", e)[4:])
		}
	}
}

func (w *monitored) want(t *testing.T, want ...string) {
	t.Helper()
	if !slices.Equal(w.events, want) {
		t.Errorf("events %q, want %q", w.events, want)
	}
	w.events = nil
}

// gone makes a tick without packets.
func gone(since time.Time) func(*observation) {
	return func(o *observation) {
		o.tally.bytesIn -= 1600
		o.tally.arrived, o.gap = since, 0
	}
}

func TestSilenceIsTold(t *testing.T) {
	w := newMonitored()
	w.run(10*time.Second, nil)
	w.want(t)
	since := w.now
	w.run(1800*time.Millisecond, gone(since))
	w.want(t)
	w.run(10*time.Second, gone(since))
	w.want(t, "Silent")
	w.run(time.Second, nil)
	w.want(t, "SilenceEnded")
}

func TestSilenceThatIsNone(t *testing.T) {
	for name, change := range map[string]func(*observation){
		"hold":                 func(o *observation) { o.expects = false },
		"a pause of their own": func(o *observation) { o.tally.paused = true },
	} {
		w := newMonitored()
		w.run(10*time.Second, nil)
		since := w.now
		w.run(20*time.Second, func(o *observation) { gone(since)(o); change(o) })
		w.want(t)
		if name != "hold" {
			continue
		}
		w.run(1800*time.Millisecond, gone(since)) // resumed: the far end has two seconds again
		w.want(t)
		w.run(time.Second, gone(since))
		w.want(t, "Silent")
		w.run(time.Second, func(o *observation) { gone(since)(o); change(o) })
		w.want(t, "SilenceEnded")
	}
	w := newMonitored() // this machine slept
	w.run(10*time.Second, nil)
	since := w.now
	w.now = w.now.Add(time.Hour)
	w.run(time.Second, gone(since))
	w.run(time.Second, nil)
	w.want(t)
}

func TestNothingEverCame(t *testing.T) {
	w := newMonitored()
	w.run(5*time.Second, gone(time.Time{}))
	w.want(t, "Silent")
}

func TestChangeOfPathIsTold(t *testing.T) {
	w := newMonitored()
	w.moved(w.now, otherPair, false)
	w.run(time.Second, nil)
	w.moved(w.now, otherPair, false) // a better pair at first is not reported
	w.run(9*time.Second, nil)
	w.want(t)

	since := w.now
	w.run(1200*time.Millisecond, gone(since))
	w.moved(w.now, otherPair, false)
	w.run(600*time.Millisecond, gone(since))
	w.want(t) // not before the first packet
	var gap time.Duration
	o := observation{now: w.now.Add(monitorEvery), expects: true, tally: w.tally, gap: 1900 * time.Millisecond}
	o.tally.arrived = o.now
	for _, e := range w.tick(o) {
		gap = e.(PathChanged).Gap
	}
	if gap != 1900*time.Millisecond {
		t.Errorf("a gap of %v", gap)
	}

	w.now = o.now
	w.run(time.Second, nil)
	w.moved(w.now, remoteRestart, false) // the gap before was reported already
	o.now = w.now.Add(monitorEvery)
	o.tally, o.gap = w.tally, 300*time.Millisecond
	o.tally.arrived = o.now
	if e := w.tick(o); len(e) != 1 || e[0] != (PathChanged{300 * time.Millisecond}) {
		t.Errorf("events %v", e)
	}
	w.now = o.now
	w.moved(w.now.Add(time.Second), otherPair, false) // settles
	w.run(10*time.Second, nil)
	w.want(t)
	w.moved(w.now, remoteRestart, false)
	w.run(monitorEvery, func(o *observation) { gone(w.now.Add(-time.Hour))(o); o.expects = false })
	w.want(t, "PathChanged") // on hold no packet is waited for
}

// New ports between the same hosts are no other path, unless we restarted ICE or people heard the
// change.
func TestOtherPortsAreNoOtherPath(t *testing.T) {
	for _, row := range []struct {
		why  cause
		gap  time.Duration
		want []string
	}{
		{otherPair, 40 * time.Millisecond, nil},
		{remoteRestart, 40 * time.Millisecond, nil},
		{localRestart, 40 * time.Millisecond, []string{"PathChanged"}},
		{otherPair, time.Second, []string{"PathChanged"}},
		{remoteRestart, time.Second, []string{"PathChanged"}},
	} {
		w := newMonitored()
		w.moved(w.now, otherPair, false)
		w.run(10*time.Second, nil)
		w.moved(w.now, row.why, true)
		w.run(time.Second, func(o *observation) { o.gap = row.gap })
		w.want(t, row.want...)
	}
}

// TestSamePairIsNoNews: pion may report the same pair again.
func TestSamePairIsNoNews(t *testing.T) {
	s := &Session{}
	pair := func(port uint16) *webrtc.ICECandidatePair {
		return webrtc.NewICECandidatePair(&webrtc.ICECandidate{Address: "192.0.2.1", Port: 4000}, &webrtc.ICECandidate{Address: "192.0.2.2", Port: port})
	}
	s.onPair(pair(5000))
	s.monitor.chosen = s.monitor.chosen.Add(-time.Hour)
	s.onPair(pair(5000))
	s.onPair(nil)
	if !s.monitor.changed.IsZero() {
		t.Error("the same pair counts as another path")
	}
	s.onPair(pair(5001))
	if s.monitor.changed.IsZero() || !s.monitor.slight {
		t.Error("another port is not noticed")
	}
}

func TestFiguresOfASecond(t *testing.T) {
	w := newMonitored()
	w.run(10*time.Second+monitorEvery, nil)
	var s Stats
	w.fill(&s)
	if s.SendRate != 32000 || s.ReceiveRate != 64000 || s.Delay != 64*time.Millisecond || s.Score < 4.4 || s.RemoteScore != 0 {
		t.Errorf("%+v", s)
	}
	if want := 20*time.Millisecond + 6500*time.Microsecond + 20*time.Millisecond + 30*time.Millisecond; s.RemoteDelay != want {
		t.Errorf("their delay is %v, want %v", s.RemoteDelay, want)
	}
}

// With one frame in ten concealed the score falls, and it recovers afterwards.
func TestScoreFollowsConcealment(t *testing.T) {
	score := func(w *monitored) float64 { var s Stats; w.fill(&s); return s.Score }
	scattered, together := newMonitored(), newMonitored()
	scattered.run(9*time.Second+monitorEvery, nil)
	scattered.run(10*time.Second, func(o *observation) { o.tally.made += FrameSamples; o.tally.runs++ })
	together.run(10*time.Second, nil)
	ticks := 0
	together.run(10*time.Second, func(o *observation) {
		o.tally.made += FrameSamples
		if ticks++; ticks%5 == 0 {
			o.tally.runs++
		}
	})
	want := transmission{delay: 64 * time.Millisecond, loss: .1}.score()
	if got := score(scattered); !about(got, want, .05) {
		t.Errorf("score %.2f, want %.2f", got, want)
	}
	if got := score(together); got > want-.3 {
		t.Errorf("score %.2f in bursts, %.2f without", got, want)
	}
	scattered.run(window/2*time.Second, nil)
	if got, want := score(scattered), (transmission{delay: 64 * time.Millisecond, loss: .05}).score(); !about(got, want, .05) {
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
