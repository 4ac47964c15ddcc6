package tui

import (
	"fmt"
	"strings"
	"time"

	"github.com/patchcord/patchcord/tui/keymap"
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
func drawSetup(c *canvas, sc *scene, v *view) {
	p := &v.setup
	all := rect{0, 0, v.w, v.h}
	head, hints, foot := all.rows(1), all.last(1), all.last(1)
	drawSetupHead(c.on(head, 0).gap(1), p)
	v.drawCards(c, all.rows(v.cardsHeight(sc)), sc)
	rule := rect{}
	if all.h > 3 {
		rule = all.last(1)
		c.ruler(rule)
	}
	if v.help.open {
		v.help.draw(c, all, sc, v)
	} else {
		drawStep(c, all, sc, v)
	}
	if v.leaving == asking || v.message.text != "" && sc.since(v.message.at) < freshFor {
		drawMessage(c, rule, foot, sc, v)
	} else {
		c.on(foot, 0).gap(1).put(plain, "Not saved yet. Goes to "+p.place+", for you alone")
	}
	drawHints(c, hints, sc, v)
}

func drawSetupHead(p *pen, s *setupPane) {
	p.right(strong, fmt.Sprintf("step %d of %d", s.step+1, setupSteps))
	if s.begin.From != "" {
		p.put(title, "SET-UP").put(plain, " of the profile "+s.begin.From)
		return
	}
	if !s.first {
		p.put(title, "SET-UP").put(plain, " of a new profile")
		return
	}
	p.put(title, "WELCOME").put(plain, " - nothing is set up yet")
}

// drawStep is the list of steps, the form of this one, and what is to be said of it. What has no
// room gives way: the remarks first, the list next, the form last.
func drawStep(c *canvas, r rect, sc *scene, v *view) {
	p := &v.setup
	r.w = min(r.w, widestForm)
	form, trial := len(p.lines())+2, p.trialLines()
	spare := r.h - form - trial
	const listed, advised = setupSteps + 2, 3
	if spare >= listed+advised {
		r.rows(1)
		drawSteps(c, r.rows(setupSteps), p)
		r.rows(1)
		spare -= listed
	}
	st, words := p.advice()
	advice := wrap(words, r.w-2, c.ascii)
	remarks := rect{}
	if p.step == systemStep || p.step == signInStep {
		remarks = r.last(max(0, min(3, spare-len(advice))))
	}
	body := r.rows(min(form, max(3, r.h-1)))
	drawForm(c, body, sc, p)
	drawTrial(c, r.rows(trial), p)
	if r.h > len(advice) {
		r.rows(1)
	}
	for i, line := range advice[:min(len(advice), r.h)] {
		c.on(r, i).gap(1).put(st, line)
	}
	drawRemarks(c, remarks, sc, v)
}

func drawSteps(c *canvas, r rect, p *setupPane) {
	for step, name := range stepTitles {
		q := c.on(r, step).gap(3).put(plain, fmt.Sprintf("%d ", step+1))
		switch {
		case step < p.step:
			q.put(done, "[done] ").put(plain, name)
			if step == systemStep {
				q.gap(3).put(strong, p.options(systemLine)[p.chosen[systemLine]].words)
			}
		case step == p.step:
			q.put(strong, "[now ] ").put(strong, name)
		default:
			q.put(plain, "[    ] ").put(plain, name)
		}
	}
}

// drawForm is the box with the lines of the step. Where it is too low the line in use stays in
// sight.
func drawForm(c *canvas, r rect, sc *scene, p *setupPane) {
	c.border(r.rows(1), topEdge, title, stepTitles[p.step], "", false)
	c.border(r.last(1), bottomEdge, ruled, "", "", false)
	lines, at := p.lines(), 0
	for i, line := range lines {
		if line == p.at {
			at = i
		}
	}
	top := max(0, min(at-r.h/2, len(lines)-r.h))
	for _, line := range lines[top:min(len(lines), top+r.h)] {
		row := c.inside(r.rows(1))
		drawFormLine(c, row, sc, p, line)
	}
	for r.h > 0 {
		c.inside(r.rows(1))
	}
}

// drawFormLine is a label, what stands in the line, and the answer beside it.
func drawFormLine(c *canvas, row rect, sc *scene, p *setupPane, line setupLine) {
	q := c.on(row, 0)
	st, mark := plain, "  "
	if line == p.at {
		st, mark = strong, "> "
	}
	q.put(st, mark)
	if p.form(line).kind != buttonKind {
		q.cell(st, labelRoom, p.form(line).label)
	}
	answer := *q
	room := max(8, min(p.form(line).room, q.room()-answerRoom-3))
	switch p.form(line).kind {
	case buttonKind:
		q.put(st, "[ "+p.form(line).label+" ]")
	case choiceKind:
		p.drawChoice(q, line, room)
	default:
		drawTyped(c, q, p, line, room)
	}
	answer.gap(min(answer.room(), max(room+3, q.x-answer.x+2)))
	p.drawAnswer(&answer, sc, line)
}

// drawTyped is a text, or as many signs as a password has letters.
func drawTyped(c *canvas, q *pen, p *setupPane, line setupLine, room int) {
	f := p.texts[line]
	if p.form(line).kind == secretKind {
		f.text = []rune(strings.Repeat("*", len(f.text)))
		if len(f.text) == 0 && p.begin.Stored && line != p.at {
			q.put(faint, "(the one that is stored)")
			return
		}
	}
	x, y := c.cursorX, c.cursorY
	q.put(ruled, "[")
	f.drawText(c, q, room)
	if line != p.at {
		c.cursorX, c.cursorY = x, y
	}
}

// drawChoice is all choices where they have room, else the one that is chosen.
func (p *setupPane) drawChoice(q *pen, line setupLine, room int) {
	all := p.options(line)
	width := 0
	for _, o := range all {
		width += len(o.words) + 6
	}
	if width-2 > room || p.form(line).step == soundStep && line != soundLine {
		words := fmt.Sprintf("< %s >", cut(all[p.chosen[line]].words, room-4))
		q.put(strong, words)
		if len(all) > 1 && q.room() > answerRoom {
			q.put(faint, fmt.Sprintf(" %d of %d", p.chosen[line]+1, len(all)))
		}
		return
	}
	for i, o := range all {
		if i == p.chosen[line] {
			q.put(strong, "(o) "+o.words)
		} else {
			q.put(plain, "( ) "+o.words)
		}
		q.gap(2)
	}
}

// drawRemarks are the other ways to go.
func drawRemarks(c *canvas, r rect, sc *scene, v *view) {
	if r.h < 2 {
		return
	}
	if keys := sc.keys.Keys(v.context(sc, true), keymap.SetupPractice); len(keys) > 0 {
		c.on(r, r.h-2).gap(3).put(plain, "No PBX at hand?   ").put(keyCap, keyName(keys[0])).
			put(plain, " opens a practice telephone system on this machine.")
	}
	c.on(r, r.h-1).gap(3).put(plain, "Only watching?    Choose that in step 3; your desk phone does the talking.")
}

// drawTinySetup is the line in use and what is said of it.
func drawTinySetup(c *canvas, sc *scene, v *view) {
	p := &v.setup
	all := rect{0, 0, v.w, v.h}
	foot := all.last(min(1, max(0, v.h-1)))
	if v.help.open {
		v.help.draw(c, all, sc, v)
		drawHints(c, foot, sc, v)
		return
	}
	label := c.on(all.rows(1), 0)
	label.right(faint, fmt.Sprintf("%d/%d", p.step+1, setupSteps)).put(strong, p.form(p.at).label+" ")
	p.drawAnswer(label, sc, p.at)
	line := c.on(all.rows(1), 0)
	switch p.form(p.at).kind {
	case choiceKind:
		line.put(strong, "< "+cut(p.options(p.at)[p.chosen[p.at]].words, max(1, line.room()-4))+" >")
	case buttonKind:
		line.put(strong, "[ "+p.form(p.at).label+" ]")
	default:
		drawTyped(c, line, p, p.at, max(4, line.room()-2))
	}
	st, words := p.advice()
	for i, text := range wrap(words, v.w, c.ascii) {
		c.on(all, i).put(st, text)
	}
	if v.message.text != "" && sc.since(v.message.at) < freshFor || v.leaving == asking {
		drawMessage(c, rect{}, foot, sc, v)
	} else {
		drawHints(c, foot, sc, v)
	}
}
