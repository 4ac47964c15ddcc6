package phone

import "github.com/patchcord/patchcord/pbxws"

// legOf names the leg that an event is about; false for one that is about no leg of ours.
func legOf(e pbxws.Event) (pbxws.LegID, bool) {
	switch e := e.(type) {
	case pbxws.LegOffered:
		return e.Leg, true
	case pbxws.LegProgressed:
		return e.Leg, true
	case pbxws.LegDescribed:
		return e.Leg, true
	case pbxws.LegAnswered:
		return e.Leg, true
	case pbxws.LegCandidate:
		return e.Leg, true
	case pbxws.LegCandidatesEnded:
		return e.Leg, true
	case pbxws.LegHeld:
		return e.Leg, true
	case pbxws.LegNamed:
		return e.Leg, true
	case pbxws.LegRecorded:
		return e.Leg, true
	case pbxws.LegMissing:
		return e.Leg, true
	case pbxws.LegEnded:
		return e.Leg, true
	case pbxws.CommandRefused:
		id := legOfCommand(e.Command)
		return id, id != ""
	case pbxws.CommandDone:
		id := legOfCommand(e.Command)
		return id, id != ""
	}
	return "", false
}

// legOfCommand names the leg a command is about, empty for none.
func legOfCommand(c pbxws.Command) pbxws.LegID {
	switch c := c.(type) {
	case pbxws.Offer:
		return c.Leg
	case pbxws.Ringing:
		return c.Leg
	case pbxws.Answer:
		return c.Leg
	case pbxws.Reject:
		return c.Leg
	case pbxws.Bye:
		return c.Leg
	case pbxws.AddCandidate:
		return c.Leg
	case pbxws.EndOfCandidates:
		return c.Leg
	case pbxws.Reoffer:
		return c.Leg
	case pbxws.Hold:
		return c.Leg
	case pbxws.BlindTransfer:
		return c.Leg
	case pbxws.AttendedTransfer:
		return c.Leg
	case pbxws.Park:
		return c.Leg
	case pbxws.Tones:
		return c.Leg
	case pbxws.Record:
		return c.Leg
	}
	return ""
}
