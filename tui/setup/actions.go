package setup

import (
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/internal/setup/form"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/keymap"
)

// Action is what a key does on the form.
type Action struct {
	ID keymap.Action
	// Rank is its place in the last line: the lower number comes first.
	Rank int
	// Word is what the last line calls it now; empty where it would do nothing.
	Word func(*Pane) string
	Do   func(*Pane, Shown) Effect
}

// Actions are those of the form.
func Actions() []Action {
	word := func(a keymap.Action) func(*Pane) string {
		return func(p *Pane) string { return p.hint(a) }
	}
	rows := []Action{
		{ID: keymap.SetupNext, Rank: 30, Do: func(p *Pane, sh Shown) Effect { return p.moveBy(1, sh) }},
		{ID: keymap.SetupPrevious, Rank: 60, Do: func(p *Pane, sh Shown) Effect { return p.moveBy(-1, sh) }},
		{ID: keymap.SetupContinue, Rank: 40, Do: (*Pane).proceed},
		{ID: keymap.SetupTry, Rank: 50, Do: (*Pane).tryAgain},
		{ID: keymap.SetupStop, Rank: 80, Do: (*Pane).stop},
		{ID: keymap.SetupPractice, Rank: 90, Do: (*Pane).practise},
		{ID: keymap.SetupLeave, Rank: 70, Do: (*Pane).leave},
	}
	for i := range rows {
		rows[i].Word = word(rows[i].ID)
	}
	return rows
}

// Key takes a key that writes, or chooses, and gives the command to go on with.
func (p *Pane) Key(k tea.Key, sh Shown) tea.Cmd {
	changed := false
	switch p.form(p.at).kind {
	case textKind, secretKind:
		changed = p.texts[p.at].Edit(k)
	case choiceKind:
		changed = p.choose(k)
	case buttonKind:
		if k.Type == tea.KeySpace {
			return p.proceed(sh).Next
		}
	}
	if !changed {
		return nil
	}
	return p.changed()
}

// Paste puts pasted text where text goes.
func (p *Pane) Paste(s string) tea.Cmd {
	if kind := p.form(p.at).kind; kind != textKind && kind != secretKind {
		return nil
	}
	p.texts[p.at].Insert(strings.TrimSpace(s))
	return p.changed()
}

// changed drops what was planned with the former text of a line.
func (p *Pane) changed() tea.Cmd {
	p.edited, p.leaving, p.onward, p.insist = true, false, false, -1
	if p.answers[p.at].running {
		p.desk.halt(p.at)
	}
	p.answers[p.at] = answer{}
	p.choseKeep = p.choseKeep || p.at == keepLine
	if p.step == soundStep {
		p.choseSound = true
		return p.listen()
	}
	return nil
}

// choose goes to the next choice of a line, or back.
func (p *Pane) choose(k tea.Key) bool {
	n := len(p.options(p.at))
	by := 0
	switch {
	case k.Type == tea.KeyRight, k.Type == tea.KeySpace:
		by = 1
	case k.Type == tea.KeyLeft:
		by = n - 1
	}
	was := p.draft()
	p.chosen[p.at] = (p.chosen[p.at] + by) % n
	if p.at == systemLine {
		p.begin.Fields = was.Fields // in case the person comes back to that system
		p.takeFields(was)
	}
	return by > 0
}

// moveBy leaves a line for the next one or the one before; before the first one is the step
// before.
func (p *Pane) moveBy(by int, sh Shown) Effect {
	next := p.leaveLine(p.at, sh)
	switch {
	case p.focus(by):
	case by < 0 && p.step > systemStep:
		e := p.goTo(p.step-1, sh)
		p.at = p.lines()[len(p.lines())-1]
		e.Next = tea.Batch(next, e.Next)
		return e
	case by > 0:
		return Effect{Next: next, Said: "that was the last field; " + sh.keyWords(keymap.SetupContinue) + " continues"}
	}
	return Effect{Next: next}
}

// proceed is done with a line: to the next one, after the last to the next step.
func (p *Pane) proceed(sh Shown) Effect {
	line := p.at
	next := p.leaveLine(line, sh)
	switch {
	case line == systemLine && p.chosen[systemLine] == len(p.systems):
		return p.practise(sh)
	case line == linkLine && p.text(linkLine) != "" && !p.answers[linkLine].Failed():
		if empty, ok := p.missing(); ok {
			p.at = empty
			return Effect{Next: next}
		}
	case line == numberLine && p.untried():
		return Effect{Next: tea.Batch(next, p.call())}
	case line == saveLine:
		return p.save(sh)
	}
	if p.focus(1) {
		return Effect{Next: next}
	}
	e := p.finishStep(sh)
	e.Next = tea.Batch(next, e.Next)
	return e
}

// finishStep goes to the next step once everything in this one is there and well, or a person
// insists.
func (p *Pane) finishStep(sh Shown) Effect {
	if line, ok := p.missing(); ok {
		p.at = line
		p.answers[line] = answer{Finding: form.Finding{Grade: phone.GradeFailed, Short: "is needed", Text: p.form(line).label + " is needed"}}
		return Effect{}
	}
	var next tea.Cmd
	if p.step == signInStep {
		next = tea.Batch(p.tryServer(sh), p.tryLogin(sh))
	}
	switch {
	case p.waiting():
		p.onward = true
		return Effect{Next: next, Said: "waiting for the answer; " + sh.keyWords(keymap.SetupStop) + " stops it"}
	case p.troubled() && p.insist != p.step:
		p.insist = p.step
		return Effect{Next: next, Said: sh.keyWords(keymap.SetupContinue) + " again continues anyway"}
	}
	e := p.goTo(p.step+1, sh)
	e.Next = tea.Batch(next, e.Next)
	return e
}

// waiting tells that something of the step is being tested, troubled that something failed.
func (p *Pane) waiting() bool {
	return slices.ContainsFunc(p.lines(), func(l formLine) bool { return p.answers[l].running })
}

func (p *Pane) troubled() bool {
	return slices.ContainsFunc(p.lines(), func(l formLine) bool { return p.answers[l].Failed() })
}

// goTo goes to a step and begins what belongs to it.
func (p *Pane) goTo(step int, sh Shown) Effect {
	was := p.step
	p.enter(step)
	e := Effect{NewStep: true}
	if step == signInStep && p.chosen[keepLine] == int(form.InKeyring) && p.begin.From == "" && p.answers[keepLine].Short == "" {
		e.Next = p.try(keepLine, form.Draft{}, sh, p.desk.backend.Keyring)
	}
	switch {
	case step == soundStep && was != soundStep:
		e.Next = tea.Batch(e.Next, p.listDevices(sh))
	case was == soundStep:
		p.desk.halt(microphoneLine)
	}
	if step == callStep && p.text(nameLine) == "" {
		d, _ := p.desk.backend.Read("", p.draft())
		p.setText(nameLine, d.Profile)
	}
	return e
}

// stop stops what is being tested; where nothing is it goes a step back.
func (p *Pane) stop(sh Shown) Effect {
	switch {
	case p.waiting():
		p.onward = false
		for _, line := range p.lines() {
			if p.answers[line].running {
				p.desk.halt(line)
				p.answers[line] = answer{Finding: form.Finding{Grade: phone.GradeWarn, Short: "stopped"}}
			}
		}
	case p.trial.up:
		p.desk.halt(numberLine)
	case p.step > systemStep:
		return p.goTo(p.step-1, sh)
	default:
		return p.leave(sh)
	}
	return Effect{}
}

// practise goes to the practice PBX instead.
func (p *Pane) practise(Shown) Effect {
	p.desk.Stop()
	return Effect{Exit: ToPractice}
}

// leave closes the form; what was typed is worth a second press.
func (p *Pane) leave(sh Shown) Effect {
	if p.edited && !p.leaving {
		p.leaving = true
		return said("nothing is saved yet; " + sh.keyWords(keymap.SetupLeave) + " again leaves anyway")
	}
	p.desk.Stop()
	return Effect{Exit: Left}
}

// hint is what a key of the form does now; empty where it would do nothing.
func (p *Pane) hint(a keymap.Action) string {
	switch {
	case a == keymap.SetupTry && (p.at == speakerLine || p.at == ringerLine):
		return "play a tone"
	case a == keymap.SetupTry && p.step == soundStep:
		return "look again"
	case a == keymap.SetupTry && !p.answers[p.at].Failed():
		return ""
	case a == keymap.SetupStop && !p.waiting() && !p.trial.up:
		return "step back"
	case a == keymap.SetupContinue && p.at == numberLine && p.untried():
		return "call"
	case a == keymap.SetupContinue && p.at == saveLine:
		return "save"
	}
	return a.Hint()
}
