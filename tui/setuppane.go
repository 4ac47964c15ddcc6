package tui

import (
	"cmp"
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/internal/setup/form"
	"github.com/patchcord/patchcord/tui/keymap"
	"github.com/patchcord/patchcord/tui/term"
)

// setupPane is the form: what was typed and chosen, and what the tests say.
type setupPane struct {
	// alone tells that there is no phone beneath, first that there is no profile yet.
	alone, first bool
	place        string
	// begin is what the form began with.
	begin   form.Draft
	systems []form.System
	devices form.Devices

	step    int
	at      setupLine
	texts   [setupLines]term.Input
	chosen  [setupLines]int
	answers [setupLines]setupAnswer
	// offered is a certificate's key that may be trusted.
	offered, offeredOf string
	// onward goes to the next step when the test succeeds; insist is the step that a second Enter
	// leaves despite an error.
	onward bool
	insist int
	// edited tells that there is something to lose; leaving that it was said so.
	edited, leaving bool
	// choseSound tells that a person chose in the third step, choseKeep where the password stays.
	choseSound, choseKeep bool
	level                 float32
	trial                 trial
}

// setupAnswer is a form.Finding with its test.
type setupAnswer struct {
	form.Finding
	// of is what was tested; the answer to something else is worth nothing.
	of form.Draft
	// run is the number of the test, running that it goes on, since began.
	run     int
	running bool
	began   time.Time
}

// openSetup begins a form.
func openSetup(c SetupConfig, alone bool) setupPane {
	p := setupPane{alone: alone, place: c.Place, begin: c.Begin, systems: c.Setup.Systems(), insist: -1}
	d := c.Begin
	for line := range setupLines {
		p.setText(line, "")
	}
	for line, text := range map[setupLine]string{
		serverLine: d.Server, commandLine: d.Command, variableLine: d.Variable, nameLine: d.Profile,
	} {
		p.setText(line, text)
	}
	p.chosen[systemLine] = max(0, slices.IndexFunc(p.systems, func(s form.System) bool { return s.ID == d.System }))
	p.takeFields(d)
	p.chosen[keepLine] = int(d.Keep)
	p.offered = d.Pin
	if d.Pin != "" {
		p.chosen[trustLine] = 1
	}
	if d.WatchOnly {
		p.chosen[soundLine] = 1
	}
	p.take(form.Devices{})
	if d.From != "" {
		p.enter(signInStep)
	}
	return p
}

func (p *setupPane) context() keymap.Context { return keymap.Setup }

func (p *setupPane) move(keymap.Action, term.Rect, *scene) {}

func (p *setupPane) key(tea.Key, *scene) bool { return false }

func (p *setupPane) close() bool { return false }

// takeFields writes what a draft says into the lines of the chosen system.
func (p *setupPane) takeFields(d form.Draft) {
	for i, f := range p.fields() {
		p.setText(fieldLine+setupLine(i), d.Value(f.ID))
		p.answers[fieldLine+setupLine(i)] = setupAnswer{}
	}
}

func (p *setupPane) setText(line setupLine, text string) {
	p.texts[line] = term.NewInput(maxLine, text)
}

func (p *setupPane) text(line setupLine) string { return p.texts[line].Text() }

// draft is what the form says.
func (p *setupPane) draft() form.Draft {
	d := p.begin
	d.Server = p.text(serverLine)
	for i, f := range p.fields() {
		d = d.With(f.ID, p.text(fieldLine+setupLine(i)))
	}
	d.Command, d.Variable, d.Profile = p.text(commandLine), p.text(variableLine), p.text(nameLine)
	d.Password = form.Secret(p.texts[passwordLine].String())
	d.Keep = form.Keep(p.chosen[keepLine])
	if d.Keep == form.ByCommand || d.Keep == form.ByVariable {
		d.Password = ""
	}
	d.System = cmp.Or(p.system().ID, d.System)
	d.Pin = ""
	if p.chosen[trustLine] == 1 {
		d.Pin = p.offered
	}
	if d.WatchOnly = p.chosen[soundLine] == 1; !d.WatchOnly {
		d.Microphone, d.Speaker, d.Ringer = p.device(microphoneLine), p.device(speakerLine), p.device(ringerLine)
	}
	return d
}

// take has other devices to choose from. What is chosen stays.
func (p *setupPane) take(d form.Devices) {
	chosen := map[setupLine]string{microphoneLine: p.begin.Microphone, speakerLine: p.begin.Speaker, ringerLine: p.begin.Ringer}
	if p.step >= soundStep {
		for line := range chosen {
			chosen[line] = p.device(line)
		}
	}
	p.devices = d
	for line, name := range chosen {
		p.chosen[line] = max(0, slices.IndexFunc(p.options(line), func(c option) bool { return c.value == name }))
	}
}

// shows tells whether a line stands in the form at the moment.
func (p *setupPane) shows(line setupLine) bool {
	if line >= fieldLine && line < keepLine {
		_, asked := p.field(line)
		return asked
	}
	keep := form.Keep(p.chosen[keepLine])
	switch line {
	case trustLine:
		return p.offered != ""
	case passwordLine:
		return keep == form.InKeyring || keep == form.InFile
	case commandLine:
		return keep == form.ByCommand
	case variableLine:
		return keep == form.ByVariable
	case microphoneLine, speakerLine, ringerLine:
		return p.chosen[soundLine] == 0
	}
	return true
}

// lines are those of the step.
func (p *setupPane) lines() []setupLine {
	var all []setupLine
	for line := range setupLines {
		if p.form(line).step == p.step && p.shows(line) {
			all = append(all, line)
		}
	}
	return all
}

// credential is the line whose leaving tests the login.
func (p *setupPane) credential() setupLine {
	return [...]setupLine{form.InKeyring: passwordLine, form.ByCommand: commandLine, form.ByVariable: variableLine, form.InFile: passwordLine}[p.chosen[keepLine]]
}

// missing is the first line of the step that has to be filled and is not.
func (p *setupPane) missing() (setupLine, bool) {
	if p.step == callStep {
		return nameLine, p.text(nameLine) == ""
	}
	if p.step != signInStep {
		return 0, false
	}
	for _, line := range p.lines() {
		if f, _ := p.field(line); line != serverLine && !f.Required && line != p.credential() {
			continue
		}
		if p.texts[line].Len() == 0 && !(line == passwordLine && p.begin.Stored) {
			return line, true
		}
	}
	return 0, false
}

// enter goes to a step, to its first line.
func (p *setupPane) enter(step int) {
	p.step, p.onward, p.insist = step, false, -1
	p.at = p.lines()[0]
	if step == signInStep && p.text(serverLine) != "" {
		p.at = serverLine
	}
}

// focus goes a line on or back in the step, and reports whether there was one.
func (p *setupPane) focus(by int) bool {
	lines := p.lines()
	at := slices.Index(lines, p.at) + by
	if at < 0 || at >= len(lines) {
		return false
	}
	p.at = lines[at]
	return true
}
