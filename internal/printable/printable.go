// Package printable makes text from a wire harmless, for the screen, for hooks and for whatever
// else reads it. Signs that move a cursor, change direction, hide or join text are replaced by a
// visible sign, and too many marks on a letter are dropped. Text is cut between letters as a person
// sees them, never inside one.
package printable

import (
	"unicode"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"
	"github.com/rivo/uniseg"
)

const (
	// maxMarks is how many marks a letter may carry; Vietnamese needs two.
	maxMarks = 2
	// badSign replaces a code point that does not belong on a terminal.
	badSign = '\u00b7'
	// asciiSign replaces what a terminal without UTF-8 cannot show.
	asciiSign = '?'
)

// narrow measures letters of ambiguous width as one column, whatever the locale says, since nothing
// else is agreed on with the terminal (UAX #11 §5).
var narrow = &runewidth.Condition{}

// Letter is a letter as a person sees it: a base with its combining marks.
type Letter [1 + maxMarks]rune

// Simple tells whether all terminals agree on the width of the letter.
func (g Letter) Simple() bool { return g[0] < 0x300 && g[1] == 0 }

// Append adds it to b in UTF-8.
func (g Letter) Append(b []byte) []byte {
	for _, r := range g {
		if r == 0 {
			break
		}
		b = utf8.AppendRune(b, r)
	}
	return b
}

// Next returns the first letter of s, made harmless, its width in columns (1 or 2) and its length
// in bytes. A width of 0 means that nothing is shown.
func Next(s string, ascii bool) (g Letter, width, size int) {
	r, size := utf8.DecodeRuneInString(s)
	switch {
	case r == utf8.RuneError && size <= 1, !Showable(r):
		return sign(ascii), 1, size
	case unicode.Is(unicode.Zs, r):
		return Letter{' '}, 1, size
	case dropped(r):
		return Letter{}, 0, size
	case unicode.IsMark(r): // it would combine with the sign before the text
		return sign(ascii), 1, size
	}
	g, joined, size := cluster(s, r, size)
	width = max(1, narrow.RuneWidth(r))
	if joined {
		width = 2
	}
	switch {
	case ascii && r < utf8.RuneSelf: // without its marks the letter is close enough
		return Letter{r}, 1, size
	case ascii: // one sign, however wide the letter was
		return sign(ascii), 1, size
	}
	return g, width, size
}

// cluster reads the marks that combine with base. joined says that two bases make one wide letter:
// flags, Hangul syllables, skin tones.
func cluster(s string, base rune, size int) (g Letter, joined bool, used int) {
	g[0], used = base, size
	whole, _, width, _ := uniseg.FirstGraphemeClusterInString(s, -1)
	n := 1
	for _, r := range whole[min(size, len(whole)):] {
		if !Showable(r) {
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

// Showable is false for controls, format characters (bidi, zero width, tags), line and paragraph
// separators, private use, surrogates, unassigned code points and invisible letters.
func Showable(r rune) bool {
	if dropped(r) {
		return true
	}
	if !unicode.IsPrint(r) && !unicode.Is(unicode.Zs, r) {
		return false
	}
	return !unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r)
}

// dropped are marks that only select another picture of the same letter.
func dropped(r rune) bool { return unicode.Is(unicode.Variation_Selector, r) || r == 0x034f }

func sign(ascii bool) Letter {
	if ascii {
		return Letter{asciiSign}
	}
	return Letter{badSign}
}

// Bound cuts s to the bytes that so many columns can need, so that a flood of marks costs no more
// than a name.
func Bound(s string, columns int) string {
	if limit := 64 + 16*columns; len(s) > limit {
		return s[:limit]
	}
	return s
}

// Text is s as the screen shows it, in at most so many columns.
func Text(s string, columns int, ascii bool) string {
	if s = Bound(s, columns); IsASCII(s) {
		return s[:min(len(s), max(0, columns))]
	}
	var b []byte
	for s != "" && columns > 0 {
		g, width, size := Next(s, ascii)
		s, columns = s[size:], columns-width
		if columns >= 0 && width > 0 {
			b = g.Append(b)
		}
	}
	return string(b)
}

// Columns is how many columns the screen needs for s.
func Columns(s string, ascii bool) int {
	if IsASCII(s) {
		return len(s)
	}
	n := 0
	for s != "" {
		_, width, size := Next(s, ascii)
		s, n = s[size:], n+width
	}
	return n
}

// IsASCII tells whether every byte is a printable ASCII character.
func IsASCII(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] >= 0x7f {
			return false
		}
	}
	return true
}
