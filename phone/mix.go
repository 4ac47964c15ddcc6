package phone

import "github.com/patchcord/patchcord/pbxws"

// A conference that this phone carries: it adds up the sound of several calls and gives each far end
// everything but its own. The PBXs know nothing of it, so the calls may be of different ones. Hold
// takes one call out of the sound and leaves it in the conference.

// mix is a conference of ours that is gathering.
type mix struct {
	of   Receipt // the intent that asked for it
	legs []pbxws.LegID
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
	talking := len(legs) > 0
	for _, l := range legs {
		if _, why := s.joinable(l.ID); why != "" {
			return why
		}
		talking = talking && l.Mixed && !l.LocalHold
	}
	return s.orLastOutcome(firstOf(unless(len(legs) > 1, twoCalls), unless(!talking, "they are in conference already")))
}

// mixedWith tells whether two calls are in the conference of ours.
func (c *call) mixedWith(other *call) bool { return other != nil && c.Mixed && other.Mixed }

// startMix makes a conference of calls, and resumes those on hold.
func (d *desk) startMix(legs []Leg) {
	m := &mix{of: d.receipt}
	d.chosen = legs[0].ID
	for _, l := range legs {
		c := d.call(l.ID)
		c.Mixed, c.resumesMix, c.Consults = true, false, ""
		m.legs = append(m.legs, l.ID)
	}
	d.holdTalking(d.chosen)
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
	var left []*call
	for _, c := range d.calls {
		if c.Mixed && c.State == Ended {
			c.Mixed = false
		}
		if c.Mixed {
			left = append(left, c)
		}
	}
	if len(left) != 1 {
		return
	}
	c := left[0]
	c.Mixed, c.resumesMix = false, false
	switch {
	case c.joined || c.Transfer != "": // it leaves us too
	case c.holding:
		d.say(GradeWarn, c.ID, who(c.Peer)+" is still on hold with you", 0)
	default:
		d.say(GradeInfo, c.ID, "the conference has ended; you are talking to "+who(c.Peer), 0)
	}
}

func (d *desk) tellMix() {
	var there, held []string
	for _, id := range d.mix.legs {
		switch c := d.call(id); {
		case c == nil || !c.Mixed || c.State != Connected:
		case c.HoldPending:
			return
		case c.LocalHold:
			held = append(held, c.Peer.String())
		default:
			there = append(there, c.Peer.String())
		}
	}
	defer d.onBehalf(d.mix.of)()
	d.mix = nil
	words := "in conference, carried by this phone: " + listed(append(there, "you"))
	switch {
	case len(there) == 0 || len(there)+len(held) < 2:
		d.say(GradeFailed, "", "no conference has come about: one of the calls has ended", 0)
	case len(held) > 0:
		d.say(GradeWarn, d.chosen, words+"; still on hold: "+listed(held), 0)
	default:
		d.say(GradeDone, d.chosen, words, 0)
	}
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
		c.Mixed, c.resumesMix = false, false
	}
}
