package phone

import (
	"crypto/rand"
	"encoding/hex"
	"strings"

	"github.com/patchcord/patchcord/audio"
	"github.com/patchcord/patchcord/pbxws"
)

// maxLegs is how many calls of ours there may be; one more that comes in gets busy.
const maxLegs = 6

// handle does what a person wants, or says why not.
func (l *loop) handle(i Intent) {
	now := l.snapshot()
	if d, ok := i.(Dial); ok && now.ControlOnly() {
		i = DeskDial(d)
	}
	if why := now.Refuses(i); why != "" {
		l.say(GradeWarn, "", why, 0)
		return
	}
	switch i := i.(type) {
	case Dial:
		l.call(i.To)
	case AnswerCall:
		id := l.meant(i, i.Leg)
		l.choose(id)
		l.want(id, wantAnswer{})
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
		l.resume(l.meant(i, i.Leg))
	case Swap:
		l.resume(l.meant(Resume{}, ""))
	case SetMute:
		l.muted = i.On
		l.refreshSound()
	case SendDigits:
		l.want(l.meant(i, i.Leg), wantDigits{i.Digits})
	case NewPath:
		l.want(l.meant(i, i.Leg), wantPath{})
	case CallAgain:
		l.callAgain(l.meant(i, i.Leg))
	case Silence:
		l.quiet = true
		l.refreshSound()
	case SetTrace:
		l.tracing = i.On
		l.send(pbxws.Trace{On: i.On})
	case Reconnect:
		l.dial()
	case RecordHere:
		l.record(l.meant(i, i.Leg), i.On)
	case WatchLine:
		l.watchLine(i.Account, i.On)
	case Remind:
		if !l.config.Tones.NoReminder {
			l.player.sound.chime(audio.HoldReminder)
		}
	case ShowDevices, UseDevice, TryDevice, SetVolume:
		l.handleDevice(i)
	default:
		l.handleTransfer(i)
	}
	l.dirty = true
}

// handleDevice is for intents about microphones and speakers.
func (l *loop) handleDevice(i Intent) {
	switch i := i.(type) {
	case ShowDevices:
		l.showDevices(i.On)
	case UseDevice:
		l.useDevice(i.Part, i.Name)
	case TryDevice:
		l.tryDevice(i.Part)
	case SetVolume:
		l.setVolume(i.Part, i.Volume)
	}
}

// handleTransfer is for intents that move calls about.
func (l *loop) handleTransfer(i Intent) {
	switch i := i.(type) {
	case TransferBlind:
		l.want(l.meant(i, i.Leg), wantTransfer{l.dialled(i.To).Dial})
	case Consult:
		l.consult(l.meant(i, i.Leg), i.To)
	case ConsultWith:
		l.consultWith(i.Leg, i.With)
	case LinkCalls:
		l.joinLegs(i.Leg, i.With)
	case CompleteTransfer:
		l.completeTransfer()
	case DropConsult:
		l.dropConsult()
	case Join:
		l.join(i.Room)
	case ParkCall:
		l.want(l.meant(i, i.Leg), wantPark{l.orbit(i.Orbit)})
	case Retrieve:
		l.place(string(i.Orbit), pbxws.OfferRetrieve, l.pbx.Orbits[i.Orbit].Parked)
	case Pickup:
		call, _ := l.pbx.CallOf(i.Account)
		l.place(string(i.Account), pbxws.OfferPickup, call.Other(i.Account))
	case SetRecording:
		l.want(l.meant(i, i.Leg), wantRecord{i.On})
	default:
		l.handlePBX(i)
	}
}

// handlePBX is for intents that are the PBX's business alone.
func (l *loop) handlePBX(i Intent) {
	switch i := i.(type) {
	case SetDND:
		l.send(pbxws.SetDND{On: i.On})
	case SetForward:
		i.Forward.To = l.dialled(i.Forward.To).Dial
		l.send(pbxws.SetForward{Forward: i.Forward})
	case Ask:
		l.asked[i.Topic] = true
		l.send(pbxws.Ask{Topic: i.Topic})
	case SendText:
		l.send(pbxws.SendText{To: pbxws.AccountID(l.dialled(i.To).Dial), Text: strings.TrimSpace(i.Text)})
	case DeskDial:
		l.send(pbxws.DeskDial{To: l.dialled(i.To).Dial})
	case DeskAnswer:
		l.send(pbxws.DeskAnswer{Call: i.Call})
	case DeskHold:
		l.send(pbxws.DeskHold{Call: i.Call, On: i.On})
	case DeskHangup:
		l.send(pbxws.DeskHangup{Call: i.Call})
	case DeskTransfer:
		l.send(pbxws.DeskTransfer{Call: i.Call, To: l.dialled(i.To).Dial})
	}
}

// place begins a call of ours, with whoever is being talked to on hold.
func (l *loop) place(dial string, kind pbxws.OfferKind, peer pbxws.Party) pbxws.LegID {
	if peer == (pbxws.Party{}) {
		peer.Number = dial
	}
	id := newLegID()
	l.choose(id)
	l.begin(place(id, dial, kind, peer, l.caps(), l.now))
	return id
}

func (l *loop) resume(id pbxws.LegID) {
	l.choose(id)
	l.want(id, wantHold{false})
}

// callAgain ends a call and places it anew.
func (l *loop) callAgain(id pbxws.LegID) {
	if ln := l.line(id); ln != nil {
		l.step(ln, wantHangup{})
		l.place(ln.Peer.Number, pbxws.OfferCall, ln.Peer)
	}
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

// choose notes whom the person wants to talk to, and puts everybody else on hold.
func (l *loop) choose(id pbxws.LegID) {
	l.chosen = id
	l.holdTalking(id)
}

// settleTalk lets one call talk, the chosen one, when another was picked up or stayed though it
// was to go elsewhere. Somebody who picks up after the person went back to another call waits.
func (l *loop) settleTalk(up *line) {
	if up.ID == l.chosen {
		l.holdTalking(up.ID)
		return
	}
	for _, ln := range l.legs {
		if ln != up && ln.talks() {
			l.say(GradeInfo, up.ID, who(up.Peer)+" waits on hold: you are talking to "+who(ln.Peer), 0)
			l.step(up, wantHold{true})
			return
		}
	}
}

// holdTalking puts every call that is being talked on, but the given one, on hold.
func (l *loop) holdTalking(but pbxws.LegID) {
	for _, ln := range l.legs {
		if ln.ID != but && ln.talks() {
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
	l.begin(receive(o, l.caps(), l.now))
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
