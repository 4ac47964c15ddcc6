package tui

import (
	"fmt"
	"slices"
	"strings"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/keymap"
)

// parkPane is the list of parking places while one is being chosen: which are free, and who waits in
// the others.
type parkPane struct {
	// mark is the marked place, empty for none.
	mark pbxws.OrbitID
}

// places are those whose number begins with what was typed.
func (pp *parkPane) places(sc *scene, v *view) []pbxws.OrbitID {
	typed := strings.TrimSpace(string(v.field.text))
	return slices.DeleteFunc(orbits(sc.PBX), func(id pbxws.OrbitID) bool { return !strings.HasPrefix(string(id), typed) })
}

func (pp *parkPane) draw(c *canvas, r rect, sc *scene, v *view) {
	if r.h <= 0 {
		return
	}
	head := r.rows(3)
	all := orbits(sc.PBX)
	c.on(head, 0).gap(1).put(title, "PARKING PLACES").put(strong, fmt.Sprintf(" %d", len(all))).gap(2).
		put(plain, fmt.Sprintf("%d free", len(all)-len(parked(sc.PBX))))
	v.field.drawInput(c.on(head, 1).gap(1), sc)
	c.on(head, 2).gap(1).putCut(strong, v.field.promise(sc, v))
	if r.h > 1 {
		c.ruler(r.rows(1))
	}
	places := pp.places(sc, v)
	if len(all) == 0 {
		c.on(r, 0).gap(1).putCut(faint, "the PBX tells of no parking places: type the number of one, or leave it empty")
		return
	}
	at := slices.Index(places, pp.mark)
	for i := max(0, at-r.h+1); i < len(places) && r.h > 0; i++ {
		pp.drawPlace(c, r.rows(1), sc, sc.PBX.Orbits[places[i]], i == at)
	}
}

func (pp *parkPane) drawPlace(c *canvas, line rect, sc *scene, o pbxws.Orbit, isMarked bool) {
	sign, st, words := " ", plain, "free"
	if o.Call != "" {
		st, words = held, sc.name(o.Parked)+" waits "+minutes(sc.since(o.Since))
		if o.By.Number != "" {
			words += ", parked by " + sc.short(o.By)
		}
	}
	if isMarked {
		sign = ">"
	}
	p := c.on(line, 0).put(marked, sign).cell(strong, 8, string(o.ID))
	p.putCut(st, words)
	if isMarked {
		c.restyle(line, marked)
	}
}

func (pp *parkPane) move(a keymap.Action, r rect, sc *scene, v *view) {
	places := pp.places(sc, v)
	if len(places) == 0 {
		return
	}
	at, last, page := slices.Index(places, pp.mark), len(places)-1, max(1, r.h-4)
	if at < 0 && (a == keymap.MoveUp || a == keymap.MovePageUp) {
		at = len(places)
	}
	at += map[keymap.Action]int{
		keymap.MoveUp: -1, keymap.MoveDown: 1, keymap.MovePageUp: -page, keymap.MovePageDown: page,
		keymap.MoveFirst: -len(places), keymap.MoveLast: len(places),
	}[a]
	pp.mark = places[max(0, min(last, at))]
}

// orbit is where Enter parks, empty where that is left to the PBX.
func (pp *parkPane) orbit(f *field) string {
	if f.chosen && pp.mark != "" {
		return string(pp.mark)
	}
	return strings.TrimSpace(string(f.text))
}

// parkPromise is what Enter does with the field.
func (f *field) parkPromise(sc *scene, to string) string {
	l, _ := sc.Leg(f.leg)
	if why := sc.Refuses(phone.ParkCall{Leg: f.leg, Orbit: pbxws.OrbitID(to)}); why != "" {
		return why
	}
	if to == "" {
		return "Enter: parks " + sc.short(l.Peer) + " where the PBX likes" + freeOrbits(sc)
	}
	return "Enter: parks " + sc.short(l.Peer) + " at " + to
}
