package tui

import (
	"fmt"
	"html"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/hinshun/vt10x"

	"github.com/patchcord/patchcord/tui/term"
)

//go:generate go test -run TestPictureOfTheReadme -update .

// pictured is the screen of the README: its name among the goldens, and its size.
const (
	pictured     = "caller"
	pictureFile  = "../docs/screen.svg"
	pictureWidth = 120
	pictureLines = 40
)

// TestPictureOfTheReadme paints a golden screen for a terminal with 256 colours and holds what that
// terminal shows then against the picture in the README. -update draws it again.
func TestPictureOfTheReadme(t *testing.T) {
	all := shots(t)
	i := slices.IndexFunc(all, func(s shot) bool { return s.name == pictured })
	terminal := vt10x.New(vt10x.WithSize(pictureWidth, pictureLines))
	frame := all[i].canvas(all[i].stage(t), [2]int{pictureWidth, pictureLines}, false)
	bytes, _ := term.NewPainter(lookFor("xterm-256color")).Paint(frame)
	if _, err := terminal.Write(bytes); err != nil {
		t.Fatal(err)
	}
	got := svgOf(terminal)
	if *update {
		if err := os.WriteFile(pictureFile, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(pictureFile)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s does not show the screen any more; look at it, then run go generate ./tui:\n%s", pictureFile, difference(string(want), got))
	}
}

// The picture in units of its own: the size of a cell, how far the letters stand above its foot, the margin.
const (
	cellWidth, cellHeight = 9, 17
	letterFoot            = 4
	pictureMargin         = 14
)

// The attributes of a cell of vt10x, which does not export them.
const (
	underlined = 1 << 1
	bold       = 1 << 2
)

// svgOf draws what a terminal shows, on a dark ground of its own, so that it can be read on any page.
func svgOf(terminal vt10x.View) string {
	w, h := terminal.Size()
	var b strings.Builder
	width, height := w*cellWidth+2*pictureMargin, h*cellHeight+2*pictureMargin
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img"`+
		` font-family="'DejaVu Sans Mono',Menlo,Consolas,'Liberation Mono',monospace" font-size="15">`+"\n", width, height, width, height)
	fmt.Fprintf(&b, "<title>Patchcord in a terminal of %d by %d</title>\n", w, h)
	fmt.Fprintf(&b, `<rect width="%d" height="%d" rx="10" fill="%s"/>`+"\n", width, height, rgbOf(vt10x.DefaultBG))
	for y := range h {
		for x := 0; x < w; {
			n := 1
			for x+n < w && alike(terminal.Cell(x, y), terminal.Cell(x+n, y)) {
				n++
			}
			drawRun(&b, terminal, x, y, n)
			x += n
		}
	}
	b.WriteString("</svg>\n")
	return b.String()
}

func alike(a, b vt10x.Glyph) bool { return a.FG == b.FG && a.BG == b.BG && a.Mode == b.Mode }

// drawRun draws cells of one line that look alike. textLength keeps them on the grid whatever font there is;
// blanks are no-break spaces, since a page draws several others as one.
func drawRun(b *strings.Builder, terminal vt10x.View, x, y, n int) {
	var letters []rune
	for i := range n {
		letters = append(letters, max(' ', terminal.Cell(x+i, y).Char))
	}
	look := terminal.Cell(x, y)
	left, top := pictureMargin+x*cellWidth, pictureMargin+y*cellHeight
	if look.BG != vt10x.DefaultBG {
		fmt.Fprintf(b, `<rect x="%d" y="%d" width="%d" height="%d" fill="%s"/>`+"\n", left, top, n*cellWidth, cellHeight, rgbOf(look.BG))
	}
	text := strings.TrimRight(string(letters), " ")
	n = len([]rune(text))
	text = strings.TrimLeft(text, " ")
	left += (n - len([]rune(text))) * cellWidth
	if n = len([]rune(text)); n == 0 {
		return
	}
	style := ""
	if look.Mode&bold != 0 {
		style += ` font-weight="bold"`
	}
	if look.Mode&underlined != 0 {
		style += ` text-decoration="underline"`
	}
	fmt.Fprintf(b, `<text x="%d" y="%d" textLength="%d" lengthAdjust="spacingAndGlyphs" fill="%s"%s>%s</text>`+"\n",
		left, top+cellHeight-letterFoot, n*cellWidth, rgbOf(look.FG), style, strings.ReplaceAll(html.EscapeString(text), " ", "&#160;"))
}

// firstColours are the sixteen that each terminal mixes in its own way.
var firstColours = [16]string{
	"#0d1117", "#f47067", "#57ab5a", "#c69026", "#539bf5", "#b083f0", "#39c5cf", "#cdd9e5",
	"#636e7b", "#ff938a", "#6bc46d", "#daaa3f", "#6cb6ff", "#dcbdfb", "#56d4dd", "#f0f6fc",
}

// rgbOf is one of the 256 colours of xterm: sixteen, a cube of 6 by 6 by 6, and 24 greys.
func rgbOf(c vt10x.Color) string {
	switch {
	case c == vt10x.DefaultFG:
		return firstColours[7]
	case c == vt10x.DefaultBG:
		return firstColours[0]
	case c < 16:
		return firstColours[c]
	case c >= 232:
		return "#" + strings.Repeat(hex(8+10*int(c-232)), 3)
	}
	var rgb strings.Builder
	for _, level := range []int{int(c-16) / 36, int(c-16) / 6 % 6, int(c-16) % 6} {
		rgb.WriteString(hex([]int{0, 95, 135, 175, 215, 255}[level]))
	}
	return "#" + rgb.String()
}

func hex(v int) string { return strconv.FormatInt(int64(v)|0x100, 16)[1:] }
