package term

import (
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/internal/printable"
)

// Input is a line of text that is typed, with its cursor. It holds printable text alone.
type Input struct {
	text []rune
	at   int // of the cursor, in runes
	most int
}

// NewInput is a line for at most so many letters.
func NewInput(most int, text string) Input {
	in := Input{most: most}
	in.Insert(text)
	return in
}

// String is what was typed, with the blanks around it.
func (in *Input) String() string { return string(in.text) }

// Text is what was typed.
func (in *Input) Text() string { return strings.TrimSpace(string(in.text)) }

// Before is what stands before the cursor.
func (in *Input) Before() string { return string(in.text[:in.at]) }

// Len counts the letters.
func (in *Input) Len() int { return len(in.text) }

// Insert puts text at the cursor; what cannot be shown is left out, and what has no room.
func (in *Input) Insert(s string) {
	var added []rune
	for _, r := range s {
		if printable.Showable(r) && len(in.text)+len(added) < in.most {
			added = append(added, r)
		}
	}
	in.text = slices.Insert(in.text, in.at, added...)
	in.at += len(added)
}

// Set puts another text in place.
func (in *Input) Set(s string) {
	in.text, in.at = nil, 0
	in.Insert(s)
}

// Edit applies an editing key and reports whether it was one.
func (in *Input) Edit(k tea.Key) bool {
	switch k.Type {
	case tea.KeyRunes, tea.KeySpace:
		if k.Alt {
			return false
		}
		in.Insert(string(k.Runes))
	case tea.KeyBackspace:
		in.remove(in.at-1, in.at)
	case tea.KeyDelete:
		in.remove(in.at, in.at+1)
	case tea.KeyCtrlU:
		in.remove(0, in.at)
	case tea.KeyCtrlW:
		head := strings.TrimRight(string(in.text[:in.at]), " ")
		in.remove(len([]rune(head[:strings.LastIndexByte(head, ' ')+1])), in.at)
	case tea.KeyLeft:
		in.at = max(0, in.at-1)
	case tea.KeyRight:
		in.at = min(len(in.text), in.at+1)
	case tea.KeyHome, tea.KeyCtrlA:
		in.at = 0
	case tea.KeyEnd, tea.KeyCtrlE:
		in.at = len(in.text)
	default:
		return false
	}
	return true
}

func (in *Input) remove(from, to int) {
	from, to = max(0, from), min(len(in.text), to)
	if from < to {
		in.text = append(in.text[:from], in.text[to:]...)
		in.at = from
	}
}

// Masked is a line with a sign for each letter.
func (in *Input) Masked() Input {
	return Input{text: []rune(strings.Repeat("*", len(in.text))), at: in.at, most: in.most}
}

// Draw writes the line into so many columns, with the cursor in sight.
func (in *Input) Draw(p *Pen, room int) {
	c := p.C
	room = max(4, room)
	text, before := string(in.text), string(in.text[:in.at])
	for used := c.Columns(before); used >= room; { // keep the cursor inside
		_, width, first := NextGrapheme(before, c.ASCII)
		before, text, used = before[first:], text[first:], used-width
	}
	c.CursorX, c.CursorY = p.X+c.Columns(before), p.Y
	c.Text(p.X, p.Y, room, Typed, text+strings.Repeat("_", room))
	p.Gap(room).Put(Ruled, "]")
}
