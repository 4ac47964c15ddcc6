package term

import (
	"strings"

	"github.com/patchcord/patchcord/internal/printable"
)

// Style is an index into the prepared styles of a theme.
type Style uint8

// Cell is one column of one line. The second column of a wide grapheme has width 0 and holds
// nothing.
type Cell struct {
	text  grapheme
	Width uint8
	Style Style
}

var blank = Cell{text: grapheme{' '}, Width: 1}

// Canvas is one frame: what the terminal is to show. It is the only way by which text reaches
// the terminal; whatever is drawn on it is harmless. Drawing outside is cut off.
type Canvas struct {
	W, H  int
	cells []Cell
	// ASCII keeps every byte under 0x80.
	ASCII bool
	// Mouse asks the terminal to report it.
	Mouse bool
	// Tints are how the styles look, nil for as before.
	Tints *Tints
	// Title is the window's, as it came; the painter makes it harmless.
	Title string
	// CursorX and CursorY are where a person types; CursorX is negative where nobody does.
	CursorX, CursorY int
	// Bells and Redraws count since the start: one more than last time means ring, or draw
	// everything again.
	Bells, Redraws int
	// Clip goes to the clipboard whenever Clips is more than last time.
	Clip  string
	Clips int
	// Note goes to the desktop whenever Notes is more than last time.
	Note  string
	Notes int
}

// NewCanvas is an empty frame.
func NewCanvas(w, h int, ascii bool) *Canvas {
	c := &Canvas{}
	c.Reset(w, h, ascii)
	return c
}

// Reset makes an empty frame of what was another one.
func (c *Canvas) Reset(w, h int, ascii bool) {
	n := max(0, w) * max(0, h)
	if cap(c.cells) < n {
		c.cells = make([]Cell, n)
	}
	*c = Canvas{W: w, H: h, cells: c.cells[:n], ASCII: ascii, CursorX: -1}
	for i := range c.cells {
		c.cells[i] = blank
	}
}

// Row is one line of cells.
func (c *Canvas) Row(y int) []Cell { return c.cells[y*c.W : (y+1)*c.W] }

// Text draws s at x, y in at most so many columns and reports how many it took.
func (c *Canvas) Text(x, y, limit int, st Style, s string) int {
	limit = min(limit, c.W-x)
	if y < 0 || y >= c.H || x < 0 || limit <= 0 || s == "" {
		return 0
	}
	row := c.Row(y)
	c.split(row, x)
	n := 0
	for s = printable.Bound(s, limit); s != "" && n < limit; {
		if s[0] >= ' ' && s[0] < 0x7f && (len(s) == 1 || s[1] < 0x80) {
			row[x+n] = Cell{text: grapheme{rune(s[0])}, Width: 1, Style: st}
			s, n = s[1:], n+1
			continue
		}
		g, width, size := NextGrapheme(s, c.ASCII)
		if s = s[size:]; width == 0 {
			continue
		}
		if n+width > limit {
			break
		}
		row[x+n] = Cell{text: g, Width: uint8(width), Style: st}
		if width == 2 {
			row[x+n+1] = Cell{Style: st}
		}
		n += width
	}
	c.mend(row, x+n)
	return n
}

// split blanks the first half of a wide grapheme whose second half is about to be drawn over.
func (c *Canvas) split(row []Cell, x int) {
	if x > 0 && row[x].Width == 0 {
		row[x-1].text, row[x-1].Width = blank.text, 1
	}
}

// mend blanks the second half of a wide grapheme whose first half was drawn over.
func (c *Canvas) mend(row []Cell, x int) {
	if x < len(row) && row[x].Width == 0 {
		row[x].text, row[x].Width = blank.text, 1
	}
}

// Fill repeats one ASCII character or frame sign.
func (c *Canvas) Fill(r Rect, st Style, sign rune) {
	for y := max(0, r.Y); y < min(c.H, r.Y+r.H); y++ {
		row, from, to := c.Row(y), max(0, r.X), min(c.W, r.X+r.W)
		if from >= to {
			return
		}
		c.split(row, from)
		for x := from; x < to; x++ {
			row[x] = Cell{text: grapheme{sign}, Width: 1, Style: st}
		}
		c.mend(row, to)
	}
}

// Restyle changes how something looks that was drawn already.
func (c *Canvas) Restyle(r Rect, st Style) {
	for y := max(0, r.Y); y < min(c.H, r.Y+r.H); y++ {
		row := c.Row(y)
		for x := max(0, r.X); x < min(c.W, r.X+r.W); x++ {
			row[x].Style = st
		}
	}
}

// Columns is how many columns text needs on this canvas.
func (c *Canvas) Columns(s string) int { return Columns(s, c.ASCII) }

// String is the frame as plain text, a line each, for goldens.
func (c *Canvas) String() string {
	var b []byte
	for y := range c.H {
		for _, cell := range c.Row(y) {
			if cell.Width > 0 {
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

// Pen writes along one line of a canvas, up to end.
type Pen struct {
	C         *Canvas
	X, Y, End int
}

// On is a pen for line i of the rectangle.
func (c *Canvas) On(r Rect, i int) *Pen {
	p := &Pen{C: c, X: r.X, Y: r.Y + i, End: min(c.W, r.X+r.W)}
	if i < 0 || i >= r.H {
		p.End = p.X
	}
	return p
}

// Room is how many columns are left.
func (p *Pen) Room() int { return max(0, p.End-p.X) }

// Put writes and moves on.
func (p *Pen) Put(st Style, s string) *Pen {
	p.X += p.C.Text(p.X, p.Y, p.Room(), st, s)
	return p
}

// PutCut writes, and ends in dots where there is no room for all of it.
func (p *Pen) PutCut(st Style, s string) *Pen { return p.Put(st, p.C.Cut(s, p.Room())) }

// Cut is s in so many columns: all of it, or its beginning and dots.
func (c *Canvas) Cut(s string, room int) string {
	const dots = "..."
	if room <= len(dots) || c.Columns(printable.Bound(s, room)) <= room {
		return s
	}
	return strings.TrimRight(Harmless(s, room-len(dots), c.ASCII), " ") + dots
}

// Paragraph draws the lines of a text. The last one for which there is room ends in dots if more follow.
func (c *Canvas) Paragraph(r Rect, st Style, lines []string) {
	for i := range min(len(lines), r.H) {
		line := lines[i]
		if i == r.H-1 {
			line = strings.Join(lines[i:], " ")
		}
		c.On(r, i).PutCut(st, line)
	}
}

// Cell writes into exactly so many columns.
func (p *Pen) Cell(st Style, width int, s string) *Pen {
	p.C.Text(p.X, p.Y, min(width, p.Room()), st, s)
	p.X = min(p.End, p.X+width)
	return p
}

// Mark writes the sign of a selected line, or leaves its column out.
func (p *Pen) Mark(isMarked bool) *Pen {
	if isMarked {
		return p.Put(Marked, ">")
	}
	return p.Gap(1)
}

// Gap leaves columns out.
func (p *Pen) Gap(n int) *Pen {
	p.X = min(p.End, p.X+n)
	return p
}

// Right writes at the end of the line, shortens the line by it and a gap, and leaves it out
// where it would run over what stands there.
func (p *Pen) Right(st Style, s string) *Pen {
	if n := p.C.Columns(s); s != "" && n <= p.Room() {
		p.End -= n
		p.C.Text(p.End, p.Y, n, st, s)
		p.End = max(p.X, p.End-2)
	}
	return p
}
