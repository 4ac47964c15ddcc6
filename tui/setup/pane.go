package setup

import (
	"cmp"
	"slices"
	"time"

	"github.com/patchcord/patchcord/internal/setup/form"
	"github.com/patchcord/patchcord/tui/term"
)

// Pane is the form of the set-up: what was typed and chosen, and what the tests say.
type Pane struct {
	desk *Desk
	// first tells that there is no profile yet.
	first bool
	// begin is what the form began with.
	begin   form.Draft
	systems []form.System
	devices form.Devices

	step    int
	at      formLine
	texts   [lineCount]term.Input
	chosen  [lineCount]int
	answers [lineCount]answer
	// offered is a certificate's key that may be trusted.
	offered, offeredOf string
	// onward goes to the next step when the test succeeds; insist is the step that a second Enter
	// leaves despite an error.
	onward bool
	insist int
	// edited tells that there is something to lose, leaving that the person was told so.
	edited, leaving bool
	// choseSound tells that a person chose in the third step, choseKeep where the password stays.
	choseSound, choseKeep bool
	level                 float32
	trial                 trial
}

// answer is a form.Finding with its test.
type answer struct {
	form.Finding
	// of is what was tested; the answer to something else is worth nothing.
	of form.Draft
	// run is the number of the test, running that it goes on, since began.
	run     int
	running bool
	began   time.Time
}

// maxLine bounds a line in letters.
const maxLine = 1000

// Open begins a form, first where there is no profile yet.
func (d *Desk) Open(begin form.Draft, first bool) *Pane {
	p := &Pane{desk: d, first: first, begin: begin, systems: d.backend.Systems(), insist: -1}
	for line := range lineCount {
		p.setText(line, "")
	}
	for line, text := range map[formLine]string{
		serverLine: begin.Server, commandLine: begin.Command, variableLine: begin.Variable, nameLine: begin.Profile,
	} {
		p.setText(line, text)
	}
	p.chosen[systemLine] = max(0, slices.IndexFunc(p.systems, func(s form.System) bool { return s.ID == begin.System }))
	p.takeFields(begin)
	p.chosen[keepLine] = int(begin.Keep)
	p.offered = begin.Pin
	if begin.Pin != "" {
		p.chosen[trustLine] = 1
	}
	if begin.WatchOnly {
		p.chosen[soundLine] = 1
	}
	p.take(form.Devices{})
	if begin.From != "" {
		p.enter(signInStep)
	}
	return p
}

// takeFields writes what a draft says into the lines of the chosen system.
func (p *Pane) takeFields(d form.Draft) {
	for i, f := range p.fields() {
		p.setText(fieldLine+formLine(i), d.Value(f.ID))
		p.answers[fieldLine+formLine(i)] = answer{}
	}
}

func (p *Pane) setText(line formLine, text string) {
	p.texts[line] = term.NewInput(maxLine, text)
}

func (p *Pane) text(line formLine) string { return p.texts[line].Text() }

// draft is what the form says.
func (p *Pane) draft() form.Draft {
	d := p.begin
	d.Server = p.text(serverLine)
	for i, f := range p.fields() {
		d = d.With(f.ID, p.text(fieldLine+formLine(i)))
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
func (p *Pane) take(d form.Devices) {
	chosen := map[formLine]string{microphoneLine: p.begin.Microphone, speakerLine: p.begin.Speaker, ringerLine: p.begin.Ringer}
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
func (p *Pane) shows(line formLine) bool {
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
func (p *Pane) lines() []formLine {
	var all []formLine
	for line := range lineCount {
		if p.form(line).step == p.step && p.shows(line) {
			all = append(all, line)
		}
	}
	return all
}

// credential is the line whose leaving tests the login.
func (p *Pane) credential() formLine {
	return [...]formLine{form.InKeyring: passwordLine, form.ByCommand: commandLine, form.ByVariable: variableLine, form.InFile: passwordLine}[p.chosen[keepLine]]
}

// missing is the first line of the step that has to be filled and is not.
func (p *Pane) missing() (formLine, bool) {
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
func (p *Pane) enter(step int) {
	p.step, p.onward, p.insist = step, false, -1
	p.at = p.lines()[0]
	if step == signInStep && p.text(serverLine) != "" {
		p.at = serverLine
	}
}

// focus goes a line on or back in the step, and reports whether there was one.
func (p *Pane) focus(by int) bool {
	lines := p.lines()
	at := slices.Index(lines, p.at) + by
	if at < 0 || at >= len(lines) {
		return false
	}
	p.at = lines[at]
	return true
}
