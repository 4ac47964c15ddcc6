package tui

import (
	"testing"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/term"
)

// longNamed is a directory with a name that is cut in the narrowest columns.
func longNamed(s phone.Snapshot) phone.Snapshot {
	a := s.PBX.Accounts.At("203")
	a.Name = "Will Callback Whitfield"
	s.PBX.Accounts = s.PBX.Accounts.With("203", a)
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

// TestWhatIsMarkedIsWhatEnterDials: a typed number selects who has it, and nobody else.
func TestWhatIsMarkedIsWhatEnterDials(t *testing.T) {
	s := able()
	s.PBX.Phonebook = append(s.PBX.Phonebook, pbxws.Contact{Name: "Ambulanza", Numbers: []string{"0721112"}}, pbxws.Contact{Name: "Soccorso", Numbers: []string{"555118"}})
	for _, tt := range []struct {
		typed, sees, seesNot string
		then                 []string
		dials                string
	}{
		{"112", "Ambulanza", "> Ambulanza", nil, "112"},
		{"112", "> Ambulanza", "", []string{"down"}, "0721112"},
		{"555118", "> Soccorso", "", nil, "555118"},
		{"20", "200 Anna Verdi", "> ", nil, "20"},
		{"20", "> 200 Anna Verdi", "", []string{"down"}, "200"},
		{"203", "> 203 Marco Neri", "", nil, "203"},
		{"marco", "> 203 Marco Neri", "", nil, "203"},
	} {
		r := newRobot(t, s).press("d")
		for _, digit := range tt.typed {
			r.press(string(digit))
		}
		r.press(tt.then...)
		if tt.sees != "" {
			r.sees(tt.sees)
		}
		if tt.seesNot != "" {
			r.seesNot(tt.seesNot)
		}
		r.press("enter").expect(phone.Dial{To: tt.dials})
	}
}

// TestNobodyIsProposedToThemselves: a name that is ours, or that of the call, means others of that name.
func TestNobodyIsProposedToThemselves(t *testing.T) {
	luca := pbxws.Party{Name: "Luca Russo", Number: "300"}
	name := []string{"l", "u", "c", "a", "space", "r"}
	newRobot(t, able()).press("d").press(name...).sees("> 300 Luca Russo")
	newRobot(t, with(able(), talkingTo(luca))).press("t").press(name...).sees("> 399 Luca Russo").
		press("up", "up").sees("> 201 Luca Russo") // by selecting
	only := able()
	a := only.PBX.Accounts.At("201")
	a.Name = "Zoe Zanetti"
	only.PBX.Accounts = only.PBX.Accounts.With("201", a)
	newRobot(t, only).press("d", "z", "o", "e").sees("> 201 Zoe Zanetti")
}

// TestFirstFrame: before the PBX has said anything nobody is counted.
func TestFirstFrame(t *testing.T) {
	r := newRobot(t, phone.Snapshot{})
	r.sees("EXTENSIONS", "no extensions known yet").seesNot("EXTENSIONS 0", "0 free")
	r.show(calm())
	r.sees("EXTENSIONS 500")
}
