package phone

import (
	"fmt"
	"strings"

	"github.com/patchcord/patchcord/pbxws"
)

// A conference is an account of the PBX that everybody in it has called. Whoever we talk with is
// sent there by a transfer, and we call it ourselves. It is one outcome to a person, though it is
// many to the PBX.

// meeting is a conference that is gathering.
type meeting struct {
	room   pbxws.Party
	own    pbxws.LegID // our own call there
	guests []guest
}

// guest is somebody who is sent there.
type guest struct {
	leg  pbxws.LegID
	peer pbxws.Party
}

// join sends every call that is up to a conference and goes there too, if we are not there yet.
// Nobody is put on hold for that: whoever arrives hears the others.
func (l *loop) join(room pbxws.AccountID) {
	m := &meeting{room: l.party(string(room))}
	for _, ln := range l.legs {
		switch {
		case ln.State != Connected || ln.Transfer != "":
		case ln.Peer.Number == string(room):
			m.own = ln.ID
		default:
			m.guests = append(m.guests, guest{ln.ID, ln.Peer})
		}
	}
	there := m.own != ""
	if !there {
		m.own = newLegID()
	}
	l.meeting, l.chosen = m, m.own
	for _, g := range m.guests {
		l.want(g.leg, wantMeet{m.room})
	}
	if there {
		l.want(m.own, wantHold{false})
		return
	}
	l.begin(place(m.own, string(room), pbxws.OfferCall, m.room, l.caps(), l.now))
}

// settleMeeting tells what came of a conference once that is known of everybody. Whoever could not
// be sent there waits on hold.
func (l *loop) settleMeeting() {
	m := l.meeting
	if m == nil {
		return
	}
	own := l.line(m.own)
	if own != nil && own.State < Connected {
		return
	}
	var there, stayed []string
	for _, g := range m.guests {
		switch ln := l.line(g.leg); {
		case ln != nil && ln.State == Connected && ln.Transfer != "":
			return
		case ln != nil && ln.State == Connected:
			stayed = append(stayed, g.peer.String())
		case ln == nil || ln.Cause.Ending == pbxws.EndedTransferred:
			there = append(there, g.peer.String())
		}
	}
	l.meeting = nil
	if len(stayed) > 0 && own != nil && own.State == Connected {
		l.holdTalking(m.own)
	}
	l.tellMeeting(m, own, there, stayed)
}

func (l *loop) tellMeeting(m *meeting, own *line, there, stayed []string) {
	absent := ""
	if len(stayed) > 0 {
		absent = "; still with you: " + listed(stayed)
	}
	switch {
	case own == nil || own.State == Ended:
		why := pbxws.Cause{}
		if own != nil {
			why = own.Cause
		}
		if len(there) == 0 {
			l.say(GradeFailed, m.own, fmt.Sprintf("the conference %s did not come about: %s%s", m.room, why, absent), 0)
			return
		}
		l.say(GradeFailed, m.own, fmt.Sprintf("in conference %s: %s, but not you: %s%s", m.room, listed(there), why, absent), 0)
	case len(stayed) > 0:
		l.say(GradeWarn, m.own, fmt.Sprintf("in conference %s: %s%s", m.room, listed(append(there, "you")), absent), 0)
	default:
		l.say(GradeDone, m.own, fmt.Sprintf("in conference %s: %s", m.room, listed(append(there, "you"))), 0)
	}
}

// listed joins names as people say them.
func listed(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}
