package tui

import (
	"strconv"
	"time"

	"github.com/patchcord/patchcord/tui/keymap"
	"github.com/patchcord/patchcord/tui/term"
)

const (
	// boxAfter is how long a first key may stand alone before the choices are shown.
	boxAfter = 300 * time.Millisecond
	// choosingFor is how long a person may think about them. Nothing that is chosen so ends a
	// call.
	choosingFor = 8 * time.Second
	choiceWidth = 44
)

// choice is a second key and what it does.
type choice struct{ key, words string }

// boxed tells that the choices of a first key are on the screen.
func (v *view) boxed(sc *scene) bool {
	return len(v.armed.choices) > 1 && !sc.within(v.armed.at, boxAfter)
}

// drawChoices is a box over the corner of the body. Where that is low the choices stand in two columns, and
// the bottom edge gives way; what has no room even so is counted.
func drawChoices(c *term.Canvas, body term.Rect, sc *scene, v *view) {
	if !v.boxed(sc) || body.H < 3 {
		return
	}
	all := v.armed.choices
	h, cols, edges := min(len(all)+2, body.H), 1, 2
	if len(all) > h-edges {
		cols = 2
	}
	if len(all) > cols*(h-edges) {
		edges = 1
	}
	w := min(choiceWidth, body.W)
	r := term.NewRect(body.X+body.W-w, body.Y+body.H-h, w, h)
	c.Fill(r, term.Plain, ' ')
	c.Border(r.Rows(1), term.TopEdge, term.Title, keyName(v.armed.key)+" goes to", false)
	if edges > 1 {
		c.Border(r.Last(1), term.BottomEdge, term.Ruled, "", false)
	}
	room := cols * r.H
	for line := range r.H {
		inside := c.Inside(r.Rows(1))
		for at := line; at < min(len(all), room); at += room / cols {
			cell := inside
			cell.W = inside.W / cols
			cell.X += at / (room / cols) * cell.W
			if at == room-1 && len(all) > room {
				c.On(cell, 0).Put(term.Faint, strconv.Itoa(len(all)-at)+" more")
				continue
			}
			c.On(cell, 0).Cell(term.KeyCap, 3, all[at].key).PutCut(term.Plain, all[at].words)
		}
	}
}

// choosing tells whether no action ends a call, so that there is time to think.
func choosing(waiting []keymap.Action) bool {
	for _, a := range waiting {
		if a.Destructive() {
			return false
		}
	}
	return len(waiting) > 1
}
