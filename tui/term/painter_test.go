package term

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/hinshun/vt10x"
)

// colours are those of xterm, whose window has a title or not.
func colours(titles bool) *Look {
	look := LookOf(func(name string) string { return map[string]string{"TERM": "xterm"}[name] })
	look.Titles = titles
	return &look
}

// scribble draws something random: more of the same, so that frames share much.
func scribble(rng *rand.Rand, c *Canvas) {
	texts := []string{"200 Anna Verdi", "*", "Müller & Söhne", "日本語", "x\u0301y", "   ", "a", "-----------", "\U0001f1ee\U0001f1f9 Rossi"}
	for range 1 + rng.IntN(12) {
		c.Text(rng.IntN(c.W), rng.IntN(c.H), 1+rng.IntN(c.W), Style(rng.IntN(int(StyleCount))), texts[rng.IntN(len(texts))])
	}
	if rng.IntN(3) == 0 {
		c.Fill(NewRect(rng.IntN(c.W), rng.IntN(c.H), rng.IntN(c.W), rng.IntN(4)), Plain, ' ')
	}
}

// TestPaintShowsTheCanvas plays random frames to a terminal that somebody else wrote and
// compares every cell.
func TestPaintShowsTheCanvas(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	look := colours(true)
	glyphs := glyphsOf(&look.SGR)
	for range 40 {
		w, h := 5+rng.IntN(70), 2+rng.IntN(20)
		term := vt10x.New(vt10x.WithSize(w, h))
		p := NewPainter(look)
		c := NewCanvas(w, h, false)
		for frame := range 30 {
			next := NewCanvas(w, h, false)
			copy(next.cells, c.cells)
			scribble(rng, next)
			next.Redraws = frame / 20
			b, _ := p.Paint(next)
			c = NewCanvas(w, h, false)
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
func glyphsOf(sgr *Tints) [StyleCount]vt10x.Glyph {
	var glyphs [StyleCount]vt10x.Glyph
	for i, s := range sgr {
		term := vt10x.New(vt10x.WithSize(4, 1))
		term.Write([]byte(s + "x"))
		glyphs[i] = term.Cell(0, 0)
	}
	return glyphs
}

func sameCells(t *testing.T, term vt10x.Terminal, c *Canvas, glyphs [StyleCount]vt10x.Glyph, frame int) {
	t.Helper()
	for y := range c.H {
		for x, cell := range c.Row(y) {
			got, want := term.Cell(x, y), glyphs[cell.Style]
			want.Char = cell.text[0]
			if cell.Width == 0 || !cell.text.Simple() {
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
	p := NewPainter(colours(true))
	one, two := NewCanvas(80, 24, true), NewCanvas(80, 24, true)
	one.Text(3, 3, 70, Alert, "hello")
	two.Text(3, 3, 70, Alert, "hello")
	if b, _ := p.Paint(one); len(b) == 0 {
		t.Error("a first frame of nothing")
	}
	if b, _ := p.Paint(two); len(b) != 0 {
		t.Errorf("wrote %q for the same frame", b)
	}
}

func TestSmallChangesAreSmall(t *testing.T) {
	p := NewPainter(colours(true))
	frame := func(s string) []byte {
		c := NewCanvas(80, 24, true)
		c.Text(3, 3, 70, Plain, s)
		b, _ := p.Paint(c)
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
	p := NewPainter(colours(true))
	c := NewCanvas(10, 1, true)
	c.Title, c.Bells = "(ringing) Ma\x1b]2;x\a\u009brio", 1
	b, _ := p.Paint(c)
	if !strings.Contains(string(b), "\x1b]2;(ringing) Ma?]2;x??rio\a\a") {
		t.Errorf("%q", b)
	}
	again := NewCanvas(10, 1, true)
	again.Title, again.Bells = c.Title, 1
	if b, _ := p.Paint(again); len(b) != 0 {
		t.Errorf("rang again: %q", b)
	}
}

// TestNoColour: weight and inversion are all that is left.
func TestNoColour(t *testing.T) {
	mono := LookOf(func(name string) string { return map[string]string{"TERM": "xterm-256color", "NO_COLOR": "1"}[name] })
	for i, s := range mono.SGR {
		for _, attribute := range strings.Split(strings.Trim(s, "\x1b[m"), ";") {
			if !strings.Contains(" 0 1 4 7", " "+attribute) {
				t.Errorf("style %d is %q", i, s)
			}
		}
	}
	if dumb := LookOf(func(string) string { return "dumb" }); dumb.SGR[Alert] != "\x1b[m" {
		t.Errorf("a dumb terminal gets %q", dumb.SGR[Alert])
	}
	light := LookOf(func(name string) string { return map[string]string{"TERM": "xterm", "COLORFGBG": "0;15"}[name] })
	if light.SGR == colours(true).SGR {
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
		if got := LookOf(func(name string) string { return tt.env[name] }).ASCII; got != tt.ascii {
			t.Errorf("%v: ascii %v", tt.env, got)
		}
	}
}
