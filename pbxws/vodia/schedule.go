package vodia

import "time"

// The schedule of a link.
const (
	keepAliveEvery = 30 * time.Second
	pingEvery      = 5 * time.Second
	// silenceLimit is how long a PBX may be silent after a probe that it used to answer; if it answers
	// pings, after anything.
	silenceLimit = 10 * time.Second
	writeLimit   = 10 * time.Second
	// minRefresh and refreshMargin bound when a registration is renewed.
	minRefresh    = 30 * time.Second
	refreshMargin = 15 * time.Second
	// catchUpAfter is how long a PBX has to push its directory before it is asked for it.
	catchUpAfter = 2 * time.Second
	// refreshDelay collects hints for a moment, refreshEvery bounds how often they lead to requests.
	refreshDelay = time.Second
	refreshEvery = 10 * time.Second
)

// job is something that a link does at a time.
type job uint8

const (
	jobKeepAlive job = iota
	jobPing
	jobAnswer      // a probe may be overdue
	jobSilence     // nothing was heard for silenceLimit
	jobRegister    // the registration runs out
	jobUnconfirmed // calls that no list shows any more are over
	jobSeek        // the calls of an earlier link have been looked for long enough
	jobSeekRinging
	jobCatchUp          // what the PBX has not sent by itself is to be requested
	jobRefreshDirectory // what the PBX hinted at is to be requested
	jobUnresolved       // frames that may mean more than one call have waited long enough
	jobAbandoned
	jobs
)

// schedule says when the jobs of a link are due. It has one timer for all of them. When a job is put off the
// timer fires early, which costs one look.
type schedule struct {
	due   [jobs]time.Time // zero for a job that is not planned
	timer *time.Timer
	armed time.Time
}

func newSchedule() *schedule {
	s := &schedule{timer: time.NewTimer(0)}
	s.timer.Stop()
	return s
}

func (s *schedule) stop() { s.timer.Stop() }

// in plans a job, or moves it.
func (s *schedule) in(j job, d time.Duration) {
	s.due[j] = time.Now().Add(d)
	s.arm(s.due[j])
}

// once plans a job unless it is planned already.
func (s *schedule) once(j job, d time.Duration) {
	if s.due[j].IsZero() {
		s.in(j, d)
	}
}

func (s *schedule) arm(at time.Time) {
	if s.armed.IsZero() || at.Before(s.armed) {
		s.armed = at
		s.timer.Reset(time.Until(at))
	}
}

// take gives a job that is due and is no longer planned then; when there is none it arms the
// timer for the next.
func (s *schedule) take() (j job, ok bool) {
	now := time.Now()
	for j := range jobs {
		if at := s.due[j]; !at.IsZero() && !at.After(now) {
			s.due[j] = time.Time{}
			return j, true
		}
	}
	s.rearm()
	return 0, false
}

// drop takes a job off the plan. The timer does not fire for it.
func (s *schedule) drop(j job) {
	if !s.due[j].IsZero() {
		s.due[j] = time.Time{}
		s.rearm()
	}
}

// rearm sets the timer for the job that is due first.
func (s *schedule) rearm() {
	s.armed = time.Time{}
	for _, at := range s.due {
		if !at.IsZero() {
			s.arm(at)
		}
	}
}
