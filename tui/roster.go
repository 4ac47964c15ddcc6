package tui

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/keymap"
	"github.com/patchcord/patchcord/tui/roster"
	"github.com/patchcord/patchcord/tui/term"
)

// rosterPane is the grid of extensions: who is free, busy, ringing. It knows which account is
// selected and which states are let through; what they are stands in the scene.
type rosterPane struct {
	// mark is the selected account itself, not its place: news may come and go around it.
	mark phone.Account
	// number is selected instead, where a search found it outside the directory.
	number string
	filter roster.StateFilter
	group  roster.Group
	// page is the page of the bookmarks that was shown last.
	page  string
	order roster.Order
	// at is the only PBX that is shown, empty for all.
	at phone.LinkID
}

// lampSigns and lampStyles say the same twice, by sign and by colour.
var (
	lampSigns = [...]string{
		pbxws.LampOffline: "-", pbxws.LampFree: ".", pbxws.LampDND: "z", pbxws.LampBusy: "*",
		pbxws.LampRinging: "!", pbxws.LampCalling: "^", pbxws.LampUnknown: "?",
	}
	lampStyles = [...]term.Style{
		pbxws.LampOffline: term.Offline, pbxws.LampFree: term.Free, pbxws.LampDND: term.DND,
		pbxws.LampBusy: term.Busy, pbxws.LampRinging: term.Ringing, pbxws.LampCalling: term.Busy,
		pbxws.LampUnknown: term.Faint,
	}
)

// bookmarkSign stands before whom a person bookmarked.
const bookmarkSign = "+"

// markHint stands where the selected one would.
const markHint = "The arrow keys select somebody."

// signRoom is how many columns stand around a number and a name in the grid. A name gets nameRoom at least,
// and ampleRoom where that makes no more pages.
const signRoom, nameRoom, ampleRoom = 4, 12, 28

// grid is the shape of the extensions on the screen at this moment.
type grid struct {
	head, detail, area     term.Rect
	more                   term.Rect // who was found elsewhere
	cols, rows, cell, page int
	pages                  int
	found                  []int
	order                  roster.Order
}

func (b *rosterPane) choice(sc *scene) (string, bool) {
	return "menu", sc.directory.Place(b.mark) >= 0
}

func (b *rosterPane) choose(m *model) (tea.Cmd, string) {
	if m.scene.directory.Place(b.mark) < 0 {
		return nil, "select somebody first with the arrow keys"
	}
	m.view.panes.push(&personPane{who: b.mark})
	return nil, ""
}

// query is what is typed above the grid; others are numbers to choose from besides those found.
type query struct {
	open   bool
	text   string
	others []hit
	// avoid are accounts that nobody means unless they select them.
	avoid []phone.Account
}

// search is what the query and the filter let through.
func (b *rosterPane) search(q query) roster.Search {
	return roster.Search{Text: q.text, State: b.filter, Group: b.group, Page: b.page, Order: b.order, At: b.at}
}

// found is a grid without a shape: who is on it, in which order.
func (b *rosterPane) found(sc *scene, q query) grid {
	return grid{found: sc.directory.Matches(b.search(q)), order: b.order}
}

func (b *rosterPane) grid(r term.Rect, sc *scene, q query) grid {
	g := b.found(sc, q)
	headLines := 1
	if q.open {
		headLines = 3
	}
	g.head = r.Rows(headLines)
	if q.open && r.H > 4 {
		r.Rows(1) // for a line across
	}
	if n := hitLines(b.hits(sc, q)); n > 0 {
		g.more = r.Last(min(n, r.H/2))
	}
	g.cols = max(1, r.W/(signRoom+nameRoom+sc.directory.Digits+sc.signs.room()))
	g.cell = max(1, r.W/g.cols)
	need := max(1, (len(g.found)+g.cols-1)/g.cols)
	free := 0
	if r.H > 6 && (q.open || sc.sideColumn() == 0) {
		free = 1
		if need <= r.H { // everybody fits: not by giving up the last line
			free = min(1, r.H-need)
		}
		if q.open {
			free = max(1, min(r.H-need-1, 6, len(g.found)+1))
		}
	}
	g.detail = r.Last(free)
	if sc.sideColumn() > 0 && !q.open || need > r.H { // nothing else wants the lines that columns save
		g.widen(r, signRoom+sc.directory.Digits+sc.signs.room()+min(sc.directory.Widest, ampleRoom))
		need = max(1, (len(g.found)+g.cols-1)/g.cols)
	}
	g.rows = max(1, min(r.H, need))
	g.area = r
	g.pages = max(1, (len(g.found)+g.rows*g.cols-1)/(g.rows*g.cols))
	g.page = max(0, g.place(sc, b.mark)) / (g.rows * g.cols)
	return g
}

// widen makes room for names of a width, as far as that makes no more pages.
func (g *grid) widen(r term.Rect, width int) {
	screen := max(1, r.H)
	pages := max(1, (len(g.found)+g.cols*screen-1)/(g.cols*screen))
	fewest := (len(g.found) + pages*screen - 1) / (pages * screen)
	g.cols = max(1, fewest, min(g.cols, r.W/width))
	g.cell = max(1, r.W/g.cols)
}

// place is where among the found ones an account stands, -1 where it is not.
func (g *grid) place(sc *scene, a phone.Account) int {
	at := sc.directory.Place(a)
	if at < 0 {
		return -1
	}
	if i, ok := sc.directory.Among(g.found, at, g.order); ok {
		return i
	}
	return -1
}

func (b *rosterPane) context() keymap.Context { return "" }

func (b *rosterPane) key(tea.Key, *scene) (tea.Cmd, bool) { return nil, false }

// close shows everybody again, by number.
func (b *rosterPane) close() bool {
	filtered := b.filter != roster.AnyState || b.group != roster.Everybody || b.order != roster.ByNumbers || b.at != ""
	b.filter, b.group, b.order, b.at = roster.AnyState, roster.Everybody, roster.ByNumbers, ""
	return filtered
}

func (b *rosterPane) draw(c *term.Canvas, r term.Rect, sc *scene) { b.drawGrid(c, r, sc, query{}) }

func (b *rosterPane) move(a keymap.Action, r term.Rect, sc *scene) { b.moveIn(a, r, sc, query{}) }

// drawGrid draws those whom the query lets through; ok is false where there is no room at all.
func (b *rosterPane) drawGrid(c *term.Canvas, r term.Rect, sc *scene, q query) (g grid, ok bool) {
	if r.H <= 0 {
		return g, false
	}
	g = b.grid(r, sc, q)
	b.drawHead(c, g.head, sc, &g, q.open)
	if q.open {
		c.Ruler(term.NewRect(r.X, g.head.Y+g.head.H, r.W, g.area.Y-g.head.Y-g.head.H))
	}
	first := g.page * g.rows * g.cols
	for i, at := range g.found[first:min(len(g.found), first+g.rows*g.cols)] {
		e := &sc.directory.Entries[at]
		cell := term.NewRect(g.area.X+i/g.rows*g.cell, g.area.Y+i%g.rows, g.cell, 1)
		b.drawEntry(c, cell, sc, e)
	}
	if sc.stale() && !sc.several() {
		c.Restyle(g.area, term.Faint)
	}
	if len(g.found) == 0 {
		c.On(g.area, 0).Gap(1).PutCut(term.Faint, b.nobody(q))
	}
	b.drawDetail(c, g.detail, sc, q, &g)
	b.drawHits(c, g.more, sc, q)
	if below := term.NewRect(g.area.X, g.area.Y+g.rows, g.area.W, g.area.H-g.rows); !q.open && sc.sideColumn() == 0 {
		drawEvents(c, below, sc)
	}
	return g, true
}

func (b *rosterPane) nobody(q query) string {
	switch {
	case q.text != "":
		return "nobody here has that name or number"
	case b.at != "" && b.filter == roster.AnyState && b.group == roster.Everybody:
		return "no extensions of this PBX known yet"
	case b.group == roster.Bookmarked && b.filter == roster.AnyState:
		return "there are no bookmarks on this page any more"
	case b.filter != roster.AnyState:
		return "nobody is " + b.filter.String() + " now"
	}
	return "no extensions known yet"
}

func (b *rosterPane) drawEntry(c *term.Canvas, r term.Rect, sc *scene, e *roster.Entry) {
	st, marked := lampStyles[e.Lamp], e.Is(b.mark)
	p := term.Pen{C: c, X: r.X, Y: r.Y, End: min(c.W, r.X+r.W)}
	switch {
	case marked:
		p.Put(term.Marked, ">")
	case e.Chosen:
		p.Put(term.Title, bookmarkSign)
	default:
		p.X++
	}
	p.Put(st, lampSigns[e.Lamp])
	p.End = min(p.End, p.X+sc.directory.Digits)
	p.Put(st, string(e.ID))
	p.X, p.End = r.X+2+sc.directory.Digits+1, min(c.W, r.X+r.W-1)
	name := term.Plain
	if sc.several() {
		p.Cell(term.Faint, sc.signs.wide, sc.signs.sign(e)).Gap(1)
		if sc.staleAt(e.Link) {
			name = term.Faint
		}
	}
	if e.Lamp == pbxws.LampOffline {
		name = term.Offline
	}
	p.Put(name, e.Name)
	if marked {
		c.Restyle(term.NewRect(r.X, r.Y, max(1, p.X-r.X), 1), term.Marked)
	}
}

// drawHead is the line of counts, with the age of it all where the link is silent.
func (b *rosterPane) drawHead(c *term.Canvas, r term.Rect, sc *scene, g *grid, open bool) {
	p := c.On(r, 0).Gap(1)
	stale := sc.staleSince()
	switch {
	case stale != "" && !(sc.several() && b.only(sc) != ""): // line 1 says so too
		p.Right(term.Warn, stale)
	case b.only(sc) != "":
		p.Right(term.Warn, b.only(sc))
	}
	if sc.directory.Extensions == 0 { // the PBX has not sent them yet, which the body says
		p.Put(term.Title, "EXTENSIONS")
		return
	}
	if !sc.several() {
		p.Put(term.Title, "EXTENSIONS").Put(term.Strong, " "+strconv.Itoa(sc.directory.Extensions))
	} else {
		p.Put(term.Title, "PEOPLE")
		for i, at := range sc.boards() {
			p.Put(term.Plain, " "+sc.label(at.Link.ID)).Put(term.Strong, " "+strconv.Itoa(sc.directory.At[i]))
		}
	}
	drawCounts(p, sc, r.W)
	switch {
	case g.pages > 1:
		p.Gap(1).Right(term.Faint, fmt.Sprintf("page %d/%d", g.page+1, g.pages))
	case open || g.detail.H > 0 || sc.sideColumn() > 0 || p.Room() < minWidth:
	case sc.directory.Place(b.mark) >= 0: // everybody is on the screen, to the last line
		b.drawDetailLine(p.Gap(2), sc, query{}, b.mark)
	default:
		p.Gap(2).Put(term.Faint, markHint)
	}
}

// drawCounts says how many are in each state; whole counts only.
func drawCounts(p *term.Pen, sc *scene, width int) {
	var counts [len(lampSigns)]string
	lamps := []pbxws.Lamp{pbxws.LampFree, pbxws.LampBusy, pbxws.LampRinging, pbxws.LampDND, pbxws.LampOffline}
	for _, rare := range []pbxws.Lamp{pbxws.LampCalling, pbxws.LampUnknown} {
		if sc.directory.Counts[rare] > 0 {
			lamps = append(lamps, rare)
		}
	}
	wide := 0
	for _, l := range lamps {
		counts[l] = " " + strconv.Itoa(sc.directory.Counts[l]) + " " + lampWord(l, width)
		wide += 3 + len(counts[l])
	}
	gap := 1
	if wide <= p.Room() {
		gap = 2
	}
	for _, l := range lamps {
		if p.Gap(gap); p.Room() < 1+len(counts[l]) {
			break
		}
		p.Put(lampStyles[l], lampSigns[l]).Put(term.Plain, counts[l])
	}
}

// lampWord is a state in a word, shorter where there is little room.
func lampWord(l pbxws.Lamp, width int) string {
	switch {
	case l == pbxws.LampRinging && width < 100:
		return "ring"
	case l == pbxws.LampOffline:
		return "off"
	}
	return l.String()
}

// drawDetail says more of the selected one and, during a search, of those after it.
func (b *rosterPane) drawDetail(c *term.Canvas, r term.Rect, sc *scene, q query, g *grid) {
	if r.H > 1 {
		c.Ruler(r.Rows(1))
	}
	at := g.place(sc, b.mark)
	if q.open && len(g.found) == 0 {
		return
	}
	if q.text != "" {
		at = max(0, at)
	}
	if !q.open || at < 0 {
		if sc.directory.Place(b.mark) >= 0 {
			b.drawDetailLine(c.On(r, 0), sc, q, b.mark)
		} else if len(g.found) > 0 {
			c.On(r, 0).Gap(1).Put(term.Faint, markHint)
		}
		return
	}
	for i, found := range g.found[at:min(len(g.found), at+r.H)] {
		b.drawDetailLine(c.On(r, i), sc, q, sc.directory.Entries[found].Account)
	}
}

func (b *rosterPane) drawDetailLine(p *term.Pen, sc *scene, q query, at phone.Account) {
	place := sc.directory.Place(at)
	if place < 0 {
		return
	}
	e := &sc.directory.Entries[place]
	marked := e.Is(b.mark)
	if marked {
		p.Put(term.Strong, " > ")
	} else {
		p.Gap(3)
	}
	p.Cell(term.Strong, min(26, p.Room()/3), pbxws.Party{Name: e.Name, Number: string(e.ID)}.String()).Gap(2)
	st, words := sc.states(e)
	p.Put(st, words).Gap(2)
	if marked && !q.open {
		drawPersonOffer(p, sc, e.Account)
	}
}

// stateWords is what an account does, with whom and since when.
func stateWords(sc *scene, a pbxws.Account) (term.Style, string) {
	lamp := sc.PBX.Lamp(a)
	if q, ok := sc.PBX.Queues.Get(a.ID); ok {
		return lampStyles[lamp], queueWords(sc, q)
	}
	if call, ok := sc.PBX.CallOf(a.ID); ok {
		return lampStyles[lamp], callWords(sc, call, a.ID)
	}
	since := ""
	if !a.Since.IsZero() {
		since = " since " + a.Since.Format("15:04")
	}
	words := map[pbxws.Lamp]string{
		pbxws.LampFree: "free", pbxws.LampBusy: "BUSY", pbxws.LampRinging: "RINGING",
		pbxws.LampDND: "DO NOT DISTURB", pbxws.LampOffline: "OFFLINE", pbxws.LampCalling: "CALLING",
		pbxws.LampUnknown: "UNKNOWN, the PBX does not say",
	}[lamp] + since
	return lampStyles[lamp], words + presenceWords(a)
}

func callWords(sc *scene, call pbxws.Call, id pbxws.AccountID) string {
	other := partyWords(sc, call.Other(id))
	way := " (in)"
	if call.Caller == id {
		way = " (out)"
	}
	if call.Queue != "" {
		way += " through " + cut(cmp.Or(sc.PBX.Queues.At(call.Queue).Name, string(call.Queue)), 16)
	}
	if call.Recording {
		way += either(call.Paused, ", recording paused", ", recorded")
	}
	switch {
	case call.Phase == pbxws.PhaseAlerting && call.Caller != id:
		return "RINGING from " + other + ", " + term.Minutes(sc.since(call.Began))
	case call.Phase == pbxws.PhaseAlerting:
		return "CALLING " + other + ", " + term.Minutes(sc.since(call.Began))
	case call.Phase == pbxws.PhaseHeld:
		return "ON HOLD with " + other + way + ", " + term.Minutes(sc.since(call.Answered))
	}
	return "TALKING " + term.Minutes(sc.since(call.Answered)) + " with " + other + way
}

// moveIn walks over what is shown. From nowhere, the first step selects the first one.
func (b *rosterPane) moveIn(a keymap.Action, r term.Rect, sc *scene, q query) {
	g := b.grid(r, sc, q)
	if b.moveHits(a, &g, sc, q) || len(g.found) == 0 {
		return
	}
	by := a.Stride(g.rows*g.cols, len(g.found))
	switch a {
	case keymap.MoveLeft:
		by = -g.rows
	case keymap.MoveRight:
		by = g.rows
	}
	b.mark, b.number = sc.directory.Entries[g.found[within(g.from(sc, b.mark, by)+by, len(g.found))]].Account, ""
}

// markNumber selects who has a number, or the number itself where nobody here has it.
func (b *rosterPane) markNumber(sc *scene, number string) {
	b.number = number
	if a, known := sc.whoHas(number); known {
		b.mark, b.number = a, ""
	}
}

// marked is the number of who is selected among those found, within the directory or outside of it.
func (b *rosterPane) marked(sc *scene, q query) (string, bool) {
	if b.number != "" {
		return b.number, true
	}
	a, marked := b.markedAccount(sc, q)
	return string(a.ID), marked
}

// markedAccount is who is selected among those found within the directory.
func (b *rosterPane) markedAccount(sc *scene, q query) (phone.Account, bool) {
	if b.number != "" {
		return phone.Account{}, false
	}
	g := b.found(sc, q)
	return b.mark, g.place(sc, b.mark) >= 0
}

// external is the selected number outside the directory.
func (b *rosterPane) external() (string, bool) { return b.number, b.number != "" }

// from is where a step begins: at the selected one, or at the gap that it left when it fell
// out of the filter.
func (g *grid) from(sc *scene, mark phone.Account, step int) int {
	place := sc.directory.Place(mark)
	if place < 0 {
		return -step
	}
	at, there := sc.directory.Among(g.found, place, g.order)
	if !there && step > 0 {
		at--
	}
	return at
}

// follow keeps the cursor on somebody who is shown after the text of a search has changed.
func (b *rosterPane) follow(sc *scene, q query) {
	g := b.found(sc, q)
	if q.text != "" && len(g.found) > 0 && (g.place(sc, b.mark) < 0 || slices.Contains(q.avoid, b.mark)) {
		first := slices.IndexFunc(g.found, func(at int) bool { return !slices.Contains(q.avoid, sc.directory.Entries[at].Account) })
		b.mark = sc.directory.Entries[g.found[max(0, first)]].Account
	}
	b.followHits(len(g.found), sc, q)
}

// markCalled selects the one with exactly the dialled number, if they are shown.
func (b *rosterPane) markCalled(sc *scene, q query, dialled string) {
	b.mark, b.number = phone.Account{}, ""
	if a := sc.here(pbxws.AccountID(dialled)); sc.directory.Place(a) >= 0 {
		b.mark = a
		return
	}
	for _, h := range b.hits(sc, q) {
		if n, why := sc.Number(h.number); why == "" && n.Dial == dialled {
			b.number = h.number
			return
		}
	}
}
