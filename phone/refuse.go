package phone

import (
	"cmp"

	"github.com/patchcord/patchcord/pbxws"
)

// maxDeviceName bounds the name of a device in bytes.
const maxDeviceName = 512

// maxText bounds a text message in bytes.
const maxText = 1000

// refusesElsewhere says why an intent for a call on another telephone is not possible, empty if it
// is.
func (s Snapshot) refusesElsewhere(r rule, i Intent, l Leg) string {
	why := s.lacks(pbxws.CapDesk, "control your desk phone")
	switch i := i.(type) {
	case AnswerCall, Reject, Hangup:
		return why
	case Hold, Resume:
		return firstOf(why, r.more(s, i, l))
	case TransferBlind:
		return firstOf(s.bare(i.To, "leave them out"), why)
	case ParkCall, SetRecording:
		if s.Caps.Has(pbxws.CapDeskMoves) {
			return firstOf(why, s.lacks(r.caps, r.doing))
		}
	}
	return elsewhere(l)
}

// elsewhere says why a call on another telephone cannot be controlled.
func elsewhere(l Leg) string {
	if l.Place == LeftBehind {
		return "that call has no sound any more: all you can do is hang up"
	}
	return "that call is on your desk phone, which has a key for that"
}

// linked tells whether commands can be sent to the PBX; a stale link may still work.
func (s Snapshot) linked() bool { return s.Link.State == LinkUp || s.Link.State == LinkStale }

// noLink says that there is no link to the PBX; of several PBXs it names the one.
func (s Snapshot) noLink() string {
	if len(s.Links) > 1 {
		return "there is no link to " + cmp.Or(s.Link.Label, string(s.Link.ID))
	}
	return noLink
}

func (s Snapshot) refusesDial(to string) string {
	_, why := s.Number(to)
	return firstOf(why,
		unless(s.linked(), s.noLink()+": you cannot dial"),
		unless(s.Caps.Has(pbxws.CapMedia) || s.ControlOnly(), "this PBX link carries no calls"),
		unless(s.LiveHere() < maxLegs, "too many calls at once; hang one up first"))
}

func (s Snapshot) refusesSwap() string {
	talks, holds, ok := s.Swapping()
	for _, l := range []Leg{talks, holds} {
		if l.Place != Here {
			return elsewhere(l)
		}
	}
	return s.orLastOutcome(unless(ok, "to swap, you need one active call and one on hold"))
}

// refusesJoining says why calls of ours cannot be joined.
func (s Snapshot) refusesJoining() string {
	return unless(s.Caps.Has(pbxws.CapAttendedTransfer), "this PBX cannot join two calls from here")
}

// refusesPair is for intents that join two calls that are up.
func (s Snapshot) refusesPair(one, two pbxws.LegID) string {
	if one == "" || two == "" || one == two {
		return twoCalls
	}
	a, why := s.joinable(one)
	b, whyTwo := s.joinable(two)
	return firstOf(why, whyTwo, bound(a), bound(b),
		unless(a.Link == b.Link, "the two calls go over different PBXs, which cannot join them; a conference on this phone can"),
		unless(s.linked(), s.noLink()), s.refusesJoining())
}

// joinable is a call that can be joined with another, or why it cannot.
func (s Snapshot) joinable(id pbxws.LegID) (Leg, string) {
	l, ok := s.Leg(id)
	switch {
	case !ok:
		return l, s.orLastOutcome(twoCalls)
	case l.Place != Here:
		return l, elsewhere(l)
	case l.State == Ended:
		return l, "that call is over: " + outcomeWords(l)
	case l.State != Connected:
		return l, "both calls must be answered before they can be joined"
	}
	return l, leaving(l)
}

// refusesSending says why a call cannot be transferred to a number, at once or after a
// consultation.
func (s Snapshot) refusesSending(l Leg, to string) string {
	n, why := s.Number(to)
	return firstOf(leaving(l), bound(l),
		unless(!s.Link.Country.SameNumber(l.Peer.Number, n.Dial), "a call cannot be transferred to the one who is in it"),
		why,
		s.foreign(n.Dial),
		unless(s.linked(), s.noLink()),
		unless(s.Caps.Has(pbxws.CapBlindTransfer), "this PBX cannot transfer from here"))
}

// lacks says that the PBX is not connected, or cannot do that.
func (s Snapshot) lacks(c pbxws.Caps, what string) string {
	return firstOf(unless(s.linked(), s.noLink()), unless(s.Caps.Has(c), "this PBX cannot "+what+" from here"))
}

// refusesOrbit says why a call cannot be parked at an orbit; empty is any.
func (s Snapshot) refusesOrbit(id pbxws.OrbitID) string {
	o, known := s.PBX.Orbits[id]
	switch {
	case id != "" && !s.Caps.Has(pbxws.CapParkPlace):
		return "this PBX chooses the parking place itself: leave it empty"
	case known:
		return unless(o.Call == "", string(id)+" is taken: "+who(o.Parked)+" is parked there")
	case id == "":
		return ""
	}
	return s.bare(string(id), "leave them out")
}

func (s Snapshot) refusesJoin(id pbxws.AccountID) string {
	room, known := s.PBX.Accounts.Get(id)
	return firstOf(
		unless(known && room.Kind == pbxws.KindConference, "there is no conference "+string(id)),
		s.orLastOutcome(unless(len(s.Joining(id)) > 0, "no call to join")))
}

// leaving says that a call is being sent elsewhere already.
func leaving(l Leg) string {
	if l.Parked() {
		return who(l.Peer) + " is being parked already"
	}
	return unless(l.Transfer == "", who(l.Peer)+" is being sent to "+l.Transfer+" already")
}

// bound says that a call is linked with another one, which it would leave alone.
func bound(l Leg) string {
	return unless(!l.Apart, who(l.Peer)+" is linked with somebody by this phone: join them, or split them, first")
}

func unless(ok bool, why string) string {
	if ok {
		return ""
	}
	return why
}

func firstOf(whys ...string) string {
	for _, why := range whys {
		if why != "" {
			return why
		}
	}
	return ""
}
