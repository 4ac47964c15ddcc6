package tui

import (
	"context"
	"strings"

	"github.com/patchcord/patchcord/internal/setup/form"
)

// leaveLine tests what a line says, when it says something new.
func (m *model) leaveLine(line setupLine) {
	p := m.view.setup()
	switch line {
	case linkLine:
		m.readLink()
	case serverLine:
		m.readInto(line)
		m.tryServer()
	case trustLine:
		m.tryServer()
	case keepLine:
		if p.chosen[keepLine] == int(form.InKeyring) && !p.tested(keepLine, form.Draft{}) {
			m.try(keepLine, form.Draft{}, m.desk.Setup.Keyring)
		}
	case passwordLine, commandLine, variableLine:
		m.tryLogin()
	default:
		if f, ok := p.field(line); ok && f.Account {
			if strings.Contains(p.text(line), "@") {
				m.readInto(line)
			}
			m.tryServer()
		}
	}
}

// readInto reads the text of a line as an address. What else the address contains fills empty lines
// only.
func (m *model) readInto(line setupLine) {
	p := m.view.setup()
	if d, f := m.desk.Setup.Read(p.text(line), p.draft()); !f.Failed() {
		p.fill(d, line != serverLine)
	}
}

// readLink fills the form from a link.
func (m *model) readLink() {
	p := m.view.setup()
	text := p.text(linkLine)
	if text == "" {
		p.answers[linkLine] = setupAnswer{}
		return
	}
	d, f := m.desk.Setup.Read(text, form.Draft{System: p.draft().System})
	p.answers[linkLine] = setupAnswer{Finding: f}
	if f.Failed() {
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
func (p *setupPane) fill(d form.Draft, all bool) {
	take := func(line setupLine, text string) {
		if text != "" && (all || p.text(line) == "") {
			p.setText(line, text)
		}
	}
	take(serverLine, d.Server)
	for i, f := range p.fields() {
		take(fieldLine+setupLine(i), d.Value(f.ID))
	}
}

// reachOf and loginOf are what of a draft the two tests look at.
func reachOf(d form.Draft) form.Draft {
	return form.Draft{System: d.System, Server: d.Server, Pin: d.Pin}
}

func loginOf(d form.Draft) form.Draft {
	d.Profile, d.WatchOnly, d.Microphone, d.Speaker, d.Ringer = "", false, "", "", ""
	if d.Keep == form.InFile {
		d.Keep = form.InKeyring // the password is the same, wherever it will be kept
	}
	return d
}

// tryServer tests the way to the server unless that was done.
func (m *model) tryServer() {
	p := m.view.setup()
	d := p.draft()
	if d.Server == "" || p.tested(serverLine, reachOf(d)) {
		return
	}
	setup := m.desk.Setup
	m.try(serverLine, reachOf(d), func(ctx context.Context) form.Finding { return setup.Reach(ctx, d) })
}

// tryLogin tests the login once everything for it is there, and never twice the same: too many
// tries lock people out.
func (m *model) tryLogin() {
	p := m.view.setup()
	d := p.draft()
	if _, missing := p.missing(); missing || p.tested(p.credential(), loginOf(d)) {
		return
	}
	if p.answers[serverLine].Failed() { // what was wrong there may be mended by now
		p.answers[serverLine] = setupAnswer{}
		m.tryServer()
	}
	setup := m.desk.Setup
	m.try(p.credential(), loginOf(d), func(ctx context.Context) form.Finding { return setup.SignIn(ctx, d) })
}

// tested tells that a line's test was of just this, or runs.
func (p *setupPane) tested(line setupLine, of form.Draft) bool {
	a := p.answers[line]
	return (a.running || a.Short != "") && a.of.Is(of)
}

// setupTry tries what the line is about once more.
func (m *model) setupTry(string) string {
	p := m.view.setup()
	setup, line := m.desk.Setup, p.at
	switch {
	case line == speakerLine || line == ringerLine:
		name := p.device(line)
		if name == "" && line == ringerLine {
			name = p.device(speakerLine)
		}
		m.try(line, form.Draft{}, func(ctx context.Context) form.Finding { return setup.Tone(ctx, name) })
	case p.step == soundStep:
		m.listDevices()
	case line == linkLine || line == serverLine || line == trustLine:
		p.answers[serverLine] = setupAnswer{}
		m.leaveLine(line)
	case p.step == signInStep:
		p.answers[p.credential()] = setupAnswer{}
		m.tryLogin()
		if line, ok := p.missing(); ok {
			return p.form(line).label + " is needed for that"
		}
	case p.step == callStep && p.text(numberLine) != "":
		m.call()
	default:
		return "nothing to test here"
	}
	return ""
}
