package rtc

import (
	"slices"
	"sync"
	"time"
)

const (
	// monitorEvery is how often a session is looked at, and how late Silent may be.
	monitorEvery = 200 * time.Millisecond
	// silentAfter is how long nothing may come before Silent.
	silentAfter = 2 * time.Second
	// window is how many seconds a score looks back on.
	window = 8
	// recent is how many ticks back the gap that belongs to a change of path may lie.
	recent = 15
	// settling is how long after its first choice ICE may still choose a better pair without an event.
	settling = 5 * time.Second
	// audibleGap is the gap from which new ports between the same hosts are reported.
	audibleGap = 500 * time.Millisecond
	// longestWait is how long a change of path waits for the first packet on the new one.
	longestWait = 10 * time.Second
)

// monitor looks at a session five times a second: it rates the sound and notices silence and
// changes of path. tick belongs to one goroutine; mu guards what others read.
type monitor struct {
	mu      sync.Mutex
	verdict verdict
	chosen  time.Time // when ICE last chose a pair
	changed time.Time // when the path changed, until PathChanged is sent; else zero
	slight  bool      // only its ports did, and we did not ask for it

	tallies  [window]tally // at the ends of the last seconds, a ring
	seconds  int           // how many were put into it
	ticked   time.Time
	began    time.Time             // of the current second
	awaiting time.Time             // since when packets are expected; zero if they are not
	silent   bool                  // Silent was sent last, not SilenceEnded
	gaps     [recent]time.Duration // of the last ticks, a ring; cleared once they are sent
	ticks    int
}

// verdict are the ratings, for Stats.
type verdict struct {
	delay, theirDelay     time.Duration
	score, theirScore     float64
	sendRate, receiveRate int
}

// observation is what a tick looks at.
type observation struct {
	now     time.Time
	tally   tally
	gap     time.Duration // the longest that ended since the last tick
	expects bool          // packets are to be expected: the path has been up and nobody holds
}

// tick takes an observation and gives the events that follow from it.
func (m *monitor) tick(o observation) []Event {
	m.mu.Lock()
	defer m.mu.Unlock()
	// While this process itself was stopped nothing is known of the far end.
	asleep := !m.ticked.IsZero() && o.now.Sub(m.ticked) > time.Second
	m.ticked = o.now
	if !o.expects {
		m.awaiting = time.Time{}
	} else if m.awaiting.IsZero() || asleep {
		m.awaiting = o.now
	}
	m.gaps[m.ticks%recent] = o.gap
	m.ticks++
	events := append(m.silence(o), m.move(o)...)
	if m.began.IsZero() {
		m.began, m.tallies[0], m.seconds = o.now, o.tally, 1
	} else if o.now.Sub(m.began) >= time.Second {
		m.second(o)
	}
	return events
}

// silence notices when packets stay away and when they come again.
func (m *monitor) silence(o observation) []Event {
	since := m.awaiting
	if o.tally.arrived.After(since) {
		since = o.tally.arrived
	}
	silent := !m.awaiting.IsZero() && !o.tally.paused && o.now.Sub(since) >= silentAfter
	if silent == m.silent {
		return nil
	}
	m.silent = silent
	if silent {
		return []Event{Silent{Since: since}}
	}
	return []Event{SilenceEnded{}}
}

// move reports a change of path once the first packet has come on the new one.
func (m *monitor) move(o observation) []Event {
	if m.changed.IsZero() {
		return nil
	}
	waits := !o.tally.arrived.After(m.changed) && o.now.Sub(m.changed) < longestWait
	if o.expects && waits {
		return nil
	}
	gap := slices.Max(m.gaps[:])
	m.changed = time.Time{}
	if m.slight && gap < audibleGap {
		return nil
	}
	m.gaps = [recent]time.Duration{}
	return []Event{PathChanged{Gap: gap}}
}

// moved notes that the path is another one from now on, and why. sameHosts is true where only its
// ports differ from those of the one before.
func (m *monitor) moved(now time.Time, why cause, sameHosts bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.chosen.IsZero() && (why != otherPair || now.Sub(m.chosen) > settling) {
		m.changed, m.slight = now, sameHosts && why != localRestart
	}
	m.chosen = now
}

// second ends a second: its figures are compared with those before.
func (m *monitor) second(o observation) {
	t, before := &o.tally, &m.tallies[(m.seconds-1)%window]
	long := o.now.Sub(m.began)
	rate := func(bytes uint64) int { return int(float64(8*bytes) / long.Seconds()) }
	v := verdict{
		delay: t.delay(), theirDelay: t.theirDelay(),
		sendRate: rate(t.bytesOut - before.bytesOut), receiveRate: rate(t.bytesIn - before.bytesIn),
	}
	if oldest := &m.tallies[max(0, m.seconds-window)%window]; t.played > oldest.played {
		v.score = t.inbound(oldest).score()
	}
	if !t.reported.IsZero() {
		v.theirScore = t.outbound().score()
	}
	m.verdict = v
	m.tallies[m.seconds%window] = *t
	m.seconds++
	m.began = o.now
}

func (m *monitor) fill(s *Stats) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v := m.verdict
	s.Delay, s.RemoteDelay, s.Score, s.RemoteScore = v.delay, v.theirDelay, v.score, v.theirScore
	s.SendRate, s.ReceiveRate = v.sendRate, v.receiveRate
}

// runMonitor watches the session until it is closed.
func (s *Session) runMonitor() {
	ticker := time.NewTicker(monitorEvery)
	defer ticker.Stop()
	for {
		select {
		case <-s.over:
			return
		case <-ticker.C:
		}
		expects := s.expects.Load() && s.path.everUp()
		for _, e := range s.monitor.tick(observation{
			now: time.Now(), tally: s.tally(), gap: s.in.takeGap(), expects: expects,
		}) {
			s.out.put(e)
		}
	}
}
