package tui

import (
	"slices"
	"strconv"
	"strings"

	"github.com/patchcord/patchcord/internal/number"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/keymap"
	"github.com/patchcord/patchcord/tui/roster"
	"github.com/patchcord/patchcord/tui/term"
)

// One search looks everywhere: the extensions stand in the grid, and who else was found, in the
// phone book and among past calls, below it.

const (
	// maxHits is how many of a section are shown; whoever wants more types more.
	maxHits = 4
	// leastText is the number of letters from which it is worth looking outside the directory.
	leastText = 2
)

// hit is somebody outside the directory.
type hit struct{ section, name, number, note string }

// hits looks in the phone book, and then for numbers of past calls that are in neither.
func (sc *scene) hits(text string) []hit {
	if len(text) < leastText {
		return nil
	}
	var found []hit
	sought := seek(text)
	for _, b := range sc.boards() {
		found = sc.on(b.Link.ID).bookHits(sought, found)
	}
	most := len(found) + maxHits
	for _, b := range sc.boards() {
		found = sc.on(b.Link.ID).pastHits(sought, found, most)
	}
	return found
}

func (sc *scene) bookHits(sought sought, found []hit) []hit {
	for _, c := range sc.PBX.Phonebook {
		if len(found) == maxHits {
			break
		}
		name := contactWords(c)
		if i := slices.IndexFunc(c.Numbers, func(n string) bool { return sought.is(name, n) }); i >= 0 && !slices.ContainsFunc(found, func(h hit) bool { return h.name == name && h.number == c.Numbers[i] }) {
			found = append(found, hit{"ALSO IN YOUR PHONE BOOK", name, c.Numbers[i], sc.lastWords(c.Numbers[i])})
		}
	}
	return found
}

func (sc *scene) pastHits(sought sought, found []hit, most int) []hit {
	for _, i := range sc.past.people {
		if len(found) == most {
			break
		}
		p := other(sc.past.calls[i])
		if sought.isNumber && !sought.number.In(p.Number) {
			continue
		}
		name := sc.name(p)
		if _, known := sc.PBX.AccountAt(p.Number); known || !sought.is(name, p.Number) {
			continue
		}
		if !slices.ContainsFunc(found, func(h hit) bool { return sc.Link.Country.SameNumber(h.number, p.Number) }) {
			found = append(found, hit{"IN YOUR HISTORY", name, p.Number, sc.lastWords(p.Number)})
		}
	}
	return found
}

// sought is what people look for outside the directory, made ready for many names and numbers.
type sought struct {
	text     string
	words    []string
	number   number.Query
	isNumber bool
}

func seek(text string) sought {
	return sought{text, roster.Words(text), number.Seek(text), number.IsNumber(text)}
}

// is makes the same test as the directory, except for the prefixes of networks.
func (s sought) is(name, called string) bool {
	if s.isNumber || len(s.words) == 0 {
		return s.number.In(called)
	}
	e := roster.Entry{Words: roster.Words(name)}
	return e.Meets(s.words, s.text)
}

// hits are those of the open search.
func (b *rosterPane) hits(sc *scene, q query) []hit {
	if !q.open {
		return nil
	}
	return append(slices.Clip(q.others), sc.hits(strings.TrimSpace(q.text))...)
}

// hitLines is how many lines they need, with the heads of sections.
func hitLines(hits []hit) int {
	n := len(hits)
	for i, h := range hits {
		if i == 0 || hits[i-1].section != h.section {
			n++
		}
	}
	return n
}

func (b *rosterPane) drawHits(c *term.Canvas, r term.Rect, sc *scene, q query) {
	hits := b.hits(sc, q)
	for i, h := range hits {
		if i == 0 || hits[i-1].section != h.section {
			n := 0
			for _, other := range hits {
				if other.section == h.section {
					n++
				}
			}
			c.On(r.Rows(1), 0).Gap(1).Put(term.Title, h.section).Put(term.Plain, " ("+strconv.Itoa(n)+")")
		}
		line := r.Rows(1)
		p := c.On(line, 0).Gap(1)
		p.Mark(h.number == b.number)
		p.Gap(1).Cell(term.Plain, min(30, p.Room()/3), h.name).Gap(1).Cell(term.Strong, 20, h.number).Gap(1).PutCut(term.Faint, h.note)
		if h.number == b.number {
			c.Restyle(line, term.Marked)
		}
	}
}

// moveHits moves among those outside the directory, and back into the grid; false where the
// cursor stays in the grid.
func (b *rosterPane) moveHits(a keymap.Action, g *grid, sc *scene, q query) bool {
	hits := b.hits(sc, q)
	if len(hits) == 0 {
		return false
	}
	at := slices.IndexFunc(hits, func(h hit) bool { return h.number == b.number })
	back := a == keymap.MoveUp || a == keymap.MoveLeft || a == keymap.MovePageUp || a == keymap.MoveFirst
	switch {
	case at < 0 && (back || g.place(sc, b.mark) != len(g.found)-1):
		return false
	case at < 0:
		at = 0
	case back && at == 0 && len(g.found) > 0:
		b.number, b.mark = "", sc.directory.Entries[g.found[len(g.found)-1]].Account
		return true
	case back:
		at = max(0, at-1)
	default:
		at = min(len(hits)-1, at+1)
	}
	b.mark, b.number = phone.Account{}, hits[at].number
	return true
}

// followHits selects the first one outside the directory where nobody in it was found.
func (b *rosterPane) followHits(found int, sc *scene, q query) {
	hits := b.hits(sc, q)
	if slices.ContainsFunc(hits, func(h hit) bool { return h.number == b.number }) && b.number != "" {
		return
	}
	b.number = ""
	if found == 0 && len(hits) > 0 && len(q.others) == 0 {
		b.mark, b.number = phone.Account{}, hits[0].number
	}
}
