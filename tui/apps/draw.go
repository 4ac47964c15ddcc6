package apps

import (
	"fmt"

	"github.com/patchcord/patchcord/appws/sessions"
	"github.com/patchcord/patchcord/tui/messages"
	"github.com/patchcord/patchcord/tui/term"
)

// headFrom is how high the body must be to have a head for the selected session.
const headFrom = 12

// Draw fills the body.
func (a *Pane) Draw(c *term.Canvas, r term.Rect, sh Shown) {
	s, ok := a.current(sh)
	if !ok {
		c.On(r, 0).Gap(1).Put(term.Title, "APPWEBSOCKET").Gap(2).Put(term.Faint, "no sessions")
		c.On(r, 2).Gap(1).Put(term.Plain, "Name them in config.toml, in tables called [session.NAME].")
		return
	}
	a.drawSessions(c, &r, sh, s)
	if a.typed != nil {
		a.drawField(c, r.Rows(2), sh, s)
	}
	if a.report != nil {
		a.drawReport(c, r)
		return
	}
	if row, ok := a.marked(sh); a.full && ok {
		a.drawWhole(c, r, sh, s, row)
		return
	}
	if r.H >= headFrom {
		drawSessionHead(c, r.Rows(2), sh, s)
	}
	a.drawState(c, r.Rows(1), s)
	detail := term.Rect{}
	if r.H >= 8 {
		detail = r.Last(min(12, r.H*2/5))
	}
	a.drawLog(c, r, sh, s)
	if row, ok := a.marked(sh); ok && detail.H > 0 {
		lines := row.brief(r.W-2, c.ASCII)
		if call, ok := a.callOf(sh, s, row); ok {
			lines = append([]string{call.words()}, lines...)
		}
		if len(lines) >= detail.H && !row.isFold() {
			lines = messages.Packed(lines, r.W-2, c.ASCII)
		}
		c.Ruler(detail.Rows(1))
		drawMessageLines(c, detail, lines, 0, nil)
	}
}

// drawState says what part of the record is to be seen.
func (a *Pane) drawState(c *term.Canvas, line term.Rect, s sessions.View) {
	rows := a.rows(s)
	p := c.On(line, 0).Gap(1)
	p.Right(term.Faint, fmt.Sprintf("%d of %d", a.log.entries, len(a.log.record)))
	if newer := len(rows) - 1 - a.markedRow(rows); a.held != nil && newer >= 0 {
		p.Put(term.Warn, fmt.Sprintf("FOLLOW OFF, %d newer", newer+a.behind(s, a.asked(), a.log.column))).Gap(2)
	} else {
		p.Put(term.Plain, "follow on").Gap(2)
	}
	if hasLeft(s, a.at) {
		p.Put(term.Alert, "THE SELECTED MESSAGE IS NO LONGER KEPT").Gap(2)
	}
	if a.bare {
		p.Put(term.Alert, "SECRETS SHOWN").Gap(2)
	} else {
		p.Put(term.Plain, "redact on").Gap(2)
	}
	if a.replaying != nil {
		p.Put(term.Alert, "REPLAYING").Gap(2)
	}
	if a.filter != "" {
		p.Put(term.Plain, "filter: ").Put(term.Strong, a.filter).Gap(2)
	}
	if s.Forgotten > 0 {
		p.Put(term.Faint, fmt.Sprintf("%d older dropped", s.Forgotten))
	}
}

// drawWhole gives the body to the selected message: where one is in it, what was found, and the lines.
func (a *Pane) drawWhole(c *term.Canvas, r term.Rect, sh Shown, s sessions.View, row logRow) {
	lines := a.lines(row, r.W-2, c.ASCII)
	p := c.On(r.Rows(1), 0).Gap(1)
	from := max(0, min(a.line, len(lines)-1))
	p.Put(term.Strong, row.what()).Gap(1).Put(term.Plain, sized(uint64(row.bytes()))).Gap(2)
	p.Put(term.Plain, fmt.Sprintf("line %d of %d", from+1, len(lines))).Gap(2)
	found := matches(lines, a.sought)
	if a.sought != "" {
		p.Put(term.Warn, fmt.Sprintf("%s with %q", term.Count(len(found), "line"), a.sought)).Gap(2)
	}
	if call, ok := a.callOf(sh, s, row); ok {
		p.Put(term.Title, call.words()).Gap(2)
	}
	if hasLeft(s, row.first().N) {
		p.Put(term.Alert, "IT LEFT THE RECORD")
	}
	c.Ruler(r.Rows(1))
	drawMessageLines(c, r, lines, from, found)
}
