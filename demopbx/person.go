package demopbx

import (
	"time"

	"github.com/patchcord/patchcord/pbxws"
)

// role is how a number behaves when it is called.
type role struct {
	name string
	// refuses is the code with which a call is turned down at once, 0 to ring.
	refuses int
	// answers is how long it rings; 0 rings for ever.
	answers time.Duration
	// talks is when it hangs up after it was called, 0 for never.
	talks time.Duration
	// does is what it does when it picks up, nil for nothing but to talk.
	does func()
	// callsBack says that it calls its caller when they have talked.
	callsBack bool
	// voice is heard when it was called, calling when it called.
	voice, calling func() *robot
}

// rolesOf are the numbers with a character.
func rolesOf(o Options) map[string]*role {
	return map[string]*role{
		NumberEcho: {
			name: "Echo", answers: o.EchoAnswers, voice: newEcho, calling: newEcho,
		},
		NumberColleague: {
			name: "Luca Neri", answers: o.ColleagueAnswers, talks: o.ColleagueTalks,
			voice: saying(ColleagueTone), calling: saying(ColleagueTone),
		},
		NumberEchoTest: {name: "Echo test", answers: o.EchoAnswers, voice: newExaminer(o.EchoTestListens), calling: newExaminer(o.EchoTestListens)},
		NumberBusy:     {name: "Always Busy", refuses: 486, voice: saying(CrowdTone), calling: saying(CrowdTone)},
		NumberSilent:   {name: "Nobody There", voice: saying(CrowdTone), calling: saying(CrowdTone)},
		NumberCallback: callsBack(o),
	}
}

// callsBack says that it will call, hangs up and does.
func callsBack(o Options) *role {
	return &role{
		name: "Will Callback", answers: o.EchoAnswers, talks: o.CallbackSpeaks, callsBack: true,
		voice: func() *robot { return &robot{tune: newPromise()} }, calling: saying(CallbackTone),
	}
}

func newEcho() *robot { return &robot{echo: true} }

func newMusicBox() *robot { return &robot{tune: newMusic()} }

func saying(hz float64) func() *robot {
	return func() *robot { return &robot{tune: newTone(hz)} }
}

// roleOf is the account's own role, or what everybody of the crowd does.
func (p *pbx) roleOf(a *account) *role {
	if a.role != nil {
		return a.role
	}
	switch a.kind {
	case pbxws.KindOrbit:
		return &role{answers: time.Millisecond, voice: newMusicBox}
	case pbxws.KindConference:
		return &role{answers: time.Millisecond}
	}
	return &role{
		answers: p.o.CrowdAnswers, talks: p.o.CrowdTalks,
		voice: saying(CrowdTone), calling: saying(CrowdTone),
	}
}

// route finds who is to ring when the account dials a number, or the code of refusal.
func (p *pbx) route(from *account, dialled string) (*account, int) {
	if waiting := p.waiting(dialled); waiting != nil && waiting.caller.acct != from {
		return waiting.caller.acct, 0
	}
	if orbit, parks := p.orbitFor(dialled); parks && orbit != nil {
		return orbit, 0
	} else if parks {
		return nil, 486
	}
	if service := p.feature(from, dialled); service != nil {
		return service, 0
	}
	to := p.accountAt(dialled)
	if to == nil {
		return nil, 404
	}
	return p.reach(from, to, maxForwards)
}

// accountAt is who has the number, in the tenant or outside; nil when nobody has.
func (p *pbx) accountAt(dialled string) *account {
	if a := p.tenant.accounts[numberOf(dialled)]; a != nil {
		return a
	}
	return p.outsider(dialled)
}

// obstacle is the code of refusal of an account that would not ring, 0 for none.
func obstacle(from, to *account) int {
	switch {
	case to.kind == pbxws.KindOrbit:
		return 404
	case to == from:
		return 486
	case !to.registered:
		return 480
	case to.dnd:
		return 486
	case to.role != nil && to.role.refuses != 0:
		return to.role.refuses
	case to.ofCrowd() && len(to.calls) > 0, to.room != nil && len(to.calls) >= maxSeats:
		return 486
	}
	return 0
}

// politePause is how often somebody who waits with an answer looks whether they may.
const politePause = 20 * time.Millisecond

// pickUpAfter lets somebody of ours pick up. On systems that kill a call whose caller has not agreed
// on the sound by then, they wait for that a little: a slow machine is no reason to lose a call.
func (p *pbx) pickUpAfter(c *call, d time.Duration) {
	waited := time.Duration(0)
	var look func()
	look = func() {
		if l := c.caller.leg; l == nil || l.agreed || waited >= p.o.AnswerGrace {
			p.answer(c)
			return
		}
		waited += politePause
		p.later(c, politePause, look)
	}
	p.later(c, d, look)
}

// reasons are the phrases of RFC 3261 §21.
var reasons = map[int]string{
	400: "Bad Request",
	403: "Forbidden", 404: "Not Found", 408: "Request Timeout", 415: "Unsupported Media Type",
	480: "Temporarily Unavailable", 481: "Call Does Not Exist", 482: "Loop Detected", 486: "Busy Here",
	487: "Request Terminated", 488: "Not Acceptable Here", 491: "Request Pending",
	503: "Service Unavailable", 603: "Decline",
}

// ring makes the callee's telephones ring, or lets a person of ours decide what to do.
func (p *pbx) ring(c *call) {
	a := c.callee.acct
	p.later(c, p.o.NoAnswer, func() { p.notReached(c, 408) })
	if a.forward.noAnswer != "" {
		p.later(c, p.o.ForwardAfter, func() { p.notReached(c, 408) })
	}
	if a.owner != nil {
		p.missed(a.owner)
	}
	if a.staffed {
		p.inviteAll(c)
		return
	}
	if r := p.roleOf(a); r.answers > 0 {
		p.pickUpAfter(c, r.answers)
	}
}

// converse lets the people of ours in an answered call do what they do.
func (p *pbx) converse(c *call) {
	switch {
	case c.parkedBy != nil:
		p.later(c, p.o.OrbitReturns, func() { p.unpark(c) })
	case c.staged(): // what a transfer left behind
		p.later(c, p.o.CrowdTalks, func() { p.endCall(c, &c.caller, 0) })
	case c.callee.pretended():
		p.examine(c)
		if r := p.roleOf(c.callee.acct); r.talks > 0 {
			p.later(c, r.talks, func() { p.endCall(c, &c.callee, 0) })
		}
	case c.caller.pretended() && c.caller.acct.role == nil:
		p.later(c, p.o.CrowdTalks, func() { p.endCall(c, &c.caller, 0) })
	}
}

// callBack is what 604 does after a call.
func (p *pbx) callBack(from, to *account) {
	p.agenda.in(p.o.CallbackWaits, func() {
		if err := p.personCalls(from, to, ""); err != nil {
			p.note(Entry{Kind: CallRefused, User: from.number, Peer: to.number, Text: err.Error()})
		}
	})
}

// callerAt is who calls from a number, and the queue that the call came through if the number
// is a queue's.
func (p *pbx) callerAt(number string) (caller *account, via string) {
	a := p.accountAt(number)
	if a != nil && a.kind == pbxws.KindQueue {
		return p.crowd.pick((*account).free), a.name
	}
	return a, ""
}

// personCalls makes somebody of ours call an account.
func (p *pbx) personCalls(from, to *account, via string) error {
	if p.closing {
		return errNotFree
	}
	if _, code := p.route(from, to.number); code != 0 {
		return errNotReached
	}
	c := p.newCall("", from, to)
	c.via = via
	p.note(Entry{Kind: CallPlaced, User: from.number, Peer: to.number})
	p.ring(c)
	return nil
}
