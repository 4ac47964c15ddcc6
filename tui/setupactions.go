package tui

import (
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/internal/setup/form"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/keymap"
)

// setupEdit takes a key that writes, or chooses.
func (m *model) setupEdit(k tea.Key) {
	p := m.view.setup()
	changed := false
	switch p.form(p.at).kind {
	case textKind, secretKind:
		changed = p.texts[p.at].Edit(k)
	case choiceKind:
		changed = p.choose(k)
	case buttonKind:
		if k.Type == tea.KeySpace {
			m.setupContinue("")
			return
		}
	}
	if changed {
		m.setupChanged()
	}
}

// setupChanged lets go of what was to happen with what stood there before.
func (m *model) setupChanged() {
	p := m.view.setup()
	p.edited, p.leaving, p.onward, p.insist = true, false, false, -1
	if p.answers[p.at].running {
		m.desk.halt(p.at)
	}
	p.answers[p.at] = setupAnswer{}
	p.choseKeep = p.choseKeep || p.at == keepLine
	if p.step == soundStep {
		p.choseSound = true
		m.listen()
	}
}

// choose goes to the next choice of a line, or back.
func (p *setupPane) choose(k tea.Key) bool {
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

// setupPaste puts pasted text where text goes.
func (m *model) setupPaste(s string) {
	p := m.view.setup()
	if kind := p.form(p.at).kind; kind == textKind || kind == secretKind {
		p.texts[p.at].Insert(strings.TrimSpace(s))
		m.setupChanged()
	}
}

func (m *model) setupNext(string) string { return m.setupFocus(1) }

func (m *model) setupPrevious(string) string { return m.setupFocus(-1) }

// setupFocus leaves a line for the next one or the one before; before the first one is the step
// before.
func (m *model) setupFocus(by int) string {
	p := m.view.setup()
	m.leaveLine(p.at)
	switch {
	case p.focus(by):
	case by < 0 && p.step > systemStep:
		m.setupStep(p.step - 1)
		p.at = p.lines()[len(p.lines())-1]
	case by > 0:
		return "that was the last field; " + m.keyWords(keymap.SetupContinue) + " continues"
	}
	return ""
}

// keyWords names the key of an action here.
func (m *model) keyWords(a keymap.Action) string {
	if keys := m.scene.keys.Keys(m.view.context(&m.scene, true), a); len(keys) > 0 {
		return keyName(keys[0])
	}
	return a.Hint()
}

// setupContinue is done with a line: to the next one, after the last to the next step.
func (m *model) setupContinue(string) string {
	p := m.view.setup()
	line := p.at
	m.leaveLine(line)
	switch {
	case line == systemLine && p.chosen[systemLine] == len(p.systems):
		return m.setupPractice("")
	case line == linkLine && p.text(linkLine) != "" && !p.answers[linkLine].Failed():
		if empty, ok := p.missing(); ok {
			p.at = empty
			return ""
		}
	case line == numberLine && p.text(numberLine) != "" && !p.trial.begun:
		m.call()
		return ""
	case line == saveLine:
		return m.saveSetup()
	}
	if p.focus(1) {
		return ""
	}
	return m.finishStep()
}

// finishStep goes to the next step once everything in this one is there and well, or a person
// insists.
func (m *model) finishStep() string {
	p := m.view.setup()
	if line, ok := p.missing(); ok {
		p.at = line
		p.answers[line] = setupAnswer{Finding: form.Finding{Grade: phone.GradeFailed, Short: "is needed", Text: p.form(line).label + " is needed"}}
		return ""
	}
	if p.step == signInStep {
		m.tryServer()
		m.tryLogin()
	}
	switch {
	case p.waiting():
		p.onward = true
		return "waiting for the answer; " + m.keyWords(keymap.SetupStop) + " stops it"
	case p.troubled() && p.insist != p.step:
		p.insist = p.step
		return m.keyWords(keymap.SetupContinue) + " once more goes on all the same"
	}
	m.setupStep(p.step + 1)
	return ""
}

// waiting tells that something of the step is being tested, troubled that something failed.
func (p *setupPane) waiting() bool {
	return slices.ContainsFunc(p.lines(), func(l setupLine) bool { return p.answers[l].running })
}

func (p *setupPane) troubled() bool {
	return slices.ContainsFunc(p.lines(), func(l setupLine) bool { return p.answers[l].Failed() })
}

// setupStep goes to a step and begins what belongs to it.
func (m *model) setupStep(step int) {
	p := m.view.setup()
	was := p.step
	p.enter(step)
	m.view.message = message{}
	if step == signInStep && p.chosen[keepLine] == int(form.InKeyring) && p.begin.From == "" && p.answers[keepLine].Short == "" {
		m.try(keepLine, form.Draft{}, m.desk.Setup.Keyring)
	}
	switch {
	case step == soundStep && was != soundStep:
		m.listDevices()
	case was == soundStep:
		m.desk.halt(microphoneLine)
	}
	if step == callStep && p.text(nameLine) == "" {
		d, _ := m.desk.Setup.Read("", p.draft())
		p.setText(nameLine, d.Profile)
	}
}

// setupStop stops what is being tested; where nothing is it goes a step back.
func (m *model) setupStop(string) string {
	p := m.view.setup()
	switch {
	case p.waiting():
		p.onward = false
		for _, line := range p.lines() {
			if p.answers[line].running {
				m.desk.halt(line)
				p.answers[line] = setupAnswer{Finding: form.Finding{Grade: phone.GradeWarn, Short: "stopped"}}
			}
		}
	case p.trial.up:
		m.desk.halt(numberLine)
	case p.step > systemStep:
		m.setupStep(p.step - 1)
	default:
		return m.setupLeave("")
	}
	return ""
}

// setupPractice goes to the practice PBX instead.
func (m *model) setupPractice(string) string {
	m.desk.stopAll()
	remove[*setupPane](&m.view.panes)
	if m.scene.Link.Practice {
		return ""
	}
	return m.depart(Next{Practice: true})
}

// setupLeave closes the form; what was typed is worth a second press.
func (m *model) setupLeave(string) string {
	p := m.view.setup()
	if p.edited && !p.leaving {
		p.leaving = true
		return "nothing is saved yet; " + m.keyWords(keymap.SetupLeave) + " once more leaves all the same"
	}
	m.desk.stopAll()
	m.view.panes.drop(p)
	if p.alone {
		m.view.leaving = gone
	}
	return ""
}

// setupActions are what keys do there.
func setupActions() []action {
	word := func(a keymap.Action) func(*view, *scene) string {
		return func(v *view, _ *scene) string { return v.setup().hint(a) }
	}
	return []action{
		{id: keymap.ViewSetup, do: (*model).viewSetup, number: (*model).setUp, after: "[PROFILE]"},
		{id: keymap.SetupNext, hints: ranks{keymap.Setup: 30}, do: inSetup((*model).setupNext)},
		{id: keymap.SetupPrevious, hints: ranks{keymap.Setup: 60}, do: inSetup((*model).setupPrevious)},
		{id: keymap.SetupContinue, hints: ranks{keymap.Setup: 40}, do: inSetup((*model).setupContinue), word: word(keymap.SetupContinue)},
		{id: keymap.SetupTry, hints: ranks{keymap.Setup: 50}, do: inSetup((*model).setupTry), word: word(keymap.SetupTry),
			applies: func(v *view, _ *scene) bool { return v.setup().hint(keymap.SetupTry) != "" }},
		{id: keymap.SetupStop, hints: ranks{keymap.Setup: 80}, do: inSetup((*model).setupStop), word: word(keymap.SetupStop)},
		{id: keymap.SetupPractice, hints: ranks{keymap.Setup: 90}, do: inSetup((*model).setupPractice)},
		{id: keymap.SetupLeave, hints: ranks{keymap.Setup: 70}, do: inSetup((*model).setupLeave)},
	}
}

// inSetup is for what works on the form, which has to be open.
func inSetup(do func(*model, string) string) func(*model, string) string {
	return func(m *model, key string) string {
		if m.view.setup() == nil {
			return "open the setup first"
		}
		return do(m, key)
	}
}

// hint is what a key of the form does now; empty where it would do nothing.
func (p *setupPane) hint(a keymap.Action) string {
	switch {
	case a == keymap.SetupTry && (p.at == speakerLine || p.at == ringerLine):
		return "play a tone"
	case a == keymap.SetupTry && p.step == soundStep:
		return "look again"
	case a == keymap.SetupTry && !p.answers[p.at].Failed():
		return ""
	case a == keymap.SetupStop && !p.waiting() && !p.trial.up:
		return "step back"
	case a == keymap.SetupContinue && p.at == numberLine && p.text(numberLine) != "" && !p.trial.begun:
		return "call"
	case a == keymap.SetupContinue && p.at == saveLine:
		return "save"
	}
	return a.Hint()
}
