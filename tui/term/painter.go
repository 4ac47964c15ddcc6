package term

import (
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
)

const (
	clearAll    = "\x1b[0m\x1b[2J"
	clearLine   = "\x1b[K"
	cursorHide  = "\x1b[?25l"
	cursorShow  = "\x1b[?25h"
	mouseOn     = "\x1b[?1000h\x1b[?1006h"
	mouseOff    = "\x1b[?1006l\x1b[?1000l"
	syncBegin   = "\x1b[?2026h"
	syncEnd     = "\x1b[?2026l"
	titleColumn = 60
	// clipBegin sets the clipboard (OSC 52); the text follows in base 64.
	clipBegin = "\x1b]52;c;"
	// noteBegin and titledNote show a note on the desktop (OSC 9, OSC 777).
	noteBegin  = "\x1b]9;"
	titledNote = "\x1b]777;notify;Patchcord;"
	// MaxClip bounds the bytes for the clipboard; many terminals drop longer ones.
	MaxClip = 64 << 10
	// bridge is how many unchanged cells are cheaper to write again than to jump over.
	bridge = 4
	// tear is the size in bytes from which a frame may be seen half drawn; such frames are wrapped in
	// synchronized output, which terminals that do not know it ignore.
	tear = 4096
)

// Painter knows what the terminal shows and turns a canvas into the bytes that make it show
// that one. It writes nothing itself and is not safe for concurrent use.
type Painter struct {
	sgr    *Tints
	titles bool
	// notes is how the terminal takes a note for the desktop.
	notes noteKind

	shown   *Canvas
	x, y    int // of the terminal's cursor; x < 0 where it is not known
	style   Style
	cursor  bool
	mouse   bool
	title   string
	bells   int
	clips   int
	noted   int
	redraws int
	buf     []byte
}

// NewPainter is a painter for a terminal of which nothing is known but its look.
func NewPainter(l *Look) *Painter {
	return &Painter{sgr: &l.SGR, titles: l.Titles, notes: l.notes, shown: &Canvas{}, x: -1, style: StyleCount}
}

// Paint gives the bytes that turn what is shown into c, nothing where they are the same. The
// bytes are good until the next call. The painter takes c over and gives back the canvas that
// is no longer needed.
func (p *Painter) Paint(c *Canvas) (out []byte, free *Canvas) {
	p.buf = append(p.buf[:0], syncBegin...)
	start := len(p.buf)
	changed := c.Tints != nil && c.Tints != p.sgr
	if changed {
		p.sgr = c.Tints
	}
	if c.W != p.shown.W || c.H != p.shown.H || c.Redraws != p.redraws || changed {
		p.blank(c)
	}
	for y := range c.H {
		p.paintRow(y, p.shown.Row(y), c.Row(y))
	}
	p.reportMouse(c.Mouse)
	p.placeCursor(c)
	p.signals(c)
	free, p.shown = p.shown, c
	if len(p.buf)-start < tear {
		return p.buf[start:], free
	}
	p.buf = append(p.buf, syncEnd...)
	return p.buf, free
}

func (p *Painter) blank(c *Canvas) {
	p.buf = append(p.buf, enterScreen...)
	p.buf = append(p.buf, clearAll...)
	p.cursor, p.mouse, p.title = false, false, ""
	p.shown = NewCanvas(c.W, c.H, c.ASCII)
	p.x, p.style, p.redraws = -1, Plain, c.Redraws
}

// paintRow writes the cells of one line that differ.
func (p *Painter) paintRow(y int, old, now []Cell) {
	if slices.Equal(old, now) {
		return
	}
	end := len(now)
	for end > 0 && now[end-1] == blank {
		end--
	}
	unsure := 0
	for x := 0; x < end; {
		width := max(1, int(now[x].Width))
		if old[x] == now[x] && unsure == 0 {
			x++
			continue
		}
		unsure = max(unsure-width, 0)
		if now[x].Width > 0 {
			p.moveTo(x, y, now)
			p.put(now[x])
			if !now[x].text.Simple() {
				// Terminals disagree on how wide this is: say where to go on, and write again
				// what it may have run over.
				p.x, unsure = -1, 2*len(now[x].text)
			}
		}
		x += width
	}
	p.clearRest(y, end, old, now, unsure > 0)
}

// clearRest blanks the end of a line, by one sequence where that is shorter.
func (p *Painter) clearRest(y, end int, old, now []Cell, force bool) {
	last := len(old)
	for last > end && old[last-1] == blank {
		last--
	}
	if force {
		last = max(last, min(len(now), end+1))
	}
	if last <= end {
		return
	}
	p.moveTo(end, y, now)
	if last-end <= bridge && !force {
		for x := end; x < last; x++ {
			p.put(blank)
		}
		return
	}
	p.dress(Plain)
	p.buf = append(p.buf, clearLine...)
}

func (p *Painter) put(c Cell) {
	p.dress(c.Style)
	p.buf = c.text.Append(p.buf)
	p.x += int(c.Width)
}

func (p *Painter) dress(st Style) {
	if p.style != st {
		p.buf = append(p.buf, p.sgr[st]...)
		p.style = st
	}
}

// moveTo brings the cursor to a cell by the shortest way.
func (p *Painter) moveTo(x, y int, row []Cell) {
	switch gap := x - p.x; {
	case p.x < 0 || p.y != y || gap < 0:
		p.buf = append(p.buf, "\x1b["...)
		p.buf = strconv.AppendInt(p.buf, int64(y+1), 10)
		if x > 0 {
			p.buf = append(p.buf, ';')
			p.buf = strconv.AppendInt(p.buf, int64(x+1), 10)
		}
		p.buf = append(p.buf, 'H')
	case gap == 0:
	case gap <= bridge && p.alike(row[p.x:x]):
		for _, c := range row[p.x:x] {
			p.buf = c.text.Append(p.buf)
		}
	default:
		p.buf = append(p.buf, "\x1b["...)
		p.buf = strconv.AppendInt(p.buf, int64(gap), 10)
		p.buf = append(p.buf, 'C')
	}
	p.x, p.y = x, y
}

// alike tells that cells can be written again as they are, in the present style.
func (p *Painter) alike(cells []Cell) bool {
	for _, c := range cells {
		if c.Style != p.style || c.Width != 1 || !c.text.Simple() {
			return false
		}
	}
	return true
}

func (p *Painter) placeCursor(c *Canvas) {
	if on := c.CursorX >= 0; on != p.cursor {
		p.cursor = on
		p.buf = append(p.buf, map[bool]string{true: cursorShow, false: cursorHide}[on]...)
	}
	if p.cursor && (p.x != c.CursorX || p.y != c.CursorY) {
		p.x = -1
		p.moveTo(c.CursorX, c.CursorY, nil)
	}
}

// reportMouse asks for presses of buttons, in the form that knows wide windows (xterm, modes 1000
// and 1006).
func (p *Painter) reportMouse(on bool) {
	if on != p.mouse {
		p.mouse = on
		p.buf = append(p.buf, map[bool]string{true: mouseOn, false: mouseOff}[on]...)
	}
}

// signals rings, names the window, fills the clipboard and notes.
func (p *Painter) signals(c *Canvas) {
	if title := Harmless(c.Title, titleColumn, c.ASCII); p.titles && title != p.title {
		p.title = title
		p.buf = append(p.buf, "\x1b]2;"...)
		p.buf = append(p.buf, title...)
		p.buf = append(p.buf, '\a')
	}
	if c.Clips > p.clips {
		p.clips = c.Clips
		if p.titles { // a terminal that has no window has no clipboard either
			p.buf = append(p.buf, clipBegin...)
			p.buf = base64.StdEncoding.AppendEncode(p.buf, []byte(Harmless(c.Clip, MaxClip, c.ASCII)))
			p.buf = append(p.buf, '\a')
		}
	}
	if c.Notes > p.noted {
		p.noted = c.Notes
		p.notify(Harmless(c.Note, titleColumn, c.ASCII))
	}
	if c.Bells > p.bells {
		p.bells = c.Bells
		p.buf = append(p.buf, '\a')
	}
}

// notify asks the terminal to show a note on the desktop. A semicolon would end the text.
func (p *Painter) notify(text string) {
	text = strings.ReplaceAll(text, ";", ",")
	switch p.notes {
	case plainOS:
		p.buf = append(p.buf, noteBegin...)
	case titled:
		p.buf = append(p.buf, titledNote...)
	default:
		return
	}
	p.buf = append(p.buf, text...)
	p.buf = append(p.buf, '\a')
}
