package setup

import (
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/internal/setup/form"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/term"
)

// trial is the test call.
type trial struct {
	up, begun bool
	number    string
	// desk tells that the desk phone talked.
	desk bool
	run  int
	// shown is how the call stood at a time.
	shown phone.Snapshot
	at    time.Time
}

// trialLines is how many lines the test call takes.
func (p *Pane) trialLines() int {
	if p.step != callStep || !p.trial.begun {
		return 0
	}
	return 3
}

// drawTrial is the test call: its state, and both meters.
func drawTrial(c *term.Canvas, r term.Rect, sh Shown, p *Pane) {
	if r.H == 0 {
		return
	}
	t := &p.trial
	st, _, words := t.words(sh)
	c.On(r, 0).Gap(3).PutCut(st, words)
	if t.up {
		sh.Meters(c.On(r, 1).Gap(3), t.shown)
	}
}

// leg is the call itself, on either phone.
func (t *trial) leg() (phone.Leg, bool) {
	n := len(t.shown.Legs)
	if n == 0 {
		return phone.Leg{}, false
	}
	return t.shown.Legs[n-1], true
}

// words is how the test call goes; state does not change by the second.
func (t *trial) words(sh Shown) (st term.Style, state, full string) {
	if l, ok := t.leg(); ok {
		st, state, full = sh.Call(t.shown, l, t.at)
		if l.State == phone.Ended {
			state += ", " + l.Cause.String()
			return st, state, state
		}
		return st, state, full
	}
	st, state = term.Plain, "signing in ..."
	switch {
	case !t.up:
		st, state = term.Faint, "ENDED"
	case t.shown.Link.State == phone.LinkUp:
		state = "signed in, calling ..."
	case t.shown.Link.What != "":
		st, state = term.Failed, t.shown.Link.What
	}
	return st, state, state
}

// untried tells that there is a number to call that was not called last.
func (p *Pane) untried() bool {
	number := p.text(numberLine)
	return number != "" && (!p.trial.begun || !p.trial.up && p.trial.number != number)
}

// call places the test call, or ends it.
func (p *Pane) call() tea.Cmd {
	if p.trial.up {
		p.desk.halt(numberLine)
		return nil
	}
	run, ctx := p.desk.begin(numberLine)
	d, number, b := p.draft(), p.text(numberLine), p.desk.backend
	p.trial = trial{up: true, begun: true, number: number, run: run}
	p.answers[numberLine] = answer{}
	return p.desk.guard(func() tea.Msg { return nextTrial(run, b.Call(ctx, d, number)) })
}

func nextTrial(run int, from <-chan phone.Snapshot) tea.Msg {
	s, more := <-from
	return trialMsg{run, from, s, more}
}

func (msg trialMsg) take(p *Pane, sh Shown) Effect {
	t := &p.trial
	switch {
	case msg.run != t.run:
	case msg.more:
		t.shown, t.at = msg.snapshot, sh.Now
		t.desk = t.desk || slices.ContainsFunc(t.shown.Legs, func(l phone.Leg) bool { return l.Place != phone.Here && l.State == phone.Connected })
	default:
		t.up = false
		p.answers[numberLine] = answer{Finding: t.finding()}
	}
	if !msg.more {
		return Effect{}
	}
	return Effect{Next: p.desk.guard(func() tea.Msg { return nextTrial(msg.run, msg.from) })}
}

// finding is what the test call showed.
func (t *trial) finding() form.Finding {
	if l := t.shown.Link; l.State != phone.LinkUp {
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
	for _, o := range t.shown.Outcomes {
		if o.Refused || o.Grade == phone.GradeFailed {
			return form.Finding{Grade: phone.GradeWarn, Short: "not called", Text: o.Text, Next: "Try another number, or go on without"}
		}
	}
	return form.Finding{Grade: phone.GradeWarn, Short: "given up"}
}
