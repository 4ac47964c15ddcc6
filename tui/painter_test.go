package tui

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/hinshun/vt10x"
)

func colours() *tints {
	look := lookOf(func(name string) string { return map[string]string{"TERM": "xterm"}[name] })
	return &look.sgr
}

// scribble draws something random: more of the same, so that frames share much.
func scribble(rng *rand.Rand, c *canvas) {
	texts := []string{"200 Anna Verdi", "*", "Müller & Söhne", "日本語", "x\u0301y", "   ", "a", "-----------", "\U0001f1ee\U0001f1f9 Rossi"}
	for range 1 + rng.IntN(12) {
		c.text(rng.IntN(c.w), rng.IntN(c.h), 1+rng.IntN(c.w), style(rng.IntN(int(styleCount))), texts[rng.IntN(len(texts))])
	}
	if rng.IntN(3) == 0 {
		c.fill(rect{rng.IntN(c.w), rng.IntN(c.h), rng.IntN(c.w), rng.IntN(4)}, plain, ' ')
	}
}

// TestPaintShowsTheCanvas plays random frames to a terminal that somebody else wrote and
// compares every cell.
func TestPaintShowsTheCanvas(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	sgr := colours()
	glyphs := glyphsOf(sgr)
	for range 40 {
		w, h := 5+rng.IntN(70), 2+rng.IntN(20)
		term := vt10x.New(vt10x.WithSize(w, h))
		p := newPainter(sgr, true)
		c := newCanvas(w, h, false)
		for frame := range 30 {
			next := newCanvas(w, h, false)
			copy(next.cells, c.cells)
			scribble(rng, next)
			next.redraws = frame / 20
			b, _ := p.paint(next)
			c = newCanvas(w, h, false)
			copy(c.cells, next.cells)
			if _, err := term.Write(b); err != nil {
				t.Fatal(err)
			}
			if t.Failed() {
				return
			}
			sameCells(t, term, c, glyphs, frame)
		}
	}
}

// glyphsOf is how the other terminal understands each style.
func glyphsOf(sgr *tints) [styleCount]vt10x.Glyph {
	var glyphs [styleCount]vt10x.Glyph
	for i, s := range sgr {
		term := vt10x.New(vt10x.WithSize(4, 1))
		term.Write([]byte(s + "x"))
		glyphs[i] = term.Cell(0, 0)
	}
	return glyphs
}

func sameCells(t *testing.T, term vt10x.Terminal, c *canvas, glyphs [styleCount]vt10x.Glyph, frame int) {
	t.Helper()
	for y := range c.h {
		for x, cell := range c.row(y) {
			got, want := term.Cell(x, y), glyphs[cell.style]
			want.Char = cell.text[0]
			if cell.width == 0 || !cell.text.Simple() {
				continue // that terminal knows no wide letters
			}
			if got.Char == 0 {
				got.Char = ' '
			}
			if got.Char != want.Char || got.FG != want.FG || got.BG != want.BG || got.Mode != want.Mode {
				t.Errorf("frame %d, line %d, column %d: %+v, want %+v", frame, y, x, got, want)
				return
			}
		}
	}
}

func TestNothingChangedNothingWritten(t *testing.T) {
	p := newPainter(colours(), true)
	one, two := newCanvas(80, 24, true), newCanvas(80, 24, true)
	one.text(3, 3, 70, alert, "hello")
	two.text(3, 3, 70, alert, "hello")
	if b, _ := p.paint(one); len(b) == 0 {
		t.Error("a first frame of nothing")
	}
	if b, _ := p.paint(two); len(b) != 0 {
		t.Errorf("wrote %q for the same frame", b)
	}
}

func TestSmallChangesAreSmall(t *testing.T) {
	p := newPainter(colours(), true)
	frame := func(s string) []byte {
		c := newCanvas(80, 24, true)
		c.text(3, 3, 70, plain, s)
		b, _ := p.paint(c)
		return b
	}
	frame("0:02:11 LIVE 0.2s")
	if b := frame("0:02:12 LIVE 0.2s"); string(b) != "\x1b[4;10H2" {
		t.Errorf("a digit took %q", b)
	}
	if b := frame("0:02:13 LIVE 0.3s"); len(b) > 20 {
		t.Errorf("two digits took %q", b)
	}
}

func TestTitleAndBell(t *testing.T) {
	p := newPainter(colours(), true)
	c := newCanvas(10, 1, true)
	c.title, c.bells = "(ringing) Ma\x1b]2;x\a\u009brio", 1
	b, _ := p.paint(c)
	if !strings.Contains(string(b), "\x1b]2;(ringing) Ma?]2;x??rio\a\a") {
		t.Errorf("%q", b)
	}
	again := newCanvas(10, 1, true)
	again.title, again.bells = c.title, 1
	if b, _ := p.paint(again); len(b) != 0 {
		t.Errorf("rang again: %q", b)
	}
}

func TestCursorStandsInTheField(t *testing.T) {
	r := newRobot(t, restful())
	r.press("6", "0")
	p := newPainter(colours(), false)
	term := vt10x.New(vt10x.WithSize(80, 24))
	b, _ := p.paint(r.frame.c)
	term.Write(b)
	if at := term.Cursor(); !term.CursorVisible() || at.X != 10 || at.Y != 2 {
		t.Errorf("visible %v at %d,%d", term.CursorVisible(), at.X, at.Y)
	}
	r.press("esc")
	b, _ = p.paint(r.frame.c)
	term.Write(b)
	if term.CursorVisible() {
		t.Error("the cursor is still there")
	}
}

// TestNoColour: weight and inversion are all that is left.
func TestNoColour(t *testing.T) {
	mono := lookOf(func(name string) string { return map[string]string{"TERM": "xterm-256color", "NO_COLOR": "1"}[name] })
	for i, s := range mono.sgr {
		for _, attribute := range strings.Split(strings.Trim(s, "\x1b[m"), ";") {
			if !strings.Contains(" 0 1 4 7", " "+attribute) {
				t.Errorf("style %d is %q", i, s)
			}
		}
	}
	if dumb := lookOf(func(string) string { return "dumb" }); dumb.sgr[alert] != "\x1b[m" {
		t.Errorf("a dumb terminal gets %q", dumb.sgr[alert])
	}
	light := lookOf(func(name string) string { return map[string]string{"TERM": "xterm", "COLORFGBG": "0;15"}[name] })
	if light.sgr == *colours() {
		t.Error("the same colours on light and dark ground")
	}
}

func TestLocale(t *testing.T) {
	for _, tt := range []struct {
		env   map[string]string
		ascii bool
	}{
		{map[string]string{"LANG": "C"}, true},
		{map[string]string{"LANG": "C.UTF-8"}, false},
		{map[string]string{}, true},
		{map[string]string{"LANG": "it_IT.UTF-8", "LC_ALL": "POSIX"}, true},
		{map[string]string{"LANG": "C", "LC_CTYPE": "en_US.utf8"}, false},
	} {
		if got := lookOf(func(name string) string { return tt.env[name] }).ascii; got != tt.ascii {
			t.Errorf("%v: ascii %v", tt.env, got)
		}
	}
}
