package nethcti

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/patchcord/patchcord/pbxws"
)

// record is a call: the same conversation as each end of this PBX has it.
type record struct {
	id       string
	views    map[string]conversation // by the extension that owns it
	reported pbxws.Call
	// answered is when the call was first seen to be answered.
	answered time.Time
}

// hearExtension takes a telephone with its calls.
func (b *board) hearExtension(e extension, now time.Time) bool {
	number := string(e.Exten)
	if number == "" {
		return false
	}
	if !hasRoom(b, b.extensions, eventExtension, number, pbxws.MaxAccounts) {
		return true
	}
	before := b.extensions[number]
	b.extensions[number] = e
	r := b.rows[b.account(number)]
	if r == nil {
		r = b.single(number, e)
		b.doubtful = true // somebody new
	}
	b.tellRow(r)
	for id := range before.Conversations {
		if _, still := e.Conversations[id]; !still {
			b.leaveCall(id, number)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(e.Conversations)) {
		c := b.calls[id]
		if c == nil {
			c = &record{id: id, views: map[string]conversation{}}
			b.calls[id] = c
		}
		c.views[number] = e.Conversations[id]
		b.tellCall(c, now)
	}
	return true
}

// leaveCall takes an end out of a call, which is over without any.
func (b *board) leaveCall(id, number string) {
	c := b.calls[id]
	if c == nil {
		return
	}
	delete(c.views, number)
	if len(c.views) > 0 {
		return // the other end says in the same moment what has become of it
	}
	delete(b.calls, id)
	b.emit(pbxws.CallEnded{ID: pbxws.CallID(id)})
}

// tellCall tells a call that is new or has changed.
func (b *board) tellCall(c *record, now time.Time) {
	call := b.describe(c, now)
	if c.reported.ID != "" && call.Same(c.reported) {
		return
	}
	if call.Leg != "" && call.Recording != c.reported.Recording {
		b.emit(pbxws.LegRecorded{Leg: call.Leg, On: call.Recording})
	}
	if call.Leg != "" {
		b.nameLeg(c, call)
	}
	if end := b.legs[call.Leg]; end != nil {
		end.shown, end.suspect = true, false
	}
	c.reported = call
	b.emit(pbxws.CallChanged{Call: call})
}

// describe puts the views of a call together.
func (b *board) describe(c *record, now time.Time) pbxws.Call {
	call := pbxws.Call{ID: pbxws.CallID(c.id), Phase: pbxws.PhaseAlerting}
	var ends ends
	connected, held := false, false
	for _, number := range slices.Sorted(maps.Keys(c.views)) {
		v := c.views[number]
		id := b.account(number)
		if !slices.Contains(call.Members, id) {
			call.Members = append(call.Members, id)
		}
		ends.add(v, id, b.nameOf(id), b.own(number))
		if v.Direction == directionOut {
			call.Caller = id
		} else {
			call.Callee = id
		}
		if began := v.Start.millis(); call.Began.IsZero() || !began.IsZero() && began.Before(call.Began) {
			call.Began = began
		}
		connected = connected || bool(v.Connected)
		held = held || b.extensions[number].Status == statusHold
		call.Recording = call.Recording || v.Recording == "true" || v.Recording == "mute"
		call.Paused = call.Paused || v.Recording == "mute"
		if number == b.here {
			call.Leg = b.legTo(c.id, plain(v.Number))
		}
		if v.ThroughQueue && v.Queue != "" {
			call.Queue = pbxws.AccountID(v.Queue)
		}
	}
	call.From, call.To = ends.from.party(), ends.to.party()
	if connected {
		call.Phase = pbxws.PhaseConnected
		if held {
			call.Phase = pbxws.PhaseHeld
		}
		call.Answered = b.answered(c, call, now)
	}
	return call
}

// farEnd is the far end of a call of ours at the gateway.
type farEnd struct {
	number string
	// before are calls that were up when this one began, and so are others.
	before map[string]bool
	// shown is true once the board had the call, held while we hold the far end, suspect once a board did not
	// have it any more.
	shown, held, suspect bool
}

// forgetLegs tells of our calls at the gateway that the board had before the link was lost and has no more: a PBX
// that was restarted knows nothing of them, and its gateway may not have noticed. The end of one that is held
// cannot be heard, so it is told when the lists lack it twice. A board with any call of the extension proves
// nothing of the others.
func (b *board) forgetLegs() {
	for _, c := range b.calls {
		if _, ours := c.views[b.here]; ours {
			return
		}
	}
	for leg, end := range b.legs {
		switch {
		case !end.shown:
		case end.held && !end.suspect:
			end.suspect, b.doubtful = true, true
		default:
			end.shown = false
			b.emit(pbxws.LegMissing{Leg: leg})
		}
	}
}

// beginLeg takes a call at the gateway.
func (b *board) beginLeg(leg pbxws.LegID, number string) {
	end := &farEnd{number: number, before: map[string]bool{}}
	for id, c := range b.calls {
		if v, ours := c.views[b.here]; ours && bool(v.Connected) {
			end.before[id] = true
		}
	}
	b.legs[leg] = end
	for id, c := range b.calls { // the board may be told first
		if v, ours := c.views[b.here]; ours && b.legTo(id, plain(v.Number)) == leg {
			end.shown = true
		}
	}
}

// legTo is our call at the gateway with a number, empty for none: the number, or the only call that there is.
func (b *board) legTo(id, number string) pbxws.LegID {
	for leg, to := range b.legs {
		if (to.number == number || len(b.legs) == 1) && !to.before[id] {
			return leg
		}
	}
	return ""
}

// nameLeg tells who is at the far end of a call of ours now. When that changes the gateway says nothing.
// The number that was dialled may be a longer form of the one that the PBX shows.
func (b *board) nameLeg(c *record, call pbxws.Call) {
	end, view := b.legs[call.Leg], c.views[b.here]
	p := b.known(partyOf(view.Number, view.Name))
	was := b.known(pbxws.Party{Number: end.number}).Number
	if call.Phase == pbxws.PhaseAlerting || p.Number == "" || strings.HasSuffix(was, p.Number) || strings.HasSuffix(p.Number, was) {
		return
	}
	end.number = string(view.Number)
	b.emit(pbxws.LegNamed{Leg: call.Leg, Peer: p})
}

// answered is when a call was answered, as we saw it; its beginning for a call that was up before we came.
func (b *board) answered(c *record, call pbxws.Call, now time.Time) time.Time {
	if c.answered.IsZero() {
		c.answered = now
		if c.reported.ID == "" && !call.Began.IsZero() {
			c.answered = call.Began
		}
	}
	return c.answered
}

// The directions of a call, as its owner sees it.
const (
	directionIn  = "in"
	directionOut = "out"
)

// nameOf is a row's name.
func (b *board) nameOf(id pbxws.AccountID) string {
	if r := b.rows[id]; r != nil {
		return r.reported.Name
	}
	return ""
}

// ends are the two ends of a call, as the views show them.
type ends struct{ from, to end }

// end is one end. In our own calls what the PBX shows us counts first. In calls of others a masked name
// counts first, even if the other end's view is not masked.
type end struct {
	ours, masked, plain pbxws.Party
	isMasked            bool
}

func (e *ends) add(v conversation, id pbxws.AccountID, name string, ours bool) {
	near, far := &e.to, &e.from
	if v.Direction == directionOut {
		near, far = far, near
	}
	owner, other := pbxws.Party{Number: string(id), Name: name}, partyOf(v.Number, v.Name)
	if ours {
		near.ours, far.ours = owner, other
		return
	}
	near.plain = owner
	if isMasked(v.Number, v.Name) {
		far.masked, far.isMasked = other, true
	} else if far.plain == (pbxws.Party{}) {
		far.plain = other
	}
}

func (e end) party() pbxws.Party {
	switch {
	case e.ours != pbxws.Party{}:
		return e.ours
	case e.isMasked:
		return e.masked
	}
	return e.plain
}
