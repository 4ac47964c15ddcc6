package tui

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/internal/setup/form"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/keymap"
)

// setupDesk is what works behind the form: the tests that run, and how each is stopped. It
// belongs to the event loop; the work itself runs in commands.
type setupDesk struct {
	SetupConfig
	// ctx ends with the screen; guard makes a command one that the end waits for.
	ctx   context.Context
	guard func(tea.Cmd) tea.Cmd
	stops [setupLines]context.CancelFunc
	runs  int
}

// The messages of the form's work.
type (
	setupBegunMsg struct {
		draft   form.Draft
		finding form.Finding
	}
	setupMsg struct {
		line    setupLine
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

// halt stops what runs for a line.
func (d *setupDesk) halt(line setupLine) {
	if stop := d.stops[line]; stop != nil {
		stop()
		d.stops[line] = nil
	}
}

// begin stops what ran for a line and gives the next run its number and its context.
func (d *setupDesk) begin(line setupLine) (run int, ctx context.Context) {
	d.halt(line)
	ctx, d.stops[line] = context.WithCancel(d.ctx)
	d.runs++
	return d.runs, ctx
}

// later has a command run once the message at hand is dealt with.
func (m *model) later(cmd tea.Cmd) { m.formWork = tea.Batch(m.formWork, m.desk.guard(cmd)) }

// try tests a line.
func (m *model) try(line setupLine, of form.Draft, test func(context.Context) form.Finding) {
	run, ctx := m.desk.begin(line)
	p := m.view.setup()
	p.answers[line] = setupAnswer{of: of, run: run, running: true, began: m.scene.now}
	m.later(func() tea.Msg { return setupMsg{line: line, run: run, finding: test(ctx)} })
}

// viewSetup opens the form over the phone, which goes on beneath.
func (m *model) viewSetup(string) string { return m.setUp("") }

// setUp opens the form for a profile that there is, or for a new one.
func (m *model) setUp(profile string) string {
	if m.desk == nil {
		return "setup is not possible here"
	}
	desk := m.desk
	m.later(func() tea.Msg {
		draft, finding := desk.Setup.Begin(desk.ctx, profile)
		return setupBegunMsg{draft, finding}
	})
	return ""
}

func (m *model) setupBegun(msg setupBegunMsg) {
	if msg.finding.Failed() {
		m.say(msg.finding.Grade, sentence(msg.finding))
		return
	}
	m.desk.Begin = msg.draft
	v := &m.view
	v.closeField()
	v.panes.drop(v.trace)
	remove[*qualityPane](&v.panes)
	remove[*helpPane](&v.panes)
	remove[*setupPane](&v.panes)
	p := openSetup(m.desk.SetupConfig, m.phone == nil)
	p.first = len(m.settings.Profiles) == 0
	v.panes.push(&p)
}

// sentence is a finding in full.
func sentence(f form.Finding) string {
	if f.Next == "" {
		return f.Text
	}
	return f.Text + ". " + f.Next
}

// setupAnswered takes what a test found.
func (m *model) setupAnswered(msg setupMsg) {
	p := m.view.setup()
	if p == nil {
		return
	}
	a := &p.answers[msg.line]
	if msg.run != a.run || !a.running {
		return
	}
	a.running, a.Finding = false, msg.finding
	if msg.line == keepLine && a.Failed() && p.begin.From == "" && !p.choseKeep {
		p.chosen[keepLine] = int(form.InFile) // nothing is wrong: there is another place
		a.Finding = form.Finding{Grade: phone.GradeInfo, Short: "no keyring here"}
	}
	if msg.devices != nil {
		p.take(*msg.devices)
		if len(msg.devices.Speakers) == 0 && !p.choseSound {
			p.chosen[soundLine] = 1 // nothing to talk with
		}
		m.listen()
	}
	if msg.finding.Pin != "" {
		p.offered, p.offeredOf = msg.finding.Pin, msg.finding.Of
	}
	switch {
	case msg.line == saveLine && !a.Failed():
		m.desk.stopAll()
		m.view.panes.drop(p)
		m.depart(Next{Profile: p.text(nameLine)})
	case p.onward && !p.waiting() && !p.troubled():
		m.setupStep(p.step + 1)
	case p.onward && !p.waiting():
		p.onward, p.insist = false, p.step
		m.say(phone.GradeWarn, m.keyWords(keymap.SetupContinue)+" once more goes on all the same")
	}
}

func (d *setupDesk) stopAll() {
	for line := range setupLines {
		d.halt(line)
	}
}

// saveSetup writes the profile down.
func (m *model) saveSetup() string {
	p := m.view.setup()
	if line, ok := p.missing(); ok {
		p.at = line
		return p.form(line).label + " is needed"
	}
	m.desk.halt(numberLine)
	d, setup := p.draft(), m.desk.Setup
	m.try(saveLine, d, func(ctx context.Context) form.Finding { return setup.Save(ctx, d) })
	return ""
}
