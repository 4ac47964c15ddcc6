package phone

import (
	"strconv"

	"github.com/patchcord/patchcord/pbxws"
)

// The outcomes, in words, of commands that are about none of our calls.

// done says in words that a command succeeded; empty if a state of the PBX shows it.
func done(c pbxws.Command) string {
	switch c := c.(type) {
	case pbxws.SetDND:
		return either(c.On, "do not disturb is on at the PBX", "do not disturb is off")
	case pbxws.SetForward:
		if c.Forward.To == "" {
			return "calls are no longer forwarded " + c.Forward.When.String()
		}
		return "calls are forwarded " + c.Forward.When.String() + " to " + c.Forward.To
	case pbxws.SendText:
		return "your text to " + string(c.To) + " was sent"
	case pbxws.DeskDial:
		return "the PBX has your desk phone ring; pick it up to call " + c.To
	case pbxws.DeskHangup:
		return "your desk phone ended the call"
	case pbxws.DeskTransfer:
		return "your desk phone's call was sent to " + c.To
	}
	words, _ := servedWords(c)
	return words
}

// undone says in words that a command failed; the caller adds why.
func undone(c pbxws.Command) string {
	switch c := c.(type) {
	case pbxws.SetDND:
		return either(c.On, "do not disturb was not switched on", "do not disturb was not switched off")
	case pbxws.SetForward:
		return "the forwarding " + c.Forward.When.String() + " was not changed"
	case pbxws.SendText:
		return "your text to " + string(c.To) + " was not sent"
	case pbxws.DeskDial:
		return "your desk phone did not call " + c.To
	case pbxws.DeskAnswer:
		return "your desk phone did not answer"
	case pbxws.DeskHold:
		return either(c.On, "your desk phone did not hold", "your desk phone did not resume the call")
	case pbxws.DeskHangup:
		return "your desk phone did not hang up"
	case pbxws.DeskTransfer:
		return "your desk phone's call was not sent to " + c.To
	case pbxws.Fetch:
		return "the PBX did not send " + topicNames[c.Topic]
	}
	if _, words := servedWords(c); words != "" {
		return words
	}
	return "the PBX refused"
}

// refusalWords is why the PBX refused a command that is about no call. The code may be HTTP's, so
// it is shown but not interpreted.
func refusalWords(e pbxws.CommandRefused) string {
	switch {
	case e.Reason == "" && e.Code == 0:
		return "it gave no reason"
	case e.Reason == "":
		return "it answered " + strconv.Itoa(e.Code)
	}
	return e.Reason
}

var topicNames = [...]string{"the history", "the phone book", "the voicemail", "the forwardings"}
