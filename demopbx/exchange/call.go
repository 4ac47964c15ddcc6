package exchange

import (
	"slices"
	"time"

	"github.com/patchcord/patchcord/pbxws"
)

// maxWhenUp bounds what waits for a call to be up.
const maxWhenUp = 16

// Call joins two ends.
type Call struct {
	// ID names the call among all calls.
	ID             string
	Caller, Callee End
	Began          time.Time
	// Answered is zero while it rings.
	Answered time.Time
	Over     bool
	// Via is the name of the queue that it came through, if any.
	Via       string
	Recording bool
	// tape has what was recorded of it, nil for nothing.
	tape *tape
	// Intercom tells that the call asks to be answered without a hand.
	Intercom bool

	// forks are the callee's telephones while they ring.
	forks []*Leg
	// refusal is the last code with which a telephone rejected the call.
	refusal int
	// hops is how often the call was forwarded since it began to ring.
	hops int
	// parkedBy is who parked the caller at the orbit that is the callee.
	parkedBy *Account
	// bridge carries the sound; nil while no end has media.
	bridge *bridge
	// agreeChecks counts how often the caller's media was not agreed when the call was to be answered.
	agreeChecks int
	// whenUp is what clients asked of it while an answer was being worked on.
	whenUp []func()
	// timers are stopped when the call is answered or ends.
	timers []*Timer
}

// End is one end of a call: an account with a client's leg, one with a robot, or one of the crowd with
// neither.
type End struct {
	Party   pbxws.Party
	Account *Account // never nil
	Leg     *Leg
	// Held says that this end has put the other on hold.
	Held bool

	call *Call
	// voice is the sound of an end without a leg; nil until somebody listens.
	voice *robot
	// desk says that the account takes part with its desk phone.
	desk bool
	// participant is the other end's place in the conference at this end.
	participant *participant
}

// Far is the other end of the call.
func (e *End) Far() *End {
	if e == &e.call.Caller {
		return &e.call.Callee
	}
	return &e.call.Caller
}

// simulated says that neither a client nor a desk phone is at this end.
func (e *End) simulated() bool { return e.Leg == nil && !e.desk }

// legID is the id of the end's leg, empty without one.
func (e *End) legID() string {
	if e.Leg == nil {
		return ""
	}
	return e.Leg.ID
}

// Has tells whether an account takes part.
func (c *Call) Has(a *Account) bool { return c.Caller.Account == a || c.Callee.Account == a }

// EndOf is the end of an account that takes part.
func (c *Call) EndOf(a *Account) *End {
	if c.Caller.Account == a {
		return &c.Caller
	}
	return &c.Callee
}

// WhenUp does what a client asks of its leg. A client that has just answered may ask while its answer is still
// being worked on: it is done after that.
func (p *PBX) WhenUp(l *Leg, do func()) {
	if l == nil || l.Call == nil || l.Placed || !l.agreed || !l.Call.Ringing() || len(l.Call.whenUp) == maxWhenUp {
		do()
		return
	}
	c := l.Call
	c.whenUp = append(c.whenUp, do)
}

// goesUp does what clients asked while an answer was being worked on.
func (c *Call) goesUp() {
	due := c.whenUp
	c.whenUp = nil
	for _, do := range due {
		do()
	}
}

// Ringing tells whether the call waits for somebody to pick up.
func (c *Call) Ringing() bool { return c.Answered.IsZero() && !c.Over }

// allSimulated says that no client and no desk phone takes part.
func (c *Call) allSimulated() bool {
	return c.Caller.simulated() && c.Callee.simulated() && len(c.forks) == 0
}

// FindEnd finds an account's end of a call that goes on, by the id of the account's leg or of the call;
// nil when there is none.
func (p *PBX) FindEnd(a *Account, id string) *End {
	if l := p.Leg(a, id); l != nil && l.Call != nil && !l.Call.Over {
		return l.End()
	}
	if c := p.calls[id]; c != nil && c.Has(a) {
		return c.EndOf(a)
	}
	return nil
}

// newCall is a call that caller and callee take part in.
func (p *PBX) newCall(id string, from, to *Account) *Call {
	c := p.beginCall(id, from, to)
	p.join(c, to)
	return c
}

// beginCall is a call that the callee does not take part in yet.
func (p *PBX) beginCall(id string, from, to *Account) *Call {
	c := &Call{ID: p.freshCallID(id), Began: time.Now()}
	c.Caller = End{Party: from.party(), Account: from, call: c}
	c.Callee = End{Party: to.party(), Account: to, call: c}
	p.calls[c.ID] = c
	p.callOrder = append(p.callOrder, c)
	p.join(c, from)
	return c
}

// freshCallID is the leg's own id unless that is taken.
func (p *PBX) freshCallID(preferred string) string {
	if preferred != "" && !p.o.OwnCallIDs && p.calls[preferred] == nil {
		return preferred
	}
	return p.MintID()
}

func (p *PBX) join(c *Call, a *Account) {
	a.Calls = append(a.Calls, c)
	p.accountChanged(a)
	p.callChanged(c)
}

func (p *PBX) leave(c *Call, a *Account) {
	a.Calls = slices.DeleteFunc(a.Calls, func(d *Call) bool { return d == c })
	p.accountChanged(a)
}

// markAnswered marks the call as answered.
func (p *PBX) markAnswered(c *Call) {
	c.Answered = time.Now()
	p.stopTimers(c)
	p.accountChanged(c.Caller.Account)
	p.accountChanged(c.Callee.Account)
	p.callChanged(c)
}

// remove takes the call out of the directory. The caller ends its legs.
func (p *PBX) remove(c *Call) {
	if c.Over {
		return
	}
	c.Over = true
	p.stopTimers(c)
	if c.bridge != nil {
		p.mixer.drop(c.bridge)
		c.bridge = nil
	}
	if member := c.Callee.participant; member != nil {
		member.conference.leave(member)
	}
	p.file(c, c.Caller.Account)
	p.file(c, c.Callee.Account)
	p.keepMessage(c)
	delete(p.calls, c.ID)
	p.callOrder = slices.DeleteFunc(p.callOrder, func(d *Call) bool { return d == c })
	p.callChanged(c)
	p.leave(c, c.Caller.Account)
	p.leave(c, c.Callee.Account)
}

// later starts a timer that is stopped when the call is answered or ends.
func (p *PBX) later(c *Call, d time.Duration, do func()) {
	c.timers = append(c.timers, p.After(d, do))
}

func (p *PBX) stopTimers(c *Call) {
	for _, t := range c.timers {
		p.agenda.drop(t)
	}
	c.timers = nil
}
