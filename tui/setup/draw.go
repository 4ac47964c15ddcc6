package setup

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
	// answerDue is the time after which a running test is said to have no answer yet.
	answerDue = 2 * time.Second
)

// DrawHead is the first line.
func (p *Pane) DrawHead(q *term.Pen) {
	q.Right(term.Strong, fmt.Sprintf("step %d of %d", p.step+1, stepCount))
	if p.begin.From != "" {
		q.Put(term.Title, "SET-UP").Put(term.Plain, " of the profile "+p.begin.From)
		return
	}
	if !p.first {
		q.Put(term.Title, "SET-UP").Put(term.Plain, " of a new profile")
		return
	}
	q.Put(term.Title, "WELCOME").Put(term.Plain, " - nothing is set up yet")
}

// Draw is the list of steps, the form of this one, and what is to be said of it. What has no
// room gives way: the remarks first, the list next, the form last.
func (p *Pane) Draw(c *term.Canvas, r term.Rect, sh Shown) {
	r.W = min(r.W, widestForm)
	form, trial := len(p.lines())+2, p.trialLines()
	free := r.H - form - trial
	const listed, advised = stepCount + 2, 3
	if free >= listed+advised {
		r.Rows(1)
		drawSteps(c, r.Rows(stepCount), p)
		r.Rows(1)
		free -= listed
	}
	st, words := p.advice(sh)
	advice := term.Wrap(words, r.W-2, c.ASCII)
	remarks := term.Rect{}
	if p.step == systemStep || p.step == signInStep {
		remarks = r.Last(max(0, min(3, free-len(advice))))
	}
	body := r.Rows(min(form, max(3, r.H-1)))
	drawForm(c, body, sh, p)
	drawTrial(c, r.Rows(trial), sh, p)
	if r.H > len(advice) {
		r.Rows(1)
	}
	c.Paragraph(term.NewRect(r.X+1, r.Y, r.W-2, r.H), st, advice)
	drawRemarks(c, remarks, sh)
}

func drawSteps(c *term.Canvas, r term.Rect, p *Pane) {
	for step, name := range stepTitles {
		q := c.On(r, step).Gap(3).Put(term.Plain, fmt.Sprintf("%d ", step+1))
		switch {
		case step < p.step:
			q.Put(term.Done, "[done] ").Put(term.Plain, name)
			if step == systemStep {
				q.Gap(3).PutCut(term.Strong, p.options(systemLine)[p.chosen[systemLine]].words)
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
func drawForm(c *term.Canvas, r term.Rect, sh Shown, p *Pane) {
	c.Border(r.Rows(1), term.TopEdge, term.Title, stepTitles[p.step], false)
	c.Border(r.Last(1), term.BottomEdge, term.Ruled, "", false)
	lines, at := p.lines(), 0
	for i, line := range lines {
		if line == p.at {
			at = i
		}
	}
	top := max(0, min(at-r.H/2, len(lines)-r.H))
	for _, line := range lines[top:min(len(lines), top+r.H)] {
		row := c.Inside(r.Rows(1))
		drawFormLine(c, row, sh, p, line)
	}
	for r.H > 0 {
		c.Inside(r.Rows(1))
	}
}

// drawFormLine is a label, what stands in the line, and the answer beside it.
func drawFormLine(c *term.Canvas, row term.Rect, sh Shown, p *Pane, line formLine) {
	q := c.On(row, 0)
	st, mark := term.Plain, "  "
	if line == p.at {
		st, mark = term.Strong, "> "
	}
	q.Put(st, mark)
	if p.form(line).kind != buttonKind {
		q.Cell(st, labelRoom, p.form(line).label)
	}
	result := *q
	room := max(8, min(p.form(line).room, q.Room()-answerRoom-3))
	switch p.form(line).kind {
	case buttonKind:
		q.Put(st, "[ "+p.form(line).label+" ]")
	case choiceKind:
		p.drawChoice(q, line, room)
	default:
		drawTyped(c, q, p, line, room)
	}
	result.Gap(min(result.Room(), max(room+3, q.X-result.X+2)))
	p.drawAnswer(&result, sh, line)
}

// drawTyped is a text, or as many signs as a password has letters.
func drawTyped(c *term.Canvas, q *term.Pen, p *Pane, line formLine, room int) {
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
func (p *Pane) drawChoice(q *term.Pen, line formLine, room int) {
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
func drawRemarks(c *term.Canvas, r term.Rect, sh Shown) {
	if r.H < 2 {
		return
	}
	if key := sh.Key(keymap.SetupPractice); key != "" {
		c.On(r, r.H-2).Gap(3).Put(term.Plain, "No PBX at hand?   ").Put(term.KeyCap, key).
			PutCut(term.Plain, " opens a practice telephone system on this machine.")
	}
	c.On(r, r.H-1).Gap(3).PutCut(term.Plain, "Only watching?    Choose that in step 3; your desk phone does the talking.")
}

// Foot is where the settings will go.
func (p *Pane) Foot() string { return "Not saved yet. Goes to " + p.desk.place + ", for you alone" }

// DrawTiny is the line in use and what is said of it, for a screen without room.
func (p *Pane) DrawTiny(c *term.Canvas, r term.Rect, sh Shown) {
	label := c.On(r.Rows(1), 0)
	label.Right(term.Faint, fmt.Sprintf("%d/%d", p.step+1, stepCount)).Put(term.Strong, p.form(p.at).label+" ")
	p.drawAnswer(label, sh, p.at)
	line := c.On(r.Rows(1), 0)
	switch p.form(p.at).kind {
	case choiceKind:
		line.Put(term.Strong, "< "+cut(p.options(p.at)[p.chosen[p.at]].words, max(1, line.Room()-4))+" >")
	case buttonKind:
		line.Put(term.Strong, "[ "+p.form(p.at).label+" ]")
	default:
		drawTyped(c, line, p, p.at, max(4, line.Room()-2))
	}
	st, words := p.advice(sh)
	c.Paragraph(r, st, term.Wrap(words, r.W, c.ASCII))
}

// cut shortens a text to so many columns.
func cut(s string, n int) string { return term.Harmless(s, n, false) }
