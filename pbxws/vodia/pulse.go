package vodia

import "time"

// answerLimit is how long a probe may stay unanswered before the link is suspect.
const answerLimit = 3 * time.Second

// probe is something that we send and that a PBX may answer.
type probe uint8

const (
	probePing      probe = iota // a websocket ping
	probeKeepAlive              // avoid-disconnect, by itself
	probeRegister               // a renewed registration
	probeCalls                  // own-calls, asked again because another probe was missed
	probes
)

// trustAfter is how often in a row anything must have followed a probe before silence after it
// means something. One pong is enough, since nothing else is a pong.
var trustAfter = [probes]int{probePing: 1, probeKeepAlive: 2, probeRegister: 2, probeCalls: 1}

// pulse learns which of our probes the PBX answers, and notices when an answer is missing. The
// answers are not documented.
type pulse struct {
	sentAt [probes]time.Time // zero for one that is not open
	streak [probes]int
}

func (p *pulse) sent(k probe, now time.Time) {
	if p.sentAt[k].IsZero() {
		p.sentAt[k] = now
	}
}

// received takes a frame: it counts as the answer to all open probes. A ping is answered only by its
// pong.
func (p *pulse) received(now time.Time) {
	for k := range probes {
		switch at := p.sentAt[k]; {
		case at.IsZero():
			continue
		case k == probePing:
		case now.Sub(at) < answerLimit:
			p.streak[k]++
		default:
			p.streak[k] = 0
		}
		p.sentAt[k] = time.Time{}
	}
}

func (p *pulse) pong(now time.Time) {
	p.received(now)
	p.streak[probePing] = 1
}

// forget drops the open probes: nothing was read meanwhile, so silence means nothing.
func (p *pulse) forget() { p.sentAt = [probes]time.Time{} }

// missed returns overdue probes that used to be answered. It closes those that never were.
func (p *pulse) missed(now time.Time) (missed []probe) {
	for k := range probes {
		switch at := p.sentAt[k]; {
		case at.IsZero() || now.Sub(at) < answerLimit:
		case p.streak[k] >= trustAfter[k]:
			missed = append(missed, k)
		default:
			p.streak[k], p.sentAt[k] = 0, time.Time{}
		}
	}
	return missed
}

// next is when the next open probe is overdue, zero for none.
func (p *pulse) next(now time.Time) time.Duration {
	var soonest time.Duration
	for _, at := range p.sentAt {
		if due := at.Add(answerLimit).Sub(now); !at.IsZero() && due > 0 && (soonest == 0 || due < soonest) {
			soonest = due
		}
	}
	return soonest
}
