package tui

import (
	"strings"

	"github.com/patchcord/patchcord/internal/printable"
)

// style is an index into the prepared styles of a theme.
type style uint8

// cell is one column of one line. The second column of a wide grapheme has width 0 and holds
// nothing.
type cell struct {
	text  grapheme
	width uint8
	style style
}

var blank = cell{text: grapheme{' '}, width: 1}

// canvas is one frame: what the terminal is to show. It is the only way by which text reaches
// the terminal; whatever is drawn on it is harmless. Drawing outside is cut off.
type canvas struct {
	w, h  int
	cells []cell
	// ascii keeps every byte under 0x80.
	ascii bool
	// mouse asks the terminal to report it.
	mouse bool
	// tints are how the styles look, nil for as before.
	tints *tints
	// title is the window's, as it came; the painter makes it harmless.
	title string
	// cursorX, cursorY is where a person types, cursorX < 0 where nobody does.
	cursorX, cursorY int
	// bells and redraws count since the start: one more than last time means ring, or draw
	// everything anew.
	bells, redraws int
	// clip goes to the clipboard whenever clips is more than last time.
	clip  string
	clips int
	// note goes to the desktop whenever notes is more than last time.
	note  string
	notes int
}

func newCanvas(w, h int, ascii bool) *canvas {
	c := &canvas{}
	c.reset(w, h, ascii)
	return c
}

// reset makes an empty frame of what was another one.
func (c *canvas) reset(w, h int, ascii bool) {
	n := max(0, w) * max(0, h)
	if cap(c.cells) < n {
		c.cells = make([]cell, n)
	}
	*c = canvas{w: w, h: h, cells: c.cells[:n], ascii: ascii, cursorX: -1}
	for i := range c.cells {
		c.cells[i] = blank
	}
}

func (c *canvas) row(y int) []cell { return c.cells[y*c.w : (y+1)*c.w] }

// text draws s at x, y in at most so many columns and reports how many it took.
func (c *canvas) text(x, y, limit int, st style, s string) int {
	limit = min(limit, c.w-x)
	if y < 0 || y >= c.h || x < 0 || limit <= 0 || s == "" {
		return 0
	}
	row := c.row(y)
	c.split(row, x)
	n := 0
	for s = printable.Bound(s, limit); s != "" && n < limit; {
		if s[0] >= ' ' && s[0] < 0x7f && (len(s) == 1 || s[1] < 0x80) {
			row[x+n] = cell{text: grapheme{rune(s[0])}, width: 1, style: st}
			s, n = s[1:], n+1
			continue
		}
		g, width, size := nextGrapheme(s, c.ascii)
		if s = s[size:]; width == 0 {
			continue
		}
		if n+width > limit {
			break
		}
		row[x+n] = cell{text: g, width: uint8(width), style: st}
		if width == 2 {
			row[x+n+1] = cell{style: st}
		}
		n += width
	}
	c.mend(row, x+n)
	return n
}

// split blanks the first half of a wide grapheme whose second half is about to be drawn over.
func (c *canvas) split(row []cell, x int) {
	if x > 0 && row[x].width == 0 {
		row[x-1].text, row[x-1].width = blank.text, 1
	}
}

// mend blanks the second half of a wide grapheme whose first half was drawn over.
func (c *canvas) mend(row []cell, x int) {
	if x < len(row) && row[x].width == 0 {
		row[x].text, row[x].width = blank.text, 1
	}
}

// fill repeats one ASCII character or frame sign.
func (c *canvas) fill(r rect, st style, sign rune) {
	for y := max(0, r.y); y < min(c.h, r.y+r.h); y++ {
		row, from, to := c.row(y), max(0, r.x), min(c.w, r.x+r.w)
		if from >= to {
			return
		}
		c.split(row, from)
		for x := from; x < to; x++ {
			row[x] = cell{text: grapheme{sign}, width: 1, style: st}
		}
		c.mend(row, to)
	}
}

// restyle changes how something looks that was drawn already.
func (c *canvas) restyle(r rect, st style) {
	for y := max(0, r.y); y < min(c.h, r.y+r.h); y++ {
		row := c.row(y)
		for x := max(0, r.x); x < min(c.w, r.x+r.w); x++ {
			row[x].style = st
		}
	}
}

// columns is how many columns text needs on this canvas.
func (c *canvas) columns(s string) int { return columns(s, c.ascii) }

// String is the frame as plain text, a line each, for goldens.
func (c *canvas) String() string {
	var b []byte
	for y := range c.h {
		for _, cell := range c.row(y) {
			if cell.width > 0 {
				b = cell.text.Append(b)
			}
		}
		for len(b) > 0 && b[len(b)-1] == ' ' {
			b = b[:len(b)-1]
		}
		b = append(b, '\n')
	}
	return string(b)
}

// pen writes along one line of a canvas, up to end.
type pen struct {
	c         *canvas
	x, y, end int
}

// on is a pen for line i of the rectangle.
func (c *canvas) on(r rect, i int) *pen {
	p := &pen{c: c, x: r.x, y: r.y + i, end: min(c.w, r.x+r.w)}
	if i < 0 || i >= r.h {
		p.end = p.x
	}
	return p
}

func (p *pen) room() int { return max(0, p.end-p.x) }

// put writes and moves on.
func (p *pen) put(st style, s string) *pen {
	p.x += p.c.text(p.x, p.y, p.room(), st, s)
	return p
}

// putCut writes, and ends in dots where there is no room for all of it.
func (p *pen) putCut(st style, s string) *pen { return p.put(st, p.c.cut(s, p.room())) }

// cut is s in so many columns: all of it, or its beginning and dots.
func (c *canvas) cut(s string, room int) string {
	const dots = "..."
	if room <= len(dots) || c.columns(printable.Bound(s, room)) <= room {
		return s
	}
	return strings.TrimRight(harmless(s, room-len(dots), c.ascii), " ") + dots
}

// cell writes into exactly so many columns.
func (p *pen) cell(st style, width int, s string) *pen {
	p.c.text(p.x, p.y, min(width, p.room()), st, s)
	p.x = min(p.end, p.x+width)
	return p
}

// gap leaves columns out.
func (p *pen) gap(n int) *pen {
	p.x = min(p.end, p.x+n)
	return p
}

// right writes at the end of the line, shortens the line by it and a gap, and leaves it out
// where it would run over what stands there.
func (p *pen) right(st style, s string) *pen {
	if n := p.c.columns(s); s != "" && n <= p.room() {
		p.end -= n
		p.c.text(p.end, p.y, n, st, s)
		p.end = max(p.x, p.end-2)
	}
	return p
}
