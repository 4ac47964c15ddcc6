package tui

import (
	"fmt"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/keymap"
	"github.com/patchcord/patchcord/tui/term"
)

// parkPane is the list of parking places while one is being chosen: which are free, and who waits in
// the others.
type parkPane struct {
	typed term.Input
	// leg is the call to be parked.
	leg pbxws.LegID
	// mark is the selected place, empty until a person selects one, and again when they type.
	mark pbxws.OrbitID
}

// places are those whose number begins with what was typed.
func (pp *parkPane) places(sc *scene) []pbxws.OrbitID {
	sc = pp.there(sc)
	typed := pp.typed.Text()
	return slices.DeleteFunc(orbits(sc.PBX), func(id pbxws.OrbitID) bool { return !strings.HasPrefix(string(id), typed) })
}

// there is the scene at the PBX of the call.
func (pp *parkPane) there(sc *scene) *scene {
	l, _ := sc.Leg(pp.leg)
	return sc.on(l.Link)
}

func (pp *parkPane) context() keymap.Context { return keymap.Field }

func (pp *parkPane) close() bool { return false }

func (pp *parkPane) input() *term.Input { return &pp.typed }

func (pp *parkPane) verb() string { return "park" }

func (pp *parkPane) label(sc *scene) string {
	l, _ := sc.Leg(pp.leg)
	return "park " + sc.farEnd(l) + " at: "
}

func (pp *parkPane) orphaned(sc *scene) string { return orphaned(sc, pp.leg, "park") }

func (pp *parkPane) key(k tea.Key, _ *scene) (tea.Cmd, bool) {
	before := pp.typed.String()
	used := pp.typed.Edit(k)
	if pp.typed.String() != before {
		pp.mark = ""
	}
	return nil, used
}

func (pp *parkPane) accept(m *model) (tea.Cmd, string) {
	refusal := m.do(phone.ParkCall{Leg: pp.leg, Orbit: pp.orbit()})
	if refusal == "" {
		m.view.panes.drop(pp)
	}
	return nil, refusal
}

func (pp *parkPane) draw(c *term.Canvas, r term.Rect, sc *scene) {
	if r.H <= 0 {
		return
	}
	sc = pp.there(sc)
	head := r.Rows(3)
	all := orbits(sc.PBX)
	c.On(head, 0).Gap(1).Put(term.Title, "PARKING PLACES").Put(term.Strong, fmt.Sprintf(" %d", len(all))).Gap(2).
		Put(term.Plain, fmt.Sprintf("%d free", len(all)-len(parked(sc.PBX))))
	drawInput(c.On(head, 1).Gap(1), sc, pp, usualInput)
	c.On(head, 2).Gap(1).PutCut(term.Strong, pp.preview(sc))
	if r.H > 1 {
		c.Ruler(r.Rows(1))
	}
	places := pp.places(sc)
	if len(all) == 0 {
		c.On(r, 0).Gap(1).PutCut(term.Faint, "the PBX lists no parking places: type a number, or leave it empty")
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

func (pp *parkPane) move(a keymap.Action, r term.Rect, sc *scene) {
	places := pp.places(sc)
	if len(places) == 0 {
		return
	}
	at := slices.Index(places, pp.mark)
	if at < 0 && (a == keymap.MoveUp || a == keymap.MovePageUp) {
		at = len(places)
	}
	pp.mark = places[within(at+a.Stride(max(1, r.H-4), len(places)), len(places))]
}

// orbit is where Enter parks, empty where that is left to the PBX.
func (pp *parkPane) orbit() pbxws.OrbitID {
	if pp.mark != "" {
		return pp.mark
	}
	return pbxws.OrbitID(pp.typed.Text())
}

func (pp *parkPane) preview(sc *scene) string {
	sc = pp.there(sc)
	l, _ := sc.Leg(pp.leg)
	to := pp.orbit()
	if why := sc.Refuses(phone.ParkCall{Leg: pp.leg, Orbit: to}); why != "" {
		return why
	}
	if to == "" {
		return "Enter: parks " + sc.farEnd(l) + " where the PBX chooses" + freeOrbits(sc)
	}
	return "Enter: parks " + sc.farEnd(l) + " at " + string(to)
}
