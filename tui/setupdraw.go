package tui

import (
	"fmt"
	"time"

	"github.com/patchcord/patchcord/tui/keymap"
	"github.com/patchcord/patchcord/tui/term"
)

const (
	// widestForm is as wide as the form gets: beyond it the eye loses the line.
	widestForm = 110
	labelRoom  = 14
	answerRoom = 22
	// answerDue is after how long a test that still runs is said to have no answer yet.
	answerDue = 2 * time.Second
)

// drawSetup is the whole screen of the form. Calls keep their cards above it.
func drawSetup(c *term.Canvas, sc *scene, v *view, p *setupPane) {
	all := term.NewRect(0, 0, sc.w, sc.h)
	head, hints, foot := all.Rows(1), all.Last(1), all.Last(1)
	drawSetupHead(c.On(head, 0).Gap(1), p)
	v.drawCards(c, all.Rows(sc.cardsHeight()), sc)
	rule := term.Rect{}
	if all.H > 3 {
		rule = all.Last(1)
		c.Ruler(rule)
	}
	v.drawPane(c, all, sc)
	if v.confirms() || v.message.text != "" && sc.since(v.message.at) < freshFor {
		drawMessage(c, rule, foot, sc, v)
	} else {
		c.On(foot, 0).Gap(1).Put(term.Plain, "Not saved yet. Goes to "+p.place+", for you alone")
	}
	drawHints(c, hints, sc, v)
}

func drawSetupHead(p *term.Pen, s *setupPane) {
	p.Right(term.Strong, fmt.Sprintf("step %d of %d", s.step+1, setupSteps))
	if s.begin.From != "" {
		p.Put(term.Title, "SET-UP").Put(term.Plain, " of the profile "+s.begin.From)
		return
	}
	if !s.first {
		p.Put(term.Title, "SET-UP").Put(term.Plain, " of a new profile")
		return
	}
	p.Put(term.Title, "WELCOME").Put(term.Plain, " - nothing is set up yet")
}

// draw is the list of steps, the form of this one, and what is to be said of it. What has no
// room gives way: the remarks first, the list next, the form last.
func (p *setupPane) draw(c *term.Canvas, r term.Rect, sc *scene) {
	r.W = min(r.W, widestForm)
	form, trial := len(p.lines())+2, p.trialLines()
	free := r.H - form - trial
	const listed, advised = setupSteps + 2, 3
	if free >= listed+advised {
		r.Rows(1)
		drawSteps(c, r.Rows(setupSteps), p)
		r.Rows(1)
		free -= listed
	}
	st, words := p.advice()
	advice := term.Wrap(words, r.W-2, c.ASCII)
	remarks := term.Rect{}
	if p.step == systemStep || p.step == signInStep {
		remarks = r.Last(max(0, min(3, free-len(advice))))
	}
	body := r.Rows(min(form, max(3, r.H-1)))
	drawForm(c, body, sc, p)
	drawTrial(c, r.Rows(trial), p)
	if r.H > len(advice) {
		r.Rows(1)
	}
	for i, line := range advice[:min(len(advice), r.H)] {
		c.On(r, i).Gap(1).Put(st, line)
	}
	drawRemarks(c, remarks, sc)
}

func drawSteps(c *term.Canvas, r term.Rect, p *setupPane) {
	for step, name := range stepTitles {
		q := c.On(r, step).Gap(3).Put(term.Plain, fmt.Sprintf("%d ", step+1))
		switch {
		case step < p.step:
			q.Put(term.Done, "[done] ").Put(term.Plain, name)
			if step == systemStep {
				q.Gap(3).Put(term.Strong, p.options(systemLine)[p.chosen[systemLine]].words)
			}
		case step == p.step:
			q.Put(term.Strong, "[now ] ").Put(term.Strong, name)
		default:
			q.Put(term.Plain, "[    ] ").Put(term.Plain, name)
		}
	}
}

// drawForm is the box with the lines of the step. Where it is too low the line in use stays in
// sight.
func drawForm(c *term.Canvas, r term.Rect, sc *scene, p *setupPane) {
	c.Border(r.Rows(1), term.TopEdge, term.Title, stepTitles[p.step], "", false)
	c.Border(r.Last(1), term.BottomEdge, term.Ruled, "", "", false)
	lines, at := p.lines(), 0
	for i, line := range lines {
		if line == p.at {
			at = i
		}
	}
	top := max(0, min(at-r.H/2, len(lines)-r.H))
	for _, line := range lines[top:min(len(lines), top+r.H)] {
		row := c.Inside(r.Rows(1))
		drawFormLine(c, row, sc, p, line)
	}
	for r.H > 0 {
		c.Inside(r.Rows(1))
	}
}

// drawFormLine is a label, what stands in the line, and the answer beside it.
func drawFormLine(c *term.Canvas, row term.Rect, sc *scene, p *setupPane, line setupLine) {
	q := c.On(row, 0)
	st, mark := term.Plain, "  "
	if line == p.at {
		st, mark = term.Strong, "> "
	}
	q.Put(st, mark)
	if p.form(line).kind != buttonKind {
		q.Cell(st, labelRoom, p.form(line).label)
	}
	answer := *q
	room := max(8, min(p.form(line).room, q.Room()-answerRoom-3))
	switch p.form(line).kind {
	case buttonKind:
		q.Put(st, "[ "+p.form(line).label+" ]")
	case choiceKind:
		p.drawChoice(q, line, room)
	default:
		drawTyped(c, q, p, line, room)
	}
	answer.Gap(min(answer.Room(), max(room+3, q.X-answer.X+2)))
	p.drawAnswer(&answer, sc, line)
}

// drawTyped is a text, or as many signs as a password has letters.
func drawTyped(c *term.Canvas, q *term.Pen, p *setupPane, line setupLine, room int) {
	in := p.texts[line]
	if p.form(line).kind == secretKind {
		in = in.Masked()
		if in.Len() == 0 && p.begin.Stored && line != p.at {
			q.Put(term.Faint, "(the one that is stored)")
			return
		}
	}
	x, y := c.CursorX, c.CursorY
	q.Put(term.Ruled, "[")
	in.Draw(q, room)
	if line != p.at {
		c.CursorX, c.CursorY = x, y
	}
}

// drawChoice is all choices where they have room, else the one that is chosen.
func (p *setupPane) drawChoice(q *term.Pen, line setupLine, room int) {
	all := p.options(line)
	width := 0
	for _, o := range all {
		width += len(o.words) + 6
	}
	if width-2 > room || p.form(line).step == soundStep && line != soundLine {
		words := fmt.Sprintf("< %s >", cut(all[p.chosen[line]].words, room-4))
		q.Put(term.Strong, words)
		if len(all) > 1 && q.Room() > answerRoom {
			q.Put(term.Faint, fmt.Sprintf(" %d of %d", p.chosen[line]+1, len(all)))
		}
		return
	}
	for i, o := range all {
		if i == p.chosen[line] {
			q.Put(term.Strong, "(o) "+o.words)
		} else {
			q.Put(term.Plain, "( ) "+o.words)
		}
		q.Gap(2)
	}
}

// drawRemarks are the other ways to go.
func drawRemarks(c *term.Canvas, r term.Rect, sc *scene) {
	if r.H < 2 {
		return
	}
	if keys := sc.keys.Keys(keymap.Setup, keymap.SetupPractice); len(keys) > 0 {
		c.On(r, r.H-2).Gap(3).Put(term.Plain, "No PBX at hand?   ").Put(term.KeyCap, keyName(keys[0])).
			Put(term.Plain, " opens a practice telephone system on this machine.")
	}
	c.On(r, r.H-1).Gap(3).Put(term.Plain, "Only watching?    Choose that in step 3; your desk phone does the talking.")
}

// drawTinySetup is the line in use and what is said of it.
func drawTinySetup(c *term.Canvas, sc *scene, v *view, p *setupPane) {
	all := term.NewRect(0, 0, sc.w, sc.h)
	foot := all.Last(min(1, max(0, sc.h-1)))
	if h, ok := v.panes.body().(*helpPane); ok {
		h.draw(c, all, sc)
		drawHints(c, foot, sc, v)
		return
	}
	label := c.On(all.Rows(1), 0)
	label.Right(term.Faint, fmt.Sprintf("%d/%d", p.step+1, setupSteps)).Put(term.Strong, p.form(p.at).label+" ")
	p.drawAnswer(label, sc, p.at)
	line := c.On(all.Rows(1), 0)
	switch p.form(p.at).kind {
	case choiceKind:
		line.Put(term.Strong, "< "+cut(p.options(p.at)[p.chosen[p.at]].words, max(1, line.Room()-4))+" >")
	case buttonKind:
		line.Put(term.Strong, "[ "+p.form(p.at).label+" ]")
	default:
		drawTyped(c, line, p, p.at, max(4, line.Room()-2))
	}
	st, words := p.advice()
	for i, text := range term.Wrap(words, sc.w, c.ASCII) {
		c.On(all, i).Put(st, text)
	}
	if v.message.text != "" && sc.since(v.message.at) < freshFor || v.confirms() {
		drawMessage(c, term.Rect{}, foot, sc, v)
	} else {
		drawHints(c, foot, sc, v)
	}
}
