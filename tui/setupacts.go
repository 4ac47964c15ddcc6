package tui

import (
	"context"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/keymap"
)

// setupDesk is what works behind the form: the tests that run, and how each is stopped. It
// belongs to the event loop; the work itself runs in commands.
type setupDesk struct {
	SetupConfig
	// ctx ends with the screen; guard has a command waited for.
	ctx   context.Context
	guard func(tea.Cmd) tea.Cmd
	stops [setupLines]context.CancelFunc
	runs  int
}

// The messages of the form's work.
type (
	setupBegunMsg struct {
		draft   Draft
		finding Finding
	}
	setupMsg struct {
		line    setupLine
		run     int
		finding Finding
		devices *Devices
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
func (m *model) later(cmd tea.Cmd) { m.beside = tea.Batch(m.beside, m.desk.guard(cmd)) }

// try tests a line.
func (m *model) try(line setupLine, of Draft, test func(context.Context) Finding) {
	run, ctx := m.desk.begin(line)
	p := &m.view.setup
	p.answers[line] = setupAnswer{of: of, run: run, running: true, began: m.scene.now}
	m.later(func() tea.Msg { return setupMsg{line: line, run: run, finding: test(ctx)} })
}

// viewSetup opens the form over the phone, which goes on beneath.
func (m *model) viewSetup(string) string { return m.setUp("") }

// setUp opens the form for a profile that there is, or for a new one.
func (m *model) setUp(profile string) string {
	if m.desk == nil {
		return "there is nowhere to write a set-up to"
	}
	desk := m.desk
	m.later(func() tea.Msg {
		draft, finding := desk.Setup.Begin(desk.ctx, profile)
		return setupBegunMsg{draft, finding}
	})
	return ""
}

func (m *model) setupBegun(msg setupBegunMsg) {
	if msg.finding.failed() {
		m.say(msg.finding.Grade, sentence(msg.finding))
		return
	}
	m.desk.Begin = msg.draft
	v := &m.view
	v.field, v.trace.open, v.quality.open, v.help.open = nil, false, false, false
	v.setup = openSetup(m.desk.SetupConfig, m.phone == nil)
	v.setup.first = len(m.settings.Profiles) == 0
}

// sentence is a finding in full.
func sentence(f Finding) string {
	if f.Next == "" {
		return f.Text
	}
	return f.Text + ". " + f.Next
}

// setupEdit takes a key that writes, or chooses.
func (m *model) setupEdit(k tea.Key) {
	p := &m.view.setup
	changed := false
	switch form[p.at].kind {
	case textKind, secretKind:
		changed = p.texts[p.at].edit(k)
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
	p := &m.view.setup
	p.edited, p.leaving, p.onward, p.insist = true, false, false, -1
	if p.answers[p.at].running {
		m.desk.halt(p.at)
	}
	p.answers[p.at] = setupAnswer{}
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
	p.chosen[p.at] = (p.chosen[p.at] + by) % n
	return by > 0
}

// setupPaste puts pasted text where text goes.
func (m *model) setupPaste(s string) {
	p := &m.view.setup
	if kind := form[p.at].kind; kind == textKind || kind == secretKind {
		p.texts[p.at].insert(strings.TrimSpace(s))
		m.setupChanged()
	}
}

func (m *model) setupNext(string) string     { return m.setupFocus(1) }
func (m *model) setupPrevious(string) string { return m.setupFocus(-1) }

// setupFocus leaves a line for the next one or the one before; before the first one is the step
// before.
func (m *model) setupFocus(by int) string {
	p := &m.view.setup
	m.leaveLine(p.at)
	switch {
	case p.focus(by):
	case by < 0 && p.step > systemStep:
		m.setupStep(p.step - 1)
		p.at = p.lines()[len(p.lines())-1]
	case by > 0:
		return "that was the last line; " + m.keyWords(keymap.SetupContinue) + " continues"
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
	p := &m.view.setup
	line := p.at
	m.leaveLine(line)
	switch {
	case line == systemLine && p.chosen[systemLine] == len(p.systems):
		return m.setupPractice("")
	case line == linkLine && p.text(linkLine) != "" && !p.answers[linkLine].failed():
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
	p := &m.view.setup
	if line, ok := p.missing(); ok {
		p.at = line
		p.answers[line] = setupAnswer{Finding: Finding{Grade: phone.GradeFailed, Short: "is needed", Text: form[line].label + " is needed"}}
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
	return slices.ContainsFunc(p.lines(), func(l setupLine) bool { return p.answers[l].failed() })
}

// setupStep goes to a step and begins what belongs to it.
func (m *model) setupStep(step int) {
	p := &m.view.setup
	was := p.step
	p.enter(step)
	m.view.message = message{}
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

func (m *model) listDevices() {
	run, ctx := m.desk.begin(soundLine)
	m.view.setup.answers[soundLine] = setupAnswer{run: run, running: true, began: m.scene.now}
	desk := m.desk
	m.later(func() tea.Msg {
		devices, finding := desk.Setup.Devices(ctx)
		return setupMsg{line: soundLine, run: run, finding: finding, devices: &devices}
	})
}

// leaveLine tests what a line says, when it says something new.
func (m *model) leaveLine(line setupLine) {
	p := &m.view.setup
	switch line {
	case linkLine:
		m.readLink()
	case serverLine, userLine:
		if text := p.text(line); line == serverLine || strings.Contains(text, "@") {
			if d, f := m.desk.Setup.Read(text, p.draft()); !f.failed() {
				p.fill(d, line == userLine)
			}
		}
		m.tryServer()
	case trustLine:
		m.tryServer()
	case keepLine:
		if p.chosen[keepLine] == int(InKeyring) {
			m.try(keepLine, Draft{}, m.desk.Setup.Keyring)
		}
	case passwordLine, commandLine, variableLine:
		m.tryLogin()
	}
}

// readLink fills the form from a link.
func (m *model) readLink() {
	p := &m.view.setup
	text := p.text(linkLine)
	if text == "" {
		p.answers[linkLine] = setupAnswer{}
		return
	}
	d, f := m.desk.Setup.Read(text, Draft{System: p.draft().System})
	p.answers[linkLine] = setupAnswer{Finding: f}
	if f.failed() {
		return
	}
	p.fill(d, true)
	if d.Password != "" { // it must not stay in sight
		p.setText(passwordLine, string(d.Password))
		p.setText(linkLine, "")
	}
	m.tryServer()
}

// fill takes over what a link told, the rest only where nothing stands yet.
func (p *setupPane) fill(d Draft, all bool) {
	for line, text := range map[setupLine]string{serverLine: d.Server, domainLine: d.Domain, userLine: d.User} {
		if text != "" && (all || p.text(line) == "") {
			p.setText(line, text)
		}
	}
}

// reachOf and loginOf are what of a draft the two tests look at.
func reachOf(d Draft) Draft { return Draft{System: d.System, Server: d.Server, Pin: d.Pin} }

func loginOf(d Draft) Draft {
	d.Profile, d.WatchOnly, d.Microphone, d.Speaker, d.Ringer = "", false, "", "", ""
	return d
}

// tryServer tests the way to the server unless that was done.
func (m *model) tryServer() {
	p := &m.view.setup
	d := p.draft()
	if d.Server == "" || p.tested(serverLine, reachOf(d)) {
		return
	}
	setup := m.desk.Setup
	m.try(serverLine, reachOf(d), func(ctx context.Context) Finding { return setup.Reach(ctx, d) })
}

// tryLogin tests the login once everything for it is there, and never twice the same: too many
// tries lock people out.
func (m *model) tryLogin() {
	p := &m.view.setup
	d := p.draft()
	if _, missing := p.missing(); missing || p.tested(p.credential(), loginOf(d)) {
		return
	}
	setup := m.desk.Setup
	m.try(p.credential(), loginOf(d), func(ctx context.Context) Finding { return setup.SignIn(ctx, d) })
}

// tested tells that a line's test was of just this, or runs.
func (p *setupPane) tested(line setupLine, of Draft) bool {
	a := p.answers[line]
	return (a.running || a.Short != "") && a.of == of
}

// setupTry tries what the line is about once more.
func (m *model) setupTry(string) string {
	p := &m.view.setup
	setup, line := m.desk.Setup, p.at
	switch {
	case line == speakerLine || line == ringerLine:
		name := p.device(line)
		if name == "" && line == ringerLine {
			name = p.device(speakerLine)
		}
		m.try(line, Draft{}, func(ctx context.Context) Finding { return setup.Tone(ctx, name) })
	case p.step == soundStep:
		m.listDevices()
	case line == linkLine || line == serverLine || line == trustLine:
		p.answers[serverLine] = setupAnswer{}
		m.leaveLine(line)
	case p.step == signInStep:
		p.answers[p.credential()] = setupAnswer{}
		m.tryLogin()
		if line, ok := p.missing(); ok {
			return form[line].label + " is needed for that"
		}
	case p.step == callStep && p.text(numberLine) != "":
		m.call()
	default:
		return "nothing to try here"
	}
	return ""
}

// listen begins to show the level of the chosen microphone.
func (m *model) listen() {
	p := &m.view.setup
	p.level = 0
	m.desk.halt(microphoneLine)
	name := p.device(microphoneLine)
	if p.step != soundStep || p.chosen[soundLine] != 0 || name == noDevice || len(p.devices.Microphones) == 0 {
		return
	}
	run, ctx := m.desk.begin(microphoneLine)
	p.answers[microphoneLine].run = run
	setup := m.desk.Setup
	m.later(func() tea.Msg { return nextLevel(run, setup.Listen(ctx, name)) })
}

func nextLevel(run int, from <-chan float32) tea.Msg {
	level, more := <-from
	return levelMsg{run, from, level, more}
}

func (m *model) heardLevel(msg levelMsg) {
	p := &m.view.setup
	if !msg.more {
		return
	}
	if msg.run == p.answers[microphoneLine].run {
		p.level = msg.level
	}
	if p.open {
		m.later(func() tea.Msg { return nextLevel(msg.run, msg.from) })
	}
}

// call places the test call, or ends it.
func (m *model) call() {
	p := &m.view.setup
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

func (m *model) heardTrial(msg trialMsg) {
	t := &m.view.setup.trial
	if msg.more {
		m.later(func() tea.Msg { return nextTrial(msg.run, msg.from) })
	}
	switch {
	case msg.run != t.run:
	case msg.more:
		t.scene.now = m.scene.now
		t.scene.take(msg.snapshot)
		t.desk = t.desk || slices.ContainsFunc(t.scene.Legs, func(l phone.Leg) bool { return onDesk(l) && l.State == phone.Connected })
	default:
		t.up = false
		m.view.setup.answers[numberLine] = setupAnswer{Finding: t.finding()}
	}
}

// finding is what the test call showed.
func (t *trial) finding() Finding {
	if l := t.scene.Link; l.State != phone.LinkUp {
		return Finding{Grade: phone.GradeFailed, Short: "not signed in", Text: l.What, Next: l.Next}
	}
	if t.desk {
		return Finding{Grade: phone.GradeDone, Short: "it works", Text: "your desk phone placed the call"}
	}
	for _, l := range t.scene.Legs {
		switch {
		case !l.Answered.IsZero() && l.Stats.Received > 0:
			return Finding{Grade: phone.GradeDone, Short: "it works", Text: "the call was answered and heard"}
		case !l.Answered.IsZero():
			return Finding{Grade: phone.GradeFailed, Short: "silent", Text: "the call was answered, but no sound came from the PBX",
				Next: "A firewall may be in between; see the chapter on sound in the documentation"}
		case l.State == phone.Ended:
			return Finding{Grade: phone.GradeWarn, Short: "no answer", Text: "the call was not answered: " + l.Cause.String(),
				Next: "Try another number, or go on without"}
		}
	}
	return Finding{Grade: phone.GradeWarn, Short: "given up"}
}

// setupAnswered takes what a test found.
func (m *model) setupAnswered(msg setupMsg) {
	p := &m.view.setup
	a := &p.answers[msg.line]
	if msg.run != a.run || !a.running || !p.open {
		return
	}
	a.running, a.Finding = false, msg.finding
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
	case msg.line == saveLine && !a.failed():
		m.desk.stopAll()
		p.open = false
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
	p := &m.view.setup
	if line, ok := p.missing(); ok {
		p.at = line
		return form[line].label + " is needed"
	}
	m.desk.halt(numberLine)
	d, setup := p.draft(), m.desk.Setup
	m.try(saveLine, d, func(ctx context.Context) Finding { return setup.Save(ctx, d) })
	return ""
}

// setupStop stops what is being tested; where nothing is it goes a step back.
func (m *model) setupStop(string) string {
	p := &m.view.setup
	switch {
	case p.waiting():
		p.onward = false
		for _, line := range p.lines() {
			if p.answers[line].running {
				m.desk.halt(line)
				p.answers[line] = setupAnswer{Finding: Finding{Grade: phone.GradeWarn, Short: "stopped"}}
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
	m.view.setup = setupPane{}
	if m.scene.Link.Practice {
		return ""
	}
	return m.depart(Next{Practice: true})
}

// setupLeave closes the form; what was typed is worth a second press.
func (m *model) setupLeave(string) string {
	p := &m.view.setup
	if p.edited && !p.leaving {
		p.leaving = true
		return "nothing is saved yet; " + m.keyWords(keymap.SetupLeave) + " once more leaves all the same"
	}
	m.desk.stopAll()
	alone := p.alone
	m.view.setup = setupPane{}
	if alone {
		m.view.leaving = gone
	}
	return ""
}

// inSetup is a deed of the form, which has to be open.
func inSetup(do func(*model, string) string) deed {
	return func(m *model, key string) string {
		if !m.view.setup.open {
			return "the form of the set-up is not open"
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
	case a == keymap.SetupTry && !p.answers[p.at].failed():
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
