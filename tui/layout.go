package tui

import "github.com/patchcord/patchcord/tui/term"

const (
	// minWidth and minHeight are from where the screen is more than the call and the message.
	minWidth, minHeight = 60, 10
	// sideFrom to sideTo is the width at which a column stands beside the grid: narrower has
	// no room for it, wider shows every extension instead.
	sideFrom, sideTo = 120, 180
	sideWidth        = 41
	sideHeight       = 30
)

// regions are where the parts of the screen stand.
type regions struct {
	status, banner, cards, input, body, side, summary, practice, rule, message, hints term.Rect
}

// heights are how many lines the parts want that grow with what is to be said.
type heights struct{ banner, cards, practice, summary int }

// arrange divides the screen. The lines for the calls, the message and the hints are never
// given up; what is in the way shrinks to nothing first.
func arrange(w, h int, want heights) regions {
	all := term.NewRect(0, 0, w, h)
	r := regions{status: all.Rows(1)}
	r.hints = all.Last(1)
	r.message = all.Last(1)
	r.cards.H = min(want.cards, all.H)
	r.banner = all.Rows(min(want.banner, all.H-r.cards.H))
	r.cards = all.Rows(want.cards)
	if all.H > 3 && w < sideTo { // a wide screen needs the line: it shows everybody
		r.rule = all.Last(1)
	}
	if all.H > 3*want.practice {
		r.practice = all.Last(want.practice)
	}
	if w >= sideTo && all.H > 3*want.summary {
		r.summary = all.Last(want.summary)
	}
	r.body = all
	if w >= sideFrom && w < sideTo && h >= sideHeight {
		r.side = r.body.Right(sideWidth)
	}
	return r
}
