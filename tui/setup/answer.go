package setup

import (
	"github.com/patchcord/patchcord/internal/setup/form"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/term"
)

// drawAnswer draws the result of a line's test, or how long the test has been running.
func (p *Pane) drawAnswer(q *term.Pen, sh Shown, line formLine) {
	a := p.answers[line]
	switch {
	case line == microphoneLine && p.step == soundStep && p.chosen[soundLine] == 0 && p.device(line) != noDevice:
		q.Put(term.Plain, term.Meter(p.level))
	case a.running && sh.since(a.began) >= answerDue:
		q.Put(term.Warn, "no answer yet")
	case a.running:
		q.Put(term.Plain, "trying ...")
	case p.stale(line):
		q.Put(term.Faint, "not tested yet")
	default:
		q.Put(sh.Grade(a.Grade), a.Short)
	}
}

// stale tells whether the form has changed since a line was tested.
func (p *Pane) stale(line formLine) bool {
	a, d := p.answers[line], p.draft()
	switch {
	case a.Short == "" || a.of.Is(form.Draft{}):
		return false
	case line == serverLine:
		return !a.of.Is(reachOf(d))
	case line == p.credential():
		return !a.of.Is(loginOf(d))
	}
	return false
}

// advice is what a person should know at this moment: what is wrong, else what the line is for.
func (p *Pane) advice(sh Shown) (term.Style, string) {
	if p.at == trustLine {
		words := p.form(trustLine).help
		if p.offeredOf != "" {
			words += " It calls itself " + cut(p.offeredOf, 40) + "."
		}
		return term.Plain, words + " The key is " + p.offered + "."
	}
	if a := p.answers[p.at]; a.Text != "" && !a.running && a.Grade != phone.GradeDone && !p.stale(p.at) {
		return sh.Grade(a.Grade), a.Sentence() + "."
	}
	for _, line := range p.lines() {
		if a := p.answers[line]; a.Failed() && a.Text != "" && !p.stale(line) {
			return sh.Grade(a.Grade), a.Sentence() + "."
		}
	}
	words := p.form(p.at).help
	if p.at == numberLine && p.trial.up {
		words = "Speak: both meters should move. Esc hangs up."
		if p.trial.shown.Sound.Silent && !p.trial.shown.Link.Practice {
			words = "There is no sound here, so the meters stay still; the call itself works. Esc hangs up."
		}
	}
	return term.Plain, words
}
