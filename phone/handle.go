package phone

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/patchcord/patchcord/audio"
	"github.com/patchcord/patchcord/pbxws"
)

// maxLegs is how many calls we may have; a further incoming one gets busy.
const maxLegs = 6

// handle carries an intent out, or says why not.
func (d *desk) handle(o order) {
	d.dirty = true
	defer d.onBehalf(o.receipt)()
	now, i := d.view(), o.intent
	if c, ok := i.(Dial); ok && now.On(c.Link).ControlOnly() {
		i = DeskDial(c)
	}
	if why := now.Refuses(i); why != "" {
		d.say(GradeWarn, "", why, 0)
		d.outcome(Outcome{Of: o.receipt, Grade: GradeWarn, Text: why, Refused: true}, false)
		return
	}
	all := now.forAll(i)
	d.open = append(d.open, opened{o.receipt, all})
	if all {
		d.everywhere(i, now)
	} else {
		d.do(i, now)
	}
	d.settle()
}

// do carries out an intent that is not refused.
func (d *desk) do(i Intent, now Snapshot) {
	g, _ := now.about(i) // for an intent about one call
	id := g.ID
	k := d.link(now.linkOf(i))
	switch i := i.(type) {
	case Dial:
		d.place(k, i.To)
	case AnswerCall:
		d.choose(g)
		d.order(g, wantAnswer{}, pbxws.DeskAnswer{Call: g.Call})
	case Reject:
		d.order(g, wantReject{i.Code}, pbxws.DeskHangup{Call: g.Call})
	case Hangup:
		d.order(g, wantHangup{}, pbxws.DeskHangup{Call: g.Call})
	case HangupAll:
		d.endMix()
		for _, c := range d.calls {
			d.step(c, wantHangup{})
		}
	case Hold:
		d.order(g, wantHold{true}, pbxws.DeskHold{Call: g.Call, On: true})
	case Resume:
		if g.Place == Here {
			d.resume(id)
			return
		}
		d.link(g.Link).send(pbxws.DeskHold{Call: g.Call})
	case Swap:
		_, held, _ := now.Swapping()
		d.resume(held.ID)
	case SetMute:
		for _, c := range d.calls { // it is the person's now
			c.closedMic = false
		}
		d.mute(i.On)
	case SendDigits:
		d.want(id, wantDigits{i.Digits})
	case RestartICE:
		d.want(id, wantPath{})
	case CallAgain:
		d.callAgain(id)
	case TransferBlind:
		to := k.read(i.To).Dial
		d.order(g, wantTransfer{to}, pbxws.DeskTransfer{Call: g.Call, To: to})
	case Consult:
		d.consult(id, i.To)
	case ConsultWith:
		d.consultWith(i.Leg, i.With)
	case LinkCalls:
		d.joinLegs(i.Leg, i.With)
	case CompleteTransfer:
		asked, waiting, _ := now.Consulting()
		d.joinLegs(waiting.ID, asked.ID)
	case DropConsult:
		asked, waiting, _ := now.Consulting()
		d.want(asked.ID, wantHangup{})
		d.resume(waiting.ID)
	case Join:
		d.join(k, i.Room.ID)
	case Mix:
		d.startMix(now.mixes(i), i.Out)
	case Split:
		d.split(g.ID)
	case ParkCall:
		orbit := k.orbit(i.Orbit)
		d.order(g, wantPark{orbit}, pbxws.DeskPark{Call: g.Call, Orbit: orbit})
	case Retrieve:
		if k.caps().Has(pbxws.CapDeskMoves) {
			k.bring(pbxws.DeskRetrieve{Orbit: i.Orbit}, k.pbx.Orbits[i.Orbit].Parked)
			return
		}
		d.placeOffer(k, string(i.Orbit), pbxws.OfferRetrieve, k.pbx.Orbits[i.Orbit].Parked)
	case Pickup:
		ringing, _ := k.pbx.CallOf(i.Account.ID)
		if k.caps().Has(pbxws.CapDeskMoves) {
			k.bring(pbxws.DeskPickup{Account: i.Account.ID}, ringing.Other(i.Account.ID))
			return
		}
		d.placeOffer(k, string(i.Account.ID), pbxws.OfferPickup, ringing.Other(i.Account.ID))
	case SetRecording:
		d.order(g, wantRecord{i.On}, pbxws.DeskRecord{Call: g.Call, On: i.On})
	case RecordHere:
		d.record(id, i.On)
	case Silence:
		d.quiet = true
		d.refreshSound()
	case Remind:
		if !d.config.Tones.NoReminder {
			d.player.sound.chime(audio.HoldReminder)
		}
	case ShowDevices:
		d.showDevices(i.On)
	case UseDevice:
		d.useDevice(i.Role, i.Name)
	case TryDevice:
		d.tryDevice(i.Role)
	case Play:
		d.play(k, i)
	case StopPlaying:
		d.stopPlaying()
	case SetVolume:
		d.setVolume(i.Role, i.Volume)
	case SetIntercom:
		d.setIntercom(i.To)
	case SetEcho:
		d.setEcho(i.Mode)
	case SetTrace:
		d.tracing = i.On
		for _, k := range d.links {
			k.send(pbxws.Trace{On: i.On})
		}
	case Reconnect:
		k.dial()
	case WatchLine:
		k.watch(i.Account.ID, i.On)
	case SetDND:
		k.send(pbxws.SetDND{On: i.On})
	case SetForward:
		i.Forward.To = k.read(i.Forward.To).Dial
		k.send(pbxws.SetForward{Forward: i.Forward})
	case Fetch:
		k.fetched[i.Topic] = true
		k.send(pbxws.Fetch{Topic: i.Topic})
	case SendText:
		k.send(pbxws.SendText{To: pbxws.AccountID(k.read(i.To).Dial), Text: strings.TrimSpace(i.Text)})
	case DeskDial:
		k.send(pbxws.DeskDial{To: k.read(i.To).Dial})
	case AnswerQuestion:
		k.answer(i.Text)
	case SetPresence:
		if i.To != "" {
			i.To = k.read(i.To).Dial
		}
		k.send(pbxws.SetPresence{When: i.When, Presence: pbxws.Presence{Word: i.Word, To: i.To}})
	case JoinQueue:
		k.send(pbxws.JoinQueue{Queue: i.Queue.ID, On: i.On})
	case PauseQueue:
		k.send(pbxws.PauseQueue{Queue: i.Queue.ID, On: i.On, Reason: i.Reason})
	case TakeWaiting:
		k.takeWaiting(i.Queue.ID, i.Caller)
	case Listen:
		c, _ := k.pbx.CallOf(i.Account.ID)
		k.send(pbxws.Listen{Call: c.ID})
	case Intrude:
		c, _ := k.pbx.CallOf(i.Account.ID)
		k.send(pbxws.Intrude{Call: c.ID})
	case ChooseTelephone:
		k.send(pbxws.ChooseDevice{Device: i.Device.ID})
	default:
		d.say(GradeFailed, "", fmt.Sprintf("this phone cannot do that (%T)", i), 0)
	}
}

// place calls the number that a person gave, and sends the tones after it.
func (d *desk) place(k *link, to string) pbxws.LegID {
	n := k.read(to)
	id := d.placeOffer(k, n.Dial, pbxws.OfferCall, k.party(n.Dial))
	d.call(id).Queued = n.Tones
	return id
}

// placeOffer begins a call of ours, and puts the talking one on hold.
func (d *desk) placeOffer(k *link, dial string, kind pbxws.OfferKind, peer pbxws.Party) pbxws.LegID {
	if peer == (pbxws.Party{}) {
		peer.Number = dial
	}
	id := newLegID()
	d.choose(Leg{ID: id})
	g, effects := place(id, dial, kind, peer, k.caps(), d.now)
	g.by = d.receipt
	d.begin(k, g, effects)
	return id
}

// resume takes a call back from hold, and the conference that it went on hold with.
func (d *desk) resume(id pbxws.LegID) {
	if c := d.call(id); c == nil || !c.Apart { // one that is linked with another is no call that we talk on
		d.choose(Leg{ID: id})
	}
	d.want(id, wantHold{false})
	d.resumeMix(id)
}

// order gives an input to a call of ours, or a command to the telephone that has the call.
func (d *desk) order(g Leg, in input, there pbxws.Command) {
	if g.Place == Here {
		d.want(g.ID, in)
		return
	}
	d.link(g.Link).send(there)
}

// callAgain ends a call and places it again.
func (d *desk) callAgain(id pbxws.LegID) {
	if c := d.call(id); c != nil {
		d.step(c, wantHangup{})
		d.placeOffer(c.link, c.Peer.Number, pbxws.OfferCall, c.Peer)
	}
}

// want gives an input to a leg, if it is still there.
func (d *desk) want(id pbxws.LegID, in input) {
	if c := d.call(id); c != nil {
		d.step(c, in)
	}
}

// choose notes which call the person wants to talk on, and puts the others on hold.
func (d *desk) choose(g Leg) {
	if g.Place == Here {
		d.chosen = g.ID
		d.holdTalking(g.ID)
	}
}

// settleTalk leaves only the chosen call talking, if another was answered or stayed after a failed
// transfer. Somebody who answers after the person went back to another call waits on hold.
func (d *desk) settleTalk(up *call) {
	if up.ID == d.chosen {
		d.holdTalking(up.ID)
		return
	}
	for _, c := range d.calls {
		if c != up && c.withUs() && !c.mixedWith(up) {
			d.say(GradeInfo, up.ID, who(up.Peer)+" waits on hold: you are talking to "+c.party(), 0)
			d.step(up, wantHold{true})
			return
		}
	}
}

// silence stops our sound to a call that could not be held, or is held no more, while we talk on another.
func (d *desk) silence(c *call) {
	for _, other := range d.calls {
		if other != c && other.ID == d.chosen && other.withUs() && !other.mixedWith(c) {
			d.step(c, wantSilence{other.Peer})
		}
	}
}

// holdTalking puts all talking calls on hold except the given one and the conference that it is in.
func (d *desk) holdTalking(but pbxws.LegID) {
	defer d.onBehalf(0)() // a call that makes room is not the outcome of the intent
	stays := d.call(but)
	for _, c := range d.calls {
		if c.ID != but && c.withUs() && !c.mixedWith(stays) {
			c.resumesMix = c.Mixed
			d.step(c, wantHold{true})
		}
	}
}

func newLegID() pbxws.LegID {
	var id [16]byte
	_, _ = rand.Read(id[:]) // never fails
	return pbxws.LegID(hex.EncodeToString(id[:]))
}
