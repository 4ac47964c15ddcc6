package tui

import (
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/internal/setup/form"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/term"
)

// trial is the test call.
type trial struct {
	up, begun bool
	// desk tells that the desk phone talked.
	desk  bool
	run   int
	scene scene
}

// trialLines is how many lines the test call takes.
func (p *setupPane) trialLines() int {
	if p.step != callStep || !p.trial.begun {
		return 0
	}
	return 3
}

// drawTrial is the test call: its state, and both meters.
func drawTrial(c *term.Canvas, r term.Rect, p *setupPane) {
	if r.H == 0 {
		return
	}
	t := &p.trial
	st, words := t.words()
	c.On(r, 0).Gap(3).Put(st, words)
	if t.up {
		drawSound(c.On(r, 1).Gap(3), &t.scene)
	}
}

// leg is the call itself, on either phone.
func (t *trial) leg() (phone.Leg, bool) {
	n := len(t.scene.Legs)
	if n == 0 {
		return phone.Leg{}, false
	}
	return t.scene.Legs[n-1], true
}

// words is how the test call goes.
func (t *trial) words() (term.Style, string) {
	if l, ok := t.leg(); ok {
		st, words := cardTitle(&t.scene, l)
		if l.State == phone.Ended {
			return st, words + ", " + l.Cause.String()
		}
		return st, words + " " + t.scene.full(l.Peer) + "   " + cardTimer(&t.scene, l)
	}
	switch {
	case !t.up:
		return term.Faint, "ENDED"
	case t.scene.Link.State == phone.LinkUp:
		return term.Plain, "signed in, calling ..."
	case t.scene.Link.What != "":
		return term.Failed, t.scene.Link.What
	}
	return term.Plain, "signing in ..."
}

// call places the test call, or ends it.
func (m *model) call() {
	p := m.view.setup()
	if p.trial.up {
		m.desk.halt(numberLine)
		return
	}
	run, ctx := m.desk.begin(numberLine)
	p.trial = trial{up: true, begun: true, run: run, scene: scene{keys: m.scene.keys}}
	p.answers[numberLine] = setupAnswer{}
	d, number, setup := p.draft(), p.text(numberLine), m.desk.Setup
	m.later(func() tea.Msg { return nextTrial(run, setup.Call(ctx, d, number)) })
}

func nextTrial(run int, from <-chan phone.Snapshot) tea.Msg {
	s, more := <-from
	return trialMsg{run, from, s, more}
}

func (m *model) gotTrial(msg trialMsg) {
	p := m.view.setup()
	if msg.more {
		m.later(func() tea.Msg { return nextTrial(msg.run, msg.from) })
	}
	if p == nil {
		return
	}
	t := &p.trial
	switch {
	case msg.run != t.run:
	case msg.more:
		t.scene.now = m.scene.now
		t.scene.take(msg.snapshot)
		t.desk = t.desk || slices.ContainsFunc(t.scene.Legs, func(l phone.Leg) bool { return l.Place != phone.Here && l.State == phone.Connected })
	default:
		t.up = false
		p.answers[numberLine] = setupAnswer{Finding: t.finding()}
	}
}

// finding is what the test call showed.
func (t *trial) finding() form.Finding {
	if l := t.scene.Link; l.State != phone.LinkUp {
		return form.Finding{Grade: phone.GradeFailed, Short: "not signed in", Text: l.What, Next: l.Next}
	}
	if t.desk {
		return form.Finding{Grade: phone.GradeDone, Short: "it works", Text: "your desk phone placed the call"}
	}
	l, _ := t.leg()
	switch {
	case !l.Answered.IsZero() && l.Stats.Received > 0:
		return form.Finding{Grade: phone.GradeDone, Short: "it works", Text: "the call was answered and heard"}
	case !l.Answered.IsZero():
		return form.Finding{Grade: phone.GradeFailed, Short: "silent", Text: "the call was answered, but no sound came from the PBX",
			Next: "A firewall may be in between; see the chapter on sound in the documentation"}
	case l.State == phone.Ended:
		return form.Finding{Grade: phone.GradeWarn, Short: "no answer", Text: "the call was not answered: " + l.Cause.String(),
			Next: "Try another number, or go on without"}
	}
	return form.Finding{Grade: phone.GradeWarn, Short: "given up"}
}

// state is the test call in words that do not change by the second.
func (t *trial) state() string {
	if l, ok := t.leg(); ok {
		_, words := cardTitle(&t.scene, l)
		if l.State == phone.Ended {
			words += ", " + l.Cause.String()
		}
		return words
	}
	_, words := t.words()
	return words
}
