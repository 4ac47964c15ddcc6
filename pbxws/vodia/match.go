package vodia

import (
	"maps"
	"slices"

	"github.com/patchcord/patchcord/pbxws"
)

// matchLegs finds the records of our legs in a list of calls. How a record's id and a callid are
// related is not documented, so the surest sign decides first, and a match stays for the life of
// the leg.
func (t *translator) matchLegs(records []record, shown map[string]bool) {
	for i := range records {
		r := &records[i]
		id := string(r.call.ID)
		r.call.Leg = t.calls.known[id].call.Leg
		if !r.own {
			continue
		}
		l := t.legs.byCall(id)
		if l == nil {
			l = t.match(*r, shown)
		}
		if l != nil {
			t.found(l, r.call)
			l.call = id
			r.call.Leg = l.id
		}
	}
}

// applyRecords reports what the records of a list say about our legs: pickup, hold, recording.
func (t *translator) applyRecords(shown map[string]bool) {
	for _, id := range slices.Sorted(maps.Keys(shown)) {
		if l := t.legs.byCall(id); l != nil {
			t.applyRecord(l, t.calls.known[id].call)
		}
	}
}

// match is the leg of a record: by equal ids, by the number at the far end, or because only one leg
// is possible. A leg of an earlier link may have another record now.
func (t *translator) match(r record, shown map[string]bool) *leg {
	id := string(r.call.ID)
	for _, name := range []string{id, r.callID} {
		if l := t.legs.named(name); l != nil {
			return l
		}
	}
	var candidates []*leg
	for _, l := range t.legs.live {
		free := l.call == "" || l.unconfirmed && !shown[l.call]
		if free && !l.earlierCalls[id] && t.fits(l, r.call) {
			candidates = append(candidates, l)
		}
	}
	far := func(same func(a, b string) bool) *leg {
		for _, l := range candidates {
			if slices.ContainsFunc(t.farNumbers(l, r.call), func(n string) bool { return same(l.number, n) }) {
				return l
			}
		}
		return nil
	}
	if l := far(func(a, b string) bool { return a == b }); l != nil {
		return l
	}
	if l := far(t.home().SameNumber); l != nil {
		return l
	}
	if len(candidates) == 1 {
		return candidates[0]
	}
	return nil
}

// farNumbers are the numbers in a record that may be the leg's far end: its party there or, without
// one, the other accounts in the call.
func (t *translator) farNumbers(l *leg, c pbxws.Call) []string {
	if far := t.far(l, c).Number; far != "" {
		return []string{far}
	}
	var numbers []string
	for _, m := range c.Members {
		if string(m) != t.self {
			numbers = append(numbers, string(m))
		}
	}
	return numbers
}

// fits reports whether a record can have the leg's direction. A record may show a number of
// the trunk in place of our own; then it fits both.
func (t *translator) fits(l *leg, c pbxws.Call) bool {
	if l.peerChanged {
		return true
	}
	switch t.self {
	case c.From.Number:
		return !l.incoming
	case c.To.Number:
		return l.incoming
	}
	return true
}

// far is the party of a record that is not us.
func (t *translator) far(l *leg, c pbxws.Call) pbxws.Party {
	if l.peerChanged && c.To.Number == t.self || !l.peerChanged && l.incoming {
		return c.From
	}
	return c.To
}

// applyRecord reports what a record says of its leg.
func (t *translator) applyRecord(l *leg, c pbxws.Call) {
	if t.elsewhere(l, c) {
		return
	}
	if c.Phase != pbxws.PhaseAlerting && !l.incoming {
		t.pickUp(l)
	}
	if c.Phase != pbxws.PhaseAlerting {
		t.hold(l, c.Phase == pbxws.PhaseHeld)
	}
	if l.recordingListed != c.Recording {
		l.recordingListed = c.Recording
		t.recorded(l, c.Recording)
	}
}

// hold reports when a leg is held or resumed. Which of the PBX's two words means which side is not
// documented; a hold that we asked for is ours, any other the far end's.
func (t *translator) hold(l *leg, on bool) {
	if l.held == on {
		return
	}
	l.held = on
	if on {
		l.heldByPeer = !l.wantHold
	}
	if _, asked := l.pending.(pbxws.Hold); asked && l.wantHold == on {
		l.pending = nil
	}
	t.emit(pbxws.LegHeld{Leg: l.id, On: on, Remote: l.heldByPeer})
}
