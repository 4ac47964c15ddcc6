package phone

import (
	"errors"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/patchcord/patchcord/pbxws"
)

const (
	// staleAfter is how long silence of the PBX is believed; dialects probe more often.
	staleAfter = 10 * time.Second
	// historyDelay is how long a PBX gets to write the record of a call.
	historyDelay = 3 * time.Second

	// steadyAfter is how long a link has to last to be no failed try: one that is taken and closed
	// again and again is sought as patiently as one that is refused.
	steadyAfter = 10 * time.Second

	backoffFirst = time.Second
	backoffMax   = time.Minute
	// backoffInCall is the longest pause while a call is up: a PBX ends calls of a phone that stays
	// away, and links that break again soon must not add up to that.
	backoffInCall = 8 * time.Second
)

// backoff is how long to wait after the given failed try, counted from 1: a span that doubles, the
// half of it by chance, so that a thousand phones do not come back in one second. After a short
// outage the link is back soon: four tries take 3.5 s at least, and the pause after them 8 s at most.
func backoff(attempt int, longest time.Duration) time.Duration {
	span := min(longest, backoffFirst<<min(attempt-1, 10))
	return span/2 + rand.N(span/2)
}

// explain turns a failed or lost link into what a person reads. The words of libraries are for the
// log alone.
func explain(err error, known bool) (what, next string) {
	var d *pbxws.DialError
	var lost *pbxws.LinkError
	switch {
	case errors.As(err, &d):
		return d.Sentences(known)
	case errors.As(err, &lost):
		return "the link to the PBX was lost: " + lost.What, ""
	}
	return "the link to the PBX was lost", ""
}

// pauseAfter is how long to wait for the next try; forever is true for one that would be useless or
// harmful. A profile that has signed in before is never given up for less than that.
func (l *loop) pauseAfter(err error) (pause time.Duration, forever bool) {
	var d *pbxws.DialError
	if errors.As(err, &d) {
		pause = d.RetryAfter
		forever = d.Final(l.known())
	}
	longest := backoffMax
	if slices.ContainsFunc(l.legs, func(ln *line) bool { return ln.State == Connected }) {
		longest = backoffInCall
	}
	// A link that was lost has no failed try yet.
	return max(pause, backoff(max(1, l.link.Attempt, l.shaky), longest)), forever
}

// known tells that the profile has signed in before, so that its address is right.
func (l *loop) known() bool { return l.linked || l.config.Known }

// dial starts one try to bring the link up.
func (l *loop) dial() {
	l.dropTimers(func(t timer) bool { return t.in == redial{} })
	l.link.Attempt++
	l.link.NextTry = time.Time{}
	l.setLink(LinkConnecting)
	l.attempt(func() {
		conn, err := l.config.Dial(l.work)
		if err != nil {
			l.post("", linkFailed{err})
			return
		}
		select {
		case l.inputs <- posted{in: linkUp{conn}}:
		case <-l.work.Done(): // too late, nobody takes it
			_ = conn.Close()
		}
	}, func(err error) any { return linkFailed{err} })
}

func (l *loop) linkIsUp(conn pbxws.Conn) {
	again := l.linked || l.link.Attempt > 1
	l.linked, l.upSince = true, l.now
	l.conn, l.events = conn, conn.Events()
	heard := l.link.Heard
	l.link.Heard, l.link.Attempt = l.now, 0
	l.link.What, l.link.Next = "", ""
	l.setLink(LinkUp)
	// What was known of others is as old as the lost link; the PBX tells it anew.
	known, devices := l.pbx.Accounts, l.pbx.Devices
	l.pbx = pbxws.NewState(l.config.Domain, l.pbx.Self)
	l.pbx.Accounts, l.pbx.Devices, l.pbxDirty = known, devices, true
	if l.tracing {
		l.send(pbxws.Trace{On: true})
	}
	l.repeatGoodbyes(heard)
	if again {
		l.say(GradeDone, "", "the link to the PBX is back", 0)
	}
	for _, ln := range l.legs {
		l.step(ln, linkBack{l.caps()})
	}
	for topic := range topicCaps {
		l.ask(pbxws.Topic(topic))
	}
}

// topicCaps is what a PBX must be able to do to be asked for a topic, by topic.
var topicCaps = [...]pbxws.Caps{pbxws.CapHistory, pbxws.CapPhonebook, pbxws.CapVoicemail, pbxws.CapForward}

// caps are what the PBX can do, nothing without a link.
func (l *loop) caps() pbxws.Caps {
	if l.conn == nil {
		return 0
	}
	return l.conn.Caps()
}

func (l *loop) ask(t pbxws.Topic) {
	if l.caps().Has(topicCaps[t]) {
		l.send(pbxws.Ask{Topic: t})
	}
}

// askHistorySoon has the record of a call that just ended fetched, once the PBX has had time
// to write it.
func (l *loop) askHistorySoon() {
	again := askAgain{pbxws.TopicHistory}
	l.dropTimers(func(t timer) bool { return t.in == again })
	l.timers = append(l.timers, timer{at: l.now.Add(historyDelay), in: again})
}

// linkIsDown is a try that failed or a link that ended: say why and plan the next try, unless
// trying again could only do harm.
func (l *loop) linkIsDown(err error) {
	if l.conn != nil {
		conn := l.conn
		l.conn, l.events = nil, nil
		l.start(func() { _ = conn.Close() })
		for _, ln := range slices.Clone(l.legs) {
			l.step(ln, linkLost{})
		}
		l.link.Attempt = 0
		l.shaky++
		if l.now.Sub(l.upSince) >= steadyAfter {
			l.shaky = 0
		}
	}
	if err == nil {
		err = &pbxws.LinkError{What: "the PBX closed it"}
	}
	l.config.Log.Info("no link to the PBX", "err", err, "library", errors.Unwrap(err))
	pause, forever := l.pauseAfter(err)
	what, next := explain(err, l.known())
	if news := what; news != l.link.What {
		if !forever {
			news += "; trying again in " + seconds(pause)
		}
		l.say(GradeFailed, "", news, 0)
	}
	l.link.What, l.link.Next = what, next
	if forever {
		l.setLink(LinkStopped)
		return
	}
	l.link.NextTry = l.now.Add(pause)
	l.setLink(LinkWaiting)
	l.timers = append(l.timers, timer{at: l.link.NextTry, in: redial{}})
}

func (l *loop) setLink(s LinkState) {
	if l.link.State != s || l.link.Since.IsZero() {
		l.link.State, l.link.Since = s, l.now
	}
	l.dirty = true
}

// doubt takes note that the PBX did not answer when it should have.
func (l *loop) doubt() {
	if l.link.State == LinkUp {
		l.setLink(LinkStale)
	}
}

// lookAtLink notices that the PBX has been silent for too long to be believed.
func (l *loop) lookAtLink() {
	if l.link.State == LinkUp && l.now.Sub(l.link.Heard) > staleAfter {
		l.setLink(LinkStale)
	}
}
