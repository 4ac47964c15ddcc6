// Package tour leads a newcomer at the practice PBX through six things that a phone does: dial, hold, ask
// first, transfer, park and pick up. It knows snapshots of the phone and no screen: a step is done when the
// calls show it, whatever was pressed, and the line that is shown follows from where the calls are now.
package tour

import (
	"slices"
	"strings"
	"time"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
)

// step is what is to happen next.
type step uint8

const (
	dial step = iota
	hold
	resume
	ask
	transfer
	park
	pickUp
	done
)

// numbers are the steps as they are counted for people: to hold and to resume is one.
var numbers = [...]int{dial: 1, hold: 2, resume: 2, ask: 3, transfer: 4, park: 5, pickUp: 6, done: Steps}

// Steps is how many steps people see.
const Steps = 6

// Tour is how far a newcomer has come. The zero value is one that is not running.
type Tour struct {
	step step
	// began is when it began; calls that ended before do not count.
	began time.Time
	// parked is who was parked, orbit where; seen is when the PBX last showed them there, zero for never.
	parked pbxws.Party
	orbit  pbxws.OrbitID
	seen   time.Time
}

// Begin starts a tour. Now is the time of its snapshots, which need not be the screen's.
func Begin(s phone.Snapshot) Tour { return Tour{began: s.Now}.Follow(s) }

// Running tells whether a tour is on.
func (t Tour) Running() bool { return !t.began.IsZero() }

// Over tells that all was done and no call is left: there is nothing more to say.
func (t Tour) Over(s phone.Snapshot) bool { return t.Running() && t.step == done && s.Live() == 0 }

// Skip goes to the next step without having done this one.
func (t Tour) Skip(s phone.Snapshot) Tour {
	if t.step == hold {
		t.step++ // resuming is part of it
	}
	t.step = min(t.step+1, done)
	if t.step == pickUp && t.orbit == "" {
		t.step = done // nobody is parked
	}
	return t.Follow(s)
}

// Number is the step as people count, from 1 to Steps.
func (t Tour) Number() int { return numbers[t.step] }

// Follow takes a snapshot in. Who does a later step before an earlier one goes on behind it.
func (t Tour) Follow(s phone.Snapshot) Tour {
	if !t.Running() {
		return t
	}
	for _, l := range s.Legs {
		orbit, parked := strings.CutPrefix(l.Transfer, "parked")
		switch {
		case l.State != phone.Ended || l.Transfer == "" || !l.Ended.After(t.began):
		case parked && t.step <= park:
			t.step, t.parked, t.orbit, t.seen = pickUp, l.Peer, pbxws.OrbitID(strings.TrimPrefix(orbit, " at ")), time.Time{}
		case parked && t.step == pickUp && t.orbit == "": // the PBX says it later
			t.orbit = pbxws.OrbitID(strings.TrimPrefix(orbit, " at "))
		case !parked && t.step <= transfer:
			t.step = park
		}
	}
	if t.step == pickUp {
		t = t.followParked(s)
	}
	for t.isDone(s) {
		t.step++
	}
	return t
}

// goneFor is how long a parked call is neither parked nor with us until it counts as lost: at some PBXs it
// rings here before it is picked up.
const goneFor = 5 * time.Second

// followParked goes a step back where whoever was parked is gone without us.
func (t Tour) followParked(s phone.Snapshot) Tour {
	switch {
	case s.PBX.Orbits[t.orbit].Call != "":
		t.seen = s.Now
	case !t.seen.IsZero() && s.Live() == 0 && s.Now.Sub(t.seen) > goneFor:
		return Tour{step: park, began: s.Now}
	}
	return t
}

// isDone tells whether the step has happened.
func (t Tour) isDone(s phone.Snapshot) bool {
	talks, isTalking := s.Talking()
	switch t.step {
	case dial:
		return slices.ContainsFunc(s.Legs, func(l phone.Leg) bool { return l.State == phone.Connected })
	case hold:
		_, isHeld := held(s)
		return isHeld
	case resume:
		return isTalking
	case ask:
		asked, _, asks := s.Consulting()
		return asks && asked.State == phone.Connected
	case pickUp:
		return !t.seen.IsZero() && s.PBX.Orbits[t.orbit].Call == "" && isTalking && talks.Peer.Number == t.parked.Number
	}
	return false
}

// held is a call that we hold.
func held(s phone.Snapshot) (phone.Leg, bool) {
	i := slices.IndexFunc(s.Legs, func(l phone.Leg) bool { return l.State == phone.Connected && l.LocalHold })
	if i < 0 {
		return phone.Leg{}, false
	}
	return s.Legs[i], true
}
