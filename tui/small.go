package tui

import (
	"cmp"
	"strings"

	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/term"
)

// Where there is no room for the whole screen, the calls, what is typed, the message and the keys
// stay, in this order of importance; whatever is open gets what is left, if that is worth it.

const (
	// hintsFrom is the height from which one line is spent on the keys.
	hintsFrom = 4
	// paneWidth and paneHeight are what a pane needs to say anything.
	paneWidth, paneHeight = 30, 4
)

func (sc *scene) isSmall() bool { return sc.w < minWidth || sc.h < minHeight }

// smallRegions divides a screen that is too small for cards and frames.
func (v *view) smallRegions(sc *scene) regions {
	all := term.NewRect(0, 0, sc.w, sc.h)
	var r regions
	if sc.h >= hintsFrom {
		r.hints = all.Last(1)
	}
	r.message = all.Last(min(1, max(0, sc.h-1)))
	r.cards = all.Rows(smallLines(sc))
	switch {
	case all.H >= paneHeight && sc.w >= paneWidth:
		r.banner = all.Rows(min(len(banner(sc)), all.H-paneHeight+1))
		r.body = all
	case v.panes.field() != nil:
		r.input = all.Rows(1)
		if r.input.H == 0 { // what is typed is more than who waits
			r.input = r.cards.Last(1)
		}
	default:
		r.rule = all.Last(1) // a long message takes it
		r.banner = all
	}
	return r
}

// smallLines is how many lines the calls take: one each, and a lone one a second for its name.
func smallLines(sc *scene) int {
	legs := sc.live()
	switch {
	case len(legs) == 1 && smallNameWraps(sc, legs[0]), len(legs) == 0 && len(sc.Legs) > 0:
		return 2
	}
	return max(1, len(legs))
}

func smallNameWraps(sc *scene, l phone.Leg) bool {
	words, timer := smallWords(sc, l)
	need := term.Columns(words, sc.ascii) + term.Columns(timer, sc.ascii) + term.Columns(sc.short(l.Peer), sc.ascii) + 2
	if showsNumber(sc, l) {
		need += term.Columns(l.Peer.Number, sc.ascii) + 3
	}
	return need > sc.w
}

// showsNumber tells that the number of a call belongs beside its name: while it rings, where there is
// room for both.
func showsNumber(sc *scene, l phone.Leg) bool {
	return l.State == phone.Alerting && sc.w >= paneWidth && l.Peer.Number != "" && !l.Peer.Withheld() && l.Peer.Number != sc.name(l.Peer)
}

// smallWords are the state of a call and how long it lasts.
func smallWords(sc *scene, l phone.Leg) (words, timer string) {
	_, words = cardTitle(sc, l)
	if l.Mixed {
		words, _, _ = strings.Cut(words, ", ") // the name is worth more than who carries it
	}
	if l.Recording {
		words = "(O)REC " + words
	}
	timer, _, _ = strings.Cut(cardTimer(sc, l), "   ")
	return words, timer
}

func drawSmall(c *term.Canvas, r regions, sc *scene, v *view) {
	drawSmallCalls(c, r.cards, sc)
	f := v.panes.field()
	for i, line := range banner(sc) {
		c.On(r.banner, i).Put(term.Failed, line)
	}
	if r.body.H > 0 {
		if v.onMenu(sc) {
			drawMenu(c, r.body, sc)
		} else {
			v.panes.body().draw(c, r.body, sc)
		}
		drawChoices(c, r.body, sc, v)
	}
	if r.input.H > 0 {
		p := c.On(r.input, 0)
		drawInput(p, sc, f, p.Room())
	}
	drawMessage(c, r.rule, r.message, sc, v)
	if f != nil && r.body.H == 0 && !v.asked() && !isFresh(sc, v.message) {
		c.Fill(r.message, term.Plain, ' ')
		c.On(r.message, 0).PutCut(term.Strong, f.preview(sc))
	}
	drawHints(c, r.hints, sc, v)
}

// drawSmallCalls is a line for each call, and without one how the link is.
func drawSmallCalls(c *term.Canvas, r term.Rect, sc *scene) {
	legs := sc.live()
	if len(legs) == 0 {
		p := c.On(r.Rows(1), 0)
		if st, words := linkWords(sc); !sc.several() {
			p.Put(term.Strong, sc.Link.User).Gap(1).Put(st, words)
		} else {
			putLinks(p, linkItems(sc, brevities-1))
		}
		for _, l := range sc.Legs {
			c.On(r.Rows(1), 0).Put(term.Faint, "ENDED").Gap(1).Put(term.Plain, sc.short(l.Peer)).Gap(1).PutCut(term.Warn, endWords(sc, l))
		}
		return
	}
	for _, l := range legs {
		line := drawSmallCall(c, &r, sc, l, len(legs) == 1)
		if bar, ok := barStyle(sc, l); ok {
			c.Restyle(line, bar)
		}
	}
}

// drawSmallCall is one call, and gives its first line.
func drawSmallCall(c *term.Canvas, r *term.Rect, sc *scene, l phone.Leg, alone bool) term.Rect {
	first := r.Rows(1)
	st, _ := cardTitle(sc, l)
	words, timer := smallWords(sc, l)
	wraps := smallNameWraps(sc, l)
	if wraps && !alone && sc.w < paneWidth { // the name is worth more than the rest
		p := c.On(first, 0).Put(st, stateWord(l)).Gap(1)
		p.Right(term.Plain, term.Minutes(sc.since(cmp.Or(l.HeldAt, l.Answered, l.Began)))).Put(term.Strong, sc.short(l.Peer))
		return first
	}
	if wraps && !alone {
		timer, _, _ = strings.Cut(timer, " of ")
	}
	line := c.On(first, 0).Put(st, words).Gap(1).Put(term.Plain, timer).Gap(1)
	if alone && wraps {
		line = c.On(r.Rows(1), 0)
	}
	number := term.Columns(l.Peer.Number, sc.ascii)
	if showsNumber(sc, l) && line.Room() >= number+3+leastCut {
		line.Put(term.Strong, c.Cut(sc.short(l.Peer), line.Room()-number-3)).Gap(3).Put(term.Strong, l.Peer.Number)
		return first
	}
	line.PutCut(term.Strong, sc.short(l.Peer))
	return first
}

// stateWord is the state of a call in one short word.
func stateWord(l phone.Leg) string {
	switch {
	case l.State == phone.Alerting:
		return "RINGS"
	case l.State != phone.Connected:
		return "CALLS"
	case l.LocalHold || l.RemoteHold:
		return "HELD"
	}
	return "TALKS"
}

// isFresh tells that a message of our own still has its time.
func isFresh(sc *scene, m message) bool { return m.text != "" && sc.within(m.at, freshFor) }
