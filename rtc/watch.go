package rtc

import (
	"slices"
	"sync"
	"time"
)

const (
	// watchEvery is how often a session is looked at, and how late Silent may be.
	watchEvery = 200 * time.Millisecond
	// silentAfter is how long nothing may come before Silent.
	silentAfter = 2 * time.Second
	// window is how many seconds a score looks back on.
	window = 8
	// recent is how many ticks a gap may be past when the change of path that it came by is told.
	recent = 15
	// settling is how long after a new path others may still turn out better, which is no news.
	settling = 5 * time.Second
	// audibleGap is how long nothing must have come for new ports between the same hosts to be news.
	audibleGap = 500 * time.Millisecond
	// longestWait is how long a change of path waits for the first packet on the new one.
	longestWait = 10 * time.Second
)

// watch looks at a session from time to time: it keeps the history, judges the quality, and
// notices silence. tick belongs to one goroutine; mu guards what others read.
type watch struct {
	mu      sync.Mutex
	minute  minute
	verdict verdict
	chosen  time.Time // when the path was
	changed time.Time // when the path changed that is not told yet
	slight  bool      // only its ports did, and we did not ask for it

	tallies  [window]tally // at the ends of the last seconds, by count
	seconds  int
	ticked   time.Time
	began    time.Time             // of the current second
	awaiting time.Time             // since when packets are expected; zero if they are not
	silent   bool                  // told last
	gap      time.Duration         // the longest of the current second
	gaps     [recent]time.Duration // of the last ticks, by count; those told of are cleared
	ticks    int
}

// verdict is what Stats takes over.
type verdict struct {
	delay, theirDelay     time.Duration
	score, theirScore     float64
	sendRate, receiveRate int
}

// observation is what a tick is told.
type observation struct {
	now     time.Time
	tally   tally
	gap     time.Duration // the longest that ended since the last tick
	expects bool          // packets are to be expected: the path has been up and nobody holds
	codec   string        // that we send
}

// tick takes an observation and says what there is to tell.
func (w *watch) tick(o observation) []Event {
	w.mu.Lock()
	defer w.mu.Unlock()
	// After a pause of this very process nothing is known about the far end's.
	asleep := !w.ticked.IsZero() && o.now.Sub(w.ticked) > time.Second
	w.ticked = o.now
	if !o.expects {
		w.awaiting = time.Time{}
	} else if w.awaiting.IsZero() || asleep {
		w.awaiting = o.now
	}
	w.gap = max(w.gap, o.gap)
	w.gaps[w.ticks%recent] = o.gap
	w.ticks++
	events := append(w.silence(o), w.move(o)...)
	if w.began.IsZero() {
		w.began, w.tallies[0], w.seconds = o.now, o.tally, 1
	} else if o.now.Sub(w.began) >= time.Second {
		w.second(o)
	}
	return events
}

// silence tells when packets stay away and when they come again.
func (w *watch) silence(o observation) []Event {
	since := w.awaiting
	if o.tally.arrived.After(since) {
		since = o.tally.arrived
	}
	silent := !w.awaiting.IsZero() && !o.tally.paused && o.now.Sub(since) >= silentAfter
	if silent == w.silent {
		return nil
	}
	w.silent = silent
	if silent {
		return []Event{Silent{Since: since}}
	}
	return []Event{Heard{}}
}

// move tells of a change of path once the first packet has come on the new one.
func (w *watch) move(o observation) []Event {
	if w.changed.IsZero() {
		return nil
	}
	waits := !o.tally.arrived.After(w.changed) && o.now.Sub(w.changed) < longestWait
	if o.expects && waits {
		return nil
	}
	gap := slices.Max(w.gaps[:])
	w.changed = time.Time{}
	if w.slight && gap < audibleGap {
		return nil
	}
	w.gaps = [recent]time.Duration{}
	return []Event{PathChanged{Gap: gap}}
}

// moved is told that the path is another one from now on, and why; sameHosts says that it differs
// from the one before in its ports alone.
func (w *watch) moved(now time.Time, why cause, sameHosts bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.chosen.IsZero() && (why != byItself || now.Sub(w.chosen) > settling) {
		w.changed, w.slight = now, sameHosts && why != askedByUs
	}
	w.chosen = now
}

// second closes one.
func (w *watch) second(o observation) {
	t, before := &o.tally, &w.tallies[(w.seconds-1)%window]
	long := o.now.Sub(w.began)
	rate := func(bytes uint64) int { return int(float64(8*bytes) / long.Seconds()) }
	w.verdict = verdict{
		delay: t.delay(), theirDelay: t.theirDelay(o.codec),
		sendRate: rate(t.bytesOut - before.bytesOut), receiveRate: rate(t.bytesIn - before.bytesIn),
	}
	s := Second{
		At: o.now, Gap: w.gap,
		Received: int(t.received - before.received), Lost: max(0, int(t.lost-before.lost)), Sent: int(t.sent - before.sent),
		Concealed:     int(t.made-before.made+FrameSamples/2) / FrameSamples,
		BytesReceived: int(t.bytesIn - before.bytesIn), BytesSent: int(t.bytesOut - before.bytesOut),
		Jitter: t.jitter, Buffer: t.buffer, Delay: w.verdict.delay, RTT: t.rtt, RemoteLoss: t.theirLoss,
	}
	if t.played > before.played {
		s.Score = t.inbound(before).score()
	}
	if oldest := &w.tallies[max(0, w.seconds-window)%window]; t.played > oldest.played {
		w.verdict.score = t.inbound(oldest).score()
	}
	if !t.reported.IsZero() {
		s.RemoteScore = t.outbound(o.codec).score()
		w.verdict.theirScore = s.RemoteScore
	}
	w.minute.add(s)
	w.tallies[w.seconds%window] = *t
	w.seconds++
	w.began, w.gap = o.now, 0
}

func (w *watch) fill(s *Stats) {
	w.mu.Lock()
	defer w.mu.Unlock()
	v := w.verdict
	s.Delay, s.RemoteDelay, s.Score, s.RemoteScore = v.delay, v.theirDelay, v.score, v.theirScore
	s.SendRate, s.ReceiveRate = v.sendRate, v.receiveRate
}

// look watches the session until it is closed.
func (s *Session) look() {
	ticker := time.NewTicker(watchEvery)
	defer ticker.Stop()
	for {
		select {
		case <-s.over:
			return
		case <-ticker.C:
		}
		expects := s.expects.Load() && s.path.everUp()
		for _, e := range s.watch.tick(observation{
			now: time.Now(), tally: s.tally(), gap: s.in.takeGap(), expects: expects, codec: s.track.name(),
		}) {
			s.out.put(e)
		}
	}
}
