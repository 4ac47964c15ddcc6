package tui

import (
	"fmt"

	"github.com/patchcord/patchcord/internal/number"
	"github.com/patchcord/patchcord/phone"
)

// drawRinging is the card of the call that rings.
func (v *view) drawRinging(c *canvas, r rect, sc *scene, l phone.Leg) {
	p := c.on(r, 0).put(alert, ">> ")
	if l.Peer.Number != sc.name(l.Peer) && !number.Withheld(l.Peer.Number) {
		p.right(strong, l.Peer.Number)
	}
	p.putCut(strong, sc.name(l.Peer))
	for i, note := range ringNotes(sc, l) {
		c.on(r, 1+i).gap(3).putCut(plain, note)
	}
	v.drawOffers(c.on(r, r.h-1), sc)
}

// ringNotes is what is known of a call before it is answered.
func ringNotes(sc *scene, l phone.Leg) []string {
	var notes []string
	if onDesk(l) {
		notes = append(notes, "at your desk phone")
	}
	if l.Via != "" {
		notes = append(notes, "via "+l.Via+", waits "+minutes(sc.since(l.Began)))
	}
	switch c, known := sc.past.contact(l.Peer.Number); {
	case known && c.Company != "":
		notes = append(notes, "in your contacts: "+contactWords(c))
	case known:
		notes = append(notes, "in your contacts")
	}
	if last := sc.lastWords(l.Peer.Number); last != "" {
		notes = append(notes, last)
	}
	if note := sc.notes[l.ID]; note != "" {
		notes = append(notes, note)
	}
	if t, ok := sc.Talking(); ok {
		notes = append(notes, "answering puts "+sc.short(t.Peer)+" on hold")
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
