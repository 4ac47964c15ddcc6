package tui

import (
	"fmt"

	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/term"
)

// drawRinging is the card of the call that rings.
func (v *view) drawRinging(c *term.Canvas, r term.Rect, sc *scene, l phone.Leg) {
	p := c.On(r, 0).Put(term.Alert, ">> ")
	putParty(p, term.Strong, sc, l.Peer, p.Room())
	for i, note := range ringNotes(sc, l) {
		c.On(r, 1+i).Gap(3).PutCut(term.Plain, note)
	}
	v.drawOffers(c.On(r, r.H-1), sc)
}

// ringNotes is what is known of a call before it is answered.
func ringNotes(sc *scene, l phone.Leg) []string {
	var notes []string
	if l.Place != phone.Here {
		notes = append(notes, "at your desk phone")
	}
	if l.Via != "" {
		notes = append(notes, "via "+l.Via+", waits "+term.Minutes(sc.since(l.Began)))
	}
	if l.Intercom {
		notes = append(notes, "an intercom call, which can be answered hands-free")
	}
	switch c, known := sc.on(l.Link).contact(l.Peer.Number); {
	case known && contactWords(c) != sc.name(l.Peer):
		notes = append(notes, "in your contacts: "+contactWords(c))
	case known:
		notes = append(notes, "in your contacts")
	}
	if last := sc.on(l.Link).lastWords(l.Peer.Number); last != "" {
		notes = append(notes, last)
	}
	if note := sc.notes[l.ID]; note != "" {
		notes = append(notes, note)
	}
	if t, ok := sc.Talking(); ok {
		notes = append(notes, "answering puts "+sc.whoHolds(t)+" on hold")
	}
	return notes
}

func ringPlace(sc *scene, l phone.Leg) string {
	place, n := 0, 0
	for _, other := range sc.Legs {
		if other.State == phone.Alerting {
			if n++; other.ID == l.ID {
				place = n
			}
		}
	}
	return fmt.Sprintf(" %d of %d", place, n)
}
