package messages

import (
	"fmt"
	"strings"

	"github.com/patchcord/patchcord/tui/term"
)

const (
	// PrettyBytes bounds how much of a message is laid out beside others, WholeBytes how much of one that
	// is read; prettyDeep is how far it is indented.
	PrettyBytes = 32 << 10
	WholeBytes  = 1 << 20
	prettyDeep  = 12
	// MaxLines is more lines than that many bytes make.
	MaxLines = 2 * WholeBytes
)

// Pretty lays a message out in at most so many lines of at most so many columns, a line for
// each member; what is no JSON is only broken into lines. The message is taken as it came: it
// may be cut off or malformed.
func Pretty(text string, width, lines int, ascii bool) []string {
	return laid(text, PrettyBytes, width, lines, ascii)
}

// Whole is the same for one that is read: in as many lines as it has.
func Whole(text string, width int, ascii bool) []string {
	return laid(text, WholeBytes, width, MaxLines, ascii)
}

func laid(text string, most, width, lines int, ascii bool) []string {
	p := layout{width: max(1, width), limit: max(1, lines), ascii: ascii}
	more := max(0, len(text)-most)
	p.lay(text[:len(text)-more])
	p.feed()
	if more > 0 {
		p.line.WriteString(fmt.Sprintf("... and %d more bytes", more))
		p.depth = 0
		p.feed()
	}
	return p.cut()
}

// layout gathers lines.
type layout struct {
	width, limit, depth int
	ascii               bool
	line                strings.Builder
	lines               []string
	// pause tells that the line ends in a blank that nobody needs twice.
	pause bool
}

// lay reads a text. It stops when there are more lines than are wanted.
func (p *layout) lay(text string) {
	quoted, escaped, skip := false, false, 0
	for i, r := range text {
		switch {
		case i < skip || len(p.lines) > p.limit:
		case quoted:
			p.add(r)
			quoted, escaped = escaped || r != '"', !escaped && r == '\\'
		case r == '{', r == '[':
			p.add(r)
			if skip = p.empty(text, i, r); skip == 0 {
				p.feed()
				p.depth++
			}
		case r == '}', r == ']':
			p.feed()
			p.depth = max(0, p.depth-1)
			p.add(r)
		case r == ',':
			p.add(r)
			p.feed()
		case r == ':' && p.depth > 0:
			p.add(r)
			p.add(' ')
		case r == ' ', r == '\n', r == '\r', r == '\t':
			if p.line.Len() > 0 && !p.pause {
				p.add(' ')
			}
		default:
			p.add(r)
			quoted = r == '"'
		}
	}
}

// empty keeps {} and [] together: it tells where the text goes on behind one, 0 for none.
func (p *layout) empty(text string, at int, open rune) (next int) {
	end := byte(open) + 2 // ASCII has each pair two apart
	rest := strings.TrimLeft(text[at+1:], jsonSpace)
	if rest == "" || rest[0] != end {
		return 0
	}
	p.add(rune(end))
	return len(text) - len(rest) + 1
}

func (p *layout) add(r rune) {
	p.line.WriteRune(r)
	p.pause = r == ' '
}

// feed ends a line, broken where it is too wide.
func (p *layout) feed() {
	rest := strings.TrimRight(p.line.String(), " ")
	p.line.Reset()
	p.pause = false
	indent := strings.Repeat("  ", min(p.depth, prettyDeep))
	for rest != "" && len(p.lines) <= p.limit {
		room, used := max(8, p.width-len(indent)), 0
		for used < len(rest) && room > 0 {
			_, width, size := term.NextGrapheme(rest[used:], p.ascii)
			used, room = used+size, room-width
		}
		p.lines = append(p.lines, indent+rest[:used])
		rest = rest[used:]
	}
}

// cut says at the end that there is more.
func (p *layout) cut() []string {
	if len(p.lines) > p.limit {
		p.lines = append(p.lines[:p.limit-1], "...")
	}
	return p.lines
}

// Packed is the same text in fewer lines: as many of the short ones in each as it holds.
func Packed(lines []string, width int, ascii bool) []string {
	var out []string
	used := width
	for _, line := range lines {
		line = strings.TrimLeft(line, " ")
		n := term.Columns(line, ascii)
		if used+1+n > width {
			out, used = append(out, line), n
			continue
		}
		out[len(out)-1] += " " + line
		used += 1 + n
	}
	return out
}

// Folded breaks a line where it is full, between any two letters.
func Folded(s string, width int, ascii bool) []string {
	var lines []string
	used, from, at := 0, 0, 0
	for at < len(s) {
		_, n, size := term.NextGrapheme(s[at:], ascii)
		if used+n > max(2, width) {
			lines, from, used = append(lines, s[from:at]), at, 0
		}
		used, at = used+n, at+size
	}
	return append(lines, s[from:])
}
