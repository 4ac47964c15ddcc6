package demopbx

import (
	"slices"
	"time"

	"github.com/patchcord/patchcord/pbxws"
)

// call joins two ends. It belongs to the PBX loop.
type call struct {
	// id is what the call states call it.
	id             string
	caller, callee end
	began          time.Time
	// answered is zero while it rings.
	answered time.Time
	over     bool
	// forks are the callee's telephones while they ring; inviting counts those that are about
	// to.
	forks    []*leg
	inviting int
	// via is the name of the queue that it came through, if any.
	via string
	// refusal is the last code with which a telephone turned the call down.
	refusal int
	// hops is how often the call was sent on since it began to ring.
	hops int
	// parkedBy is who put the caller into the orbit that is the callee.
	parkedBy *account
	// bridge carries the sound once an end of it has any.
	bridge    *bridge
	recording bool
	// looks is how often the caller's client was found not to have agreed on the sound.
	looks int
	// alarms are dropped when the call is answered or ends.
	alarms []*alarm
}

// end is one side of a call: an account with a client's leg, one with a voice of ours, or one
// of the crowd with neither.
type end struct {
	party pbxws.Party
	// acct is never nil: only this tenant's people call one another.
	acct *account
	leg  *leg
	// voice is heard of an end without a leg, from when there is somebody to hear it.
	voice *robot
	// desk says that the account takes part with its desk phone.
	desk bool
	// seat is the place at a conference of whoever is at the other end.
	seat *seat
	// held says that this end has put the other on hold.
	held bool
}

// pretended says that somebody of ours is at this end, who does as they like.
func (e *end) pretended() bool { return e.leg == nil && !e.desk }

// ends gives the ends as seen by the account: its own and the other.
func (c *call) ends(a *account) (own, far *end) {
	if c.caller.acct == a {
		return &c.caller, &c.callee
	}
	return &c.callee, &c.caller
}

// endsOf gives the ends as seen by the leg.
func (c *call) endsOf(l *leg) (own, far *end) {
	if c.caller.leg == l {
		return &c.caller, &c.callee
	}
	return &c.callee, &c.caller
}

func (c *call) has(a *account) bool { return c.caller.acct == a || c.callee.acct == a }

func (c *call) ringing() bool { return c.answered.IsZero() && !c.over }

// staged says that nobody real takes part: the crowd among itself.
func (c *call) staged() bool {
	return c.caller.pretended() && c.callee.pretended() && len(c.forks) == 0
}

// side is a call as seen from one of its ends.
type side struct {
	*call
	own, far *end
}

// sideOf finds a call of the user that goes on, by the callid of the user's leg or by the
// call's own id.
func (p *pbx) sideOf(user *account, id string) (side, bool) {
	if l := p.legs[legKey{user.number, id}]; l != nil && l.call != nil && !l.call.over {
		own, far := l.call.endsOf(l)
		return side{l.call, own, far}, true
	}
	c := p.calls[id]
	if c == nil || !c.has(user) {
		return side{}, false
	}
	own, far := c.ends(user)
	return side{c, own, far}, true
}

// newCall is a call of the directory that rings from now on.
func (p *pbx) newCall(id string, from, to *account) *call {
	c := p.beginCall(id, from, to)
	p.join(c, to)
	return c
}

// beginCall is a call that its caller knows of and its callee does not yet.
func (p *pbx) beginCall(id string, from, to *account) *call {
	c := &call{
		id:     p.freshCallID(id),
		caller: end{party: from.party(), acct: from},
		callee: end{party: to.party(), acct: to},
		began:  time.Now(),
	}
	p.calls[c.id] = c
	p.callOrder = append(p.callOrder, c)
	p.join(c, from)
	return c
}

// freshCallID prefers the leg's own id, as the page's example does, unless it is taken.
func (p *pbx) freshCallID(wish string) string {
	if wish != "" && !p.o.Faults.OwnCallIDs && p.calls[wish] == nil {
		return wish
	}
	return p.mintID()
}

func (p *pbx) join(c *call, a *account) {
	a.calls = append(a.calls, c)
	p.accountChanged(a)
	p.callChanged(c)
}

func (p *pbx) leave(c *call, a *account) {
	a.calls = slices.DeleteFunc(a.calls, func(d *call) bool { return d == c })
	p.accountChanged(a)
}

// pickUp marks the call as answered.
func (p *pbx) pickUp(c *call) {
	c.answered = time.Now()
	p.dropAlarms(c)
	p.accountChanged(c.caller.acct)
	p.accountChanged(c.callee.acct)
	p.callChanged(c)
}

// remove takes the call out of the directory; its legs are somebody else's care.
func (p *pbx) remove(c *call) {
	if c.over {
		return
	}
	c.over = true
	p.dropAlarms(c)
	if c.bridge != nil {
		p.mixer.drop(c.bridge)
		c.bridge = nil
	}
	if seat := c.callee.seat; seat != nil {
		seat.room.leave(seat)
	}
	p.file(c, c.caller.acct)
	p.file(c, c.callee.acct)
	p.keepMessage(c)
	delete(p.calls, c.id)
	p.callOrder = slices.DeleteFunc(p.callOrder, func(d *call) bool { return d == c })
	p.callChanged(c)
	p.leave(c, c.caller.acct)
	p.leave(c, c.callee.acct)
}

// later sets an alarm that dies with the phase of the call.
func (p *pbx) later(c *call, d time.Duration, do func()) {
	c.alarms = append(c.alarms, p.agenda.in(d, do))
}

func (p *pbx) dropAlarms(c *call) {
	for _, al := range c.alarms {
		p.agenda.drop(al)
	}
	c.alarms = nil
}
