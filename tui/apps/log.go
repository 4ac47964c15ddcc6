package apps

import (
	"fmt"
	"slices"
	"strings"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/appws/record"
	"github.com/patchcord/patchcord/appws/sessions"
	"github.com/patchcord/patchcord/tui/messages"
	"github.com/patchcord/patchcord/tui/term"
)

// columns are the widths of the log's columns, 0 for one that there is no room for. What a message says
// has the rest of the line but for blank.
type columns struct{ time, api, mt, src, bytes, took, answers, blank int }

// columnsFor has few columns on a small screen. Each that comes with more room has its room kept for it
// before: what a message says never has less on a wider screen.
func columnsFor(width int) columns {
	w := columns{mt: 10}
	const gap = 1
	left := width - 3 - gap - w.mt - gap - leastWhat
	for _, step := range []struct {
		column *int
		by     int
	}{{&w.took, 7 + gap}, {&w.time, 8 + gap}, {&w.mt, 4}, {nil, 10}, {&w.bytes, 6 + gap}, {&w.src, 3 + gap}, {&w.api, 8 + gap}, {&w.mt, 1}} {
		switch {
		case left < step.by && step.column != nil:
			w.blank = max(0, left)
			return w
		case left < step.by:
			return w
		case step.column != nil && *step.column == 0:
			*step.column = step.by - gap
		case step.column != nil:
			*step.column += step.by
		}
		left -= step.by
	}
	w.widen(left / 2)
	return w
}

// leastWhat is the room for what a message says before there is another column.
const leastWhat = 12

// widen gives so much more to one column after the other.
func (w *columns) widen(free int) {
	for _, step := range []struct {
		column      *int
		most, least int
	}{{&w.mt, 18, 1}, {&w.src, 4, 1}, {&w.time, 12, 4}, {&w.mt, 22, 1}, {&w.src, 6, 1}, {&w.answers, 14, 9}, {&w.mt, 26, 1},
		{&w.api, 14, 1}, {&w.src, 10, 1}, {&w.answers, 22, 1}} {
		before := 0
		if *step.column == 0 {
			before = 1 // the gap behind it
		}
		by := min(free, step.most+before-*step.column)
		if by < step.least {
			w.blank = by
			return
		}
		*step.column, free = *step.column+by-before, free-by
	}
}

func (a *Pane) drawLog(c *term.Canvas, r term.Rect, sh Shown, s sessions.View) {
	w := columnsFor(r.W)
	p := c.On(r.Rows(1), 0).Gap(1)
	for _, column := range []struct {
		width int
		name  string
	}{{w.time, "time"}, {2, ""}, {w.api, "api"}, {w.mt, "mt"}, {w.src, "src"}, {w.bytes, " bytes"}, {w.took, "   took"}, {w.answers, "answers"}} {
		if column.width > 0 {
			p.Cell(term.Faint, column.width, column.name).Gap(1)
		}
	}
	p.Put(term.Faint, "what")
	rows := a.rows(s)
	at := a.markedRow(rows)
	if at < 0 {
		words := "no messages"
		if len(a.log.record) > 0 {
			words = "no messages match the filter"
		}
		c.On(r, 0).Gap(1).PutCut(term.Faint, words)
		return
	}
	top := a.window(rows, at, r.H)
	for i, end := top, min(len(rows), top+r.H); i < end; i++ {
		a.drawEntry(c, r.Rows(1), w, sh, s, rows[i], i == at)
	}
}

func (a *Pane) drawEntry(c *term.Canvas, line term.Rect, w columns, sh Shown, s sessions.View, row logRow, isMarked bool) {
	p, e := c.On(line, 0), row.first()
	if e.Dir != record.Note {
		p.End -= w.blank
	}
	p.Mark(isMarked)
	cell := func(st term.Style, width int, text string) {
		if width > 0 {
			p.Cell(st, width, text).Gap(1)
		}
	}
	cell(term.Faint, w.time, e.At.Format("15:04:05.000"))
	way, words := term.Done, WayOf(e)
	if e.Dir == appws.Out {
		way = term.KeyCap
	}
	if row.isFold() {
		way, words = term.Faint, "+"
	}
	if e.Dir == record.Note {
		p.Put(term.Faint, "-- ")
		a.putSession(p, s, e)
		p.Put(term.Faint, e.Text)
		return
	}
	cell(way, 2, words)
	cell(term.Plain, w.api, e.API)
	cell(term.Strong, w.mt, row.what())
	cell(term.Faint, w.src, e.Src)
	cell(term.Faint, w.bytes, fmt.Sprintf("%6s", short(row.bytes())))
	cell(tookStyle(e), w.took, fmt.Sprintf("%7s", took(e)))
	request := a.requestOf(e)
	cell(term.Faint, w.answers, request)
	a.putSession(p, s, e)
	if row.isFold() {
		st, words := row.fate(sh)
		p.Put(st, words)
		return
	}
	st, words := outcome(sh, e)
	if hasLeft(s, e.N) && e.State == record.Pending {
		st, words = term.Faint, "left the record unanswered"
	}
	if words != "" {
		p.Put(st, words).Gap(2)
	}
	if call, ok := a.callOf(sh, s, row); ok {
		words := call.Name
		if call.Made {
			words = "made " + words
		}
		p.Put(term.Title, words).Gap(2)
	}
	if w.answers == 0 && request != "" && !strings.HasPrefix(e.MT, request) {
		p.Put(term.Faint, "to "+request).Gap(1)
	}
	p.Put(term.Plain, messages.Payload(e.Text, "mt", "api", "src"))
}

// putSession names the session of an entry in the list of all.
func (a *Pane) putSession(p *term.Pen, s sessions.View, e record.Entry) {
	if s.ID == allID {
		p.Put(term.Title, a.sessionOf(e.N)).Gap(1)
	}
}

// short is a number of bytes in six columns.
func short(n int) string {
	if n < 1_000_000 {
		return fmt.Sprint(n)
	}
	return sized(uint64(n))
}

// took is how long a request waited for its result, on both.
func took(e record.Entry) string {
	switch {
	case e.State == record.Answered, e.Pair > 0 && e.Took > 0:
		return term.Took(e.Took)
	case e.State == record.Pending:
		return "..."
	}
	return ""
}

func tookStyle(e record.Entry) term.Style {
	switch {
	case e.Took >= record.WaitingAfter:
		return term.Warn
	case e.State == record.Answered:
		return term.Done
	}
	return term.Plain
}

// requestOf is the type of the request that a message answers, empty where that is not known.
func (a *Pane) requestOf(e record.Entry) string {
	if e.State != record.Unpaired || e.Pair == 0 {
		return ""
	}
	request, _ := entryAt(a.log.record, e.Pair)
	return request.MT
}

// outcome is what there is to say of a message besides what it says, empty for nothing.
func outcome(sh Shown, e record.Entry) (term.Style, string) {
	switch {
	case e.Cut:
		return term.Warn, "too long to keep"
	case e.Waiting(sh.Now):
		return term.Alert, "WAITING " + term.Age(sh.since(e.At))
	case e.State == record.Lost:
		return term.Failed, "no answer, connection lost"
	}
	return term.Plain, ""
}

// drawMessageLines draws a message from a line on, those that were found highlighted, and how much of it there
// is no room for.
func drawMessageLines(c *term.Canvas, r term.Rect, lines []string, from int, found []int) {
	from = max(0, min(from, len(lines)-1))
	for i, line := range lines[from:] {
		if i >= r.H {
			return
		}
		if more := len(lines) - from - i; i == r.H-1 && more > 1 {
			c.On(r, i).Gap(1).Put(term.Faint, fmt.Sprintf("... %d more lines", more))
			return
		}
		st := term.Plain
		if _, isFound := slices.BinarySearch(found, from+i); isFound {
			st = term.Warn
		}
		c.On(r, i).Gap(1).Put(st, line)
	}
}
