package tui

import (
	"os"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"
	"github.com/rivo/uniseg"
)

// Everything a wire can put into a name is made harmless here, and only here: the canvas
// takes text by no other way. What moves a cursor, turns a line around, hides or joins is
// replaced by a visible sign; marks that pile up beyond maxMarks are dropped.

const (
	// maxMarks is how many marks a letter may carry; Vietnamese needs two.
	maxMarks = 2
	// badSign stands for a code point that has no business on a terminal.
	badSign = '\u00b7'
	// asciiSign stands for whatever a terminal without UTF-8 cannot show.
	asciiSign = '?'
)

// narrow measures letters of ambiguous width as one column, whatever the locale says: the
// terminal was told nothing else (UAX #11 §5).
var narrow = &runewidth.Condition{}

// grapheme is a letter as a person counts them: a base and what combines with it.
type grapheme [1 + maxMarks]rune

// simple tells that every terminal agrees on the columns that the grapheme takes.
func (g grapheme) simple() bool { return g[0] < 0x300 && g[1] == 0 }

func (g grapheme) append(b []byte) []byte {
	for _, r := range g {
		if r == 0 {
			break
		}
		b = utf8.AppendRune(b, r)
	}
	return b
}

// nextGrapheme takes the first grapheme off s, made harmless: how many columns it takes (1 or
// 2) and how many bytes of s it used up. A width of 0 means that there is nothing to show.
func nextGrapheme(s string, ascii bool) (g grapheme, width, size int) {
	r, size := utf8.DecodeRuneInString(s)
	switch {
	case r == utf8.RuneError && size <= 1, !showable(r):
		return sign(ascii), 1, size
	case unicode.Is(unicode.Zs, r):
		return grapheme{' '}, 1, size
	case dropped(r):
		return grapheme{}, 0, size
	case unicode.IsMark(r): // it would combine with whatever stands left of us
		return sign(ascii), 1, size
	}
	g, joined, size := cluster(s, r, size)
	width = max(1, narrow.RuneWidth(r))
	if joined {
		width = 2
	}
	switch {
	case ascii && r < utf8.RuneSelf: // the bare letter is close enough
		return grapheme{r}, 1, size
	case ascii: // one sign and no gap, however wide it was
		return sign(ascii), 1, size
	}
	return g, width, size
}

// cluster gathers what combines with base. joined tells that two bases make one wide letter:
// flags, Hangul syllables, skin tones.
func cluster(s string, base rune, size int) (g grapheme, joined bool, used int) {
	g[0], used = base, size
	whole, _, width, _ := uniseg.FirstGraphemeClusterInString(s, -1)
	n := 1
	for _, r := range whole[min(size, len(whole)):] {
		if !showable(r) {
			break // the next call shows its sign
		}
		used += utf8.RuneLen(r)
		if dropped(r) || n > maxMarks {
			continue
		}
		g[n] = r
		n++
		joined = joined || !unicode.IsMark(r) && width > 1
	}
	return g, joined, used
}

// showable is false for controls, format characters (bidi, zero width, tags), line and
// paragraph separators, private use, surrogates, unassigned code points and letters that
// exist to be invisible.
func showable(r rune) bool {
	if dropped(r) {
		return true
	}
	if !unicode.IsPrint(r) && !unicode.Is(unicode.Zs, r) {
		return false
	}
	return !unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r)
}

// dropped are marks that only choose between pictures of the same letter.
func dropped(r rune) bool { return unicode.Is(unicode.Variation_Selector, r) || r == 0x034f }

func sign(ascii bool) grapheme {
	if ascii {
		return grapheme{asciiSign}
	}
	return grapheme{badSign}
}

// longest bounds the bytes looked at for so many columns, so that a flood of marks costs no
// more than a name.
func longest(s string, columns int) string {
	if limit := 64 + 16*columns; len(s) > limit {
		return s[:limit]
	}
	return s
}

// harmless is s as the canvas would show it, cut to so many columns: for the window title,
// which is the one text that goes to the terminal outside the canvas.
func harmless(s string, columns int, ascii bool) string {
	if s = longest(s, columns); plainASCII(s) {
		return s[:min(len(s), max(0, columns))]
	}
	var b []byte
	for s != "" && columns > 0 {
		g, width, size := nextGrapheme(s, ascii)
		s, columns = s[size:], columns-width
		if columns >= 0 && width > 0 {
			b = g.append(b)
		}
	}
	return string(b)
}

// columns is how many columns the canvas needs for s.
func columns(s string, ascii bool) int {
	if plainASCII(s) {
		return len(s)
	}
	n := 0
	for s != "" {
		_, width, size := nextGrapheme(s, ascii)
		s, n = s[size:], n+width
	}
	return n
}

func plainASCII(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

// wrap breaks a sentence into lines of at most so many columns, between words where there
// are any.
func wrap(s string, width int, ascii bool) []string {
	var lines []string
	line, used := "", 0
	for word := range strings.FieldsSeq(s) {
		n := columns(word, ascii)
		if used > 0 && used+1+n > width {
			lines, line, used = append(lines, line), "", 0
		}
		if used > 0 {
			line, used = line+" ", used+1
		}
		line, used = line+word, used+n
	}
	if used > 0 {
		lines = append(lines, line)
	}
	return lines
}

// Printable is a text from a wire as it may be printed on the terminal of the environment, in one
// line.
func Printable(text string) string { return harmless(text, printed, lookOf(os.Getenv).ascii) }

// printed bounds such a line in columns.
const printed = 1000
