package tui

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
	// bridge is how many unchanged cells are cheaper to write again than to jump over.
	bridge = 4
	// tear is from how many bytes a frame may be seen half drawn; such frames are wrapped in
	// synchronized output, which terminals that do not know it ignore.
	tear = 4096
)

// painter knows what the terminal shows and turns a canvas into the bytes that make it show
// that one. It writes nothing itself and is not safe for concurrent use.
type painter struct {
	sgr    *tints
	titles bool
	// notes is how the terminal takes a note for the desktop.
	notes noteKind

	shown   *canvas
	x, y    int // of the terminal's cursor; x < 0 where it is not known
	style   style
	cursor  bool
	mouse   bool
	title   string
	bells   int
	clips   int
	noted   int
	redraws int
	buf     []byte
}

func newPainter(sgr *tints, titles bool) *painter {
	return &painter{sgr: sgr, titles: titles, shown: &canvas{}, x: -1, style: styleCount}
}

// paint gives the bytes that turn what is shown into c, nothing where they are the same. The
// bytes are good until the next call. The painter takes c over and gives back the canvas that
// is no longer needed.
func (p *painter) paint(c *canvas) (out []byte, free *canvas) {
	p.buf = append(p.buf[:0], syncBegin...)
	start := len(p.buf)
	changed := c.tints != nil && c.tints != p.sgr
	if changed {
		p.sgr = c.tints
	}
	if c.w != p.shown.w || c.h != p.shown.h || c.redraws != p.redraws || changed {
		p.blank(c)
	}
	for y := range c.h {
		p.line(y, p.shown.row(y), c.row(y))
	}
	p.reportMouse(c.mouse)
	p.placeCursor(c)
	p.signals(c)
	free, p.shown = p.shown, c
	if len(p.buf)-start < tear {
		return p.buf[start:], free
	}
	p.buf = append(p.buf, syncEnd...)
	return p.buf, free
}

func (p *painter) blank(c *canvas) {
	p.buf = append(p.buf, enterScreen...)
	p.buf = append(p.buf, clearAll...)
	p.cursor, p.mouse, p.title = false, false, ""
	p.shown = newCanvas(c.w, c.h, c.ascii)
	p.x, p.style, p.redraws = -1, plain, c.redraws
}

// line writes the cells of one line that differ.
func (p *painter) line(y int, old, now []cell) {
	if slices.Equal(old, now) {
		return
	}
	end := len(now)
	for end > 0 && now[end-1] == blank {
		end--
	}
	doubt := 0
	for x := 0; x < end; {
		width := max(1, int(now[x].width))
		if old[x] == now[x] && doubt == 0 {
			x++
			continue
		}
		doubt = max(doubt-width, 0)
		if now[x].width > 0 {
			p.moveTo(x, y, now)
			p.put(now[x])
			if !now[x].text.Simple() {
				// Terminals disagree on how wide this is: say where to go on, and write anew
				// what it may have run over.
				p.x, doubt = -1, 2*len(now[x].text)
			}
		}
		x += width
	}
	p.clearRest(y, end, old, now, doubt > 0)
}

// clearRest blanks the end of a line, by one sequence where that is shorter.
func (p *painter) clearRest(y, end int, old, now []cell, force bool) {
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
	p.dress(plain)
	p.buf = append(p.buf, clearLine...)
}

func (p *painter) put(c cell) {
	p.dress(c.style)
	p.buf = c.text.Append(p.buf)
	p.x += int(c.width)
}

func (p *painter) dress(st style) {
	if p.style != st {
		p.buf = append(p.buf, p.sgr[st]...)
		p.style = st
	}
}

// moveTo brings the cursor to a cell by the shortest way.
func (p *painter) moveTo(x, y int, row []cell) {
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
func (p *painter) alike(cells []cell) bool {
	for _, c := range cells {
		if c.style != p.style || c.width != 1 || !c.text.Simple() {
			return false
		}
	}
	return true
}

func (p *painter) placeCursor(c *canvas) {
	if on := c.cursorX >= 0; on != p.cursor {
		p.cursor = on
		p.buf = append(p.buf, map[bool]string{true: cursorShow, false: cursorHide}[on]...)
	}
	if p.cursor && (p.x != c.cursorX || p.y != c.cursorY) {
		p.x = -1
		p.moveTo(c.cursorX, c.cursorY, nil)
	}
}

// reportMouse asks for presses of buttons, in the form that knows wide windows (xterm, modes 1000
// and 1006).
func (p *painter) reportMouse(on bool) {
	if on != p.mouse {
		p.mouse = on
		p.buf = append(p.buf, map[bool]string{true: mouseOn, false: mouseOff}[on]...)
	}
}

// signals rings, names the window, fills the clipboard and notes.
func (p *painter) signals(c *canvas) {
	if title := harmless(c.title, titleColumn, c.ascii); p.titles && title != p.title {
		p.title = title
		p.buf = append(p.buf, "\x1b]2;"...)
		p.buf = append(p.buf, title...)
		p.buf = append(p.buf, '\a')
	}
	if c.clips > p.clips {
		p.clips = c.clips
		if p.titles { // a terminal that has no window has no clipboard either
			p.buf = append(p.buf, clipBegin...)
			p.buf = base64.StdEncoding.AppendEncode(p.buf, []byte(harmless(c.clip, maxClip, c.ascii)))
			p.buf = append(p.buf, '\a')
		}
	}
	if c.notes > p.noted {
		p.noted = c.notes
		p.notify(harmless(c.note, titleColumn, c.ascii))
	}
	if c.bells > p.bells {
		p.bells = c.bells
		p.buf = append(p.buf, '\a')
	}
}

// notify asks the terminal to show a note on the desktop. A semicolon would end the text.
func (p *painter) notify(text string) {
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
