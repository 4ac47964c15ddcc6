package setup

import (
	"fmt"
	"strconv"

	"github.com/patchcord/patchcord/phone"
)

// Spoken is what a person who has the form read out has heard of it.
type Spoken struct {
	open    bool
	step    int
	at      formLine
	chosen  string
	answers [lineCount]string
	trial   string
}

// Voice reads out.
type Voice interface {
	Say(label, text string)
	// Result says what a test said.
	Result(grade phone.Grade, text string)
	// Prompt asks for a line; anew tells that it is another one than before.
	Prompt(label, text string, anew bool)
}

// Read reads the form out, one line after the other: what each is for, what is chosen in it, and
// what its test says. A line to be typed in is a prompt with the text behind it; a password is not
// repeated.
func (p *Pane) Read(known *Spoken, voice Voice, sh Shown) {
	fresh := !known.open || known.step != p.step || known.at != p.at
	if !known.open || known.step != p.step {
		if !known.open {
			voice.Say("setup", "nothing is saved before the end; it will be written to "+p.desk.place)
		}
		voice.Say("step "+strconv.Itoa(p.step+1), "of "+strconv.Itoa(stepCount)+", "+stepTitles[p.step])
	}
	p.readAnswers(known, voice, sh)
	if fresh {
		known.open, known.step, known.at, known.chosen = true, p.step, p.at, ""
		voice.Say("field", p.form(p.at).label+". "+p.form(p.at).help)
	}
	switch p.form(p.at).kind {
	case choiceKind:
		all := p.options(p.at)
		words := fmt.Sprintf("%s, %d of %d", all[p.chosen[p.at]].words, p.chosen[p.at]+1, len(all))
		if words != known.chosen {
			known.chosen = words
			voice.Say("choice", p.form(p.at).label+": "+words)
		}
	case secretKind:
		voice.Prompt(p.form(p.at).label+": ", "", fresh)
	case textKind:
		voice.Prompt(p.form(p.at).label+": ", p.texts[p.at].String(), fresh)
	}
}

// readAnswers tells what the tests said since the last time.
func (p *Pane) readAnswers(known *Spoken, voice Voice, sh Shown) {
	for line, a := range p.answers {
		text := ""
		if !a.running && a.Short != "" {
			text = p.form(formLine(line)).label + ": " + a.Short
			if a.Text != "" {
				text += ", " + a.Text
			}
		}
		if text == known.answers[line] {
			continue
		}
		known.answers[line] = text
		if text != "" {
			voice.Result(a.Grade, text)
		}
		if text != "" && a.Next != "" {
			voice.Say("next", a.Next)
		}
	}
	if !p.trial.begun {
		return
	}
	if _, words, _ := p.trial.words(sh); words != known.trial {
		known.trial = words
		voice.Say("call", words)
	}
}
