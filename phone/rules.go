package phone

import (
	"reflect"
	"strconv"
	"strings"
	"unicode"

	"github.com/patchcord/patchcord/pbxws"
)

// rule says what an intent needs. It is checked from top to bottom, and the first failure is the
// refusal.
type rule struct {
	// itself looks at the intent alone.
	itself func(Snapshot, Intent) string
	// none is the refusal if there is no call for the intent. meant finds the call if the intent names
	// none: the first that passes one of the tests.
	none  string
	meant []callTest
	// fit tests the call, unfit is the refusal if it fails.
	fit   callTest
	unfit string
	// caps are the capabilities that the PBX needs, doing says in words for what.
	caps  pbxws.Caps
	doing string
	// more checks everything else.
	more func(Snapshot, Intent, Leg) string
}

type callTest func(Leg) bool

func anyCall(l Leg) bool     { return l.State != Ended }
func rings(l Leg) bool       { return l.State == Alerting }
func isUp(l Leg) bool        { return l.State == Connected }
func isLive(l Leg) bool      { return l.State == Connected && !l.LocalHold && !l.Apart }
func isHeld(l Leg) bool      { return l.State == Connected && l.LocalHold }
func isPlaced(l Leg) bool    { return l.State < Connected && l.State != Alerting }
func hearsUs(l Leg) bool     { return (isLive(l) || l.State == Early && !l.LocalHold) && l.Place == Here }
func isMixed(l Leg) bool     { return l.State == Connected && l.Mixed }
func isMixedLive(l Leg) bool { return isMixed(l) && !l.LocalHold }
func isNumbered(l Leg) bool  { return l.Peer.Number != "" }

// of makes a rule's check for an intent of type T.
func of[T Intent](look func(Snapshot, T) string) func(Snapshot, Intent) string {
	return func(s Snapshot, i Intent) string { return look(s, i.(T)) }
}

// on makes a rule's check for an intent of type T and its call.
func on[T Intent](look func(Snapshot, T, Leg) string) func(Snapshot, Intent, Leg) string {
	return func(s Snapshot, i Intent, l Leg) string { return look(s, i.(T), l) }
}

const (
	noConsult = "no consultation is open"
	noLink    = "there is no link to the PBX"
	twoCalls  = "you need two calls for that"
)

// rules has the rule of each intent.
var rules = map[reflect.Type]rule{
	reflect.TypeFor[Dial](): {itself: of(func(s Snapshot, i Dial) string { return s.refusesDial(i.To) })},
	reflect.TypeFor[AnswerCall](): {
		none: "no call to answer", meant: []callTest{rings}, fit: rings, unfit: "that call is answered already",
		more: func(s Snapshot, _ Intent, _ Leg) string { return unless(s.linked(), s.noLink()+" to answer by") },
	},
	reflect.TypeFor[Reject](): {none: "no call to reject", meant: []callTest{rings}, fit: rings, unfit: "that call is answered already"},
	reflect.TypeFor[Hangup](): {none: "nothing to hang up", meant: []callTest{isLive, isPlaced, rings, anyCall}},
	reflect.TypeFor[HangupAll](): {itself: func(s Snapshot, _ Intent) string {
		return s.orLastOutcome(unless(s.LiveHere() > 0, "nothing to hang up"))
	}},
	reflect.TypeFor[Hold](): {
		none: "nothing to hold", meant: []callTest{isLive}, fit: isUp, unfit: "only an answered call can be held",
		more: func(_ Snapshot, _ Intent, l Leg) string {
			return unless(!l.LocalHold, who(l.Peer)+" is on hold already")
		},
	},
	reflect.TypeFor[Resume](): {
		none: "no call is on hold", meant: []callTest{isHeld},
		more: func(_ Snapshot, _ Intent, l Leg) string { return unless(l.LocalHold, who(l.Peer)+" is not on hold") },
	},
	reflect.TypeFor[Swap](): {itself: func(s Snapshot, _ Intent) string { return s.refusesSwap() }},
	reflect.TypeFor[SendDigits](): {
		itself: of(func(_ Snapshot, i SendDigits) string {
			return unless(i.Digits != "" && strings.Trim(i.Digits, "0123456789*#ABCD") == "", "tones are 0-9, *, # and A-D")
		}),
		none: "no call to send tones to", meant: []callTest{hearsUs},
		more: func(_ Snapshot, _ Intent, l Leg) string {
			return unless(!l.LocalHold, who(l.Peer)+" is on hold and hears no tones")
		},
	},
	reflect.TypeFor[RestartICE](): {
		none: "no call is up to find a path for", meant: []callTest{isLive}, fit: isUp, unfit: "only an answered call can take another path",
		caps: pbxws.CapICERestart, doing: "give another path",
	},
	reflect.TypeFor[CallAgain](): {
		none: "no call is up to call again", meant: []callTest{isLive}, fit: isUp, unfit: "that call is not up yet",
		more: func(s Snapshot, _ Intent, l Leg) string {
			return firstOf(unless(isNumbered(l), "that call has no number to call again"), unless(s.linked(), s.noLink()))
		},
	},
	reflect.TypeFor[TransferBlind](): {
		none: "no call to transfer", meant: []callTest{isLive, isUp}, fit: isUp, unfit: "only an answered call can be transferred",
		more: on(func(s Snapshot, i TransferBlind, l Leg) string {
			return firstOf(s.refusesSending(l, i.To), s.bare(i.To, "ask there first, or transfer without them"))
		}),
	},
	reflect.TypeFor[Consult](): {
		none: "no call to transfer", meant: []callTest{isLive, isUp}, fit: isUp, unfit: "only an answered call can be transferred",
		more: on(func(s Snapshot, i Consult, l Leg) string {
			return firstOf(s.refusesJoining(), s.refusesSending(l, i.To), s.refusesDial(i.To))
		}),
	},
	reflect.TypeFor[ConsultWith](): {itself: of(func(s Snapshot, i ConsultWith) string { return s.refusesPair(i.Leg, i.With) })},
	reflect.TypeFor[LinkCalls]():   {itself: of(func(s Snapshot, i LinkCalls) string { return s.refusesPair(i.Leg, i.With) })},
	reflect.TypeFor[CompleteTransfer](): {itself: func(s Snapshot, _ Intent) string {
		asked, _, ok := s.Consulting()
		return firstOf(s.orLastOutcome(unless(ok, noConsult)), unless(asked.State == Connected, who(asked.Peer)+" has not answered yet"))
	}},
	reflect.TypeFor[DropConsult](): {itself: func(s Snapshot, _ Intent) string {
		_, _, ok := s.Consulting()
		return s.orLastOutcome(unless(ok, noConsult))
	}},
	reflect.TypeFor[Join](): {
		itself: of(func(s Snapshot, i Join) string { return s.refusesJoin(i.Room.ID) }),
		caps:   pbxws.CapBlindTransfer, doing: "transfer",
	},
	reflect.TypeFor[Mix](): {itself: of(Snapshot.refusesMix)},
	reflect.TypeFor[Split](): {
		none: "there is no conference on this phone", meant: []callTest{isMixedLive, isMixed}, fit: isMixed, unfit: "that call is not in a conference on this phone",
	},
	reflect.TypeFor[ParkCall](): {
		none: "no call to park", meant: []callTest{isLive, isUp}, fit: isUp, unfit: "only an answered call can be parked",
		caps: pbxws.CapPark, doing: "park calls",
		more: on(func(s Snapshot, i ParkCall, l Leg) string {
			return firstOf(leaving(l), bound(l), s.refusesOrbit(i.Orbit))
		}),
	},
	reflect.TypeFor[Retrieve](): {
		caps: pbxws.CapPark, doing: "park calls",
		more: on(func(s Snapshot, i Retrieve, _ Leg) string {
			if s.Caps.Has(pbxws.CapDeskMoves) {
				return ""
			}
			return s.refusesDial(string(i.Orbit))
		}),
	},
	reflect.TypeFor[Pickup](): {
		caps: pbxws.CapPickup, doing: "pick up calls",
		more: on(func(s Snapshot, i Pickup, _ Leg) string {
			a, known := s.PBX.Accounts.Get(i.Account.ID)
			return unless(known && s.PBX.Lamp(a) == pbxws.LampRinging, "nothing rings at "+string(i.Account.ID))
		}),
	},
	reflect.TypeFor[SetRecording](): {
		none: "no call to record", meant: []callTest{isLive}, fit: isUp, unfit: "only an answered call can be recorded",
		caps: pbxws.CapRecord, doing: "record",
	},
	reflect.TypeFor[RecordHere](): {
		none: "no call to record", meant: []callTest{isLive}, fit: isUp, unfit: "only an answered call can be recorded",
		more: on(func(_ Snapshot, i RecordHere, l Leg) string {
			return unless(i.On == (l.RecordingTo == ""), either(i.On, "that call is recorded already", "that call is not recorded"))
		}),
	},
	reflect.TypeFor[SetMute](): {itself: of(func(s Snapshot, i SetMute) string {
		return s.orLastOutcome(unless(s.Live() > 0 || !i.On, "nothing to mute"))
	})},
	reflect.TypeFor[Silence](): {itself: func(s Snapshot, _ Intent) string {
		_, ringing := s.Alerting()
		return s.orLastOutcome(unless(ringing, "nothing rings here"))
	}},
	reflect.TypeFor[ShowDevices](): {},
	reflect.TypeFor[Remind]():      {},
	reflect.TypeFor[SetTrace]():    {},
	reflect.TypeFor[SetIntercom](): {itself: of(func(_ Snapshot, i SetIntercom) string {
		return unless(i.To <= IntercomOpen, "intercom calls are off, muted or open")
	})},
	reflect.TypeFor[UseDevice](): {itself: of(func(_ Snapshot, i UseDevice) string {
		return firstOf(unless(i.Role >= Microphone && i.Role <= Ringer, "there is no such device to choose"),
			unless(len(i.Name) <= maxDeviceName && !strings.ContainsFunc(i.Name, unicode.IsControl), "no device has such a name"))
	})},
	reflect.TypeFor[TryDevice](): {itself: of(func(s Snapshot, i TryDevice) string {
		return firstOf(unless(i.Role != Microphone, "speak: the meter shows what the microphone hears"),
			unless(i.Role == Speaker || i.Role == Ringer, "there is no such device to test"),
			unless(i.Role == Ringer || !s.Sound.Silent, "there is no speaker to test"))
	})},
	reflect.TypeFor[SetVolume](): {itself: of(func(_ Snapshot, i SetVolume) string {
		return unless(i.Role == Speaker || i.Role == Ringer, "the speaker and the ringer have a volume")
	})},
	reflect.TypeFor[SetEcho](): {itself: of(func(_ Snapshot, i SetEcho) string {
		return unless(i.Mode == EchoAuto || i.Mode == EchoOn || i.Mode == EchoOff, "the echo canceller is auto, on or off")
	})},
	reflect.TypeFor[SetDND](): {caps: pbxws.CapDND, doing: "set do-not-disturb"},
	reflect.TypeFor[SetForward](): {
		caps: pbxws.CapForward, doing: "forward calls",
		more: on(func(s Snapshot, i SetForward, _ Leg) string {
			if i.Forward.To == "" { // which ends one
				return ""
			}
			return s.bare(i.Forward.To, "leave them out")
		}),
	},
	reflect.TypeFor[SendText](): {
		itself: of(func(s Snapshot, i SendText) string {
			return firstOf(s.bare(i.To, "leave them out"), unless(strings.TrimSpace(i.Text) != "", "no text was given"),
				unless(len(i.Text) <= maxText, "the text is too long; "+strconv.Itoa(maxText)+" letters at most"))
		}),
		caps: pbxws.CapText, doing: "send texts",
	},
	reflect.TypeFor[WatchLine](): {itself: of(func(s Snapshot, i WatchLine) string {
		_, known := s.PBX.Accounts.Get(i.Account.ID)
		return unless(known, "the PBX knows no "+string(i.Account.ID))
	})},
	reflect.TypeFor[Fetch](): {itself: of(func(s Snapshot, i Fetch) string {
		return s.lacks(topicCaps[i.Topic], "send "+topicNames[i.Topic])
	})},
	reflect.TypeFor[DeskDial](): {
		itself: of(func(s Snapshot, i DeskDial) string { return s.bare(i.To, "press them on your desk phone") }),
		caps:   pbxws.CapDesk, doing: "control your desk phone",
	},
	reflect.TypeFor[AnswerQuestion](): {itself: of(func(s Snapshot, i AnswerQuestion) string {
		return firstOf(unless(s.Link.Asks != Question{}, "the PBX asks nothing"), isLine(i.Text, "type the answer first"))
	})},
	reflect.TypeFor[SetPresence](): {
		itself: of(func(s Snapshot, i SetPresence) string { return isLine(i.Word, "name a presence") }),
		caps:   pbxws.CapPresence, doing: "set your presence",
		more: on(func(s Snapshot, i SetPresence, _ Leg) string {
			if i.To == "" {
				return ""
			}
			return s.bare(i.To, "leave them out")
		}),
	},
	reflect.TypeFor[JoinQueue](): {
		caps: pbxws.CapQueue, doing: "manage queues",
		more: on(func(s Snapshot, i JoinQueue, _ Leg) string { return s.refusesQueue(i.Queue.ID) }),
	},
	reflect.TypeFor[PauseQueue](): {
		caps: pbxws.CapQueue, doing: "manage queues",
		more: on(func(s Snapshot, i PauseQueue, _ Leg) string {
			if i.Queue.ID == "" {
				return ""
			}
			return s.refusesQueue(i.Queue.ID)
		}),
	},
	reflect.TypeFor[TakeWaiting](): {
		caps: pbxws.CapQueue, doing: "manage queues",
		more: on(func(s Snapshot, i TakeWaiting, _ Leg) string {
			return firstOf(s.refusesQueue(i.Queue.ID), unless(len(s.PBX.Queues.At(i.Queue.ID).Callers) > 0, "nobody waits in "+string(i.Queue.ID)))
		}),
	},
	reflect.TypeFor[Listen](): {
		caps: pbxws.CapListen, doing: "listen to calls",
		more: on(func(s Snapshot, i Listen, _ Leg) string { return s.refusesOthers(i.Account.ID) }),
	},
	reflect.TypeFor[Intrude](): {
		caps: pbxws.CapIntrude, doing: "join the calls of others",
		more: on(func(s Snapshot, i Intrude, _ Leg) string { return s.refusesOthers(i.Account.ID) }),
	},
	reflect.TypeFor[ChooseTelephone](): {
		caps: pbxws.CapDevices, doing: "choose a telephone",
		more: on(func(s Snapshot, i ChooseTelephone, _ Leg) string { return s.refusesTelephone(i.Device.ID) }),
	},
	reflect.TypeFor[Play](): {itself: of(Snapshot.refusesPlay)},
	reflect.TypeFor[StopPlaying](): {itself: func(s Snapshot, _ Intent) string {
		return unless(s.Playing != Playing{}, "nothing is being played")
	}},
	reflect.TypeFor[Reconnect](): {itself: func(s Snapshot, _ Intent) string {
		return unless(s.Link.State == LinkWaiting || s.Link.State == LinkStopped, "the link is up or being tried already")
	}},
}

// Meant is the leg for an intent that names none; false if there is none.
func (s Snapshot) Meant(i Intent) (Leg, bool) {
	for _, ok := range rules[reflect.TypeOf(i)].meant {
		if l, found := s.find(ok); found {
			return l, true
		}
	}
	return Leg{}, false
}

// Refuses says in words why the phone would refuse the intent now, empty if it would not. Screens
// use it to dim what is not possible, the phone to answer all the same.
func (s Snapshot) Refuses(i Intent) string {
	r, known := rules[reflect.TypeOf(i)]
	if !known {
		return "this phone cannot do that"
	}
	if s.forAll(i) {
		return s.refusesEverywhere(i)
	}
	if len(s.Links) > 1 {
		s = s.On(s.linkOf(i))
	}
	if r.itself != nil {
		if why := r.itself(s, i); why != "" {
			return why
		}
	}
	var l Leg
	if r.none != "" {
		var why string
		if l, why = s.fitting(r, i); why != "" {
			return why
		}
		if l.Place != Here {
			return s.refusesElsewhere(r, i, l)
		}
	}
	if r.caps != 0 {
		if why := s.lacks(r.caps, r.doing); why != "" {
			return why
		}
	}
	if r.more != nil {
		return r.more(s, i, l)
	}
	return ""
}

// fitting is the call that an intent is about, or why no call fits.
func (s Snapshot) fitting(r rule, i Intent) (Leg, string) {
	l, ok := s.about(i)
	switch {
	case !ok:
		return l, s.orLastOutcome(r.none)
	case l.State == Ended:
		return l, "that call is over: " + outcomeWords(l)
	case r.fit != nil && !r.fit(l):
		return l, r.unfit
	}
	return l, ""
}
