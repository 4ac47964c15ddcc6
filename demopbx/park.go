package demopbx

import (
	"strings"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/pbxws/vodia"
)

// What is dialled before the number of an orbit (the vendor's defaults): a call sent there
// with the first is parked, calling there with the second retrieves it.
const (
	parkCode     = "*85"
	retrieveCode = "*86"
)

// orbitOf is the orbit that a star code points to; nil for any other number.
func (p *pbx) orbitOf(code, dialled string) *account {
	number, coded := strings.CutPrefix(numberOf(dialled), code)
	if a := p.tenant.accounts[number]; coded && a != nil && a.kind == pbxws.KindOrbit {
		return a
	}
	return nil
}

// parked is the call that the dialled number would retrieve; nil when there is none.
func (p *pbx) parked(dialled string) *call {
	if orbit := p.orbitOf(retrieveCode, dialled); orbit != nil && len(orbit.calls) > 0 {
		return orbit.calls[0]
	}
	return nil
}

// retrieve takes a parked call out of its orbit and gives its caller to the new call, which
// rings until the retrieving client is ready.
func (p *pbx) retrieve(c *call, waiting *call) {
	orbit, freed := waiting.callee.acct, waiting.caller
	p.crowd.forget(waiting)
	p.remove(waiting)
	p.move(&c.callee, freed, c, c.caller.party)
	p.note(Entry{Kind: Retrieved, User: c.caller.party.Number, Peer: freed.party.Number, Call: callidOf(&c.caller), Text: orbit.number})
	p.later(c, p.o.EchoAnswers, func() { p.answer(c) })
}

// orbitState is what a subscriber is told of an orbit.
func orbitState(a *account) vodia.OrbitState {
	s := vodia.OrbitState{Orbit: a.number, Calls: []vodia.CallEntry{}}
	for _, c := range a.calls {
		s.Calls = append(s.Calls, callEntry(c, nil))
	}
	return s
}
