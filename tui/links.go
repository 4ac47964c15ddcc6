package tui

import (
	"fmt"
	"strings"

	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/term"
)

// Line 1 over several PBXs: each with its own age and state.

// drawLinks is line 1: who I am at each PBX and how old its news is, shorter where there is
// little room; what lamps are lit; the time.
func drawLinks(c *term.Canvas, r term.Rect, sc *scene) {
	p := c.On(r, 0).Gap(1)
	items := lamps(sc)
	all := c.Columns(fit(items, 1<<16)) + 3
	links := linkItems(sc, 0)
	for brevity := 1; brevity < brevities && width(links)+all > p.Room(); brevity++ {
		links = linkItems(sc, brevity)
	}
	room := p.Room() - width(links)
	drawLamps(c, r, items, room)
	p.End -= c.Columns(fit(items, room)) + 1
	putLinks(p, links)
}

func putLinks(p *term.Pen, links []linkItem) {
	for _, l := range links {
		p.Put(l.name, l.who).Gap(1).Put(l.style, l.words).Gap(2)
	}
}

// linkItem is one PBX in line 1.
type linkItem struct {
	who, words  string
	name, style term.Style
}

func width(links []linkItem) int {
	n := 0
	for _, l := range links {
		n += term.Columns(l.who, false) + term.Columns(l.words, false) + 3
	}
	return n
}

// brevities is in how many ways the links may be said: in full, without our numbers, in a word, with the
// label cut.
const brevities = 4

func linkItems(sc *scene, brevity int) []linkItem {
	var links []linkItem
	for _, b := range sc.boards() {
		there := sc.on(b.Link.ID)
		l := linkItem{who: sc.label(b.Link.ID), name: term.Strong}
		if brevity == brevities-1 {
			l.who = sc.longSign(b.Link.ID)
		}
		l.style, l.words = linkWord(there, brevity)
		if brevity == 0 {
			l.who += " " + cut(b.Link.User, 12)
		}
		links = append(links, l)
	}
	return links
}

// linkWord is the state of a link. Each shorter form drops words of the one before.
func linkWord(sc *scene, brevity int) (term.Style, string) {
	l := sc.Link
	if !sc.silent.IsZero() {
		l.State, l.AliveAt = phone.LinkStale, sc.silent
	}
	st, _ := linkWords(sc)
	words := [...]string{
		phone.LinkConnecting: "connecting", phone.LinkUp: "LIVE", phone.LinkStale: "STALE", phone.LinkWaiting: "down", phone.LinkStopped: "DOWN",
	}
	switch {
	case brevity > 1:
	case l.State == phone.LinkStale:
		return st, sc.staleFor(l.AliveAt)
	case l.State == phone.LinkWaiting:
		return st, fmt.Sprintf("down, try %d in %d s", l.Attempt+1, secondsUntil(sc, l.NextTry))
	}
	return st, words[min(int(l.State), len(words)-1)]
}

// whereabouts are the PBXs at which something holds.
type whereabouts struct {
	any bool
	// labels are theirs, unless it holds at all of them.
	labels []string
}

// where asks each PBX.
func (sc *scene) where(holds func(at *scene) bool) whereabouts {
	var w whereabouts
	all := true
	for _, b := range sc.boards() {
		if holds(sc.on(b.Link.ID)) {
			w.any, w.labels = true, append(w.labels, sc.label(b.Link.ID))
		} else {
			all = false
		}
	}
	if all {
		w.labels = nil
	}
	return w
}

func (w whereabouts) words(what string) string {
	if len(w.labels) == 0 {
		return what
	}
	return what + " " + strings.Join(w.labels, "+")
}

// staleSince says from when the news is that is shown of a PBX that is silent; empty while all
// of it is fresh.
func (sc *scene) staleSince() string {
	var words []string
	for _, b := range sc.boards() {
		if there := sc.on(b.Link.ID); there.stale() {
			as := "as of " + term.Clock(b.Link.AliveAt)
			if sc.several() {
				as = sc.label(b.Link.ID) + " " + as
			}
			words = append(words, as)
		}
	}
	return strings.Join(words, ", ")
}
