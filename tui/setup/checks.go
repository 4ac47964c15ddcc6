package setup

import (
	"context"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/internal/setup/form"
)

// leaveLine tests what a line says, when it says something new.
func (p *Pane) leaveLine(line formLine, sh Shown) tea.Cmd {
	switch line {
	case linkLine:
		return p.readLink(sh)
	case serverLine:
		p.readInto(line)
		return p.tryServer(sh)
	case trustLine:
		return p.tryServer(sh)
	case keepLine:
		if p.chosen[keepLine] == int(form.InKeyring) && !p.tested(keepLine, form.Draft{}) {
			return p.try(keepLine, form.Draft{}, sh, p.desk.backend.Keyring)
		}
	case passwordLine, commandLine, variableLine:
		return p.tryLogin(sh)
	}
	if f, ok := p.field(line); ok && f.Account {
		if strings.Contains(p.text(line), "@") {
			p.readInto(line)
		}
		return p.tryServer(sh)
	}
	return nil
}

// readInto reads the text of a line as an address. What else the address contains fills empty lines
// only.
func (p *Pane) readInto(line formLine) {
	if d, f := p.desk.backend.Read(p.text(line), p.draft()); !f.Failed() {
		p.fill(d, line != serverLine)
	}
}

// readLink fills the form from a link.
func (p *Pane) readLink(sh Shown) tea.Cmd {
	text := p.text(linkLine)
	if text == "" {
		p.answers[linkLine] = answer{}
		return nil
	}
	d, f := p.desk.backend.Read(text, form.Draft{System: p.draft().System})
	p.answers[linkLine] = answer{Finding: f}
	if f.Failed() {
		return nil
	}
	p.fill(d, true)
	if d.Password != "" { // it must not stay in sight
		p.setText(passwordLine, string(d.Password))
		p.setText(linkLine, "")
	}
	return p.tryServer(sh)
}

// fill takes over what a link told, the rest only where nothing stands yet.
func (p *Pane) fill(d form.Draft, all bool) {
	take := func(line formLine, text string) {
		if text != "" && (all || p.text(line) == "") {
			p.setText(line, text)
		}
	}
	take(serverLine, d.Server)
	for i, f := range p.fields() {
		take(fieldLine+formLine(i), d.Value(f.ID))
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
func (p *Pane) tryServer(sh Shown) tea.Cmd {
	d, b := p.draft(), p.desk.backend
	if d.Server == "" || p.tested(serverLine, reachOf(d)) {
		return nil
	}
	return p.try(serverLine, reachOf(d), sh, func(ctx context.Context) form.Finding { return b.Reach(ctx, d) })
}

// tryLogin tests the login once everything for it is there, and never twice the same: too many
// tries lock people out.
func (p *Pane) tryLogin(sh Shown) tea.Cmd {
	d, b := p.draft(), p.desk.backend
	if _, missing := p.missing(); missing || p.tested(p.credential(), loginOf(d)) {
		return nil
	}
	var server tea.Cmd
	if p.answers[serverLine].Failed() { // what was wrong there may be mended by now
		p.answers[serverLine] = answer{}
		server = p.tryServer(sh)
	}
	return tea.Batch(server, p.try(p.credential(), loginOf(d), sh, func(ctx context.Context) form.Finding { return b.SignIn(ctx, d) }))
}

// tested tells that a line's test was of just this, or runs.
func (p *Pane) tested(line formLine, of form.Draft) bool {
	a := p.answers[line]
	return (a.running || a.Short != "") && a.of.Is(of)
}

// tryAgain tries what the line is about once more.
func (p *Pane) tryAgain(sh Shown) Effect {
	line, b := p.at, p.desk.backend
	var next tea.Cmd
	switch {
	case line == speakerLine || line == ringerLine:
		name := p.device(line)
		if name == "" && line == ringerLine {
			name = p.device(speakerLine)
		}
		next = p.try(line, form.Draft{}, sh, func(ctx context.Context) form.Finding { return b.Tone(ctx, name) })
	case p.step == soundStep:
		next = p.listDevices(sh)
	case line == linkLine || line == serverLine || line == trustLine:
		p.answers[serverLine] = answer{}
		next = p.leaveLine(line, sh)
	case p.step == signInStep:
		p.answers[p.credential()] = answer{}
		next = p.tryLogin(sh)
		if line, ok := p.missing(); ok {
			return Effect{Next: next, Said: p.form(line).label + " is needed for that"}
		}
	case p.step == callStep && p.text(numberLine) != "":
		next = p.call()
	default:
		return said("nothing to test here")
	}
	return Effect{Next: next}
}

// save writes the profile down.
func (p *Pane) save(sh Shown) Effect {
	if line, ok := p.missing(); ok {
		p.at = line
		return said(p.form(line).label + " is needed")
	}
	p.desk.halt(numberLine)
	d, b := p.draft(), p.desk.backend
	return Effect{Next: p.try(saveLine, d, sh, func(ctx context.Context) form.Finding { return b.Save(ctx, d) })}
}
