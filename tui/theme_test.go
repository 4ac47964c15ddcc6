package tui

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hinshun/vt10x"

	"github.com/patchcord/patchcord/tui/term"
)

// TestThemes keeps how each style looks on each kind of terminal, as the golden screens keep the
// styles of their cells.
func TestThemes(t *testing.T) {
	var b strings.Builder
	for _, env := range []string{
		"TERM=xterm-256color", "TERM=xterm-256color COLORFGBG=0;15", "TERM=xterm", "TERM=xterm COLORFGBG=0;15", "TERM=linux",
		"TERM=xterm-256color NO_COLOR=1", "TERM=dumb",
	} {
		look := term.LookOf(func(name string) string {
			for pair := range strings.FieldsSeq(env) {
				if value, ok := strings.CutPrefix(pair, name+"="); ok {
					return value
				}
			}
			return ""
		})
		fmt.Fprintf(&b, "== %s\n", env)
		for st, s := range look.SGR {
			fmt.Fprintf(&b, "%c %s\n", letters[st], strings.TrimPrefix(s, "\x1b["))
		}
	}
	compare(t, "themes", b.String())
}

// TestThemeIsSet: the whole screen is drawn again in the other colours.
func TestThemeIsSet(t *testing.T) {
	r := newRobot(t, calm())
	look := term.LookOf(func(name string) string { return map[string]string{"TERM": "xterm-256color"}[name] })
	r.m.grounds, r.m.view.tints = map[string]*term.Tints{"dark": look.Dark, "light": look.Light}, look.Dark
	p := term.NewPainter(&look)
	p.Paint(r.frame.c)
	r.say("set theme light")
	b, _ := p.Paint(r.frame.c)
	if !strings.Contains(string(b), look.Light[term.Title]) || !strings.Contains(string(b), "EXTENSIONS") {
		t.Errorf("painted %q", b)
	}
	r.say("set theme pink")
	r.sees("type dark or light")

	r.send(newsMsg{News{Settings: &Settings{Theme: "dark", Mouse: true}, Text: "config reloaded"}})
	b, _ = p.Paint(r.frame.c)
	if !strings.Contains(string(b), look.Dark[term.Title]) || !strings.Contains(string(b), "\x1b[?1000h") {
		t.Errorf("the file says otherwise, and what is painted is %q", b)
	}
}

func TestCursorStandsInTheField(t *testing.T) {
	r := newRobot(t, calm())
	r.press("6", "0")
	p := term.NewPainter(lookFor("xterm"))
	term := vt10x.New(vt10x.WithSize(80, 24))
	b, _ := p.Paint(r.frame.c)
	term.Write(b)
	if at := term.Cursor(); !term.CursorVisible() || at.X != 10 || at.Y != 2 {
		t.Errorf("visible %v at %d,%d", term.CursorVisible(), at.X, at.Y)
	}
	r.press("esc")
	b, _ = p.Paint(r.frame.c)
	term.Write(b)
	if term.CursorVisible() {
		t.Error("the cursor is still there")
	}
}
