package tui

import (
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/tui/keymap"
	"github.com/patchcord/patchcord/tui/term"
)

// pane is a part of the screen with keys of its own. It is given what it shows and where, and
// knows no other pane. What its keys do are the actions of its context.
type pane interface {
	// context is the table of the keymap that counts, empty where that is the one of the calls.
	context() keymap.Context
	// draw fills the body.
	draw(c *term.Canvas, r term.Rect, sc *scene)
	// move goes up, down, left, right, by pages, to the ends. r is the body.
	move(a keymap.Action, r term.Rect, sc *scene)
	// key takes a key that writes, and reports whether it was one. next is a command to go on with.
	key(k tea.Key, sc *scene) (next tea.Cmd, used bool)
	// close closes the nearest thing that is open in the pane. It is false where nothing is: the
	// pane itself is closed then.
	close() bool
}

// field is a pane in which a line is open to be typed in.
type field interface {
	pane
	// input is the line, nil where none is open.
	input() *term.Input
	// label stands before it, verb is what Enter does in a word, preview in names.
	label(sc *scene) string
	verb() string
	preview(sc *scene) string
	// accept takes what stands in the line. What is refused leaves it open.
	accept(m *model) (next tea.Cmd, refusal string)
}

// secret is a field in which what is typed is not shown.
type secret interface{ hidesTyped() }

// finding is a field that finds something with each letter, which the linear mode reads out.
type finding interface {
	readFound(n *linear, sc *scene)
}

// pasteable is a pane that takes pasted text without a line being open.
type pasteable interface {
	pane
	paste(text string) (next tea.Cmd)
}

// chooser is a pane in which Enter does something with what is selected.
type chooser interface {
	pane
	// choice says in a word what, and is false where nothing is selected.
	choice(sc *scene) (word string, marked bool)
	// choose does it. It never answers a call.
	choose(m *model) (next tea.Cmd, refusal string)
}

// arrowed is a pane in which the arrow keys do not always move a cursor.
type arrowed interface {
	// arrows says in words what they do, empty where they do nothing.
	arrows() string
}

// overlay is a pane that lies over an open line and leaves it open. Letters are for the overlay then.
type overlay interface {
	pane
	liesOver()
}

// fullscreen is a pane that has the whole screen and every letter, with the cards of calls above it.
type fullscreen interface {
	pane
	drawScreen(c *term.Canvas, sc *scene, v *view)
}

// readAloud is a pane whose selected row the linear mode reads out.
type readAloud interface {
	// markedRow is the row, for comparing, and how it is read out. A row that is known is not read
	// out again.
	markedRow(n *linear, sc *scene) (row string, lines [][2]string)
}

// pinned is a pane whose cursor stays on its row while other rows come and go. pin is called before each message is
// taken, with what is on the screen.
type pinned interface {
	pin(sc *scene, now time.Time)
}

// lineless is a pane that stands in the message line and leaves the body to the one beneath.
type lineless interface{ leavesBody() }

// depending is a pane that cannot stay open without its call.
type depending interface {
	// orphaned says why, empty while it can.
	orphaned(sc *scene) string
}

// stack has the panes that are open, the root first. Keys go to the last one, and the body to the
// last one that wants it.
type stack []pane

func (s stack) top() pane { return s[len(s)-1] }

// body is the pane that has the body.
func (s stack) body() pane {
	for i := len(s) - 1; i > 0; i-- {
		if _, line := s[i].(lineless); !line {
			return s[i]
		}
	}
	return s[0]
}

// arrows is what the arrow keys do in the body, empty where they do nothing.
func (s stack) arrows() string {
	if p, ok := s.body().(arrowed); ok {
		return p.arrows()
	}
	return "move"
}

// field is the line that is open, nil for none. An overlay and what stands in the message line leave
// it open.
func (s stack) field() field {
	for i := len(s) - 1; i >= 0; i-- {
		switch p := s[i].(type) {
		case overlay, lineless:
		case field:
			if p.input() != nil {
				return p
			}
			return nil
		default:
			return nil
		}
	}
	return nil
}

func (s *stack) push(p pane) {
	s.drop(p)
	*s = append(*s, p)
}

func (s *stack) drop(p pane) {
	*s = slices.DeleteFunc(slices.Clone(*s), func(q pane) bool { return q == p })
}

// reset closes everything but the root.
func (s *stack) reset() { *s = slices.Clone((*s)[:1]) }

func (s stack) has(p pane) bool { return slices.Contains(s, p) }

// find is the last open pane of a kind, the zero P where there is none.
func find[P pane](s stack) (p P, ok bool) {
	for i := len(s) - 1; i >= 0; i-- {
		if p, ok = s[i].(P); ok {
			return p, true
		}
	}
	return p, false
}

// shows tells that a pane of a kind has the body.
func shows[P pane](s stack) bool {
	_, ok := s.body().(P)
	return ok
}

// remove closes the panes of a kind.
func remove[P pane](s *stack) {
	for p, ok := find[P](*s); ok; p, ok = find[P](*s) {
		s.drop(p)
	}
}

// rowAt is where the marked row stands: the first one while none is marked, -1 where the marked one is gone.
func rowAt[R any, M comparable](rows []R, mark M, markOf func(R) M) int {
	var none M
	if mark == none {
		return min(0, len(rows)-1)
	}
	return slices.IndexFunc(rows, func(r R) bool { return markOf(r) == mark })
}

// within is a place moved by a step, kept among so many rows.
func within(at, rows int) int { return max(0, min(rows-1, at)) }
