package tui

import (
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/tui/term"
)

// TestMouse: nothing before it is switched on; then the wheel moves, a click selects, and another one
// opens the menu.
func TestMouse(t *testing.T) {
	r := newRobot(t, able())
	at := func(button tea.MouseButton, x, y int) {
		r.send(tea.MouseMsg{X: x, Y: y, Action: tea.MouseActionPress, Button: button})
	}
	p := term.NewPainter(lookFor("xterm"))
	paint := func() string { b, _ := p.Paint(r.frame.c); return string(b) }
	if s := paint(); strings.Contains(s, "\x1b[?1000h") {
		t.Errorf("the mouse is on from the start: %q", s)
	}
	at(tea.MouseButtonLeft, 25, 4)
	r.sees("The arrow keys select somebody.")

	r.say("mouse on")
	r.sees("the mouse is on")
	if s := paint(); !strings.Contains(s, "\x1b[?1000h") {
		t.Errorf("%q", s)
	}
	at(tea.MouseButtonLeft, 25, 4)
	r.sees(">z220 Ugo Conti")
	at(tea.MouseButtonWheelDown, 0, 0)
	r.sees(">.221 Ada Neri")
	at(tea.MouseButtonLeft, 25, 5)
	r.sees("call 221 Ada Neri").press("esc")
	at(tea.MouseButtonLeft, 79, 0)
	at(tea.MouseButtonLeft, 3, 23)
	r.sees(">.221 Ada Neri").expect()

	r.press("ctrl+l")
	if s := paint(); !strings.Contains(s, "\x1b[?1000h") {
		t.Error("drawing everything anew lost the mouse")
	}
	r.say("set mouse off")
	if s := paint(); !strings.Contains(s, "\x1b[?1000l") {
		t.Errorf("%q", s)
	}
}
