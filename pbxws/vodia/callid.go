package vodia

import (
	"slices"
	"time"

	"github.com/patchcord/patchcord/internal/number"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

// From version 70 on a PBX gives a call that we place an id of its own and never repeats ours. The
// first frame with that id, even a refusal, must be matched to a call:
//
//  1. one whose record in a list of calls has this id;
//  2. one to whose number the frame says it goes ("to-user");
//  3. the only one whose id is not known yet.
//
// If more than one call is left, the frame waits for another that decides, for resolveLimit at
// most; then the order of dialling decides. Calls that we gave up before the PBX named them take
// part for a while: late frames for them must not end the next call.

const (
	// resolveLimit is how long a frame waits until its call is known.
	resolveLimit = time.Second
	// abandonedLimit is how long frames are expected for a call that we gave up.
	abandonedLimit = 10 * time.Second
	// maxUnresolved is how many frames may wait; further ones are reported as belonging to no call.
	maxUnresolved = 64
)

// resolve gives a new id to the call of ours that it names. It is false for a frame that was
// handled or has to wait.
func (t *translator) resolve(m wire.Signal) bool {
	id, to := m.About()
	if id == "" {
		return true
	}
	if l := t.legs.named(id); l != nil {
		t.keepsIDs = t.keepsIDs || !l.incoming && id == l.callIDs[0] && isOriginal(m)
		l.identified = true
		return true
	}
	if t.legs.wasHere(id) || t.keepsIDs {
		return true
	}
	l, open := t.meant(id, to, m)
	switch {
	case l != nil:
		return t.assignID(l, id, m)
	case open == 0 || len(t.unresolved) == maxUnresolved:
		return true
	}
	t.unresolved = append(t.unresolved, m)
	return false
}

// isOriginal is true for frames whose id was chosen by the PBX; others may repeat the id of a
// request of ours.
func isOriginal(m wire.Signal) bool {
	switch m.(type) {
	case wire.SDP, wire.Candidate, wire.Bye, wire.Cancel:
		return true
	}
	return false
}

// meant is the call that an unknown id names, nil while that is not known. open is how many calls
// it may be.
func (t *translator) meant(id, to string, m wire.Signal) (l *leg, open int) {
	if l := t.legs.byCall(id); l != nil {
		return l, 1
	}
	candidates := t.unnamed(m)
	if r, listed := t.calls.known[id]; listed && to == "" {
		to = r.call.To.Number
	}
	if to != "" {
		if l, ok := number.Among(t.home(), to, candidates, (*leg).farNumber); ok {
			return l, len(candidates)
		}
	}
	if len(candidates) == 1 {
		return candidates[0], 1
	}
	return nil, len(candidates)
}

// unnamed are the calls that a frame with an unknown id may mean, the likeliest first: for a
// refusal one that we gave up, for anything else one that we did not. A confirmation of a hang-up
// can only mean the former.
func (t *translator) unnamed(m wire.Signal) []*leg {
	var live []*leg
	for _, l := range t.legs.live {
		if l.isUnnamed() {
			live = append(live, l)
		}
	}
	switch m.(type) {
	case wire.CancelResponse, wire.ByeResponse:
		return t.legs.abandoned
	}
	if refuses(m) {
		return slices.Concat(t.legs.abandoned, live)
	}
	return append(live, t.legs.abandoned...)
}

// assignID gives a call of ours its id, and handles the frames that waited for it. It is false if the
// frame is not needed any more.
func (t *translator) assignID(l *leg, id string, m wire.Signal) bool {
	l.callIDs = append(l.callIDs, id)
	l.identified = true
	if l.abandoned {
		t.endAbandoned(l, id, m)
		return false
	}
	t.retryUnresolved()
	return t.legs.find(id) != nil
}

// endAbandoned ends a call at the PBX that we gave up before its id was known. The PBX may not have
// understood the first bye, which had our own id.
func (t *translator) endAbandoned(l *leg, id string, m wire.Signal) {
	t.legs.abandoned = slices.DeleteFunc(t.legs.abandoned, func(other *leg) bool { return other == l })
	t.legs.forget(id)
	switch m := m.(type) {
	case wire.Bye:
		t.send(wire.ByeDone{CallID: m.CallID, CSeq: m.CSeq})
	case wire.Cancel:
		t.send(wire.CancelDone{CallID: m.CallID, CSeq: m.CSeq})
	case wire.CancelResponse, wire.ByeResponse:
	default:
		if !refuses(m) {
			t.send(wire.Hangup{CallID: id, Caller: true})
		}
	}
	t.retryUnresolved()
}

// retryUnresolved handles waiting frames whose call is known now.
func (t *translator) retryUnresolved() {
	waiting := t.unresolved
	t.unresolved = nil
	for _, m := range waiting {
		t.receive(m)
	}
}

// settleUnresolved gives frames that have waited long enough to the likeliest call.
func (t *translator) settleUnresolved() {
	for len(t.unresolved) > 0 {
		m := t.unresolved[0]
		t.unresolved = t.unresolved[1:]
		id, _ := m.About()
		if candidates := t.unnamed(m); t.legs.named(id) == nil && len(candidates) > 0 && !t.assignID(candidates[0], id, m) {
			continue
		}
		t.dispatch(m)
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

// forgetAbandoned stops waiting for frames of calls that we gave up.
func (t *translator) forgetAbandoned() { t.legs.abandoned = nil }
