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

// capFor is the capability that a command needs.
func capFor(c pbxws.Command) pbxws.Caps {
	switch c := c.(type) {
	case pbxws.Offer:
		return capForOffer(c.Kind)
	case pbxws.Reoffer:
		return pbxws.CapICERestart
	case pbxws.BlindTransfer:
		return pbxws.CapBlindTransfer
	case pbxws.AttendedTransfer:
		return pbxws.CapAttendedTransfer
	case pbxws.Park:
		return pbxws.CapPark
	case pbxws.Record:
		return pbxws.CapRecord
	case pbxws.SetDND:
		return pbxws.CapDND
	case pbxws.SetForward:
		return pbxws.CapForward
	case pbxws.DeskDial, pbxws.DeskAnswer, pbxws.DeskHold, pbxws.DeskHangup, pbxws.DeskTransfer:
		return pbxws.CapDesk
	case pbxws.SendText:
		return pbxws.CapText
	case pbxws.Fetch:
		return capForTopic(c.Topic)
	case pbxws.FetchSound:
		if c.Of == pbxws.SoundOfCall {
			return pbxws.CapCallSound
		}
		return pbxws.CapMessageSound
	}
	return 0
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
