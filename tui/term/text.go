package term

import (
	"os"
	"strconv"
	"strings"

	"github.com/patchcord/patchcord/internal/printable"
)

// Everything a wire can put into a name is made harmless by package printable: the canvas takes text by
// no other way.

type grapheme = printable.Letter

// NextGrapheme is the first letter of a text with its marks, in columns and in bytes.
func NextGrapheme(s string, ascii bool) (g grapheme, width, size int) {
	return printable.Next(s, ascii)
}

// Harmless is s as the canvas would show it, cut to so many columns: for the window title,
// which is the one text that goes to the terminal outside the canvas.
func Harmless(s string, columns int, ascii bool) string { return printable.Text(s, columns, ascii) }

// Columns is how many columns the canvas needs for s.
func Columns(s string, ascii bool) int { return printable.Columns(s, ascii) }

// Count is so many things in words: "1 call", "2 calls".
func Count(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + one + "s"
}

// Wrap breaks a sentence into lines of at most so many columns, between words where there
// are any.
func Wrap(s string, width int, ascii bool) []string {
	if len(s) <= width && isLine(s) {
		return []string{s}
	}
	var lines []string
	line, used := "", 0
	for word := range strings.FieldsSeq(s) {
		n := Columns(word, ascii)
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

// isLine tells of words in ASCII with a blank between each.
func isLine(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == ' ' && (i == 0 || i == len(s)-1 || s[i-1] == ' ') {
			return false
		}
	}
	return s != ""
}

// Printable is a text from a wire as it may be printed on the terminal of the environment, in one
// line.
func Printable(text string) string { return Harmless(text, printed, LookOf(os.Getenv).ASCII) }

// printed bounds such a line in columns.
const printed = 1000
