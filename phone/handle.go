package phone

import (
	"crypto/rand"
	"encoding/hex"

	"github.com/patchcord/patchcord/pbxws"
)

// maxLegs is how many calls of ours there may be; one more that comes in gets busy.
const maxLegs = 6

// handle does what a person wants, or says why not.
func (l *loop) handle(i Intent) {
	if why := l.snapshot().Refuses(i); why != "" {
		l.say(GradeWarn, "", why, 0)
		return
	}
	switch i := i.(type) {
	case Dial:
		number, _ := Dialable(i.To)
		l.holdTalking("")
		l.begin(place(newLegID(), l.party(number), l.now))
	case AnswerCall:
		l.answer(l.meant(i, i.Leg))
	case Reject:
		l.want(l.meant(i, i.Leg), wantReject{i.Code})
	case Hangup:
		l.want(l.meant(i, i.Leg), wantHangup{})
	case HangupAll:
		for _, ln := range l.legs {
			l.step(ln, wantHangup{})
		}
	case Hold:
		l.want(l.meant(i, i.Leg), wantHold{true})
	case Resume:
		id := l.meant(i, i.Leg)
		l.holdTalking(id)
		l.want(id, wantHold{false})
	case Swap:
		held := l.meant(Resume{}, "")
		l.holdTalking(held)
		l.want(held, wantHold{false})
	case SetMute:
		l.muted = i.On
		l.refreshSound()
	case SendDigits:
		l.want(l.meant(i, i.Leg), wantDigits{i.Digits})
	case TransferBlind:
		number, _ := Dialable(i.To)
		l.want(l.meant(i, i.Leg), wantTransfer{number})
	case Silence:
		l.quiet = true
		l.refreshSound()
	case SetDND:
		l.send(pbxws.SetDND{On: i.On})
	case SetTrace:
		l.tracing = i.On
		l.send(pbxws.Trace{On: i.On})
	case Reconnect:
		if l.conn == nil && l.link.State != LinkConnecting {
			l.dial()
		}
	}
	l.dirty = true
}

func (l *loop) meant(i Intent, id pbxws.LegID) pbxws.LegID {
	if id != "" {
		return id
	}
	g, _ := l.snapshot().Meant(i)
	return g.ID
}

func (l *loop) want(id pbxws.LegID, in input) {
	if ln := l.line(id); ln != nil {
		l.step(ln, in)
	}
}

func (l *loop) answer(id pbxws.LegID) {
	l.holdTalking(id)
	l.want(id, wantAnswer{})
}

// holdTalking puts every call that is being talked on, but the given one, on hold.
func (l *loop) holdTalking(but pbxws.LegID) {
	for _, ln := range l.legs {
		if ln.ID != but && ln.State == Connected && !ln.holding {
			l.step(ln, wantHold{true})
		}
	}
}

// offer takes a call that comes in. Do-not-disturb and a full house are told to the caller
// without ever ringing, so that no lamp flickers.
func (l *loop) offer(o pbxws.LegOffered) {
	if l.line(o.Leg) != nil {
		return // told twice
	}
	if l.pbx.Accounts[l.pbx.Self].DND || len(l.legs) >= maxLegs {
		l.send(pbxws.Reject{Leg: o.Leg, Cause: pbxws.Cause{Ending: pbxws.EndedBusy, Code: pbxws.CodeBusyHere}})
		l.say(GradeWarn, "", "a call from "+o.From.String()+" was turned away as busy", 0)
		return
	}
	l.begin(receive(o, l.now))
}

// party is who a number belongs to, as far as the PBX's directory tells.
func (l *loop) party(number string) pbxws.Party {
	return pbxws.Party{Number: number, Name: l.pbx.Accounts[pbxws.AccountID(number)].Name}
}

func newLegID() pbxws.LegID {
	var id [16]byte
	_, _ = rand.Read(id[:]) // never fails
	return pbxws.LegID(hex.EncodeToString(id[:]))
}
