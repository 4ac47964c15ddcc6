package pbxws

import "strconv"

// Ending is why a leg ended, seen from our side.
type Ending uint8

// The endings. EndedUnknown is for a PBX that gave no readable reason.
const (
	EndedUnknown     Ending = iota
	EndedHere               // we hung up or abandoned the call
	EndedThere              // the far end hung up
	EndedBusy               // 486, 600
	EndedDeclined           // 603, 403
	EndedNoAnswer           // 408, 480, or our own timeout
	EndedNotFound           // 404, 484
	EndedCancelled          // the caller hung up before we answered
	EndedElsewhere          // somebody else answered
	EndedTransferred        // the call went on without us
	EndedMedia              // no agreement on sound, or it was lost: 415, 488
	EndedLink               // the link to the PBX was lost and the call with it
	EndedRefused            // any other refusal of the PBX
)

var endingWords = [...]string{
	"ended", "you hung up", "the other side hung up", "busy", "declined", "no answer",
	"no such number", "the caller gave up", "answered elsewhere", "transferred",
	"no sound could be agreed", "the link to the PBX was lost", "refused by the PBX",
}

func (e Ending) String() string { return nameOf(endingWords[:], e) }

// Cause is why a leg ended: our reading of it, and what the PBX said.
type Cause struct {
	Ending Ending `json:"ending"`
	// Code is the SIP status (RFC 3261 §21), 0 when there was none.
	Code int `json:"code,omitempty"`
	// Reason is in the PBX's own words; it comes from a wire.
	Reason string `json:"reason,omitempty"`
}

// String gives the cause in words, with the PBX's code where there is one.
func (c Cause) String() string { return c.Ending.String() + c.Said() }

// Said is what the PBX said, to be appended to our words: " (486 Busy Here)". It is empty if the
// PBX said nothing.
func (c Cause) Said() string {
	switch {
	case c.Reason != "" && c.Code != 0:
		return " (" + strconv.Itoa(c.Code) + " " + c.Reason + ")"
	case c.Reason != "":
		return " (" + c.Reason + ")"
	case c.Code != 0:
		return " (" + strconv.Itoa(c.Code) + ")"
	}
	return ""
}

// CauseOfCode reads a SIP status as the end of a call we placed.
func CauseOfCode(code int, reason string) Cause {
	c := Cause{Code: code, Reason: reason}
	switch code {
	case 0, 200:
		c.Ending = EndedThere
	case 486, 600:
		c.Ending = EndedBusy
	case 603, 403:
		c.Ending = EndedDeclined
	case 408, 480:
		c.Ending = EndedNoAnswer
	case 404, 410, 484, 604:
		c.Ending = EndedNotFound
	case 487:
		c.Ending = EndedCancelled
	case 415, 488, 606:
		c.Ending = EndedMedia
	default:
		c.Ending = EndedRefused
	}
	return c
}

// Code values that we send when we refuse a call (RFC 3261 §21.4.18, §21.4.24, §21.4.26,
// §21.6.2).
const (
	CodeUnavailable   = 480
	CodeBusyHere      = 486
	CodeNotAcceptable = 488
	CodeDecline       = 603
)
