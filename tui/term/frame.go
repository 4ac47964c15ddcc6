package term

// Edge is which line of a stack of cards a border is.
type Edge uint8

const (
	TopEdge Edge = iota
	MiddleEdge
	BottomEdge
)

// signs are the pieces of frames.
type signs struct {
	dash, double, Bar rune
	// corners are the left and right end of a line at each edge, single and double.
	corners [2][BottomEdge + 1][2]rune
}

var (
	asciiSigns = signs{'-', '=', '|', [2][3][2]rune{{{'+', '+'}, {'+', '+'}, {'+', '+'}}, {{'+', '+'}, {'+', '+'}, {'+', '+'}}}}
	lineSet    = signs{'─', '═', '│', [2][3][2]rune{{{'┌', '┐'}, {'├', '┤'}, {'└', '┘'}}, {{'╒', '╕'}, {'╞', '╡'}, {'╘', '╛'}}}}
)

// Signs of this terminal: line drawing needs more than ASCII.
func (c *Canvas) Signs() *signs {
	if c.ASCII {
		return &asciiSigns
	}
	return &lineSet
}

// Border is a line of a stack of cards, with a name at the left. A double one stands above and below
// what must not be missed.
func (c *Canvas) Border(r Rect, at Edge, st Style, name string, double bool) {
	s := c.Signs()
	line, ends := s.dash, s.corners[0][at]
	if double {
		line, ends = s.double, s.corners[1][at]
	}
	c.Fill(r, Ruled, line)
	c.Fill(NewRect(r.X, r.Y, 1, r.H), Ruled, ends[0])
	c.Fill(NewRect(r.X+r.W-1, r.Y, 1, r.H), Ruled, ends[1])
	p := c.On(r, 0).Gap(2)
	p.End -= 2
	if name != "" {
		p.Put(st, " ").Put(st, name).Put(st, " ")
	}
}

// Bar is a line in one style from side to side, with a name.
func (c *Canvas) Bar(r Rect, st Style, name string) {
	c.Fill(r, st, ' ')
	p := c.On(r, 0).Gap(3)
	p.End -= 3
	p.PutCut(st, name)
}

// Inside draws the sides of a card and gives what is between them.
func (c *Canvas) Inside(r Rect) Rect {
	c.Fill(NewRect(r.X, r.Y, 1, r.H), Ruled, c.Signs().Bar)
	c.Fill(NewRect(r.X+r.W-1, r.Y, 1, r.H), Ruled, c.Signs().Bar)
	return NewRect(r.X+2, r.Y, r.W-4, r.H)
}

// Ruler draws a line across, as far in as the text above and below.
func (c *Canvas) Ruler(r Rect) {
	c.Fill(NewRect(r.X+1, r.Y, r.W-2, r.H), Ruled, c.Signs().dash)
}

// Sorry fills a part of the screen with a sentence.
func (c *Canvas) Sorry(r Rect, words string) {
	c.Fill(r, Plain, ' ')
	c.CursorX = -1
	c.Paragraph(NewRect(r.X+1, r.Y, r.W-2, r.H), Failed, Wrap(words, max(1, r.W-2), c.ASCII))
}
