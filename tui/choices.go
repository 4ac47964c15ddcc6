package tui

import (
	"time"

	"github.com/patchcord/patchcord/tui/keymap"
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
func drawChoices(c *canvas, body rect, sc *scene, v *view) {
	if !v.boxed(sc) || body.h < 3 {
		return
	}
	h := min(len(v.armed.choices)+2, body.h)
	w := min(choiceWidth, body.w)
	r := rect{body.x + body.w - w, body.y + body.h - h, w, h}
	c.fill(r, plain, ' ')
	c.border(r.rows(1), topEdge, title, keyName(v.armed.key)+" goes to", "", false)
	bottom := r.last(1)
	for _, k := range v.armed.choices {
		if r.h == 0 {
			break
		}
		c.on(c.inside(r.rows(1)), 0).cell(keyCap, 3, k.key).put(plain, k.words)
	}
	c.border(bottom, bottomEdge, ruled, "", "", false)
}

// choosing tells that none of the actions ends a call, so that there is time to think.
func choosing(waiting []keymap.Action) bool {
	for _, a := range waiting {
		if a.Destructive() {
			return false
		}
	}
	return len(waiting) > 1
}
