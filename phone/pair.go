package phone

import (
	"cmp"
	"slices"

	"github.com/patchcord/patchcord/internal/number"
	"github.com/patchcord/patchcord/pbxws"
)

// Two calls of ours that are up can be joined without us: at once by linking them, or after a
// consultation.

// Pair are the two calls to link, the one on hold first.
func (s Snapshot) Pair() (leg, with Leg, ok bool) {
	legs := slices.DeleteFunc(InOrder(s.Legs), func(l Leg) bool { return !l.upHere() })
	if len(legs) < 2 {
		return leg, with, false
	}
	return legs[1], legs[0], true // the talking one is in front
}

// Swapping are the call that talks and the one on hold that a swap brings back. Two calls of the conference
// that this phone carries are no such pair: they can talk together.
func (s Snapshot) Swapping() (talks, holds Leg, ok bool) {
	talks, _ = s.Talking()
	holds, ok = s.find(func(l Leg) bool { return isHeld(l) && !(l.Mixed && talks.Mixed) })
	return talks, holds, ok && talks.State == Connected
}

func (l Leg) upHere() bool { return l.State == Connected && l.Place == Here }

// Sending is the intent for transferring a call to a number, or for consulting first. If that party
// is already on a call with us over the same link, it is not called again: the same number may be another
// person at another PBX.
func (s Snapshot) Sending(leg pbxws.LegID, to string, first bool) Intent {
	l, _ := s.Leg(leg)
	s = s.On(l.Link)
	other, isUp := s.upWith(to, leg)
	isUp = isUp && s.Caps.Has(pbxws.CapAttendedTransfer)
	switch {
	case first && isUp:
		return ConsultWith{Leg: leg, With: other.ID}
	case first:
		return Consult{Leg: leg, To: to}
	case isUp:
		return LinkCalls{Leg: leg, With: other.ID}
	}
	return TransferBlind{Leg: leg, To: to}
}

// upWith is a call of ours with a number over the chosen link, besides the given one.
func (s Snapshot) upWith(to string, but pbxws.LegID) (Leg, bool) {
	up := slices.DeleteFunc(InOrder(s.Legs), func(l Leg) bool { return l.ID == but || !l.upHere() || l.Link != s.Link.ID })
	if number.Withheld(to) {
		return Leg{}, false
	}
	return number.Among(s.Link.Country, to, up, func(l Leg) string { return l.Peer.Number })
}

// LinkIntent is the intent that lets two callers talk with each other while we leave: their PBX links them, or
// where it cannot this phone carries their call.
func (s Snapshot) LinkIntent(leg, with Leg) Intent {
	if leg.Link == with.Link && s.On(leg.Link).Caps.Has(pbxws.CapAttendedTransfer) {
		return LinkCalls{Leg: leg.ID, With: with.ID}
	}
	return Mix{Leg: leg.ID, With: with.ID, Out: true}
}

// JoinIntent is the intent that brings all calls that are up together: in the PBX's conference if it has one
// for all of them, else in one that this phone carries.
func (s Snapshot) JoinIntent() Intent {
	var at LinkID
	for i, l := range s.mixes(Mix{}) {
		if i > 0 && l.Link != at {
			return Mix{}
		}
		at = l.Link
	}
	s = s.On(at)
	if room, ok := s.Conference(); ok && s.Caps.Has(pbxws.CapBlindTransfer) {
		return Join{Room: Account{Link: at, ID: room}}
	}
	return Mix{}
}

// Conference is the conference of the PBX that calls are joined in: that with the lowest number.
func (s Snapshot) Conference() (id pbxws.AccountID, ok bool) {
	for _, a := range s.PBX.Accounts.All() {
		if a.Kind == pbxws.KindConference && (!ok || cmp.Or(cmp.Compare(len(a.ID), len(id)), cmp.Compare(a.ID, id)) < 0) {
			id, ok = a.ID, true
		}
	}
	return id, ok
}

// Joining are the calls that are up, besides one with the conference itself.
func (s Snapshot) Joining(room pbxws.AccountID) []Leg {
	return slices.DeleteFunc(slices.Clone(s.Legs), func(l Leg) bool {
		with, _ := s.PBX.AccountAt(l.Peer.Number)
		return !l.upHere() || l.Link != s.Link.ID || with.ID == room
	})
}
