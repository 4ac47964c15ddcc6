package tui

import (
	"fmt"

	"github.com/patchcord/patchcord/appws"
)

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
