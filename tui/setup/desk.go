package setup

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/internal/setup/form"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/keymap"
)

// Desk is what works behind the form: the tests that run, and how each is stopped. It outlives the
// form. It belongs to the event loop; the work itself runs in commands.
type Desk struct {
	backend Backend
	place   string
	// ctx ends with the screen; guard makes a command one that the end waits for.
	ctx   context.Context
	guard func(tea.Cmd) tea.Cmd
	stops [lineCount]context.CancelFunc
	runs  int
}

// NewDesk has nothing open. place is where the profile will be written, for people.
func NewDesk(b Backend, place string) *Desk { return &Desk{backend: b, place: place} }

// Start has commands run until ctx ends. guard is put around each.
func (d *Desk) Start(ctx context.Context, guard func(tea.Cmd) tea.Cmd) { d.ctx, d.guard = ctx, guard }

// BegunMsg brings the first draft of a form, which is to be opened with it.
type BegunMsg struct {
	Draft   form.Draft
	Finding form.Finding
}

// Msg is an answer for the form that is open.
type Msg interface{ take(*Pane, Shown) Effect }

type (
	answerMsg struct {
		line    formLine
		run     int
		finding form.Finding
		devices *form.Devices
	}
	// levelMsg and trialMsg come one after the other from a channel until it is closed.
	levelMsg struct {
		run   int
		from  <-chan float32
		level float32
		more  bool
	}
	trialMsg struct {
		run      int
		from     <-chan phone.Snapshot
		snapshot phone.Snapshot
		more     bool
	}
)

// Begin asks for the draft of a profile that there is, or of a new one.
func (d *Desk) Begin(profile string) tea.Cmd {
	return d.guard(func() tea.Msg {
		draft, finding := d.backend.Begin(d.ctx, profile)
		return BegunMsg{draft, finding}
	})
}

// Stop stops all that runs.
func (d *Desk) Stop() {
	for line := range lineCount {
		d.halt(line)
	}
}

// halt stops what runs for a line.
func (d *Desk) halt(line formLine) {
	if stop := d.stops[line]; stop != nil {
		stop()
		d.stops[line] = nil
	}
}

// begin stops what ran for a line and gives the next run its number and its context.
func (d *Desk) begin(line formLine) (run int, ctx context.Context) {
	d.halt(line)
	ctx, d.stops[line] = context.WithCancel(d.ctx)
	d.runs++
	return d.runs, ctx
}

// Take takes in what a test found, or how the test call goes.
func (p *Pane) Take(msg Msg, sh Shown) Effect { return msg.take(p, sh) }

func (msg answerMsg) take(p *Pane, sh Shown) Effect {
	a := &p.answers[msg.line]
	if msg.run != a.run || !a.running {
		return Effect{}
	}
	a.running, a.Finding = false, msg.finding
	if msg.line == keepLine && a.Failed() && p.begin.From == "" && !p.choseKeep {
		p.chosen[keepLine] = int(form.InFile) // nothing is wrong: there is another place
		a.Finding = form.Finding{Grade: phone.GradeInfo, Short: "no keyring here"}
	}
	var next tea.Cmd
	if msg.devices != nil {
		p.take(*msg.devices)
		if len(msg.devices.Speakers) == 0 && !p.choseSound {
			p.chosen[soundLine] = 1 // nothing to talk with
		}
		next = p.listen()
	}
	if msg.finding.Pin != "" {
		p.offered, p.offeredOf = msg.finding.Pin, msg.finding.Of
	}
	switch {
	case msg.line == saveLine && !a.Failed():
		p.desk.Stop()
		return Effect{Exit: Saved, Profile: p.text(nameLine)}
	case p.onward && !p.waiting() && !p.troubled():
		e := p.goTo(p.step+1, sh)
		e.Next = tea.Batch(next, e.Next)
		return e
	case p.onward && !p.waiting():
		p.onward, p.insist = false, p.step
		return Effect{Next: next, Grade: phone.GradeWarn, Said: sh.keyWords(keymap.SetupContinue) + " again continues anyway"}
	}
	return Effect{Next: next}
}

// try tests a line.
func (p *Pane) try(line formLine, of form.Draft, sh Shown, test func(context.Context) form.Finding) tea.Cmd {
	run, ctx := p.desk.begin(line)
	p.answers[line] = answer{of: of, run: run, running: true, began: sh.Now}
	return p.desk.guard(func() tea.Msg { return answerMsg{line: line, run: run, finding: test(ctx)} })
}
