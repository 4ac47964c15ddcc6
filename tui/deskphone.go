package tui

import (
	"slices"
	"strings"
	"time"

	"github.com/patchcord/patchcord/history"
	"github.com/patchcord/patchcord/internal/number"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
)

// The calls of our own desk phone are no legs of ours, but a person works them the same way:
// they are shown as cards like any other, and what their keys ask for goes to the desk phone.

const (
	// deskMark begins the id of a leg that stands for a call of the desk phone. The ids of true
	// legs are hexadecimal.
	deskMark = "desk:"
	// leftMark does the same for a call that an earlier run of this program left up when it ended
	// without a word. Nobody is heard in it, and no telephone has it.
	leftMark = "left:"
	// leftSkew is how far our clock and the PBX's may be apart about when such a call began.
	leftSkew = 2 * time.Minute
	// deskGrace is how long a call may be unknown to this phone before it is taken to be the desk
	// phone's: the PBX tells of a call before it offers it.
	deskGrace = 2 * time.Second
)

// onDesk tells that a leg stands for a call that is none of this phone's.
func onDesk(l phone.Leg) bool {
	_, ok := deskCall(l.ID)
	return ok
}

// isLeft tells that a leg stands for a call that an earlier run left up.
func isLeft(l phone.Leg) bool { return strings.HasPrefix(string(l.ID), leftMark) }

func deskCall(id pbxws.LegID) (pbxws.CallID, bool) {
	call, ok := strings.CutPrefix(string(id), deskMark)
	if !ok {
		call, ok = strings.CutPrefix(string(id), leftMark)
	}
	return pbxws.CallID(call), ok
}

// deskLegs are the calls of the desk phone in the shape of legs. Where this phone has sound of
// its own they are shown only while it has no call: a call of ours that the PBX knows under
// another number must not appear twice.
// past are the calls that are known, the newest first.
func deskLegs(s phone.Snapshot, now time.Time, past []history.Record) []phone.Leg {
	if !s.Caps.Has(pbxws.CapDesk) || !s.ControlOnly() && s.Live() > 0 {
		return nil
	}
	var legs []phone.Leg
	for _, c := range s.DeskCalls() {
		if s.ControlOnly() || now.Sub(c.Began) >= deskGrace {
			l := deskLeg(s.PBX, c)
			if wasLeft(c, l.Peer, past) {
				l.ID = leftMark + pbxws.LegID(c.ID)
			}
			legs = append(legs, l)
		}
	}
	return legs
}

// wasLeft tells that a call is one in the middle of which an earlier run of this program ended.
func wasLeft(c pbxws.Call, peer pbxws.Party, past []history.Record) bool {
	who := number.Identify(peer.Number)
	for _, r := range past {
		if c.Began.Sub(r.Began) > leftSkew {
			return false
		}
		if r.Outcome == history.Interrupted && r.Began.Sub(c.Began) <= leftSkew && r.Who().Same(who) {
			return true
		}
	}
	return false
}

// withNumbers gives calls of the desk phone the numbers that they had before, and new ones the lowest
// that no other call has.
func withNumbers(desk, before, own []phone.Leg) []phone.Leg {
	taken := map[int]bool{}
	for _, l := range own {
		taken[l.N] = true
	}
	for i := range desk {
		if at := slices.IndexFunc(before, func(l phone.Leg) bool { return l.ID == desk[i].ID }); at >= 0 && !taken[before[at].N] {
			desk[i].N = before[at].N
			taken[desk[i].N] = true
		}
	}
	for i := range desk {
		for n := 1; desk[i].N == 0; n++ {
			if !taken[n] {
				desk[i].N, taken[n] = n, true
			}
		}
	}
	return desk
}

func deskLeg(pbx pbxws.State, c pbxws.Call) phone.Leg {
	l := phone.Leg{
		ID: deskMark + pbxws.LegID(c.ID), Peer: pbx.Far(c), State: phone.Connected, Media: true,
		Began: c.Began, Answered: c.Answered, Recording: c.Recording,
	}
	if !pbx.Own(c.Caller) {
		l.Dir = phone.Incoming
	}
	switch {
	case c.Phase == pbxws.PhaseAlerting && l.Dir == phone.Incoming:
		l.State = phone.Alerting
	case c.Phase == pbxws.PhaseAlerting:
		l.State = phone.Ringing
	case c.Phase == pbxws.PhaseHeld:
		l.LocalHold, l.HeldAt = true, c.Learnt
	}
	return l
}

// own counts the calls that end when we leave.
func (sc *scene) own() int { return sc.Live() - sc.staying() }

// staying counts the calls that go on without us: those of the desk phone.
func (sc *scene) staying() int {
	return len(slices.DeleteFunc(sc.live(), func(l phone.Leg) bool { return !onDesk(l) }))
}

// tones is the call that hears the digits that are typed. The desk phone has keys of its own.
func (sc *scene) tones() (phone.Leg, bool) {
	l, ok := sc.Meant(phone.SendDigits{})
	return l, ok && !onDesk(l)
}

// Refuses says why an intent would not be done; one for a call of the desk phone is asked as
// what it becomes.
func (sc *scene) Refuses(i phone.Intent) string {
	i, why := sc.addressed(i)
	if why != "" {
		return why
	}
	return sc.Snapshot.Refuses(i)
}

// addressed turns an intent for a call of the desk phone into one for the desk phone; why says
// that it cannot be worked that way.
func (sc *scene) addressed(i phone.Intent) (to phone.Intent, why string) {
	on := func(id pbxws.LegID) (pbxws.CallID, bool) {
		if id == "" {
			l, _ := sc.Meant(i)
			id = l.ID
		}
		return deskCall(id)
	}
	const elsewhere = "that call is on your desk phone, which has a key for that"
	var id pbxws.LegID
	switch i := i.(type) {
	case phone.AnswerCall:
		if call, ok := on(i.Leg); ok {
			return phone.DeskAnswer{Call: call}, ""
		}
	case phone.Hold:
		if call, ok := on(i.Leg); ok {
			return phone.DeskHold{Call: call, On: true}, ""
		}
	case phone.Resume:
		if call, ok := on(i.Leg); ok {
			return phone.DeskHold{Call: call}, ""
		}
	case phone.Hangup:
		if call, ok := on(i.Leg); ok {
			return phone.DeskHangup{Call: call}, ""
		}
	case phone.Reject:
		if call, ok := on(i.Leg); ok {
			return phone.DeskHangup{Call: call}, ""
		}
	case phone.TransferBlind:
		if call, ok := on(i.Leg); ok {
			return phone.DeskTransfer{Call: call, To: i.To}, ""
		}
	case phone.Swap:
		l, _ := sc.Talking()
		id = l.ID
	case phone.Consult:
		id = i.Leg
	case phone.ConsultWith:
		id = i.Leg
	case phone.LinkCalls:
		id = i.Leg
	case phone.ParkCall:
		id = i.Leg
	case phone.SetRecording:
		id = i.Leg
	case phone.SendDigits:
		id = i.Leg
	}
	if _, ok := deskCall(id); ok {
		return i, elsewhere
	}
	return i, ""
}
