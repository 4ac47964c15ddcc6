package apps

import (
	"fmt"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/appws/record"
	"github.com/patchcord/patchcord/appws/sessions"
	"github.com/patchcord/patchcord/tui/term"
)

// columns are the widths of the log's columns.
type columns struct{ time, api, mt, src int }

// columnsFor gives half of what a wider screen has to one column after the other: what a message says
// never has less room there.
func columnsFor(width int) columns {
	w := columns{8, 7, 16, 4}
	free := max(0, width-leastLog) / 2
	if free >= 4 { // the milliseconds
		w.time, free = 12, free-4
	}
	for _, column := range []struct {
		width *int
		most  int
	}{{&w.mt, 18}, {&w.src, 6}, {&w.api, 8}, {&w.mt, 26}, {&w.api, 14}, {&w.src, 10}} {
		by := min(free, column.most-*column.width)
		*column.width, free = *column.width+by, free-by
	}
	return w
}

// leastLog is the width at which the log has its narrowest columns.
const leastLog = 60

func (a *Pane) drawLog(c *term.Canvas, r term.Rect, sh Shown, s sessions.View) {
	w := columnsFor(r.W)
	c.On(r.Rows(1), 0).Gap(1).Cell(term.Faint, w.time, "time").Gap(1).Cell(term.Faint, 4, "dir").Cell(term.Faint, w.api, "api").Gap(1).
		Cell(term.Faint, w.mt, "mt").Gap(1).Cell(term.Faint, w.src, "src").Gap(1).Cell(term.Faint, 6, " bytes").Gap(1).Put(term.Faint, "what")
	rows := a.rows(s)
	at := a.place(rows)
	if at < 0 {
		words := "no messages"
		if len(s.Entries) > 0 {
			words = "no messages match the filter"
		}
		c.On(r, 0).Gap(1).Put(term.Faint, words)
		return
	}
	top := max(0, min(at-r.H/2, len(rows)-r.H))
	for i, end := top, min(len(rows), top+r.H); i < end; i++ {
		drawEntry(c, r.Rows(1), w, sh, s, rows[i], i == at)
	}
}

func drawEntry(c *term.Canvas, line term.Rect, w columns, sh Shown, s sessions.View, row logRow, isMarked bool) {
	p, e := c.On(line, 0), row.first()
	p.Mark(isMarked)
	p.Cell(term.Faint, w.time, e.At.Format("15:04:05.000")).Gap(1)
	if e.Dir == record.Note {
		p.Cell(term.Faint, 4, WayOf(e)).Put(term.Faint, e.Text)
		return
	}
	way, words := term.Done, WayOf(e)
	if e.Dir == appws.Out {
		way = term.KeyCap
	}
	if row.isFold() {
		way, words = term.Faint, "+"
	}
	p.Cell(way, 4, words).Cell(term.Plain, w.api, e.API).Gap(1).Cell(term.Strong, w.mt, row.what()).Gap(1)
	p.Cell(term.Faint, w.src, e.Src).Gap(1).Put(term.Faint, fmt.Sprintf("%6d", row.bytes())).Gap(1)
	st, words := fate(sh, s, e)
	if row.isFold() {
		st, words = row.fate(sh)
	}
	p.Put(st, words)
}

// fate is what became of a request, what a result took, and else how a message reads.
func fate(sh Shown, s sessions.View, e record.Entry) (term.Style, string) {
	switch {
	case e.Cut:
		return term.Warn, "too long to keep, " + sized(uint64(e.Bytes))
	case e.Waiting(sh.Now):
		return term.Alert, "WAITING " + term.Age(sh.since(e.At))
	case e.State == record.Pending:
		return term.Faint, "..."
	case e.State == record.Answered:
		return term.Done, "answered " + term.Took(e.Took)
	case e.State == record.Lost:
		return term.Failed, "no answer, connection lost"
	case e.Pair > 0:
		if i := int(e.Pair) - int(s.Forgotten) - 1; i >= 0 && i < len(s.Entries) {
			return term.Plain, "after " + term.Took(s.Entries[i].Took)
		}
		return term.Plain, "answer"
	case e.Handshake:
		return term.Faint, "handshake"
	}
	return term.Faint, e.Text
}

// drawMessageLines draws a message from a line on, and how much of it there is no room for.
func drawMessageLines(c *term.Canvas, r term.Rect, lines []string, from int) {
	c.Ruler(r.Rows(1))
	from = max(0, min(from, len(lines)-1))
	for i, line := range lines[from:] {
		if more := len(lines) - from - i; i == r.H-1 && more > 1 {
			c.On(r, i).Gap(1).Put(term.Faint, fmt.Sprintf("... %d more lines", more))
			return
		}
		c.On(r, i).Gap(1).Put(term.Plain, line)
	}
}
