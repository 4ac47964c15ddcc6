package exchange

import (
	"errors"
	"time"

	"github.com/patchcord/patchcord/pbxws"
)

// role is how a number behaves when it is called.
type role struct {
	name string
	// refuses is the code with which a call is turned down at once, 0 to ring.
	refuses int
	// answers is how long it rings before it is answered; 0 means for ever.
	answers time.Duration
	// talks is how long it talks before it hangs up, 0 for ever.
	talks time.Duration
	// does runs when the person picks up, besides talking; nil for nothing.
	does func()
	// callsBack says that it calls its caller after the call.
	callsBack bool
	// intercom tells that its own calls ask to be answered without a hand, taken that a colleague takes them.
	intercom, taken bool
	// voice is its sound when it was called, calling when it called.
	voice, calling func() *robot
}

// rolesOf are the special numbers.
func rolesOf(o Options) map[string]*role {
	return map[string]*role{
		NumberEcho: {
			name: "Echo", answers: o.EchoAnswers, voice: newEcho, calling: newEcho,
		},
		NumberColleague: {
			name: "Luca Neri", answers: o.ColleagueAnswers, talks: o.ColleagueTalks,
			voice: saying(ColleagueTone), calling: saying(ColleagueTone),
		},
		NumberEchoTest: {name: "Echo test", answers: o.EchoAnswers, voice: newEchoMeter(o.EchoTestListens), calling: newEchoMeter(o.EchoTestListens)},
		numberBusy:     {name: "Always Busy", refuses: 486, voice: saying(CrowdTone), calling: saying(CrowdTone)},
		numberSilent:   {name: "Nobody There", voice: saying(CrowdTone), calling: saying(CrowdTone)},
		NumberCallback: callsBack(o),
		numberIntercom: intercom(o),
		NumberTaken:    taken(o),
	}
}

// intercom calls back in a way that asks to be answered without a hand.
func intercom(o Options) *role {
	r := callsBack(o)
	r.name, r.intercom = "Front Door", true
	return r
}

// taken calls back, and a colleague takes that call.
func taken(o Options) *role {
	r := callsBack(o)
	r.name, r.taken = "Tina Taken", true
	return r
}

// callsBack announces a call, hangs up and calls.
func callsBack(o Options) *role {
	return &role{
		name: "Will Callback", answers: o.EchoAnswers, talks: o.CallbackSpeaks, callsBack: true,
		voice: func() *robot { return &robot{tune: newCallbackTune()} }, calling: saying(CallbackTone),
	}
}

func newEcho() *robot { return &robot{echo: true} }

func newMusicBox() *robot { return &robot{tune: newMusic()} }

func saying(hz float64) func() *robot {
	return func() *robot { return &robot{tune: newTone(hz)} }
}

// roleOf is the account's own role, or that of the crowd.
func (p *PBX) roleOf(a *Account) *role {
	if a.role != nil {
		return a.role
	}
	switch a.Kind {
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

// route finds who shall ring when the account dials a number, or the code of refusal.
func (p *PBX) route(from *Account, dialled string) (*Account, int) {
	if waiting := p.waiting(dialled); waiting != nil && waiting.Caller.Account != from {
		return waiting.Caller.Account, 0
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

// accountAt is who has the number, in the tenant or external; nil when nobody has.
func (p *PBX) accountAt(dialled string) *Account {
	if a := p.tenant.accounts[NumberOf(dialled)]; a != nil {
		return a
	}
	return p.external(dialled)
}

// obstacle is why an account would not ring, as a code of refusal; 0 if it would.
func obstacle(from, to *Account) int {
	switch {
	case to.Kind == pbxws.KindOrbit:
		return 404
	case to == from:
		return 486
	case !to.Registered:
		return 480
	case to.DND:
		return 486
	case to.role != nil && to.role.refuses != 0:
		return to.role.refuses
	case to.ofCrowd() && len(to.Calls) > 0, to.conference != nil && len(to.Calls) >= maxParticipants:
		return 486
	}
	return 0
}

// graceCheckEvery is how often an answer that waits for the caller's media is tried again.
const graceCheckEvery = 20 * time.Millisecond

// pickUpAfter answers a call after a while. It waits up to AnswerGrace longer until the caller's media is
// agreed, because the call would be lost without: a slow machine is no reason for that.
func (p *PBX) pickUpAfter(c *Call, d time.Duration) {
	waited := time.Duration(0)
	var look func()
	look = func() {
		if l := c.Caller.Leg; l == nil || l.agreed || waited >= p.o.AnswerGrace {
			p.pickUp(c)
			return
		}
		waited += graceCheckEvery
		p.later(c, graceCheckEvery, look)
	}
	p.later(c, d, look)
}

// ring makes the callee's telephones ring, or lets the role of the account decide.
func (p *PBX) ring(c *Call) {
	a := c.Callee.Account
	p.later(c, p.o.NoAnswer, func() { p.notReached(c, 408) })
	if a.Forwards[pbxws.ForwardNoAnswer] != "" {
		p.later(c, p.o.ForwardAfter, func() { p.notReached(c, 408) })
	}
	if a.owner != nil {
		p.missed(a.owner)
	}
	if a.claimed {
		p.inviteAll(c)
		return
	}
	if r := p.roleOf(a); r.answers > 0 {
		p.pickUpAfter(c, r.answers)
	}
}

// converse plans what the simulated people in an answered call do.
func (p *PBX) converse(c *Call) {
	switch {
	case c.parkedBy != nil:
		p.later(c, p.o.OrbitReturns, func() { p.unpark(c) })
	case c.allSimulated(): // what a transfer left behind
		p.later(c, p.o.CrowdTalks, func() { p.endCall(c, &c.Caller, 0) })
	case c.Callee.simulated():
		p.checkEcho(c)
		if r := p.roleOf(c.Callee.Account); r.talks > 0 {
			p.later(c, r.talks, func() { p.endCall(c, &c.Callee, 0) })
		}
	case c.Caller.simulated() && c.Caller.Account.role == nil:
		p.later(c, p.o.CrowdTalks, func() { p.endCall(c, &c.Caller, 0) })
	}
}

// callBack is what 604 does after a call.
func (p *PBX) callBack(from, to *Account) {
	p.After(p.o.CallbackWaits, func() {
		if err := p.personCalls(from, to, ""); err != nil {
			p.Note(Entry{Kind: CallRefused, User: from.Number, Peer: to.Number, Text: err.Error()})
		}
	})
}

// callerAt is who calls from a number. If it is a queue's, somebody calls through that queue, and via is
// its name.
func (p *PBX) callerAt(number string) (caller *Account, via string) {
	a := p.accountAt(number)
	if a != nil && a.Kind == pbxws.KindQueue {
		return p.crowd.pick((*Account).free), a.Name
	}
	return a, ""
}

// personCalls makes a simulated person call an account.
func (p *PBX) personCalls(from, to *Account, via string) error {
	if p.closing {
		return errNotFree
	}
	if _, code := p.route(from, to.Number); code != 0 {
		return errNotReached
	}
	c := p.newCall("", from, to)
	c.Via = via
	c.Intercom = from.role != nil && from.role.intercom
	p.Note(Entry{Kind: CallPlaced, User: from.Number, Peer: to.Number})
	p.ring(c)
	if from.role != nil && from.role.taken {
		p.later(c, p.o.CrowdAnswers, func() { p.takeOver(c) })
	}
	return nil
}

// takeOver has a colleague take a call that rings.
func (p *PBX) takeOver(c *Call) {
	colleague := p.crowd.pick((*Account).free)
	if colleague == nil {
		return
	}
	taken := p.newCall("", c.Caller.Account, colleague)
	p.Note(Entry{Kind: CallAnswered, User: colleague.Number, Peer: c.Caller.Party.Number, Call: c.ID})
	p.markAnswered(taken)
	p.stopForks(c, AnsweredElsewhere)
	p.remove(c)
	p.converse(taken)
}

var (
	errNotFree    = errors.New("that person is not free to call")
	errNotReached = errors.New("the user cannot be reached")
)

// CallTo makes one of the people call an account, as when somebody picks up a telephone. With the
// number of a queue for from, somebody calls who waited there; with a number in E.164 somebody calls
// from outside. It may be called from anywhere but the loop.
func (p *PBX) CallTo(number, from string) error {
	err := errNotFree
	p.Do(func() {
		caller, via := p.callerAt(from)
		callee := p.Account(number)
		if caller != nil && callee != nil && caller != callee && !caller.claimed && caller.free() {
			err = p.personCalls(caller, callee, via)
		}
	})
	return err
}
