package demopbx

import (
	"slices"
	"strings"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

// Star codes (the vendor's defaults). A call sent to the first and an orbit's number is
// parked, in any free orbit without a number; calling the second and that number retrieves
// it; calling the third and an extension picks up what rings there.
const (
	parkCode     = "*85"
	retrieveCode = "*86"
	pickupCode   = "*87"
)

// orbitFor is the free orbit that a dialled number parks in; parks tells whether the number
// is meant to park at all.
func (p *pbx) orbitFor(dialled string) (orbit *account, parks bool) {
	number, parks := strings.CutPrefix(numberOf(dialled), parkCode)
	if !parks {
		return nil, false
	}
	i := slices.IndexFunc(p.tenant.order, func(a *account) bool {
		return a.kind == pbxws.KindOrbit && a.free() && (number == "" || number == a.number)
	})
	if i < 0 {
		return nil, true
	}
	return p.tenant.order[i], true
}

// waiting is the call that a dialled number would take over: a parked one, or one that rings
// somewhere. It is nil when there is none.
func (p *pbx) waiting(dialled string) *call {
	number := numberOf(dialled)
	if place, ok := strings.CutPrefix(number, retrieveCode); ok {
		if a := p.tenant.accounts[place]; a != nil && a.kind == pbxws.KindOrbit && len(a.calls) > 0 {
			return a.calls[0]
		}
	}
	if place, ok := strings.CutPrefix(number, pickupCode); ok && p.tenant.accounts[place] != nil {
		for _, c := range p.tenant.accounts[place].calls {
			if c.callee.party.Number == place && c.ringing() {
				return c
			}
		}
	}
	return nil
}

// retrieve takes a waiting call from where it waits and gives its caller to the new call,
// which rings until the retrieving client is ready.
func (p *pbx) retrieve(c, waiting *call) {
	place, freed := waiting.callee.party.Number, waiting.caller
	p.crowd.forget(waiting)
	p.answeredElsewhere(waiting)
	p.remove(waiting)
	p.move(&c.callee, freed, c, c.caller.party)
	p.note(Entry{Kind: Retrieved, User: c.caller.party.Number, Peer: freed.party.Number, Call: callidOf(&c.caller), Text: place})
	p.pickUpAfter(c, p.o.EchoAnswers)
}

// unpark sends a parked call back to whoever parked it; as long as that does not ring the
// caller waits on.
func (p *pbx) unpark(c *call) {
	to, code := p.route(c.caller.acct, c.parkedBy.number)
	if code != 0 || to.kind != pbxws.KindExtension {
		p.later(c, p.o.OrbitReturns, func() { p.unpark(c) })
		return
	}
	p.note(Entry{Kind: Returned, User: to.number, Peer: c.caller.party.Number, Text: c.callee.party.Number})
	moved := c.caller
	p.remove(c)
	p.ring(p.carryOn(moved, to))
}

// orbitState is what a subscriber is told of an orbit.
func (p *pbx) orbitState(a *account) wire.OrbitState {
	s := wire.OrbitState{Orbit: a.number, Calls: []wire.CallEntry{}}
	for _, c := range a.calls {
		s.Calls = append(s.Calls, p.callEntry(c, nil))
	}
	return s
}
