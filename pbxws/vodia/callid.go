package vodia

import (
	"slices"
	"time"

	"github.com/patchcord/patchcord/internal/number"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

// A PBX from version 70 on gives a call that we place an id of its own and never repeats ours. The
// first frame under that id, a refusal too, has to be given to the call that it means:
//
//  1. one whose record in a list of calls has this id;
//  2. one to whose number the frame says it goes ("to-user");
//  3. the only one whose id is not known yet.
//
// Where more than one is left the frame waits for another that decides, for resolveLimit at most;
// then the order of dialling does. Calls that we gave up before the PBX named them take part for
// a while: what still comes for them must not end the next one.

const (
	// resolveLimit is how long a frame waits for its call to be known.
	resolveLimit = time.Second
	// abandonedLimit is how long frames are expected for a call that we gave up.
	abandonedLimit = 10 * time.Second
	// maxUnresolved bounds the frames that wait; more are told as nobody's.
	maxUnresolved = 64
)

// resolve gives an id that is new to the call of ours that it names. It is false for a frame
// that was dealt with or has to wait.
func (s *switchboard) resolve(m wire.Signal) bool {
	id, to := m.About()
	if id == "" {
		return true
	}
	if l := s.legs.named(id); l != nil {
		s.keepsIDs = s.keepsIDs || !l.incoming && id == l.callIDs[0] && isOriginal(m)
		l.heard = true
		return true
	}
	if s.legs.wasHere(id) || s.keepsIDs {
		return true
	}
	l, open := s.meant(id, to, m)
	switch {
	case l != nil:
		return s.giveID(l, id, m)
	case open == 0 || len(s.unresolved) == maxUnresolved:
		return true
	}
	s.unresolved = append(s.unresolved, m)
	return false
}

// isOriginal tells the frames whose id is the PBX's own choice from those that may repeat the id of
// a request of ours.
func isOriginal(m wire.Signal) bool {
	switch m.(type) {
	case wire.SDP, wire.Candidate, wire.Bye, wire.Cancel:
		return true
	}
	return false
}

// meant is the call that an unknown id names, nil while that is not known. open is how many it
// may be.
func (s *switchboard) meant(id, to string, m wire.Signal) (l *leg, open int) {
	if l := s.legs.byCall(id); l != nil {
		return l, 1
	}
	candidates := s.unnamed(m)
	if r, listed := s.calls.known[id]; listed && to == "" {
		to = r.call.To.Number
	}
	for _, l := range candidates {
		if to != "" && (l.number == to || number.Same(l.number, to)) {
			return l, len(candidates)
		}
	}
	if len(candidates) == 1 {
		return candidates[0], 1
	}
	return nil, len(candidates)
}

// unnamed are the calls that a frame under an unknown id may mean, the likeliest first: a refusal
// is rather for one that we gave up, anything else for one that we did not. A confirmation of a
// hang-up is for nothing else than the former.
func (s *switchboard) unnamed(m wire.Signal) []*leg {
	var live []*leg
	for _, l := range s.legs.live {
		if l.isUnnamed() {
			live = append(live, l)
		}
	}
	switch m.(type) {
	case wire.CancelResponse, wire.ByeResponse:
		return s.legs.abandoned
	}
	if refuses(m) {
		return slices.Concat(s.legs.abandoned, live)
	}
	return append(live, s.legs.abandoned...)
}

// giveID lets a call of ours have an id, and hears again what waited for that. It is false when
// nobody wants the frame any more.
func (s *switchboard) giveID(l *leg, id string, m wire.Signal) bool {
	l.callIDs = append(l.callIDs, id)
	l.heard = true
	if l.abandoned {
		s.endAbandoned(l, id, m)
		return false
	}
	s.hearUnresolved()
	return s.legs.find(id) != nil
}

// endAbandoned ends a call at the PBX that was given up before its id was known. The PBX may not have
// understood the first goodbye, which was under our own id.
func (s *switchboard) endAbandoned(l *leg, id string, m wire.Signal) {
	s.legs.abandoned = slices.DeleteFunc(s.legs.abandoned, func(other *leg) bool { return other == l })
	s.legs.forget(id)
	switch m := m.(type) {
	case wire.Bye:
		s.ask(wire.ByeDone{CallID: m.CallID, CSeq: m.CSeq})
	case wire.Cancel:
		s.ask(wire.CancelDone{CallID: m.CallID, CSeq: m.CSeq})
	case wire.CancelResponse, wire.ByeResponse:
	default:
		if !refuses(m) {
			s.ask(wire.Hangup{CallID: id, Caller: true})
		}
	}
	s.hearUnresolved()
}

// hearUnresolved takes the frames that waited: some may be known now.
func (s *switchboard) hearUnresolved() {
	waiting := s.unresolved
	s.unresolved = nil
	for _, m := range waiting {
		s.hear(m)
	}
}

// settleUnresolved takes the frames that waited for long enough for those of the likeliest call.
func (s *switchboard) settleUnresolved() {
	for len(s.unresolved) > 0 {
		m := s.unresolved[0]
		s.unresolved = s.unresolved[1:]
		id, _ := m.About()
		if candidates := s.unnamed(m); s.legs.named(id) == nil && len(candidates) > 0 && !s.giveID(candidates[0], id, m) {
			continue
		}
		s.dispatch(m)
	}
}

// refuses reports whether a frame ends a call.
func refuses(m wire.Signal) bool {
	switch m := m.(type) {
	case wire.Bye, wire.Cancel:
		return true
	case wire.SDP:
		return m.Code >= 400
	case wire.Response:
		return m.Code >= 400
	}
	return false
}

// forgetAbandoned waits no longer for frames of the calls that were given up.
func (s *switchboard) forgetAbandoned() { s.legs.abandoned = nil }
