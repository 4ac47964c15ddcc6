package tui

import (
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
	return len(v.armed.choices) > 1 && sc.since(v.armed.at) >= boxAfter
}

// drawChoices is a box over the corner of the body.
func drawChoices(c *term.Canvas, body term.Rect, sc *scene, v *view) {
	if !v.boxed(sc) || body.H < 3 {
		return
	}
	h := min(len(v.armed.choices)+2, body.H)
	w := min(choiceWidth, body.W)
	r := term.NewRect(body.X+body.W-w, body.Y+body.H-h, w, h)
	c.Fill(r, term.Plain, ' ')
	c.Border(r.Rows(1), term.TopEdge, term.Title, keyName(v.armed.key)+" goes to", "", false)
	bottom := r.Last(1)
	for _, k := range v.armed.choices {
		if r.H == 0 {
			break
		}
		c.On(c.Inside(r.Rows(1)), 0).Cell(term.KeyCap, 3, k.key).Put(term.Plain, k.words)
	}
	c.Border(bottom, term.BottomEdge, term.Ruled, "", "", false)
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
