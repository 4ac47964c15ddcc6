package phone

import (
	"cmp"
	"runtime/debug"
	"strings"
	"time"

	"github.com/patchcord/patchcord/pbxws"
)

// hear takes an event of the PBX.
func (k *link) hear(e pbxws.Event) {
	d := k.desk
	if isSignOfLife(e) {
		k.AliveAt = d.now
		if k.State == LinkStale {
			k.set(LinkUp)
		}
	}
	if id, isLeg := legOf(e); isLeg {
		k.hearLeg(id, e)
		return
	}
	switch e := e.(type) {
	case pbxws.Frame:
		if d.tracing {
			k.keepFrame(e)
		}
	case pbxws.Unrecognized:
		if e.Why != "" {
			d.config.Log.Warn("a message from the PBX was not understood", "name", e.Name, "err", e.Why)
		}
		k.keepFrame(pbxws.Frame{At: d.now, Text: strings.TrimSpace("not understood: "+e.Name+" "+e.Why) + " " + e.Raw})
	case pbxws.CommandRefused:
		if s, is := e.Command.(pbxws.FetchSound); is {
			k.soundRefused(s, refusalWords(e))
			return
		}
		if a, topic := e.Command.(pbxws.Fetch); topic && !k.fetched[a.Topic] {
			return // only the desk itself wanted to know
		}
		defer d.onBehalf(k.orderSettled(e.Command))()
		k.say(GradeFailed, undone(e.Command)+": "+refusalWords(e))
	case pbxws.CommandDone:
		of := k.orderTaken(e.Command)
		defer d.onBehalf(of)()
		if text := done(e.Command); text != "" && !k.isPlacedHere(e.Command) {
			k.say(GradeDone, text)
		}
		if !d.works(of) {
			d.cameAbout(of)
		}
	case pbxws.SoundLoaded:
		k.soundCame(e)
	case pbxws.TextReceived:
		k.say(GradeInfo, k.party(string(e.From)).String()+" writes: "+oneLine(e.Text))
	case pbxws.Announced:
		k.say(GradeInfo, oneLine(strings.Trim(e.Title+": "+e.Text, ": ")))
	case pbxws.CustomerFound:
		k.say(GradeInfo, customer(e))
	case pbxws.ProbeMissed:
		k.probeMissed()
	case pbxws.Unregistered:
		k.unregistered(e)
	case pbxws.PictureSent:
		k.say(GradeInfo, pictureWords(e))
	case pbxws.QueueAlarm:
		k.alarmed(e)
	case pbxws.DeskEnded:
		k.say(GradeInfo, "the call of your telephone "+string(e.Device)+" with "+e.Peer.String()+" ended: "+e.Cause.String())
	case pbxws.DialWanted:
		k.dialWanted(e.To)
	case pbxws.AnswerWanted:
		k.answerWanted()
	case pbxws.Alive:
	default:
		k.learn(e)
	}
}

// learn applies an event to the PBX's state.
func (k *link) learn(e pbxws.Event) {
	var before pbxws.Call
	if c, is := e.(pbxws.CallChanged); is {
		before = k.pbx.Calls.At(c.Call.ID)
	}
	k.pbx.Apply(e, k.desk.now)
	k.desk.dirty = true
	k.lookAtWatched()
	switch e := e.(type) {
	case pbxws.Identified:
		k.User = cmp.Or(string(e.Self), k.User)
	case pbxws.DomainLoaded:
		if len(e.Accounts) >= largeDirectory {
			k.desk.timers = append(k.desk.timers, timer{at: k.desk.now.Add(tidiesAfter), in: tidying{}})
		}
	case pbxws.CallChanged:
		if own := k.call(e.Call.Leg); own != nil {
			own.unlisted = false
		}
		k.notePickup(before, k.pbx.Calls.At(e.Call.ID))
		k.deskRang(e.Call)
		k.deskMoved(before, k.pbx.Calls.At(e.Call.ID))
	case pbxws.OrbitChanged:
		k.placeParked(e.Orbit)
	}
}

// tidying gives back to the system what reading a large directory took: it may be more than what is kept.
type tidying struct{}

const (
	// largeDirectory is the least number of accounts for that, tidiesAfter how long it waits, until they are shown.
	largeDirectory = 5000
	tidiesAfter    = 2 * time.Second
)

func (tidying) take(d *desk) { d.start(debug.FreeOSMemory) }

// isSignOfLife reports whether an event shows that the PBX sent something.
func isSignOfLife(e pbxws.Event) bool {
	switch e := e.(type) {
	case pbxws.ProbeMissed:
		return false
	case pbxws.Frame:
		return !e.Sent
	}
	return true
}

// keepFrame keeps a message for the trace. One that was not understood is kept even while the trace
// is off: whoever opens it wants to see it.
func (k *link) keepFrame(f pbxws.Frame) {
	d := k.desk
	d.traced++
	f.N, f.Link = d.traced, string(k.ID)
	d.trace = keep(append(d.trace, f), keepTrace)
	d.dirty = true
}

// hearLeg takes an event about one of our legs, with its id on the wire.
func (k *link) hearLeg(wire pbxws.LegID, e pbxws.Event) {
	k.desk.dirty = true
	if o, isOffer := e.(pbxws.LegOffered); isOffer {
		k.pbx.Apply(o, k.desk.now)
		k.offer(o)
		return
	}
	k.tell(wire, reported{e})
	if r, refused := e.(pbxws.CommandRefused); refused {
		if c, joining := r.Command.(pbxws.AttendedTransfer); joining {
			k.tell(c.With, reported{e})
		}
	}
}

// tell gives an input to a leg, if it is still there.
func (k *link) tell(wire pbxws.LegID, in input) {
	if c := k.call(wire); c != nil {
		if r, is := in.(reported); is {
			in = reported{k.sayTaker(c, r.event)}
		}
		k.desk.step(c, in)
	}
}

// offer takes an incoming call. With do-not-disturb or too many calls it is refused without
// ringing, so that no lamp flickers.
func (k *link) offer(o pbxws.LegOffered) {
	d := k.desk
	if k.call(o.Leg) != nil {
		return // told twice
	}
	wanted := k.ordered(o.From)
	if k.pbx.Accounts.At(k.pbx.Self).DND && !wanted || len(d.calls) >= maxLegs {
		k.send(pbxws.Reject{Leg: o.Leg, Cause: pbxws.Cause{Ending: pbxws.EndedBusy, Code: pbxws.CodeBusyHere}})
		k.say(GradeWarn, "a call from "+o.From.String()+" was refused as busy: "+either(len(d.calls) >= maxLegs, "you have too many calls", "do-not-disturb is on"))
		return
	}
	g, effects := receive(o, k.caps(), d.now)
	if d.call(g.ID) != nil { // another link uses the same id
		g.ID = newLegID()
	}
	d.begin(k, g, effects)
	if wanted {
		d.chosen = g.ID
		d.holdTalking(g.ID)
		d.want(g.ID, wantAnswer{})
	} else if o.Intercom {
		d.awaitIntercom(g.ID)
	}
}

// party is the party for a number, with the name in the PBX's directory.
func (k *link) party(number string) pbxws.Party {
	a, _ := k.pbx.AccountAt(number)
	return pbxws.Party{Number: number, Name: a.Name}
}

// unregistered reports once that no calls come here any more.
func (k *link) unregistered(e pbxws.Unregistered) {
	if !k.pbx.Unregistered {
		why := ""
		if e.Reason != "" {
			why = ": " + oneLine(e.Reason)
		}
		k.say(GradeFailed, "the PBX no longer sends calls here"+why)
	}
	k.pbx.Apply(e, k.desk.now)
	k.desk.dirty = true
}
