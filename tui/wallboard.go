package tui

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/keymap"
	"github.com/patchcord/patchcord/tui/term"
)

// wallboardPane has a line for each queue of all PBXs: how many wait, the longest wait, and what the
// agents do. The queues with the longest wait come first.
type wallboardPane struct {
	// at is the selected queue.
	at phone.Account
}

// queueFigures are what the wallboard tells of a queue.
type queueFigures struct {
	at           phone.Account
	name, system string
	waiting      int
	longest      time.Duration
	// tells is false where the PBX does not tell who works in the queue.
	tells                      bool
	ready, talks, paused, away int
	// first is who waits longest, empty where nobody does or it is not told.
	first string
}

const (
	// longWait is from which time on somebody has waited too long.
	longWait = time.Minute
	// firstFrom is how many columns there must be for who waits longest.
	firstFrom = 100
	// figureCell is how many columns a figure has.
	figureCell = 9
)

// wallboardActions are what keys do with it.
func wallboardActions() []action {
	return []action{{id: keymap.ViewWallboard, do: func(m *model, _ string) string {
		m.closeViews()
		m.view.panes.push(&wallboardPane{})
		return ""
	}}}
}

// figures are all queues, the longest wait first, then by number.
func (sc *scene) figures() []queueFigures {
	var all []queueFigures
	for _, b := range sc.boards() {
		there := sc.on(b.Link.ID)
		for _, q := range b.PBX.Queues.All() {
			all = append(all, there.figuresOf(q))
		}
	}
	slices.SortStableFunc(all, func(a, b queueFigures) int {
		return cmp.Or(cmp.Compare(b.longest, a.longest), cmp.Compare(b.waiting, a.waiting),
			cmp.Compare(len(a.at.ID), len(b.at.ID)), cmp.Compare(a.at.ID, b.at.ID))
	})
	return all
}

func (sc *scene) figuresOf(q pbxws.Queue) queueFigures {
	f := queueFigures{at: phone.Account{Link: sc.Link.ID, ID: q.ID}, name: cmp.Or(q.Name, sc.PBX.Accounts.At(q.ID).Name), waiting: q.Waiting,
		system: sc.systemName(), tells: len(q.Members) > 0}
	if q.Waiting > 0 && !q.Longest.IsZero() {
		f.longest = sc.since(q.Longest)
	}
	if calls := waiting(sc, q.ID); len(q.Callers) > 0 {
		f.first = sc.full(q.Callers[0].Party)
	} else if len(calls) > 0 && q.Waiting > 0 {
		f.first = sc.full(calls[0].Other(q.ID))
	}
	if !f.tells && q.Agents > 0 {
		f.tells, f.ready = true, q.Agents
	}
	for _, m := range q.Members {
		lamp := sc.PBX.Lamp(sc.PBX.Accounts.At(m.ID))
		switch {
		case !m.In:
			f.away++
		case m.Paused:
			f.paused++
		case lamp == pbxws.LampBusy || lamp == pbxws.LampRinging || lamp == pbxws.LampCalling:
			f.talks++
		default:
			f.ready++
		}
	}
	return f
}

// agents are the figures of the agents in the order of the columns.
func (f queueFigures) agents() []string {
	var words []string
	for _, n := range []int{f.ready, f.talks, f.paused, f.away} {
		text := "-"
		if f.tells {
			text = strconv.Itoa(n)
		}
		words = append(words, text)
	}
	return words
}

// style is how urgent a queue is.
func (f queueFigures) style() term.Style {
	switch {
	case f.longest >= longWait:
		return term.Alert
	case f.waiting > 0:
		return term.Warn
	}
	return term.Plain
}

func (w *wallboardPane) context() keymap.Context { return "" }

func (w *wallboardPane) key(tea.Key, *scene) (tea.Cmd, bool) { return nil, false }

func (w *wallboardPane) close() bool { return false }

// marked is the place of the selected queue.
func (w *wallboardPane) marked(all []queueFigures) int {
	return rowAt(all, w.at, func(f queueFigures) phone.Account { return f.at })
}

func (w *wallboardPane) pin(sc *scene, _ time.Time) {
	if all := sc.figures(); w.at == (phone.Account{}) && len(all) > 0 {
		w.at = all[0].at
	}
}

// queueGone is what is said where the selected queue is not there any more.
const queueGone = "that queue is gone; the arrow keys select another"

func (w *wallboardPane) move(a keymap.Action, r term.Rect, sc *scene) {
	if all := sc.figures(); len(all) > 0 {
		w.at = all[within(w.marked(all)+a.Stride(max(1, r.H-4), len(all)), len(all))].at
	}
}

func (w *wallboardPane) choice(sc *scene) (string, bool) {
	return "show", len(sc.figures()) > 0
}

// choose goes to the selected queue in the list of queues, where its callers can be taken.
func (w *wallboardPane) choose(m *model) (tea.Cmd, string) {
	all := m.scene.figures()
	if len(all) == 0 {
		return nil, lists[queueList].empty
	}
	at := w.marked(all)
	if at < 0 {
		return nil, queueGone
	}
	f := all[at]
	l := m.open(queueList)
	l.at = string(f.at.ID)
	if m.scene.several() {
		l.at = string(f.at.Link) + " " + l.at
	}
	return nil, ""
}

func (w *wallboardPane) draw(c *term.Canvas, r term.Rect, sc *scene) {
	all := sc.figures()
	total, longest, tells := 0, time.Duration(0), false
	for _, f := range all {
		total, longest, tells = total+f.waiting, max(longest, f.longest), tells || f.tells
	}
	p := c.On(r.Rows(1), 0).Gap(1)
	if sc.staleSince() != "" {
		p.Right(term.Warn, sc.staleSince())
	}
	p.Put(term.Title, "WALLBOARD").Put(term.Strong, " "+term.Count(len(all), "queue")).Gap(2)
	if total > 0 {
		p.Put(queueFigures{waiting: total, longest: longest}.style(), fmt.Sprintf("%d waiting, longest %s", total, term.Minutes(longest)))
	} else {
		p.Put(term.Plain, "nobody waits")
	}
	if r.H > 4 {
		c.Ruler(r.Rows(1))
	}
	if len(all) == 0 {
		why := cmp.Or(denied(sc, queueList), lists[queueList].empty)
		c.On(r, 0).Gap(1).PutCut(term.Faint, why)
		return
	}
	name := wallboardName(c, all, r.W)
	drawWallboardHead(c, r.Rows(1), name)
	at := w.marked(all)
	if !tells && r.H > 2 {
		c.On(r.Last(1), 0).Gap(1).PutCut(term.Faint, "This PBX does not tell who works in its queues.")
		r.H--
	}
	top := max(0, min(at-r.H/2, len(all)-r.H))
	for i, f := range all[top:min(len(all), top+max(0, r.H))] {
		drawFigures(c, r.Rows(1), f, name, top+i == at)
	}
}

// wallboardName is how many columns the names of the queues have.
func wallboardName(c *term.Canvas, all []queueFigures, width int) int {
	name := len("QUEUE")
	for _, f := range all {
		name = max(name, c.Columns(figureName(f)))
	}
	return max(leastCut, min(name, width-2-6*figureCell))
}

// figureName is a queue as the wallboard calls it.
func figureName(f queueFigures) string {
	words := string(f.at.ID)
	for _, more := range []string{f.name, f.system} {
		if more != "" {
			words += " " + more
		}
	}
	return words
}

func drawWallboardHead(c *term.Canvas, line term.Rect, name int) {
	p := c.On(line, 0).Gap(1).Cell(term.Faint, name, "QUEUE")
	for _, head := range []string{"WAITING", "LONGEST", "READY", "IN CALL", "PAUSED", "OUT"} {
		p.Gap(figureCell-len(head)).Put(term.Faint, head)
	}
	if line.W >= firstFrom {
		p.Gap(3).PutCut(term.Faint, "FIRST IN LINE")
	}
}

func drawFigures(c *term.Canvas, line term.Rect, f queueFigures, name int, isMarked bool) {
	p := c.On(line, 0)
	p.Mark(isMarked)
	p.Cell(term.Strong, name, c.Cut(figureName(f), name))
	longest := "-"
	if f.longest > 0 {
		longest = term.Minutes(f.longest)
	}
	for i, text := range append([]string{strconv.Itoa(f.waiting), longest}, f.agents()...) {
		st := term.Plain
		if i < 2 {
			st = f.style()
		}
		p.Gap(max(1, figureCell-len(text))).Put(st, text)
	}
	if line.W >= firstFrom {
		p.Gap(3).PutCut(term.Plain, f.first)
	}
	if isMarked {
		c.Restyle(line, term.Marked)
	}
}

func (w *wallboardPane) markedRow(n *linear, sc *scene) (row string, lines [][2]string) {
	all := sc.figures()
	if len(all) == 0 {
		return "wallboard", [][2]string{{"wallboard", lists[queueList].empty}}
	}
	at := w.marked(all)
	if at < 0 {
		return "wallboard gone", [][2]string{{"wallboard", queueGone}}
	}
	f := all[at]
	text := fmt.Sprintf("%s, %d waiting", figureName(f), f.waiting)
	if f.longest > 0 {
		text += ", longest " + term.Minutes(f.longest)
	}
	if f.tells {
		text += fmt.Sprintf(", %d ready, %d in a call, %d paused, %d out", f.ready, f.talks, f.paused, f.away)
	}
	return fmt.Sprint("wallboard ", f.at, " ", f.waiting), [][2]string{{"wallboard " + place(at, len(all)), text + ". " + n.keyFor(sc, keymap.Global, keymap.MenuOpen) + ": show"}}
}
