package phone

import (
	"strconv"
	"strings"
	"unicode"

	"github.com/patchcord/patchcord/internal/number"
	"github.com/patchcord/patchcord/pbxws"
)

// maxDeviceName bounds the name of a device in bytes.
const maxDeviceName = 512

// maxText bounds a text message in bytes.
const maxText = 1000

// Meant is the leg that an intent without one is about; false when there is none.
func (s Snapshot) Meant(i Intent) (Leg, bool) {
	switch i.(type) {
	case AnswerCall, Reject:
		return s.Alerting()
	case Resume:
		return s.find(func(l Leg) bool { return l.State == Connected && l.LocalHold })
	case SendDigits:
		return s.find(func(l Leg) bool {
			return (l.State == Connected || l.State == Early) && !l.LocalHold && l.Place == Here
		})
	case Hangup:
		return s.first(
			func(l Leg) bool { return l.State == Connected && !l.LocalHold },
			func(l Leg) bool { return l.State < Connected && l.State != Alerting },
			func(l Leg) bool { return l.State == Alerting },
			func(l Leg) bool { return l.State != Ended })
	case Hold, SetRecording, RecordHere, NewPath, CallAgain:
		return s.Talking()
	case TransferBlind, Consult, ParkCall:
		return s.first(
			func(l Leg) bool { return l.State == Connected && !l.LocalHold },
			func(l Leg) bool { return l.State == Connected })
	}
	return Leg{}, false
}

func (s Snapshot) first(tests ...func(Leg) bool) (Leg, bool) {
	for _, ok := range tests {
		if l, found := s.find(ok); found {
			return l, true
		}
	}
	return Leg{}, false
}

// Refuses says in words why the phone would not do what the intent wants now; empty when it
// would. Screens ask it to dim what is not possible, the phone to answer who asked all the
// same.
func (s Snapshot) Refuses(i Intent) string {
	if len(s.Links) > 1 {
		s = s.On(s.linkOf(i))
	}
	if l, ok := s.about(i); ok && l.Place != Here {
		if why, final := s.refusesElsewhere(i, l); final {
			return why
		}
	}
	switch i := i.(type) {
	case Dial:
		return s.refusesDial(i.To)
	case AnswerCall:
		return s.needs(i, i.Leg, "no call to answer", func(l Leg) string {
			return firstOf(s.stands(l, l.State == Alerting, "that call is answered already"), unless(s.linked(), noLink+" to answer by"))
		})
	case Reject:
		return s.needs(i, i.Leg, "no call to reject", func(l Leg) string {
			return s.stands(l, l.State == Alerting, "that call is answered already")
		})
	case Hangup:
		return s.needs(i, i.Leg, "nothing to hang up", func(l Leg) string {
			return s.stands(l, true, "")
		})
	case HangupAll:
		return s.orLastOutcome(unless(s.LiveHere() > 0, "nothing to hang up"))
	case Hold:
		return s.needs(i, i.Leg, "nothing to hold", func(l Leg) string {
			return firstOf(s.stands(l, l.State == Connected, "only a call that was answered can be held"),
				unless(!l.LocalHold, who(l.Peer)+" is on hold already"))
		})
	case Resume:
		return s.needs(i, i.Leg, "no call is on hold", func(l Leg) string {
			return firstOf(s.stands(l, true, ""), unless(l.LocalHold, who(l.Peer)+" is not on hold"))
		})
	case Swap:
		holds, held := s.Meant(Resume{})
		talks, talking := s.Talking()
		if talks.Place != Here || holds.Place != Here {
			return elsewhere(talks)
		}
		return s.orLastOutcome(unless(held && talking, "swapping takes one call that talks and one on hold"))
	case SendDigits:
		return s.refusesDigits(i)
	case NewPath:
		return firstOf(s.needs(i, i.Leg, "no call is up to find a path for", func(l Leg) string {
			return s.stands(l, l.State == Connected, "only a call that was answered can take another path")
		}), s.lacks(pbxws.CapNewPath, "give another path"))
	case CallAgain:
		return firstOf(s.needs(i, i.Leg, "no call is up to call again", func(l Leg) string {
			return firstOf(s.stands(l, l.State == Connected, "that call is not up yet"),
				unless(l.Peer.Number != "", "that call has no number to call again"))
		}), unless(s.linked(), noLink))
	case TransferBlind:
		return s.refusesTransfer(i)
	case SetMute:
		return s.orLastOutcome(unless(s.Live() > 0 || !i.On, "nothing to mute"))
	case Silence:
		_, alerting := s.Alerting()
		return s.orLastOutcome(unless(alerting, "nothing rings here"))
	case ShowDevices, Remind:
	case UseDevice:
		return firstOf(unless(i.Part >= Microphone && i.Part <= Ringer, "there is no such device to choose"),
			unless(len(i.Name) <= maxDeviceName && !strings.ContainsFunc(i.Name, unicode.IsControl), "no device has such a name"))
	case TryDevice:
		return firstOf(unless(i.Part != Microphone, "speak: the meter shows what the microphone hears"),
			unless(i.Part == Speaker || i.Part == Ringer, "there is no such device to test"),
			unless(i.Part == Ringer || !s.Sound.Silent, "there is no speaker to test"))
	case SetVolume:
		return unless(i.Part == Speaker || i.Part == Ringer, "the speaker and the ringer have a volume")
	case SetDND:
		return s.lacks(pbxws.CapDND, "be told do-not-disturb")
	case Consult:
		return firstOf(unless(s.Caps.Has(pbxws.CapAttendedTransfer), "this PBX cannot join two calls from here"),
			s.refusesSending(i, i.Leg, i.To), s.refusesDial(i.To))
	case ConsultWith:
		return s.refusesPair(i.Leg, i.With)
	case LinkCalls:
		return s.refusesPair(i.Leg, i.With)
	case CompleteTransfer:
		asked, _, ok := s.Consulting()
		return firstOf(s.orLastOutcome(unless(ok, noConsult)), unless(asked.State == Connected, who(asked.Peer)+" has not answered yet"))
	case DropConsult:
		_, _, ok := s.Consulting()
		return s.orLastOutcome(unless(ok, noConsult))
	case Join:
		return s.refusesJoin(i)
	case ParkCall:
		return firstOf(s.lacks(pbxws.CapPark, "park calls"), s.needs(i, i.Leg, "no call to park", func(l Leg) string {
			return firstOf(s.stands(l, l.State == Connected, "only a call that was answered can be parked"), leaving(l))
		}), s.refusesOrbit(i.Orbit))
	case Retrieve:
		return firstOf(s.lacks(pbxws.CapPark, "park calls"), s.refusesDial(string(i.Orbit)))
	case Pickup:
		return s.refusesPickup(i)
	case SetRecording:
		return firstOf(s.lacks(pbxws.CapRecord, "record"), s.needs(i, i.Leg, "no call to record", func(l Leg) string {
			return s.stands(l, l.State == Connected, "only a call that was answered can be recorded")
		}))
	case RecordHere:
		return s.needs(i, i.Leg, "no call to record", func(l Leg) string {
			return firstOf(s.stands(l, l.State == Connected, "only a call that was answered can be recorded"),
				unless(i.On == (l.RecordingTo == ""), choose(i.On, "that call is recorded already", "that call is not recorded").plain()))
		})
	case SetForward:
		return firstOf(s.lacks(pbxws.CapForward, "forward calls"), s.refusesTarget(i.Forward.To))
	case SendText:
		return firstOf(s.bare(i.To, "leave them out"), unless(strings.TrimSpace(i.Text) != "", "no text was given"),
			unless(len(i.Text) <= maxText, "the text is too long; "+strconv.Itoa(maxText)+" letters at most"),
			s.lacks(pbxws.CapText, "send texts"))
	case WatchLine:
		_, known := s.PBX.Accounts[i.Account.ID]
		return unless(known, "the PBX knows no "+string(i.Account.ID))
	case Ask:
		return s.lacks(topicCaps[i.Topic], "tell "+topicNames[i.Topic])
	case DeskDial:
		return firstOf(s.bare(i.To, "press them on your desk phone"), s.lacks(pbxws.CapDesk, "work your desk phone"))
	case Reconnect:
		return unless(s.Link.State == LinkWaiting || s.Link.State == LinkStopped, "the link is up or being tried already")
	}
	return ""
}

// refusesElsewhere is what stands against an intent for a call that is not here; final is false where
// that is the same as for one of ours.
func (s Snapshot) refusesElsewhere(i Intent, l Leg) (why string, final bool) {
	why = s.lacks(pbxws.CapDesk, "work your desk phone")
	switch i := i.(type) {
	case AnswerCall, Reject, Hangup, Hold, Resume:
		return why, why != ""
	case TransferBlind:
		return firstOf(s.bare(i.To, "leave them out"), why), true
	}
	return elsewhere(l), true
}

// elsewhere says why a call that is not here cannot be worked.
func elsewhere(l Leg) string {
	if l.Place == LeftBehind {
		return "nobody hears that call any more: it can be ended, no more"
	}
	return "that call is on your desk phone, which has a key for that"
}

const noConsult = "no consultation is open"

const noLink = "there is no link to the PBX"

// linked tells whether the PBX can be asked anything; a stale link may still deliver.
func (s Snapshot) linked() bool { return s.Link.State == LinkUp || s.Link.State == LinkStale }

func (s Snapshot) refusesDial(to string) string {
	_, why := s.Number(to)
	return firstOf(why,
		unless(s.linked(), noLink+": nothing can be dialled"),
		unless(s.Caps.Has(pbxws.CapMedia), "this PBX link carries no calls"),
		unless(s.LiveHere() < maxLegs, "too many calls at once; hang one up first"))
}

func (s Snapshot) refusesDigits(i SendDigits) string {
	if strings.Trim(i.Digits, "0123456789*#ABCD") != "" || i.Digits == "" {
		return "tones are 0-9, *, # and A-D"
	}
	return s.needs(i, i.Leg, "no call to send tones to", func(l Leg) string {
		return firstOf(s.stands(l, true, ""), unless(!l.LocalHold, who(l.Peer)+" is on hold and hears no tones"))
	})
}

// refusesPair is for what takes two calls that are up and joins them sooner or later.
func (s Snapshot) refusesPair(one, two pbxws.LegID) string {
	against := func(l Leg) string {
		return firstOf(unless(l.Place == Here, elsewhere(l)), s.stands(l, l.State == Connected, "both calls must be answered before they can be joined"), leaving(l))
	}
	const none = "that takes two calls"
	return firstOf(
		unless(one != "" && two != "" && one != two, none),
		unless(s.linkOfLeg(one) == s.linkOfLeg(two), "the two calls go over different PBXs, which cannot join them"),
		s.needs(LinkCalls{}, one, none, against), s.needs(LinkCalls{}, two, none, against),
		unless(s.linked(), noLink),
		unless(s.Caps.Has(pbxws.CapAttendedTransfer), "this PBX cannot join two calls from here"))
}

func (s Snapshot) linkOfLeg(id pbxws.LegID) LinkID {
	l, _ := s.Leg(id)
	return l.Link
}

func (s Snapshot) refusesTransfer(i TransferBlind) string {
	return firstOf(s.refusesSending(i, i.Leg, i.To), s.bare(i.To, "ask there first, or leave them out"))
}

// refusesSending is what stands against sending a call to a number, now or after asking there.
func (s Snapshot) refusesSending(i Intent, id pbxws.LegID, to string) string {
	n, why := s.Number(to)
	return firstOf(
		s.needs(i, id, "no call to transfer", func(l Leg) string {
			return firstOf(s.stands(l, l.State == Connected, "only a call that was answered can be transferred"), leaving(l),
				unless(!number.Same(l.Peer.Number, n.Dial), "a call cannot be transferred to the one who is in it"))
		}),
		why,
		unless(s.linked(), noLink),
		unless(s.Caps.Has(pbxws.CapBlindTransfer), "this PBX cannot transfer from here"))
}

// lacks says that the PBX cannot be asked, or cannot do it.
func (s Snapshot) lacks(c pbxws.Caps, what string) string {
	return firstOf(unless(s.linked(), noLink), unless(s.Caps.Has(c), "this PBX cannot "+what+" from here"))
}

// refusesTarget is what stands against forwarding calls to a number; empty forwards none.
func (s Snapshot) refusesTarget(to string) string {
	if to == "" {
		return ""
	}
	return s.bare(to, "leave them out")
}

// refusesOrbit is what stands against a place to park at; empty is any.
func (s Snapshot) refusesOrbit(id pbxws.OrbitID) string {
	o, known := s.PBX.Orbits[id]
	switch {
	case known:
		return unless(o.Call == "", string(id)+" is taken: "+who(o.Parked)+" is parked there")
	case id == "":
		return ""
	}
	return s.bare(string(id), "leave them out")
}

func (s Snapshot) refusesJoin(i Join) string {
	room, known := s.PBX.Accounts[i.Room.ID]
	_, up := s.find(func(l Leg) bool {
		return l.State == Connected && l.Place == Here && l.Link == s.Link.ID && l.Peer.Number != string(i.Room.ID)
	})
	return firstOf(
		unless(known && room.Kind == pbxws.KindConference, "there is no conference "+string(i.Room.ID)),
		s.orLastOutcome(unless(up, "no call to join")),
		s.lacks(pbxws.CapBlindTransfer, "transfer"))
}

func (s Snapshot) refusesPickup(i Pickup) string {
	a, known := s.PBX.Accounts[i.Account.ID]
	return firstOf(
		s.lacks(pbxws.CapPickup, "pick up calls"),
		unless(known && s.PBX.Line(a) == pbxws.LineRinging, "nothing rings at "+string(i.Account.ID)))
}

// needs finds the leg that is meant and asks what stands against it.
func (s Snapshot) needs(i Intent, id pbxws.LegID, none string, against func(Leg) string) string {
	l, ok := s.Leg(id)
	if id == "" {
		l, ok = s.Meant(i)
	}
	if !ok {
		return s.orLastOutcome(none)
	}
	return against(l)
}

// stands says what became of a call that has ended, or why where it is not as it should be.
func (s Snapshot) stands(l Leg, isRight bool, why string) string {
	if l.State == Ended {
		return "that call is over: " + outcomeWords(l)
	}
	return unless(isRight, why)
}

// leaving says that a call is being sent elsewhere already.
func leaving(l Leg) string {
	if l.Parked() {
		return who(l.Peer) + " is being parked already"
	}
	return unless(l.Transfer == "", who(l.Peer)+" is being sent to "+l.Transfer+" already")
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
