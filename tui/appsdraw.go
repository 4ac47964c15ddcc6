package tui

import (
	"fmt"
	"strconv"
	"time"

	"github.com/patchcord/patchcord/appws"
)

const (
	// maxLines bounds the lines of a message that are laid out.
	maxLines = 10_000
	// headFrom is how high the body must be to have a head for the marked session.
	headFrom = 12
)

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

// drawSessions lists the sessions, and why the marked one is not connected.
func (a *appsPane) drawSessions(c *canvas, r *rect, sc *scene, current appws.SessionView) {
	p := c.on(r.rows(1), 0).gap(1)
	p.put(title, "APPWEBSOCKET").gap(2).put(plain, strconv.Itoa(len(sc.apps))+" sessions")
	if a.unlocked {
		p.right(warn, "UNLOCKED")
	} else {
		p.right(faint, "read only")
	}
	at := 0
	for i, s := range sc.apps {
		if s.ID == current.ID {
			at = i
		}
	}
	room := max(1, min(len(sc.apps), r.h/5))
	top := max(0, min(at-room/2, len(sc.apps)-room))
	for _, s := range sc.apps[top : top+room] {
		drawSession(c, r.rows(1), sc, s, s.ID == current.ID)
	}
	if current.Why != "" && r.h > 8 {
		why := current.Why
		if !current.RetryAt.IsZero() {
			why = fmt.Sprintf("again in %s. %s", minutes(current.RetryAt.Sub(sc.now)), why)
		}
		lines := wrap(why, r.w-4, c.ascii)
		for _, line := range lines[:min(2, len(lines))] {
			c.on(r.rows(1), 0).gap(3).put(warn, line)
		}
	}
}

func drawSession(c *canvas, line rect, sc *scene, s appws.SessionView, isMarked bool) {
	p := c.on(line, 0)
	if isMarked {
		p.put(marked, ">")
	} else {
		p.gap(1)
	}
	st := warn
	switch s.State {
	case appws.Open:
		st = done
	case appws.Ended:
		st = failed
	case appws.Replayed:
		st = faint
	}
	p.cell(strong, 10, s.Name).gap(1).cell(st, 10, string(s.State)).gap(1)
	p.cell(plain, 7, minutes(sc.since(s.Since))).gap(1)
	if s.Pending > 0 {
		p.put(warn, fmt.Sprintf("pending %d", s.Pending)).gap(2)
	}
	p.put(faint, s.App+" at "+s.URL)
}

// drawSessionHead is what there is to count of the marked session: two lines.
func drawSessionHead(c *canvas, r rect, sc *scene, s appws.SessionView) {
	p := c.on(r, 0).gap(1)
	if s.User != "" {
		p.put(plain, "user "+s.User).gap(3)
	}
	switch {
	case s.State == appws.Replayed:
		p.put(plain, "a saved record: there is no connection")
	case s.KeepAlive == 0:
		p.put(plain, "no keepalive")
	case s.KeptAlive.IsZero():
		p.put(plain, fmt.Sprintf("keepalive %d s (none yet)", int(s.KeepAlive/time.Second)))
	default:
		p.put(plain, fmt.Sprintf("keepalive %d s (last %s ago)", int(s.KeepAlive/time.Second), minutes(sc.since(s.KeptAlive))))
	}
	drawTraffic(c.on(r, 1).gap(1), s)
}

// drawTraffic is how many messages there were, and losses.
func drawTraffic(p *pen, s appws.SessionView) {
	isWide := p.room() >= 100
	for _, n := range []struct {
		way             string
		messages, bytes uint64
	}{{"rx", s.Received, s.BytesIn}, {"tx", s.Sent, s.BytesOut}} {
		p.put(plain, fmt.Sprintf("%s %d", n.way, n.messages))
		if isWide {
			p.put(faint, sized(n.bytes))
		}
		p.gap(2)
	}
	p.put(plain, fmt.Sprintf("reconnects %d", s.Reconnects))
	if !s.BackAt.IsZero() && p.room() >= 32 {
		p.put(plain, fmt.Sprintf(" (%s, took %s)", s.BackAt.Format("15:04"), lasted(s.Away)))
	}
	st := plain
	if s.Pending > 0 {
		st = warn
	}
	p.gap(2).put(st, fmt.Sprintf("pending %d", s.Pending))
}

// sized is how many bytes messages had, in brackets.
func sized(n uint64) string {
	switch {
	case n < 1000:
		return fmt.Sprintf(" (%d B)", n)
	case n < 1_000_000:
		return fmt.Sprintf(" (%.1f kB)", float64(n)/1e3)
	}
	return fmt.Sprintf(" (%.1f MB)", float64(n)/1e6)
}

// lasted is how long something lasted.
func lasted(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	return minutes(d)
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

// appsColumns are the widths of the log's columns.
type appsColumns struct{ time, api, mt, src int }

func columnsFor(width int) appsColumns {
	switch {
	case width >= 110:
		return appsColumns{12, 14, 26, 10}
	case width >= 78:
		return appsColumns{12, 8, 18, 6}
	}
	return appsColumns{8, 7, 16, 4}
}

func (a *appsPane) drawLog(c *canvas, r rect, sc *scene, s appws.SessionView, v *view) {
	w := columnsFor(r.w)
	c.on(r.rows(1), 0).gap(1).cell(faint, w.time, "time").gap(1).cell(faint, 4, "dir").cell(faint, w.api, "api").gap(1).
		cell(faint, w.mt, "mt").gap(1).cell(faint, w.src, "src").gap(1).cell(faint, 6, " bytes").gap(1).put(faint, "what")
	rows := a.rows(s, v)
	at := a.place(rows)
	if at < 0 {
		words := "no messages"
		if len(s.Entries) > 0 {
			words = "no message is like that"
		}
		c.on(r, 0).gap(1).put(faint, words)
		return
	}
	top := max(0, min(at-r.h/2, len(rows)-r.h))
	for i, end := top, min(len(rows), top+r.h); i < end; i++ {
		drawEntry(c, r.rows(1), w, sc, s, rows[i], i == at)
	}
}

func drawEntry(c *canvas, line rect, w appsColumns, sc *scene, s appws.SessionView, row appsRow, isMarked bool) {
	p, e := c.on(line, 0), row.first()
	if isMarked {
		p.put(marked, ">")
	} else {
		p.gap(1)
	}
	p.cell(faint, w.time, e.At.Format("15:04:05.000")).gap(1)
	if e.Dir == appws.Note {
		p.cell(faint, 4, wayOf(e)).put(faint, e.Text)
		return
	}
	way, words := done, wayOf(e)
	if e.Dir == appws.Out {
		way = keyCap
	}
	if row.isFold() {
		way, words = faint, "+"
	}
	p.cell(way, 4, words).cell(plain, w.api, e.API).gap(1).cell(strong, w.mt, row.what()).gap(1)
	p.cell(faint, w.src, e.Src).gap(1).put(faint, fmt.Sprintf("%6d", row.bytes())).gap(1)
	st, words := fate(sc, s, e)
	if row.isFold() {
		st, words = row.fate(sc)
	}
	p.put(st, words)
}

// fate is what became of a request, what a result took, and else how a message reads.
func fate(sc *scene, s appws.SessionView, e appws.Entry) (style, string) {
	switch {
	case e.Waiting(sc.now):
		return alert, "WAITING " + age(sc.since(e.At))
	case e.State == appws.Pending:
		return faint, "..."
	case e.State == appws.Answered:
		return done, "answered " + took(e.Took)
	case e.State == appws.Lost:
		return failed, "no answer, connection lost"
	case e.Pair > 0:
		if i := int(e.Pair) - int(s.Forgotten) - 1; i >= 0 && i < len(s.Entries) {
			return plain, "after " + took(s.Entries[i].Took)
		}
		return plain, "answer"
	case e.Handshake:
		return faint, "handshake"
	}
	return faint, e.Text
}

// drawMessageLines draws a message from a line on, and how much of it there is no room for.
func drawMessageLines(c *canvas, r rect, lines []string, from int) {
	c.ruler(r.rows(1))
	from = max(0, min(from, len(lines)-1))
	for i, line := range lines[from:] {
		if more := len(lines) - from - i; i == r.h-1 && more > 1 {
			c.on(r, i).gap(1).put(faint, fmt.Sprintf("... %d more lines", more))
			return
		}
		c.on(r, i).gap(1).put(plain, line)
	}
}
