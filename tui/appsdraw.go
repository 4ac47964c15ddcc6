package tui

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/patchcord/patchcord/appws"
)

// maxPretty bounds the bytes of a message that are laid out; what is more is not shown.
const maxPretty = 16 << 10

func (a *appsPane) draw(c *canvas, r rect, sc *scene, v *view) {
	s, ok := a.current(sc)
	if !ok {
		c.on(r, 0).gap(1).put(title, "APPWEBSOCKET").gap(2).put(faint, "no sessions")
		c.on(r, 2).gap(1).put(plain, "Name them in config.toml, in tables called [session.NAME].")
		return
	}
	a.drawSessions(c, &r, sc, s)
	if v.field != nil {
		a.drawField(c, r.rows(2), s, v)
	}
	if e, ok := a.marked(sc, v); a.full && ok {
		drawMessageLines(c, r, messageLines(e, r.w-2, c.ascii), a.line)
		return
	}
	a.drawState(c, r.rows(1), s, v)
	detail := rect{}
	if r.h >= 8 {
		detail = r.last(min(12, r.h*2/5))
	}
	a.drawLog(c, r, sc, s, v)
	if e, ok := a.marked(sc, v); ok && detail.h > 0 {
		lines := messageLines(e, r.w-2, c.ascii)
		if len(lines) >= detail.h {
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
	p.put(plain, fmt.Sprintf("rx %d  tx %d", s.Received, s.Sent)).gap(2)
	if s.Reconnects > 0 {
		p.put(plain, fmt.Sprintf("reconnects %d", s.Reconnects)).gap(2)
	}
	if s.Pending > 0 {
		p.put(warn, fmt.Sprintf("pending %d", s.Pending)).gap(2)
	}
	if s.KeepAlive > 0 && line.w >= 100 {
		p.put(faint, fmt.Sprintf("keepalive %d s", int(s.KeepAlive/time.Second))).gap(2)
	}
	p.put(faint, s.App+" at "+s.URL)
}

// drawState says what part of the record is to be seen.
func (a *appsPane) drawState(c *canvas, line rect, s appws.SessionView, v *view) {
	shown := a.shown(s, v)
	p := c.on(line, 0).gap(1)
	p.right(faint, fmt.Sprintf("%d of %d", len(shown), len(s.Entries)))
	if newer := len(shown) - 1 - a.place(shown); a.at != 0 && newer >= 0 {
		p.put(warn, fmt.Sprintf("FOLLOW OFF, %d newer", newer)).gap(2)
	} else {
		p.put(plain, "follow on").gap(2)
	}
	if a.bare {
		p.put(alert, "SECRETS SHOWN").gap(2)
	} else {
		p.put(plain, "redact on").gap(2)
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
	shown := a.shown(s, v)
	at := a.place(shown)
	if at < 0 {
		c.on(r, 0).gap(1).put(faint, "no messages")
		return
	}
	top := max(0, min(at-r.h/2, len(shown)-r.h))
	for i, end := top, min(len(shown), top+r.h); i < end; i++ {
		drawEntry(c, r.rows(1), w, sc, s, shown[i], i == at)
	}
}

func drawEntry(c *canvas, line rect, w appsColumns, sc *scene, s appws.SessionView, e appws.Entry, isMarked bool) {
	p := c.on(line, 0)
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
	way := done
	if e.Dir == appws.Out {
		way = keyCap
	}
	p.cell(way, 4, wayOf(e)).cell(plain, w.api, e.API).gap(1).cell(strong, w.mt, e.MT).gap(1)
	p.cell(faint, w.src, e.Src).gap(1).put(faint, fmt.Sprintf("%6d", e.Bytes)).gap(1)
	st, words := fate(sc, s, e)
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

// messageLines is a message laid out: JSON indented, whatever else as it is.
func messageLines(e appws.Entry, width int, ascii bool) []string {
	text := e.Text
	if len(text) > maxPretty {
		text = text[:maxPretty]
	}
	if laid, err := appws.Indent([]byte(text)); err == nil && e.Dir != appws.Note {
		text = string(laid)
	}
	var lines []string
	for line := range strings.SplitSeq(text, "\n") {
		lines = append(lines, folded(line, width, ascii)...)
	}
	if len(e.Text) > maxPretty {
		lines = append(lines, fmt.Sprintf("... and %d more bytes", len(e.Text)-maxPretty))
	}
	return lines
}

// packed is the same text in fewer lines: as many of the short ones in each as it holds.
func packed(lines []string, width int, ascii bool) []string {
	var out []string
	used := width
	for _, line := range lines {
		line = strings.TrimLeft(line, " ")
		n := columns(line, ascii)
		if used+1+n > width {
			out, used = append(out, line), n
			continue
		}
		out[len(out)-1] += " " + line
		used += 1 + n
	}
	return out
}

// folded breaks a line where it is full, between any two letters.
func folded(s string, width int, ascii bool) []string {
	var lines []string
	used, from, at := 0, 0, 0
	for at < len(s) {
		_, n, size := nextGrapheme(s[at:], ascii)
		if used+n > max(2, width) {
			lines, from, used = append(lines, s[from:at]), at, 0
		}
		used, at = used+n, at+size
	}
	return append(lines, s[from:])
}

// drawField is the open field with what Enter will do.
func (a *appsPane) drawField(c *canvas, r rect, s appws.SessionView, v *view) {
	p := c.on(r, 0).gap(1)
	p.put(title, a.label(v.field.kind, s)).put(ruled, "[")
	v.field.drawText(c, p, p.room()-2)
	st, words := a.promise(v.field, s)
	c.on(r, 1).gap(1).put(st, words)
}

func (a *appsPane) label(kind fieldKind, s appws.SessionView) string {
	if kind == composeField {
		return "send to " + cut(s.Name, 12) + ": "
	}
	return "filter: "
}

// promise is what Enter will do with the field, or what is wrong with it.
func (a *appsPane) promise(f *field, s appws.SessionView) (style, string) {
	text := strings.TrimSpace(string(f.text))
	if f.kind == appsFilterField {
		return strong, "Enter: keeps it; api=X mt=X src=X dir=rx, != for all others, words anywhere"
	}
	if text == "" {
		return faint, `a message is one JSON object with "mt"; the arrows bring back what was sent`
	}
	if err := appws.CheckMessage([]byte(text)); err != nil {
		return warn, appws.Explain(err)
	}
	return strong, fmt.Sprintf("Enter: sends %d bytes to %s", len(text), s.Name)
}
