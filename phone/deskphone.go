package phone

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/patchcord/patchcord/pbxws"
)

// Calls on other telephones of the person are cards like our own, with the same numbers and the
// same intents. An intent for one goes to that telephone, through the PBX.

// Place is where a call of the person is.
type Place uint8

// The places of a call.
const (
	Here       Place = iota
	DeskPhone        // on another telephone of the person's, which the PBX works for us
	LeftBehind       // an earlier run of this program left it up; nobody hears it
)

const (
	// deskMark begins the id of a card that is no leg of ours. Ids of legs never begin so.
	deskMark = "desk:"
	// deskGrace is the time after which an unknown call counts as the desk phone's: the PBX reports a call
	// before it offers it.
	deskGrace = 2 * time.Second
)

// deskCalls are the person's calls that are no legs of ours, the oldest first.
func (k *link) deskCalls() []pbxws.Call {
	var calls []pbxws.Call
	for c := range k.pbx.OwnCalls() {
		if !k.isOurs(c) {
			calls = append(calls, c)
		}
	}
	slices.SortFunc(calls, func(a, b pbxws.Call) int { return cmp.Or(a.Began.Compare(b.Began), cmp.Compare(a.ID, b.ID)) })
	return calls
}

// isOurs tells whether the PBX's record of a call belongs to a leg of ours: the dialect says so.
// For a leg whose record the dialect does not know, the other party decides.
func (k *link) isOurs(c pbxws.Call) bool {
	if c.Leg != "" {
		return k.call(c.Leg) != nil
	}
	other := k.pbx.Far(c).Number
	return slices.ContainsFunc(k.calls(), func(own *call) bool {
		return !k.isListed(own) && k.isSame(own.Peer.Number, other)
	})
}

// isListed tells whether the record of one of our legs is known.
func (k *link) isListed(own *call) bool {
	for _, c := range k.pbx.Calls.All() {
		if c.Leg == own.wire {
			return true
		}
	}
	return false
}

// cards are the desk phone's calls as legs. If this phone has sound they are shown only while it
// has no call: a call of ours that the PBX knows by another number must not appear twice.
func (k *link) cards(v LinkView, silent bool) []Leg {
	only := controlOnly(v, silent)
	if !v.Caps.Has(pbxws.CapDesk) || !only && k.desk.anyLive() {
		return nil
	}
	var cards []Leg
	for _, c := range k.deskCalls() {
		if only || k.desk.now.Sub(c.Began) >= deskGrace {
			cards = append(cards, k.card(c))
		}
	}
	return cards
}

func (k *link) card(c pbxws.Call) Leg {
	l := Leg{
		ID: pbxws.LegID(deskMark + strings.TrimPrefix(string(k.ID)+"/"+string(c.ID), "/")), Link: k.ID, Place: DeskPhone, Call: c.ID,
		Peer: k.pbx.Far(c), State: Connected, Media: true, Began: c.Began, Answered: c.Answered, Recording: c.Recording,
	}
	if k.config.LeftBehind != nil && k.config.LeftBehind(l.Peer, c.Began) {
		l.Place = LeftBehind
	}
	if !k.pbx.Own(c.Caller) {
		l.Dir = Incoming
	}
	switch {
	case c.Phase == pbxws.PhaseAlerting && l.Dir == Incoming:
		l.State = Alerting
	case c.Phase == pbxws.PhaseAlerting:
		l.State = Ringing
	case c.Phase == pbxws.PhaseHeld:
		l.LocalHold, l.HeldAt = true, c.Learnt
	}
	return l
}

// deskMoved says what became of a call that has a card, in the words for our own calls.
func (k *link) deskMoved(before, now pbxws.Call) {
	if !slices.ContainsFunc(k.desk.cards, func(l Leg) bool { return l.Link == k.ID && l.Call == now.ID }) {
		return
	}
	far := k.pbx.Far(now).String()
	switch {
	case before.Phase == now.Phase:
	case now.Phase == pbxws.PhaseHeld:
		k.say(GradeDone, far+" is on hold")
	case before.Phase == pbxws.PhaseHeld:
		k.say(GradeDone, far+" is back on the line")
	case now.Phase == pbxws.PhaseConnected && k.pbx.Own(now.Caller):
		k.say(GradeDone, far+" answered "+waited(k.desk.now.Sub(now.Began)))
	case now.Phase == pbxws.PhaseConnected:
		k.say(GradeDone, "you answered "+far)
	}
}

// numberCards gives cards their former numbers, and new ones the lowest free number.
func (d *desk) numberCards(cards []Leg) {
	before := d.cards
	d.cards = nil
	for i := range cards {
		at := slices.IndexFunc(before, func(l Leg) bool { return l.ID == cards[i].ID })
		if at >= 0 {
			cards[i].N = before[at].N
			d.cards = append(d.cards, cards[i])
		}
	}
	for i := range cards {
		if cards[i].N == 0 {
			cards[i].N = d.freeNumber()
			d.cards = append(d.cards, cards[i])
		}
	}
}
