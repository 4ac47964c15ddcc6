package term

// Rect is a part of the screen in columns and lines.
type Rect struct{ X, Y, W, H int }

// NewRect is a rectangle by its corner and size.
func NewRect(x, y, w, h int) Rect { return Rect{X: x, Y: y, W: w, H: h} }

// Rows takes n lines off the top of r.
func (r *Rect) Rows(n int) Rect {
	n = max(0, min(n, r.H))
	top := NewRect(r.X, r.Y, r.W, n)
	r.Y, r.H = r.Y+n, r.H-n
	return top
}

// Last takes n lines off the bottom of r.
func (r *Rect) Last(n int) Rect {
	n = max(0, min(n, r.H))
	r.H -= n
	return NewRect(r.X, r.Y+r.H, r.W, n)
}

// Right takes n columns off the right of r.
func (r *Rect) Right(n int) Rect {
	n = max(0, min(n, r.W))
	r.W -= n
	return NewRect(r.X+r.W, r.Y, n, r.H)
}
