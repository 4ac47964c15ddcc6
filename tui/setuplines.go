package tui

import (
	"strconv"

	"github.com/patchcord/patchcord/tui/term"
)

// knownSetup is what a person has heard of the form.
type knownSetup struct {
	open    bool
	step    int
	at      setupLine
	chosen  string
	answers [setupLines]string
	trial   string
}

// setup reads the form out, one line after the other: what each is for, what is chosen in it, and
// what its test says. A line to be typed in is a prompt with the text behind it; a password is not
// repeated.
func (n *linear) setup(v *view, now *scene) {
	p, known := v.setup(), &n.known.setup
	if p == nil {
		*known = knownSetup{}
		return
	}
	fresh := !known.open || known.step != p.step || known.at != p.at
	if !known.open || known.step != p.step {
		if !known.open {
			n.say(now.now, "setup", "nothing is saved before the end; it will be written to "+p.place)
		}
		n.say(now.now, "step "+strconv.Itoa(p.step+1), "of "+strconv.Itoa(setupSteps)+", "+stepTitles[p.step])
	}
	n.setupAnswers(p, now)
	if fresh {
		known.open, known.step, known.at, known.chosen = true, p.step, p.at, ""
		n.typed = ""
		n.say(now.now, "field", p.form(p.at).label+". "+p.form(p.at).help)
	}
	switch p.form(p.at).kind {
	case choiceKind:
		all := p.options(p.at)
		words := all[p.chosen[p.at]].words + ", " + place(p.chosen[p.at], len(all))
		if words != known.chosen {
			known.chosen = words
			n.say(now.now, "choice", p.form(p.at).label+": "+words)
		}
	case buttonKind:
	default:
		n.setupPrompt(p)
	}
}

// setupAnswers tells what the tests said since the last time.
func (n *linear) setupAnswers(p *setupPane, now *scene) {
	for line, a := range p.answers {
		text := ""
		if !a.running && a.Short != "" {
			text = p.form(setupLine(line)).label + ": " + a.Short
			if a.Text != "" {
				text += ", " + a.Text
			}
		}
		if text != n.known.setup.answers[line] {
			n.known.setup.answers[line] = text
			if text != "" {
				n.say(now.now, gradeLabels[min(int(a.Grade), len(gradeLabels)-1)], text)
			}
			if text != "" && a.Next != "" {
				n.say(now.now, "next", a.Next)
			}
		}
	}
	if !p.trial.begun {
		return
	}
	words := p.trial.state()
	if words != n.known.setup.trial {
		n.known.setup.trial = words
		n.say(now.now, "call", words)
	}
}

// setupPrompt is the line to be typed in. A password is not repeated.
func (n *linear) setupPrompt(p *setupPane) {
	text := term.Harmless(p.texts[p.at].String(), lineRoom, n.ascii)
	if p.form(p.at).kind == secretKind {
		text = ""
	}
	n.prompt(p.form(p.at).label+": ", text)
}
