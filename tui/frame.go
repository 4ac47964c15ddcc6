package tui

// signs are the pieces of frames.
type signs struct {
	dash, double, bar rune
	corners           [2]rune // top left, top right; used for every line of a stack
}

// signs of this terminal: line drawing needs more than ASCII.
func (c *canvas) signs() signs {
	if c.ascii {
		return signs{'-', '=', '|', [2]rune{'+', '+'}}
	}
	return signs{'\u2500', '\u2550', '\u2502', [2]rune{'\u253c', '\u253c'}}
}

// border is a line of a stack of cards, with a name at the left and a figure at the right.
func (c *canvas) border(r rect, st style, name, figure string, double bool) {
	s := c.signs()
	line := s.dash
	if double {
		line = s.double
	}
	c.fill(r, ruled, line)
	c.fill(rect{r.x, r.y, 1, r.h}, ruled, s.corners[0])
	c.fill(rect{r.x + r.w - 1, r.y, 1, r.h}, ruled, s.corners[1])
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
