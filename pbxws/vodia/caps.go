package vodia

import "github.com/patchcord/patchcord/pbxws"

// caps are the capabilities of a PBX of this generation. What is documented only from 69 on is left
// out for older systems.
func (g generation) caps() pbxws.Caps {
	caps := pbxws.CapMedia | pbxws.CapTrickle | pbxws.CapHold | pbxws.CapNewSession | pbxws.CapBlindTransfer | pbxws.CapAttendedTransfer |
		pbxws.CapPark | pbxws.CapParkPlace | pbxws.CapPickup | pbxws.CapRecord | pbxws.CapForward | pbxws.CapDesk | pbxws.CapICERestart | pbxws.CapText
	if !g.noREST {
		caps |= pbxws.CapDND | pbxws.CapHistory | pbxws.CapPhonebook | pbxws.CapVoicemail | pbxws.CapMessageSound
	}
	return caps
}

// capFor is the capability that a command needs; known is false for one that this PBX has no words for.
func capFor(c pbxws.Command) (need pbxws.Caps, known bool) {
	switch c := c.(type) {
	case pbxws.Trace:
		return 0, true
	case pbxws.Offer:
		return capForOffer(c.Kind), true
	case pbxws.Ringing, pbxws.Answer, pbxws.Reject, pbxws.Bye, pbxws.AddCandidate, pbxws.EndOfCandidates, pbxws.Hold:
		return pbxws.CapMedia, true
	case pbxws.Reoffer:
		return pbxws.CapICERestart, true
	case pbxws.BlindTransfer:
		return pbxws.CapBlindTransfer, true
	case pbxws.AttendedTransfer:
		return pbxws.CapAttendedTransfer, true
	case pbxws.Park:
		return pbxws.CapPark, true
	case pbxws.Record:
		return pbxws.CapRecord, true
	case pbxws.SetDND:
		return pbxws.CapDND, true
	case pbxws.SetForward:
		return pbxws.CapForward, true
	case pbxws.DeskDial, pbxws.DeskAnswer, pbxws.DeskHold, pbxws.DeskHangup, pbxws.DeskTransfer:
		return pbxws.CapDesk, true
	case pbxws.SendText:
		return pbxws.CapText, true
	case pbxws.Fetch:
		return capForTopic(c.Topic), true
	case pbxws.FetchSound:
		if c.Of == pbxws.SoundOfCall {
			return pbxws.CapCallSound, true
		}
		return pbxws.CapMessageSound, true
	}
	return 0, false
}

func capForOffer(k pbxws.OfferKind) pbxws.Caps {
	switch k {
	case pbxws.OfferPickup:
		return pbxws.CapPickup
	case pbxws.OfferRetrieve:
		return pbxws.CapPark
	}
	return pbxws.CapMedia
}

func capForTopic(t pbxws.Topic) pbxws.Caps {
	switch t {
	case pbxws.TopicHistory:
		return pbxws.CapHistory
	case pbxws.TopicPhonebook:
		return pbxws.CapPhonebook
	case pbxws.TopicVoicemail:
		return pbxws.CapVoicemail
	}
	return pbxws.CapForward
}
