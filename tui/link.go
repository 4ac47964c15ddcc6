package tui

import (
	"slices"

	"github.com/patchcord/patchcord/internal/number"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
)

// Two calls of ours that are up can be joined without us: at once by linking them, or after
// having asked the one about the other.

// linkPair are the two calls to be joined, the one on hold first.
func (sc *scene) linkPair() (leg, with phone.Leg, ok bool) {
	legs := slices.DeleteFunc(sc.live(), func(l phone.Leg) bool { return l.State != phone.Connected || l.Place != phone.Here })
	if len(legs) < 2 {
		return leg, with, false
	}
	return legs[1], legs[0], true // live puts the talking one in front
}

// upWith is a call of ours with a number, besides the given one.
func (sc *scene) upWith(to string, but pbxws.LegID) (phone.Leg, bool) {
	for _, l := range sc.live() {
		if l.ID != but && l.State == phone.Connected && l.Place == phone.Here && number.Same(l.Peer.Number, to) {
			return l, true
		}
	}
	return phone.Leg{}, false
}

// sending is the intent of a transfer of a call to a number. Whoever is there on the line with us
// already is not called again.
func (sc *scene) sending(kind numberKind, leg pbxws.LegID, to string) phone.Intent {
	other, isUp := sc.upWith(to, leg)
	isUp = isUp && sc.Caps.Has(pbxws.CapAttendedTransfer)
	switch {
	case kind == consultField && isUp:
		return phone.ConsultWith{Leg: leg, With: other.ID}
	case kind == consultField:
		return phone.Consult{Leg: leg, To: to}
	case isUp:
		return phone.LinkCalls{Leg: leg, With: other.ID}
	}
	return phone.TransferBlind{Leg: leg, To: to}
}

// link asks, and then joins the two callers.
func (m *model) link(string) string {
	leg, with, ok := m.scene.linkPair()
	if !ok {
		return "linking takes two calls that were answered"
	}
	intent := phone.LinkCalls{Leg: leg.ID, With: with.ID}
	if refusal := m.scene.Refuses(intent); refusal != "" {
		return refusal
	}
	m.view.panes.push(&questionPane{
		words: "Link " + m.scene.short(leg.Peer) + " with " + m.scene.short(with.Peer) + " and leave?",
		void: func(sc *scene) string {
			if sc.Refuses(intent) != "" {
				return "one of the two calls is gone: nothing to link"
			}
			return ""
		},
		yes: func(m *model) string { return m.do(intent) },
	})
	return ""
}
