package phone

import (
	"slices"

	"github.com/patchcord/patchcord/pbxws"
)

// A conference that this phone carries: it adds up the sound of several calls and gives each far end
// everything but its own. The PBXs know nothing of it, so the calls may be of different ones. Hold
// takes one call out of the sound and leaves it in the conference. We may stay out of one: then its far ends
// hear each other, our microphone goes to nobody there, and we can talk on another call.

// mix is a conference of ours that is gathering. Of one with out we are no part.
type mix struct {
	of   Receipt // the intent that asked for it
	legs []pbxws.LegID
	out  bool
}

// mixes are the calls that would be in the conference, the one that talks first.
func (s Snapshot) mixes(i Mix) []Leg {
	var legs []Leg
	for _, l := range InOrder(s.Legs) {
		if named := i.Leg != "" || i.With != ""; named && (l.ID == i.Leg || l.ID == i.With) || !named && l.upHere() && l.Transfer == "" {
			legs = append(legs, l)
		}
	}
	return legs
}

// Mixes tells whether this phone carries a conference.
func (s Snapshot) Mixes() bool {
	_, ok := s.find(isMixed)
	return ok
}

// refusesMix says why these calls cannot be in a conference of ours.
func (s Snapshot) refusesMix(i Mix) string {
	legs := s.mixes(i)
	done := len(legs) > 0
	for _, l := range legs {
		if _, why := s.joinable(l.ID); why != "" {
			return why
		}
		done = done && l.Mixed && !l.LocalHold && l.Apart == i.Out
	}
	return s.orLastOutcome(firstOf(unless(len(legs) > 1, twoCalls), unless(!done, either(i.Out, "they are linked already", "they are in conference already")),
		unless(!i.Out || !s.linksOthers(legs), "this phone links two callers already; hang up on them, or join them, first")))
}

// linksOthers tells whether we are out of a conference of ours with anybody but these calls.
func (s Snapshot) linksOthers(but []Leg) bool {
	_, ok := s.find(func(l Leg) bool {
		return l.State == Connected && l.Apart && !slices.ContainsFunc(but, func(b Leg) bool { return b.ID == l.ID })
	})
	return ok
}

// mixedWith tells whether two calls are in the conference of ours together.
func (c *call) mixedWith(other *call) bool {
	return other != nil && c.Mixed && other.Mixed && c.Apart == other.Apart
}

// withUs tells that we talk on the call.
func (c *call) withUs() bool { return c.talks() && !c.Apart }

// startMix makes a conference of calls, and resumes those on hold. Of one that we stay out of nobody else is
// part, and the call that we talk on goes on.
func (d *desk) startMix(legs []Leg, out bool) {
	m := &mix{of: d.receipt, out: out}
	for _, l := range legs {
		c := d.call(l.ID)
		c.Mixed, c.Apart, c.resumesMix, c.Consults = true, out, false, ""
		m.legs = append(m.legs, l.ID)
	}
	switch {
	case !out:
		d.chosen = legs[0].ID
		d.holdTalking(d.chosen)
	case slices.Contains(m.legs, d.chosen):
		d.chosen = ""
	}
	for _, l := range legs {
		d.want(l.ID, wantHold{false})
	}
	d.mix = m
	d.settleMix()
}

// settleMix reports the outcome of a conference of ours once every PBX has answered, and ends one that
// has a single call left.
func (d *desk) settleMix() {
	if d.mix != nil {
		d.tellMix()
	}
	var left, apart []*call
	for _, c := range d.calls {
		if c.Mixed && c.State == Ended {
			c.Mixed, c.Apart = false, false
		}
		switch {
		case c.Apart:
			apart = append(apart, c)
		case c.Mixed:
			left = append(left, c)
		}
	}
	if len(left) == 1 {
		d.leftOver(left[0])
	}
	if len(apart) == 1 {
		d.endLinked(apart[0])
	}
}

// leftOver is a call that is no conference any more.
func (d *desk) leftOver(c *call) {
	c.Mixed, c.resumesMix = false, false
	switch {
	case c.joined || c.Transfer != "": // it leaves us too
	case c.holding:
		d.say(GradeWarn, c.ID, who(c.Peer)+" is still on hold with you", 0)
	default:
		d.say(GradeInfo, c.ID, "the conference has ended; you are talking to "+who(c.Peer), 0)
	}
}

// endLinked ends a call whose far end was linked with one that is gone: nobody is there to talk to. One that the
// PBX is sending elsewhere ends by that.
func (d *desk) endLinked(c *call) {
	c.Mixed, c.Apart = false, false
	if c.joined || c.Transfer != "" {
		return
	}
	d.step(c, unlinkedPeer{})
}

// tellMix reports what came of a conference of ours, once it is known.
func (d *desk) tellMix() {
	var there, held []string
	for _, id := range d.mix.legs {
		switch c := d.call(id); {
		case c == nil || !c.Mixed || c.State != Connected:
		case c.HoldPending:
			return
		case c.LocalHold:
			held = append(held, c.party())
		default:
			there = append(there, c.party())
		}
	}
	defer d.onBehalf(d.mix.of)()
	out := d.mix.out
	d.mix = nil
	n := Notice{Grade: GradeDone, Leg: d.chosen, Text: "in conference, on this phone: " + listed(append(there, "you"))}
	if out {
		n.Text = listed(slices.Concat(there, held)) + " are linked, on this phone; you are out of it"
	}
	switch {
	case len(there)+len(held) < 2 || len(there) == 0 && !out:
		n.Grade, n.Leg, n.Text = GradeFailed, "", "no conference was started: one of the calls has ended"
	case len(held) > 0:
		n.Grade, n.Text = GradeWarn, n.Text+"; still on hold: "+listed(held)
	}
	d.note(n)
}

// resumeMix takes back the calls that went on hold together with one that was taken back.
func (d *desk) resumeMix(id pbxws.LegID) {
	first := d.call(id)
	if first == nil || !first.resumesMix {
		return
	}
	for _, c := range d.calls {
		if c.resumesMix {
			c.resumesMix = false
			d.step(c, wantHold{false})
		}
	}
}

// split ends the conference of ours. One call goes on, the others go on hold.
func (d *desk) split(id pbxws.LegID) {
	d.endMix()
	d.resume(id)
	if c := d.call(id); c != nil {
		d.say(GradeDone, id, "the conference is split; you stay with "+who(c.Peer), 0)
	}
}

// endMix makes single calls of a conference of ours.
func (d *desk) endMix() {
	for _, c := range d.calls {
		c.Mixed, c.Apart, c.resumesMix = false, false, false
	}
}
