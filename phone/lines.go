package phone

import (
	"maps"
	"slices"
	"strconv"

	"github.com/patchcord/patchcord/pbxws"
)

// watchLine notes that a person wants to hear when a lamp goes out.
func (l *loop) watchLine(id pbxws.AccountID, on bool) {
	if !on {
		delete(l.watched, id)
		return
	}
	l.watched[id] = l.pbx.Line(l.pbx.Accounts[id])
	l.say(GradeInfo, "", "you will be told when "+l.party(string(id)).String()+" is free", 0)
}

// lookAtLines tells who of the watched became free; each is told once.
func (l *loop) lookAtLines() {
	for id, was := range l.watched {
		is := l.pbx.Line(l.pbx.Accounts[id])
		if is == pbxws.LineFree && was != pbxws.LineFree {
			delete(l.watched, id)
			l.say(GradeDone, "", l.party(string(id)).String()+" is free", 0)
			continue
		}
		l.watched[id] = is
	}
}

func (l *loop) watchedLines() []pbxws.AccountID { return slices.Sorted(maps.Keys(l.watched)) }

// hearDone is a command that the PBX confirmed by nothing but its word.
func (l *loop) hearDone(c pbxws.Command) {
	l.orderTaken(c)
	if text := done(c); text != "" {
		l.say(GradeDone, legOfCommand(c), text, 0)
	}
}

// done says in words that a command came about; empty where a state of the PBX says it.
func done(c pbxws.Command) string {
	switch c := c.(type) {
	case pbxws.SetDND:
		return string(choose(c.On, "do not disturb is on at the PBX", "do not disturb is off"))
	case pbxws.SetForward:
		if c.Forward.To == "" {
			return "calls are no longer forwarded " + c.Forward.When.String()
		}
		return "calls are forwarded " + c.Forward.When.String() + " to " + c.Forward.To
	case pbxws.SendText:
		return "your text to " + string(c.To) + " was sent"
	case pbxws.DeskDial:
		return "the PBX has your desk phone ring; pick it up to call " + c.To
	case pbxws.DeskTransfer:
		return "your desk phone's call was sent to " + c.To
	}
	return ""
}

// undone says in words what did not come about; why is added by the caller.
func undone(c pbxws.Command) string {
	switch c := c.(type) {
	case pbxws.SetDND:
		return string(choose(c.On, "do not disturb was not switched on", "do not disturb was not switched off"))
	case pbxws.SetForward:
		return "the forwarding " + c.Forward.When.String() + " was not changed"
	case pbxws.SendText:
		return "your text to " + string(c.To) + " was not sent"
	case pbxws.DeskDial:
		return "your desk phone did not call " + c.To
	case pbxws.DeskAnswer:
		return "your desk phone did not answer"
	case pbxws.DeskHold:
		return string(choose(c.On, "your desk phone did not hold", "your desk phone did not take the call back"))
	case pbxws.DeskHangup:
		return "your desk phone did not hang up"
	case pbxws.DeskTransfer:
		return "your desk phone's call was not sent to " + c.To
	case pbxws.Ask:
		return "the PBX would not tell " + topicNames[c.Topic]
	}
	return "the PBX refused"
}

// refusalWords is why the PBX would not do what is no call's business. The code may be HTTP's, so
// it is told and not read.
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

// unregistered tells once that no more calls come here.
func (l *loop) unregistered(e pbxws.Unregistered) {
	if !l.pbx.Unregistered {
		why := ""
		if e.Reason != "" {
			why = ": " + oneLine(e.Reason)
		}
		l.say(GradeFailed, "", "the PBX sends no more calls here"+why, 0)
	}
	l.pbx.Apply(e, l.now)
	l.pbxDirty = true
}
