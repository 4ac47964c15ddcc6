package tui

import (
	"testing"

	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/term"
)

// longNamed is a directory with a name that is cut in the narrowest columns.
func longNamed(s phone.Snapshot) phone.Snapshot {
	a := s.PBX.Accounts["203"]
	a.Name = "Will Callback Whitfield"
	s.PBX.Accounts["203"] = a
	return s
}

// TestNamesHaveTheRoomThatPagesLeave: no more columns than the pages need, and no page more for it.
func TestNamesHaveTheRoomThatPagesLeave(t *testing.T) {
	r := newRobot(t, longNamed(with(calm(), talkingTo(mario))))
	r.m.scene.w, r.m.scene.h = 200, 60
	r.send(tickMsg{})
	r.sees("203 Will Callback Whitfield ")
	for _, s := range []phone.Snapshot{longNamed(calm()), longNamed(with(calm(), talkingTo(mario)))} {
		sc := sceneOf(t, s)
		b := newView().roster
		for _, sc.h = range []int{24, 40, 60} {
			shown, side := 0, 0
			for sc.w = minWidth; sc.w <= 220; sc.w++ {
				r := term.NewRect(0, 0, sc.gridWidth(), sc.h-6)
				g := b.grid(r, sc, query{})
				sc.directory.Widest = 0
				most := b.grid(r, sc, query{})
				sc.directory.Widest = 23
				if g.pages != most.pages {
					t.Errorf("%dx%d: %d pages in %d columns, %d in %d", sc.w, sc.h, g.pages, g.cols, most.pages, most.cols)
				}
				if n := min(len(g.found), g.rows*g.cols); n < shown && sc.sideColumn() == side {
					t.Errorf("%dx%d: %d on a page, %d before", sc.w, sc.h, n, shown)
				} else {
					shown, side = n, sc.sideColumn()
				}
			}
		}
	}
}
