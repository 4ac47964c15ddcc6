package exchange

import (
	"slices"
	"strings"
	"time"

	"github.com/patchcord/patchcord/pbxws"
)

// Star codes (Vodia's defaults). A call sent to the first and an orbit's number is
// parked, in any free orbit without a number; calling the second and that number retrieves
// it; calling the third and an extension picks up what rings there.
const (
	ParkCode     = "*85"
	RetrieveCode = "*86"
	PickupCode   = "*87"
)

// orbitFor is the free orbit that a dialled number parks in; parks tells whether the number
// is meant to park at all.
func (p *PBX) orbitFor(dialled string) (orbit *Account, parks bool) {
	number, parks := strings.CutPrefix(NumberOf(dialled), ParkCode)
	if !parks {
		return nil, false
	}
	i := slices.IndexFunc(p.tenant.order, func(a *Account) bool {
		return a.Kind == pbxws.KindOrbit && a.free() && (number == "" || number == a.Number)
	})
	if i < 0 {
		return nil, true
	}
	return p.tenant.order[i], true
}

// waiting is the call that a dialled number would pick up or retrieve; nil if there is none.
func (p *PBX) waiting(dialled string) *Call {
	number := NumberOf(dialled)
	if place, ok := strings.CutPrefix(number, RetrieveCode); ok {
		if a := p.tenant.accounts[place]; a != nil && a.Kind == pbxws.KindOrbit && len(a.Calls) > 0 {
			return a.Calls[0]
		}
	}
	if place, ok := strings.CutPrefix(number, PickupCode); ok && p.tenant.accounts[place] != nil {
		for _, c := range p.tenant.accounts[place].Calls {
			if c.Callee.Party.Number == place && c.Ringing() {
				return c
			}
		}
	}
	return nil
}

// retrieve moves the caller of a waiting call to the new call, which rings until the retrieving
// client is ready.
func (p *PBX) retrieve(c, waiting *Call) {
	place, freed := waiting.Callee.Party.Number, waiting.Caller
	p.crowd.forget(waiting)
	p.stopForks(waiting, AnsweredElsewhere)
	p.remove(waiting)
	p.move(&c.Callee, freed, c, c.Caller.Party)
	p.Note(Entry{Kind: Retrieved, User: c.Caller.Party.Number, Peer: freed.Party.Number, Call: c.Caller.legID(), Text: place})
	p.pickUpAfter(c, p.o.EchoAnswers)
}

// unpark sends a parked call back to whoever parked it; until that rings the caller keeps waiting.
func (p *PBX) unpark(c *Call) {
	to, code := p.route(c.Caller.Account, c.parkedBy.Number)
	if code != 0 || to.Kind != pbxws.KindExtension {
		p.later(c, p.o.OrbitReturns, func() { p.unpark(c) })
		return
	}
	p.Note(Entry{Kind: Returned, User: to.Number, Peer: c.Caller.Party.Number, Text: c.Callee.Party.Number})
	moved := c.Caller
	p.remove(c)
	p.ring(p.carryOn(moved, to))
}

// Fetch has the caller of a call that waits, parked or in a queue or ringing at somebody else, ring at an
// account instead. It returns the code of a refusal.
func (p *PBX) Fetch(c *Call, to *Account) int {
	target, code := p.route(c.Caller.Account, to.Number)
	if code != 0 {
		p.Note(Entry{Kind: CommandFailed, User: to.Number, Peer: c.Caller.Party.Number, Code: code, Text: "fetch"})
		return code
	}
	p.Note(Entry{Kind: Retrieved, User: to.Number, Peer: c.Caller.Party.Number, Text: c.Callee.Party.Number})
	p.crowd.forget(c)
	if c.Ringing() {
		p.stopForks(c, AnsweredElsewhere)
		p.redirect(c, target)
		return 0
	}
	moved := c.Caller
	p.remove(c)
	p.ring(p.carryOn(moved, target))
	return 0
}

// ParkedBy is who parked the caller of a call, nil for nobody.
func (c *Call) ParkedBy() *Account { return c.parkedBy }

// OrbitReturns is how long a call stays parked.
func (p *PBX) OrbitReturns() time.Duration { return p.o.OrbitReturns }
