package tui

import (
	"fmt"
	"strconv"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/tui/keymap"
	"github.com/patchcord/patchcord/tui/term"
)

// boardPane is the grid of extensions: who is free, busy, ringing. It knows which account is
// marked and which states are let through; what they are stands in the scene.
type boardPane struct {
	// mark is the marked account itself, not its place: news may come and go around it.
	mark pbxws.AccountID
	// number is marked instead, where a search found it outside the directory.
	number string
	filter stateFilter
	group  group
	order  order
}

// lineSigns and lineStyles say the same twice, by sign and by colour.
var (
	lineSigns = [...]string{
		pbxws.LineOffline: "-", pbxws.LineFree: ".", pbxws.LineDND: "z", pbxws.LineBusy: "*",
		pbxws.LineRinging: "!",
	}
	lineStyles = [...]term.Style{
		pbxws.LineOffline: term.Offline, pbxws.LineFree: term.Free, pbxws.LineDND: term.DND,
		pbxws.LineBusy: term.Busy, pbxws.LineRinging: term.Ringing,
	}
)

// bookmarkSign stands before whom a person bookmarked.
const bookmarkSign = "+"

// nameRoom is how many columns of the grid a name gets at least, with the signs before it.
const nameRoom = 16

// grid is the shape of the board at this moment.
type grid struct {
	head, detail, area     term.Rect
	more                   term.Rect // who was found elsewhere
	cols, rows, cell, page int
	pages                  int
	found                  []int
	order                  order
}

// search is what the open field and the filter let through.
func (b *boardPane) search(v *view) search {
	q := search{state: b.filter, group: b.group, order: b.order}
	if v.field != nil {
		q.text = string(v.field.text)
	}
	return q
}

// found is a grid without a shape: who is on it, in which order.
func (b *boardPane) found(sc *scene, v *view) grid {
	q := b.search(v)
	return grid{found: sc.directory.matches(q), order: q.order}
}

func (b *boardPane) grid(r term.Rect, sc *scene, v *view) grid {
	g := b.found(sc, v)
	headLines := 1
	if v.field != nil {
		headLines = 3
	}
	g.head = r.Rows(headLines)
	if v.field != nil && r.H > 4 {
		r.Rows(1) // for a line across
	}
	if n := hitLines(b.hits(sc, v)); n > 0 {
		g.more = r.Last(min(n, r.H/2))
	}
	g.cols = max(1, r.W/(nameRoom+sc.directory.digits))
	g.cell = max(1, r.W/g.cols)
	need := max(1, (len(g.found)+g.cols-1)/g.cols)
	spare := 0
	if r.H > 6 && r.W == v.w {
		spare = 1
		if need <= r.H { // everybody fits: not by giving up the last line
			spare = min(1, r.H-need)
		}
		if v.field != nil {
			spare = max(1, min(r.H-need-1, 6, len(g.found)+1))
		}
	}
	g.detail = r.Last(spare)
	g.rows = max(1, min(r.H, need))
	g.area = r
	g.pages = max(1, (len(g.found)+g.rows*g.cols-1)/(g.rows*g.cols))
	g.page = max(0, g.place(sc, b.mark)) / (g.rows * g.cols)
	return g
}

// place is where among the found ones an account stands, -1 where it is not.
func (g *grid) place(sc *scene, id pbxws.AccountID) int {
	at := sc.directory.place(id)
	if at < 0 {
		return -1
	}
	if i, ok := sc.directory.among(g.found, at, g.order); ok {
		return i
	}
	return -1
}

func (b *boardPane) draw(c *term.Canvas, r term.Rect, sc *scene, v *view) {
	if r.H <= 0 {
		return
	}
	g := b.grid(r, sc, v)
	b.drawHead(c, g.head, sc, v, &g)
	if v.field != nil {
		c.Ruler(term.NewRect(r.X, g.head.Y+g.head.H, r.W, g.area.Y-g.head.Y-g.head.H))
	}
	first := g.page * g.rows * g.cols
	for i, at := range g.found[first:min(len(g.found), first+g.rows*g.cols)] {
		e := &sc.directory.entries[at]
		cell := term.NewRect(g.area.X+i/g.rows*g.cell, g.area.Y+i%g.rows, g.cell, 1)
		b.drawEntry(c, cell, sc, e)
	}
	if sc.stale() {
		c.Restyle(g.area, term.Faint)
	}
	if len(g.found) == 0 {
		c.On(g.area, 0).Gap(1).Put(term.Faint, b.nobody(v))
	}
	b.drawDetail(c, g.detail, sc, v, &g)
	b.drawHits(c, g.more, sc, v)
	if below := term.NewRect(g.area.X, g.area.Y+g.rows, g.area.W, g.area.H-g.rows); v.field == nil && r.W == v.w {
		drawEvents(c, below, sc)
	}
}

func (b *boardPane) nobody(v *view) string {
	switch {
	case v.field != nil && len(v.field.text) > 0:
		return "nobody here has that name or number"
	case b.group == bookmarked && b.filter == anyState:
		return "nobody is bookmarked any more"
	case b.filter != anyState:
		return "nobody is " + b.filter.String() + " now"
	}
	return "no extensions known yet"
}

func (b *boardPane) drawEntry(c *term.Canvas, r term.Rect, sc *scene, e *entry) {
	st := lineStyles[e.line]
	p := term.Pen{C: c, X: r.X, Y: r.Y, End: min(c.W, r.X+r.W)}
	switch {
	case e.id == b.mark:
		p.Put(term.Marked, ">")
	case e.chosen:
		p.Put(term.Title, bookmarkSign)
	default:
		p.X++
	}
	p.Put(st, lineSigns[e.line])
	p.End = min(p.End, p.X+sc.directory.digits)
	p.Put(st, string(e.id))
	p.X, p.End = r.X+2+sc.directory.digits+1, min(c.W, r.X+r.W-1)
	name := term.Plain
	if e.line == pbxws.LineOffline {
		name = term.Offline
	}
	p.Put(name, e.name)
	if e.id == b.mark {
		c.Restyle(term.NewRect(r.X, r.Y, max(1, p.X-r.X), 1), term.Marked)
	}
}

// drawHead is the line of counts, with the age of it all where the link is silent.
func (b *boardPane) drawHead(c *term.Canvas, r term.Rect, sc *scene, v *view, g *grid) {
	p := c.On(r, 0).Gap(1)
	switch {
	case sc.stale():
		p.Right(term.Warn, "as of "+term.Clock(sc.Link.Heard))
	case b.only() != "":
		p.Right(term.Warn, b.only())
	case g.pages > 1 && r.W >= sideFrom/2+10:
		p.Right(term.Faint, fmt.Sprintf("page %d/%d", g.page+1, g.pages))
	}
	p.Put(term.Title, "EXTENSIONS").Put(term.Strong, " "+strconv.Itoa(sc.directory.extensions))
	drawCounts(p, sc, r.W)
	if v.field != nil {
		v.field.draw(c, r, sc, v, len(g.found))
	}
}

// drawCounts says how many are in each state; whole counts only.
func drawCounts(p *term.Pen, sc *scene, width int) {
	var counts [len(lineSigns)]string
	lines := [...]pbxws.Line{pbxws.LineFree, pbxws.LineBusy, pbxws.LineRinging, pbxws.LineDND, pbxws.LineOffline}
	wide := 0
	for _, l := range lines {
		counts[l] = " " + strconv.Itoa(sc.directory.counts[l]) + " " + lineWord(l, width)
		wide += 3 + len(counts[l])
	}
	gap := 1
	if wide <= p.Room() {
		gap = 2
	}
	for _, l := range lines {
		if p.Gap(gap); p.Room() < 1+len(counts[l]) {
			break
		}
		p.Put(lineStyles[l], lineSigns[l]).Put(term.Plain, counts[l])
	}
}

// lineWord is a state in a word, shorter where there is little room.
func lineWord(l pbxws.Line, width int) string {
	switch {
	case l == pbxws.LineRinging && width < 100:
		return "ring"
	case l == pbxws.LineOffline:
		return "off"
	}
	return l.String()
}

// drawDetail says more of the marked one and, during a search, of those after it.
func (b *boardPane) drawDetail(c *term.Canvas, r term.Rect, sc *scene, v *view, g *grid) {
	if r.H > 1 {
		c.Ruler(r.Rows(1))
	}
	at := g.place(sc, b.mark)
	if v.field != nil && len(g.found) == 0 {
		return
	}
	if v.field == nil || at < 0 {
		if sc.directory.place(b.mark) >= 0 {
			b.drawDetailLine(c.On(r, 0), sc, v, b.mark)
		} else if len(g.found) > 0 {
			c.On(r, 0).Gap(1).Put(term.Faint, "The arrow keys mark somebody.")
		}
		return
	}
	for i, found := range g.found[at:min(len(g.found), at+r.H)] {
		b.drawDetailLine(c.On(r, i), sc, v, sc.directory.entries[found].id)
	}
}

func (b *boardPane) drawDetailLine(p *term.Pen, sc *scene, v *view, id pbxws.AccountID) {
	a := sc.PBX.Accounts[id]
	if id == b.mark {
		p.Put(term.Strong, " > ")
	} else {
		p.Gap(3)
	}
	p.Cell(term.Strong, min(26, p.Room()/3), pbxws.Party{Name: a.Name, Number: string(id)}.String()).Gap(2)
	st, words := stateWords(sc, a)
	p.Put(st, words).Gap(2)
	if id == b.mark && v.field == nil {
		v.drawPersonOffer(p, sc, id)
	}
}

// stateWords is what an account does, with whom and since when.
func stateWords(sc *scene, a pbxws.Account) (term.Style, string) {
	line := sc.PBX.Line(a)
	if q, ok := sc.PBX.Queues[a.ID]; ok {
		return lineStyles[line], queueWords(sc, q)
	}
	if call, ok := sc.PBX.CallOf(a.ID); ok {
		return lineStyles[line], callWords(sc, call, a.ID)
	}
	since := ""
	if !a.Since.IsZero() {
		since = " since " + a.Since.Format("15:04")
	}
	words := map[pbxws.Line]string{
		pbxws.LineFree: "free", pbxws.LineBusy: "BUSY", pbxws.LineRinging: "RINGING",
		pbxws.LineDND: "DO NOT DISTURB", pbxws.LineOffline: "OFFLINE",
	}[line] + since
	if a.Presence != "" {
		words += ", '" + a.Presence + "'"
	}
	return lineStyles[line], words
}

func callWords(sc *scene, call pbxws.Call, id pbxws.AccountID) string {
	other := partyWords(sc, call.Other(id))
	way := " (in)"
	if call.Caller == id {
		way = " (out)"
	}
	switch {
	case call.Phase == pbxws.PhaseAlerting && way == " (in)":
		return "RINGING from " + other + ", " + term.Minutes(sc.since(call.Began))
	case call.Phase == pbxws.PhaseAlerting:
		return "CALLING " + other + ", " + term.Minutes(sc.since(call.Began))
	case call.Phase == pbxws.PhaseHeld:
		return "ON HOLD with " + other + way + ", " + term.Minutes(sc.since(call.Answered))
	}
	return "TALKING " + term.Minutes(sc.since(call.Answered)) + " with " + other + way
}

// move walks over what is shown. From nowhere, the first step marks the first one.
func (b *boardPane) move(a keymap.Action, r term.Rect, sc *scene, v *view) {
	g := b.grid(r, sc, v)
	if b.moveHits(a, &g, sc, v) || len(g.found) == 0 {
		return
	}
	step := map[keymap.Action]int{
		keymap.MoveUp: -1, keymap.MoveDown: 1, keymap.MoveLeft: -g.rows, keymap.MoveRight: g.rows,
		keymap.MovePageUp: -g.rows * g.cols, keymap.MovePageDown: g.rows * g.cols,
		keymap.MoveFirst: -len(g.found), keymap.MoveLast: len(g.found),
	}[a]
	at := max(0, min(len(g.found)-1, g.from(sc, b.mark, step)+step))
	b.mark = sc.directory.entries[g.found[at]].id
}

// from is where a step begins: at the marked one, or at the gap that it left when it fell
// out of the filter.
func (g *grid) from(sc *scene, mark pbxws.AccountID, step int) int {
	place := sc.directory.place(mark)
	if place < 0 {
		return -step
	}
	at, there := sc.directory.among(g.found, place, g.order)
	if !there && step > 0 {
		at--
	}
	return at
}

// follow keeps the mark on somebody who is shown after the text of a search has changed.
func (b *boardPane) follow(sc *scene, v *view) {
	if v.field != nil && (v.field.kind == commandField || v.field.kind == traceField || v.field.kind == forgetField || v.field.kind == parkField || v.field.isForApps()) {
		return
	}
	g := b.found(sc, v)
	if b.search(v).text != "" && len(g.found) > 0 && g.place(sc, b.mark) < 0 {
		b.mark = sc.directory.entries[g.found[0]].id
	}
	b.followHits(len(g.found), sc, v)
}
