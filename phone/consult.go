package phone

import "github.com/patchcord/patchcord/pbxws"

// An attended transfer has two legs: the one that waits on hold, and the one with the person
// who is asked about it. Consults of the second names the first. There is always a way back:
// whichever of the two ends first, the other stays with us.

// Consulting is the leg on which somebody is being asked about another leg, and that leg.
func (s Snapshot) Consulting() (asked, waiting Leg, ok bool) {
	asked, ok = s.find(func(l Leg) bool { return l.Consults != "" && l.State != Ended })
	if !ok {
		return Leg{}, Leg{}, false
	}
	waiting, ok = s.Leg(asked.Consults)
	return asked, waiting, ok && waiting.State != Ended
}

func (l *loop) consult(waiting pbxws.LegID, to string) {
	asked := l.call(to)
	l.line(asked).Consults = waiting
}

// consultWith makes a consultation of two calls that are up already.
func (l *loop) consultWith(waiting, asked pbxws.LegID) {
	for _, ln := range l.legs {
		ln.Consults = "" // one is enough: there is one card for it
	}
	l.line(asked).Consults = waiting
	l.resume(asked)
}

func (l *loop) completeTransfer() {
	asked, waiting, ok := l.snapshot().Consulting()
	if !ok {
		return
	}
	l.joinLegs(waiting.ID, asked.ID)
}

// joinLegs puts the far end of one leg through to that of another and leaves both.
func (l *loop) joinLegs(id, with pbxws.LegID) {
	other := l.line(with)
	if other == nil {
		return
	}
	to := other.Peer
	l.want(with, wantJoined{})
	l.want(id, wantJoin{with: with, to: to})
}

func (l *loop) dropConsult() {
	asked, waiting, ok := l.snapshot().Consulting()
	if !ok {
		return
	}
	l.want(asked.ID, wantHangup{})
	l.resume(waiting.ID)
}

// settleConsults notices that one side of a consultation is gone, and says where that leaves
// the other.
func (l *loop) settleConsults(gone *line) {
	if gone.Cause.Ending == pbxws.EndedTransferred || gone.Cause.Ending == pbxws.EndedHere {
		return
	}
	if waiting := l.line(gone.Consults); waiting != nil && waiting.State != Ended {
		l.say(GradeWarn, waiting.ID, who(waiting.Peer)+" is still on hold with you", 0)
	}
	for _, asked := range l.legs {
		if asked.Consults == gone.ID && asked.State != Ended {
			asked.Consults = ""
			l.say(GradeWarn, asked.ID, "you stay with "+who(asked.Peer)+": "+outcomeWords(gone.Leg), 0)
		}
	}
}
