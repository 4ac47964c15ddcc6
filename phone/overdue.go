package phone

import (
	"slices"
	"time"

	"github.com/patchcord/patchcord/pbxws"
)

// orderTimeout is how long the PBX may take to answer an order that is about none of our legs.
// Legs have their own timers.
const orderTimeout = 5 * time.Second

// overdue is an order whose time is up. taken means that the PBX accepted it, but its effect has
// not shown.
type overdue struct {
	link    *link
	command pbxws.Command
	of      Receipt // the intent that it comes of
	taken   bool
}

// expect starts the timer for an order.
func (k *link) expect(c pbxws.Command) {
	switch c.(type) {
	case pbxws.DeskDial, pbxws.DeskAnswer, pbxws.DeskHold, pbxws.DeskHangup, pbxws.DeskTransfer, pbxws.DeskPark, pbxws.DeskRetrieve,
		pbxws.DeskPickup, pbxws.DeskRecord, pbxws.SetDND, pbxws.SetForward, pbxws.SetPresence, pbxws.JoinQueue, pbxws.PauseQueue,
		pbxws.TakeWaiting, pbxws.Listen, pbxws.Intrude, pbxws.ChooseDevice, pbxws.SendText:
		k.orderSettled(c) // it was given once more
		k.desk.timers = append(k.desk.timers, timer{at: k.desk.now.Add(orderTimeout), in: overdue{link: k, command: c, of: k.desk.receipt}})
	}
}

// orderSettled ends the wait for an order and gives the intent that it comes of.
func (k *link) orderSettled(c pbxws.Command) (of Receipt) {
	k.desk.dropTimers(func(t timer) bool {
		o, waits := t.in.(overdue)
		if waits = waits && o.link == k && o.command == c; waits {
			of = o.of
		}
		return waits
	})
	return of
}

// orderTaken ends the wait for an order that the PBX accepted. For a call with the desk phone that
// is not enough: a PBX accepts the order even without a desk phone.
func (k *link) orderTaken(c pbxws.Command) (of Receipt) {
	if dial, is := c.(pbxws.DeskDial); !is || slices.ContainsFunc(k.deskCalls(), func(c pbxws.Call) bool { return k.isSame(c.To.Number, dial.To) }) {
		return k.orderSettled(c)
	}
	for i, t := range k.desk.timers {
		if o, waits := t.in.(overdue); waits && o.link == k && o.command == c {
			o.taken, of = true, o.of
			k.desk.timers[i].in = o
		}
	}
	return of
}

// isSame tells whether two numbers of the PBX are one.
func (k *link) isSame(a, b string) bool { return a == b || k.home().SameNumber(a, b) }

// isPlacedHere tells that this phone makes the call that was asked of the desk phone.
func (k *link) isPlacedHere(c pbxws.Command) bool {
	dial, is := c.(pbxws.DeskDial)
	return is && slices.ContainsFunc(k.calls(), func(own *call) bool { return own.Dir == Outgoing && k.isSame(own.Peer.Number, dial.To) })
}

// deskRang ends the wait for the desk phone when a call of it shows.
func (k *link) deskRang(c pbxws.Call) {
	if c.Leg == "" && k.pbx.OwnCall(c) {
		k.dialCameAbout(c.To.Number)
	}
}

// dialCameAbout ends the wait for the desk phone to call a number.
func (k *link) dialCameAbout(to string) {
	k.desk.dropTimers(func(t timer) bool {
		o, waits := t.in.(overdue)
		dial, is := o.command.(pbxws.DeskDial)
		rang := waits && is && o.link == k && k.isSame(to, dial.To)
		if rang {
			k.desk.cameAbout(o.of)
		}
		return rang
	})
}

// take reports that an order was not answered.
func (o overdue) take(d *desk) {
	defer d.onBehalf(o.of)()
	why := ": the PBX has not answered in " + seconds(orderTimeout)
	if o.taken {
		why = ": the PBX accepted the order, but no call has appeared in " + seconds(orderTimeout)
	}
	if _, dial := o.command.(pbxws.DeskDial); dial {
		why += ". Check that a desk phone is registered for you, or call from here with a headset"
	}
	o.link.say(GradeFailed, undone(o.command)+why)
}
