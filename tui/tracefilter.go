package tui

import (
	"strings"

	"github.com/patchcord/patchcord/pbxws"
)

// traceFilter is what a message must hold, all of it.
type traceFilter []traceTerm

// traceTerm is one word of a filter: a text anywhere in the message, or key=value for what a
// key of the message says; with ! in front, the opposite.
type traceTerm struct {
	text string
	// key is empty where any place will do.
	key  string
	deny bool
}

func traceFilterOf(text string) traceFilter {
	var f traceFilter
	for word := range strings.FieldsSeq(strings.ToLower(text)) {
		word, deny := strings.CutPrefix(word, "!")
		key, value, pair := strings.Cut(word, "=")
		switch {
		case word == "":
		case pair && key != "":
			f = append(f, traceTerm{text: value, key: key, deny: deny})
		default:
			f = append(f, traceTerm{text: word, deny: deny})
		}
	}
	return f
}

func (f traceFilter) lets(frame pbxws.Frame) bool {
	text := strings.ToLower(frame.Text)
	for _, term := range f {
		if term.in(text) == term.deny {
			return false
		}
	}
	return true
}

func (t traceTerm) in(text string) bool {
	if t.key == "" {
		return strings.Contains(text, t.text)
	}
	name := `"` + t.key + `"`
	for {
		_, after, found := strings.Cut(text, name)
		if !found {
			return false
		}
		text = after
		value := strings.TrimLeft(after, " \t\r\n")
		if value, ok := strings.CutPrefix(value, ":"); ok {
			if strings.HasPrefix(strings.TrimLeft(value, " \t\r\n\""), t.text) {
				return true
			}
		}
	}
}

const (
	// prettyBytes bounds how much of a message is laid out, prettyDeep how far it is indented.
	prettyBytes = 32 << 10
	prettyDeep  = 12
)

// pretty lays a message out in at most so many lines of at most so many columns, a line for
// each member; what is no JSON is only broken into lines. The message is taken as it came: it
// may be cut off or malformed.
func pretty(text string, width, lines int, ascii bool) []string {
	if len(text) > prettyBytes {
		text = text[:prettyBytes]
	}
	p := layout{width: max(1, width), limit: max(1, lines), ascii: ascii}
	quoted, escaped := false, false
	for _, r := range text {
		switch {
		case escaped:
			escaped = false
		case quoted:
			escaped, quoted = r == '\\', r != '"'
		case r == '"':
			quoted = true
		case r == '{' || r == '[':
			p.add(r)
			p.depth++
			p.feed()
			continue
		case r == '}' || r == ']':
			p.feed()
			p.depth = max(0, p.depth-1)
		case r == ',':
			p.add(r)
			p.feed()
			continue
		case r == ' ' || r == '\n' || r == '\r' || r == '\t':
			if p.line.Len() == 0 {
				continue
			}
		}
		p.add(r)
	}
	p.feed()
	return p.cut()
}

// layout gathers lines.
type layout struct {
	width, limit, depth int
	ascii               bool
	line                strings.Builder
	lines               []string
}

func (p *layout) add(r rune) {
	p.line.WriteRune(r)
}

// feed ends a line, broken where it is too wide.
func (p *layout) feed() {
	rest := p.line.String()
	p.line.Reset()
	indent := strings.Repeat("  ", min(p.depth, prettyDeep))
	for rest != "" && len(p.lines) <= p.limit {
		room, used := max(8, p.width-len(indent)), 0
		for used < len(rest) && room > 0 {
			_, width, size := nextGrapheme(rest[used:], p.ascii)
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
