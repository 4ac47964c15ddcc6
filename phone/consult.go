package phone

import "github.com/patchcord/patchcord/pbxws"

// An attended transfer has two legs: one waits on hold, the other is the consultation about it.
// Consults of the second names the first. There is always a way back: if one of the two ends, the
// other stays with us.

// Consulting returns the leg of a consultation, and the leg that it is about.
func (s Snapshot) Consulting() (asked, waiting Leg, ok bool) {
	asked, ok = s.find(func(l Leg) bool { return l.Consults != "" && l.State != Ended })
	if !ok {
		return Leg{}, Leg{}, false
	}
	waiting, ok = s.Leg(asked.Consults)
	return asked, waiting, ok && waiting.State != Ended
}

func (d *desk) consult(waiting pbxws.LegID, to string) {
	asked := d.place(d.call(waiting).link, to)
	d.call(asked).Consults = waiting
}

// consultWith makes two calls that are up a consultation.
func (d *desk) consultWith(waiting, asked pbxws.LegID) {
	for _, c := range d.calls {
		c.Consults = "" // one is enough: there is one card for it
	}
	d.endMix()
	d.call(asked).Consults = waiting
	d.resume(asked)
}

// joinLegs connects the far ends of two legs and leaves both.
func (d *desk) joinLegs(id, with pbxws.LegID) {
	other := d.call(with)
	if other == nil {
		return
	}
	to := other.Peer
	d.want(with, wantJoined{})
	d.want(id, wantJoin{with: other.wire, to: to})
}

// settleConsults notices that one side of a consultation is gone, and says what that means for the
// other.
func (d *desk) settleConsults(gone *call) {
	if gone.Cause.Ending == pbxws.EndedTransferred || gone.Cause.Ending == pbxws.EndedHere {
		return
	}
	if waiting := d.call(gone.Consults); waiting != nil && waiting.State != Ended {
		d.say(GradeWarn, waiting.ID, who(waiting.Peer)+" is still on hold with you", 0)
	}
	for _, asked := range d.calls {
		if asked.Consults == gone.ID && asked.State != Ended {
			asked.Consults = ""
			d.say(GradeWarn, asked.ID, "you stay with "+who(asked.Peer)+": "+outcomeWords(gone.Leg), 0)
		}
	}
}
