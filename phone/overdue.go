package phone

import (
	"time"

	"github.com/patchcord/patchcord/internal/number"
	"github.com/patchcord/patchcord/pbxws"
)

// orderPatience is how long the PBX has to answer an order that is about none of our legs. Those of
// legs have timers of their own.
const orderPatience = 5 * time.Second

// overdue is an order whose time is up. taken tells that the PBX took it, but that its effect has
// not shown.
type overdue struct {
	command pbxws.Command
	taken   bool
}

// expect plans what is said of an order that nobody answers.
func (l *loop) expect(c pbxws.Command) {
	switch c.(type) {
	case pbxws.DeskDial, pbxws.DeskAnswer, pbxws.DeskHold, pbxws.DeskHangup, pbxws.DeskTransfer,
		pbxws.SetDND, pbxws.SetForward, pbxws.SendText:
		l.orderSettled(c) // it was given once more
		l.timers = append(l.timers, timer{at: l.now.Add(orderPatience), in: overdue{command: c}})
	}
}

// orderSettled ends the wait for an order.
func (l *loop) orderSettled(c pbxws.Command) {
	l.dropTimers(func(t timer) bool {
		o, waits := t.in.(overdue)
		return waits && o.command == c
	})
}

// orderTaken ends the wait for an order that the PBX took. Of a call with the desk phone more has
// to be seen: a PBX takes the order without a desk phone, too.
func (l *loop) orderTaken(c pbxws.Command) {
	if _, dial := c.(pbxws.DeskDial); !dial || len(l.pbx.Calls) > 0 && l.deskCalls(c.(pbxws.DeskDial).To) {
		l.orderSettled(c)
		return
	}
	for i, t := range l.timers {
		if t.in == any(overdue{command: c}) {
			l.timers[i].in = overdue{c, true}
		}
	}
}

// deskCalls tells whether the desk phone is in a call to the number, or rings for one.
func (l *loop) deskCalls(to string) bool {
	for _, c := range l.snapshot().DeskCalls() {
		if isTo(c, to) {
			return true
		}
	}
	return false
}

func isTo(c pbxws.Call, to string) bool { return c.To.Number == to || number.Same(c.To.Number, to) }

// deskRang ends the wait for the desk phone when a call of it shows.
func (l *loop) deskRang(c pbxws.Call) {
	if c.Leg != "" || !l.pbx.OwnCall(c) {
		return
	}
	l.dropTimers(func(t timer) bool {
		o, waits := t.in.(overdue)
		d, dial := o.command.(pbxws.DeskDial)
		return waits && dial && isTo(c, d.To)
	})
}

// orderOverdue says that nothing was heard of an order.
func (l *loop) orderOverdue(o overdue) {
	why := ": the PBX has not answered in " + seconds(orderPatience)
	if o.taken {
		why = ": the PBX took the order, but no call of it has shown in " + seconds(orderPatience)
	}
	if _, dial := o.command.(pbxws.DeskDial); dial {
		why += ". See whether a desk phone is registered for you, or call from here with a headset"
	}
	l.say(GradeFailed, "", undone(o.command)+why, 0)
}
