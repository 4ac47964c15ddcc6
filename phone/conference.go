package phone

import (
	"fmt"
	"strings"

	"github.com/patchcord/patchcord/pbxws"
)

// A conference is an account of the PBX that everybody in it has called. Those we talk with are
// transferred there, and we call it ourselves. For a person that is one outcome, though it is many
// for the PBX.

// conference is a conference whose participants are on their way.
type conference struct {
	of           Receipt // the intent that asked for it
	room         pbxws.Party
	own          pbxws.LegID // our own call there
	participants []participant
}

// participant is somebody who is transferred there.
type participant struct {
	leg  pbxws.LegID
	peer pbxws.Party
}

// join transfers every call that is up to a conference and calls it, unless we are there. Nobody is
// put on hold for that: whoever arrives hears the others.
func (d *desk) join(k *link, room pbxws.AccountID) {
	m := &conference{of: d.receipt, room: k.party(string(room))}
	for _, c := range d.calls {
		switch with, _ := k.pbx.AccountAt(c.Peer.Number); {
		case c.link != k || c.State != Connected || c.Transfer != "":
		case with.ID == room:
			m.own = c.ID
		default:
			m.participants = append(m.participants, participant{c.ID, c.Peer})
		}
	}
	there := m.own != ""
	if !there {
		m.own = newLegID()
	}
	d.conference, d.chosen = m, m.own
	for _, g := range m.participants {
		d.want(g.leg, wantMeet{m.room})
	}
	if there {
		d.want(m.own, wantHold{false})
		return
	}
	g, effects := place(m.own, string(room), pbxws.OfferCall, m.room, k.caps(), d.now)
	d.begin(k, g, effects)
}

// settleConference reports the outcome of a conference once it is known for everybody. Whoever
// could not be transferred waits on hold.
func (d *desk) settleConference() {
	m := d.conference
	if m == nil {
		return
	}
	own := d.call(m.own)
	if own != nil && own.State < Connected {
		return
	}
	var there, stayed []string
	for _, g := range m.participants {
		switch c := d.call(g.leg); {
		case c != nil && c.State == Connected && c.Transfer != "":
			return
		case c != nil && c.State == Connected:
			stayed = append(stayed, g.peer.String())
		case c == nil || c.Cause.Ending == pbxws.EndedTransferred:
			there = append(there, g.peer.String())
		}
	}
	d.conference = nil
	defer d.onBehalf(m.of)()
	if len(stayed) > 0 && own != nil && own.State == Connected {
		d.holdTalking(m.own)
	}
	d.tellConference(m, own, there, stayed)
}

func (d *desk) tellConference(m *conference, own *call, there, stayed []string) {
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
			d.say(GradeFailed, m.own, fmt.Sprintf("the conference %s could not be started: %s%s", m.room, why, absent), 0)
			return
		}
		d.say(GradeFailed, m.own, fmt.Sprintf("in conference %s: %s, but not you: %s%s", m.room, listed(there), why, absent), 0)
	case len(stayed) > 0:
		d.say(GradeWarn, m.own, fmt.Sprintf("in conference %s: %s%s", m.room, listed(append(there, "you")), absent), 0)
	default:
		d.say(GradeDone, m.own, fmt.Sprintf("in conference %s: %s", m.room, listed(append(there, "you"))), 0)
	}
}

// listed joins names in words: "A, B and C".
func listed(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}
