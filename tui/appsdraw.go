package tui

import (
	"fmt"

	"github.com/patchcord/patchcord/appws"
)

// headFrom is how high the body must be to have a head for the marked session.
const headFrom = 12

func (a *appsPane) draw(c *canvas, r rect, sc *scene, v *view) {
	s, ok := a.current(sc)
	if !ok {
		c.on(r, 0).gap(1).put(title, "APPWEBSOCKET").gap(2).put(faint, "no sessions")
		c.on(r, 2).gap(1).put(plain, "Name them in config.toml, in tables called [session.NAME].")
		return
	}
	a.drawSessions(c, &r, sc, s)
	if v.field != nil {
		a.drawField(c, r.rows(2), sc, s, v)
	}
	if row, ok := a.marked(sc, v); a.full && ok {
		drawMessageLines(c, r, row.lines(r.w-2, c.ascii), a.line)
		return
	}
	if r.h >= headFrom {
		drawSessionHead(c, r.rows(2), sc, s)
	}
	a.drawState(c, r.rows(1), s, v)
	detail := rect{}
	if r.h >= 8 {
		detail = r.last(min(12, r.h*2/5))
	}
	a.drawLog(c, r, sc, s, v)
	if row, ok := a.marked(sc, v); ok && detail.h > 0 {
		lines := row.lines(r.w-2, c.ascii)
		if len(lines) >= detail.h && !row.isFold() {
			lines = packed(lines, r.w-2, c.ascii)
		}
		drawMessageLines(c, detail, lines, 0)
	}
}

// drawState says what part of the record is to be seen.
func (a *appsPane) drawState(c *canvas, line rect, s appws.SessionView, v *view) {
	rows := a.rows(s, v)
	p := c.on(line, 0).gap(1)
	p.right(faint, fmt.Sprintf("%d of %d", a.log.entries, len(s.Entries)))
	if newer := len(rows) - 1 - a.place(rows); a.at != 0 && newer >= 0 {
		p.put(warn, fmt.Sprintf("FOLLOW OFF, %d newer", newer)).gap(2)
	} else {
		p.put(plain, "follow on").gap(2)
	}
	if a.bare {
		p.put(alert, "SECRETS SHOWN").gap(2)
	} else {
		p.put(plain, "redact on").gap(2)
	}
	if a.replaying != nil {
		p.put(alert, "REPLAYING").gap(2)
	}
	if a.filter != "" {
		p.put(plain, "filter: ").put(strong, a.filter).gap(2)
	}
	if s.Forgotten > 0 {
		p.put(faint, fmt.Sprintf("%d forgotten", s.Forgotten))
	}
}
