package tui

import "github.com/patchcord/patchcord/tui/term"

const (
	// minWidth and minHeight are the size from which the screen shows more than the call and the message.
	minWidth, minHeight = 60, 10
	// sideFrom to sideTo is the width at which a column may stand beside the grid: narrower has
	// no room for it, wider shows every extension instead while there is no call.
	sideFrom, sideTo = 120, 180
	// sideWidth is how wide it is, sideLeast what it needs while the grid keeps what it had.
	sideWidth, sideLeast = 41, 20
	sideHeight           = 30
)

// regions are where the parts of the screen stand.
type regions struct {
	status, banner, cards, input, body, side, summary, foot, rule, message, hints term.Rect
}

// heights are the lines wanted by the parts that grow with their text.
type heights struct{ banner, cards, foot, summary, ended int }

// arrange divides the screen. The lines for the calls, the message and the hints always stay; other
// parts shrink first.
func arrange(w, h int, want heights) regions {
	all := term.NewRect(0, 0, w, h)
	r := regions{status: all.Rows(1)}
	r.hints = all.Last(1)
	r.message = all.Last(1)
	r.cards.H = min(want.cards, all.H)
	r.banner = all.Rows(min(want.banner, all.H-r.cards.H))
	r.cards = all.Rows(want.cards)
	if all.H > 3 && w < sideTo || all.H > minHeight && want.ended > 0 { // a wide screen needs the line: it shows everybody
		r.rule = all.Last(1)
	}
	if all.H > 3*want.foot {
		r.foot = all.Last(want.foot)
	}
	if w >= sideTo && all.H > 3*want.summary {
		r.summary = all.Last(want.summary)
	}
	r.body = all
	return r
}

// sideColumn is how wide the column beside the grid is. The grid keeps the columns that it has on a
// narrower screen: a wider window never shows less. In a call the column stands where the menu of calls
// was, and stays.
func (sc *scene) sideColumn() int {
	free := min(sideWidth, sc.w-sideFrom+1)
	switch {
	case sc.w < sideFrom || sc.h < sideHeight:
		return 0
	case sc.up() > 0 && !sc.browse:
		return sideWidth
	case free < sideLeast || sc.w >= sideTo && sc.Live() == 0:
		return 0
	}
	return free
}

// gridWidth is how many columns the grid has.
func (sc *scene) gridWidth() int {
	side := sc.sideColumn()
	if side == 0 && sc.w >= sideFrom && sc.w < sideFrom+sideLeast && sc.h >= sideHeight {
		return sideFrom - 1
	}
	return sc.w - side
}
