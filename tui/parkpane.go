package tui

import (
	"fmt"
	"slices"
	"strings"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/keymap"
	"github.com/patchcord/patchcord/tui/term"
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

func (pp *parkPane) draw(c *term.Canvas, r term.Rect, sc *scene, v *view) {
	if r.H <= 0 {
		return
	}
	head := r.Rows(3)
	all := orbits(sc.PBX)
	c.On(head, 0).Gap(1).Put(term.Title, "PARKING PLACES").Put(term.Strong, fmt.Sprintf(" %d", len(all))).Gap(2).
		Put(term.Plain, fmt.Sprintf("%d free", len(all)-len(parked(sc.PBX))))
	v.field.drawInput(c.On(head, 1).Gap(1), sc)
	c.On(head, 2).Gap(1).PutCut(term.Strong, v.field.promise(sc, v))
	if r.H > 1 {
		c.Ruler(r.Rows(1))
	}
	places := pp.places(sc, v)
	if len(all) == 0 {
		c.On(r, 0).Gap(1).PutCut(term.Faint, "the PBX tells of no parking places: type the number of one, or leave it empty")
		return
	}
	at := slices.Index(places, pp.mark)
	for i := max(0, at-r.H+1); i < len(places) && r.H > 0; i++ {
		pp.drawPlace(c, r.Rows(1), sc, sc.PBX.Orbits[places[i]], i == at)
	}
}

func (pp *parkPane) drawPlace(c *term.Canvas, line term.Rect, sc *scene, o pbxws.Orbit, isMarked bool) {
	sign, st, words := " ", term.Plain, "free"
	if o.Call != "" {
		st, words = term.Held, sc.name(o.Parked)+" waits "+term.Minutes(sc.since(o.Since))
		if o.By.Number != "" {
			words += ", parked by " + sc.short(o.By)
		}
	}
	if isMarked {
		sign = ">"
	}
	p := c.On(line, 0).Put(term.Marked, sign).Cell(term.Strong, 8, string(o.ID))
	p.PutCut(st, words)
	if isMarked {
		c.Restyle(line, term.Marked)
	}
}

func (pp *parkPane) move(a keymap.Action, r term.Rect, sc *scene, v *view) {
	places := pp.places(sc, v)
	if len(places) == 0 {
		return
	}
	at, last, page := slices.Index(places, pp.mark), len(places)-1, max(1, r.H-4)
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
