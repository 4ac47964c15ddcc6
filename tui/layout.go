package tui

const (
	// minWidth and minHeight are from where the screen is more than the call and the message.
	minWidth, minHeight = 60, 10
	// sideFrom to sideTo is the width at which a column stands beside the grid: narrower has
	// no room for it, wider shows every extension instead.
	sideFrom, sideTo = 120, 180
	sideWidth        = 41
	sideHeight       = 30
)

// rect is a part of the screen in columns and lines.
type rect struct{ x, y, w, h int }

// rows takes n lines off the top of r.
func (r *rect) rows(n int) rect {
	n = max(0, min(n, r.h))
	top := rect{r.x, r.y, r.w, n}
	r.y, r.h = r.y+n, r.h-n
	return top
}

// last takes n lines off the bottom of r.
func (r *rect) last(n int) rect {
	n = max(0, min(n, r.h))
	r.h -= n
	return rect{r.x, r.y + r.h, r.w, n}
}

// columns takes n columns off the right of r.
func (r *rect) right(n int) rect {
	n = max(0, min(n, r.w))
	r.w -= n
	return rect{r.x + r.w, r.y, n, r.h}
}

// regions are where the parts of the screen stand.
type regions struct {
	status, banner, cards, input, body, side, summary, practice, rule, message, hints rect
}

// heights are how many lines the parts want that grow with what is to be said.
type heights struct{ banner, cards, practice, summary int }

// arrange divides the screen. The lines for the calls, the message and the hints are never
// given up; what is in the way shrinks to nothing first.
func arrange(w, h int, want heights) regions {
	all := rect{0, 0, w, h}
	r := regions{status: all.rows(1)}
	r.hints = all.last(1)
	r.message = all.last(1)
	r.cards.h = min(want.cards, all.h)
	r.banner = all.rows(min(want.banner, all.h-r.cards.h))
	r.cards = all.rows(want.cards)
	if all.h > 3 && w < sideTo { // a wide screen needs the line: it shows everybody
		r.rule = all.last(1)
	}
	if all.h > 3*want.practice {
		r.practice = all.last(want.practice)
	}
	if w >= sideTo && all.h > 3*want.summary {
		r.summary = all.last(want.summary)
	}
	r.body = all
	if w >= sideFrom && w < sideTo && h >= sideHeight {
		r.side = r.body.right(sideWidth)
	}
	return r
}
