package phone

import "github.com/patchcord/patchcord/pbxws"

// What a refusal of the PBX means depends on the command: a 404 for a number is not a 404 for a
// hold.

// codeNoCall is the answer to a request about a call that does not exist (RFC 3261 §21.4.19).
const codeNoCall = 481

// whyNot says why the PBX refused something about a call that is up.
func whyNot(e pbxws.CommandRefused) string {
	c := pbxws.CauseOfCode(e.Code, e.Reason)
	_, park := e.Command.(pbxws.Park)
	_, transfer := e.Command.(pbxws.BlindTransfer)
	switch {
	case e.Code == 0: // of our own making, or in the PBX's words alone
		return refusalWords(e)
	case park && c.Ending == pbxws.EndedNotFound:
		return "no such orbit" + c.Said()
	case (park || transfer) && e.Code != codeNoCall: // the answer is the target's
		return c.String()
	}
	return aboutCall(c) + c.Said()
}

// aboutCall is a cause in words for a command without a number.
func aboutCall(c pbxws.Cause) string {
	switch {
	case c.Ending == pbxws.EndedNotFound || c.Code == codeNoCall:
		return "the PBX no longer has the call"
	case c.Ending == pbxws.EndedBusy || c.Ending == pbxws.EndedCancelled || c.Code == 491: // RFC 3261 §21.4.27
		return "something else is being done with the call"
	case c.Ending == pbxws.EndedDeclined:
		return "it is not allowed"
	case c.Ending == pbxws.EndedNoAnswer:
		return "the other side did not react"
	}
	return c.Ending.String()
}

// causeOf reads the refusal of an offer or answer as the end of the call.
func (m *move) causeOf(e pbxws.CommandRefused) pbxws.Cause {
	c := pbxws.CauseOfCode(e.Code, e.Reason)
	_, isAnswer := e.Command.(pbxws.Answer)
	if !isAnswer || c.Ending != pbxws.EndedNotFound && c.Code != codeNoCall {
		return c
	}
	c.Ending = pbxws.EndedThere
	if m.State == Answering {
		c.Ending = pbxws.EndedCancelled
	}
	return c
}
