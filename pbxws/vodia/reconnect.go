package vodia

import (
	"slices"
	"time"

	"github.com/patchcord/patchcord/pbxws"
)

// seekLimit is how long a call of an earlier link is looked for in the lists of a new one. Own
// and domain lists alternate, so a single one that lacks it says little.
const seekLimit = 10 * time.Second

// takeOver begins with the calls that were up when an earlier link was lost. One that nobody had
// answered cannot come up any more without its link: the PBX is told so if we had placed it.
func (s *switchboard) takeOver(earlier []*leg) {
	for _, l := range earlier {
		switch {
		case l.answered:
			s.legs.add(&leg{
				id: l.id, callIDs: l.callIDs, incoming: l.incoming, number: l.number, answered: true, heard: l.heard, sdp: l.sdp,
				wantHold: l.held && !l.heldThere, held: l.held, heldThere: l.heldThere,
				recording: l.recording, listed: l.listed, call: l.call, before: l.before, sought: true,
			})
		case !l.incoming:
			s.ask(Hangup{CallID: l.callID(), Caller: true})
			s.legs.drop(l)
		}
	}
}

// seeks reports whether calls of an earlier link are looked for in lists that have begun to
// come.
func (s *switchboard) seeks() bool {
	return s.listed && slices.ContainsFunc(s.legs.live, func(l *leg) bool { return l.sought })
}

// tellMissing tells of the calls of an earlier link that no list has shown. One that a record may
// stand for is not among them: two calls to the same number cannot be told apart.
func (s *switchboard) tellMissing() {
	for _, l := range s.legs.live {
		if !l.sought {
			continue
		}
		l.sought = false
		if !s.mayBeListed(l) {
			s.emit(pbxws.LegMissing{Leg: l.id})
		}
	}
}

// mayBeListed reports whether there is a record of ours that belongs to no leg and fits this
// one.
func (s *switchboard) mayBeListed(l *leg) bool {
	for id, r := range s.calls.known {
		if r.own && s.legs.byCall(id) == nil && !l.before[id] && s.fits(l, r.call) {
			return true
		}
	}
	return false
}
