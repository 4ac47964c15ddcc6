package tui

// edge is which line of a stack of cards a border is.
type edge uint8

const (
	topEdge edge = iota
	middleEdge
	bottomEdge
)

// signs are the pieces of frames.
type signs struct {
	dash, double, bar rune
	// corners are the left and right end of a line at each edge, single and double.
	corners [2][bottomEdge + 1][2]rune
}

var (
	asciiSigns = signs{'-', '=', '|', [2][3][2]rune{{{'+', '+'}, {'+', '+'}, {'+', '+'}}, {{'+', '+'}, {'+', '+'}, {'+', '+'}}}}
	lineSet    = signs{'─', '═', '│', [2][3][2]rune{{{'┌', '┐'}, {'├', '┤'}, {'└', '┘'}}, {{'╒', '╕'}, {'╞', '╡'}, {'╘', '╛'}}}}
)

// signs of this terminal: line drawing needs more than ASCII.
func (c *canvas) signs() *signs {
	if c.ascii {
		return &asciiSigns
	}
	return &lineSet
}

// border is a line of a stack of cards, with a name at the left and a figure at the right. A
// double one stands above and below what must not be missed.
func (c *canvas) border(r rect, at edge, st style, name, figure string, double bool) {
	s := c.signs()
	line, ends := s.dash, s.corners[0][at]
	if double {
		line, ends = s.double, s.corners[1][at]
	}
	c.fill(r, ruled, line)
	c.fill(rect{r.x, r.y, 1, r.h}, ruled, ends[0])
	c.fill(rect{r.x + r.w - 1, r.y, 1, r.h}, ruled, ends[1])
	p := c.on(r, 0).gap(2)
	p.end -= 2
	if figure != "" {
		p.right(st, " "+figure+" ")
	}
	if name != "" {
		p.put(st, " ").put(st, name).put(st, " ")
	}
}

// inside draws the sides of a card and gives what is between them.
func (c *canvas) inside(r rect) rect {
	c.fill(rect{r.x, r.y, 1, r.h}, ruled, c.signs().bar)
	c.fill(rect{r.x + r.w - 1, r.y, 1, r.h}, ruled, c.signs().bar)
	return rect{r.x + 2, r.y, r.w - 4, r.h}
}
