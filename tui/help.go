package tui

import (
	"fmt"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/tui/keymap"
	"github.com/patchcord/patchcord/tui/term"
)

// helpPane lists the keys that work here and runs the one that Enter is pressed on.
type helpPane struct {
	// beneath is the pane whose keys are listed.
	beneath pane
	filter  []rune
	at      int
}

// rows are the actions to show: those of the situation beneath that can be, filtered.
func (h *helpPane) rows(sc *scene) []keymap.Action {
	wanted := strings.ToLower(string(h.filter))
	var rows []keymap.Action
	for _, a := range sc.keys.Actions(h.under(sc)) {
		line := strings.ToLower(h.keys(a, sc) + " " + a.Hint() + " " + a.Help())
		if strings.Contains(line, wanted) && !sc.bars(sc.actions.by[a]) {
			rows = append(rows, a)
		}
	}
	return rows
}

// under is the situation without the list of keys.
func (h *helpPane) under(sc *scene) keymap.Context { return over(h.beneath, sc.calls(true)) }

func (h *helpPane) context() keymap.Context { return keymap.Help }

func (h *helpPane) close() bool { return false }

func (h *helpPane) liesOver() {}

func (h *helpPane) choice(*scene) (string, bool) { return "run", true }

func (h *helpPane) choose(m *model) (tea.Cmd, string) {
	a, marked := h.marked(&m.scene)
	m.view.panes.drop(h)
	if !marked {
		return nil, ""
	}
	return m.act(a, ""), m.view.message.text
}

func (h *helpPane) markedRow(n *linear, _ *scene) (string, [][2]string) { return n.known.row, nil }

func (h *helpPane) keys(a keymap.Action, sc *scene) string {
	if a == keymap.DialDigit {
		return "0-9 * # +"
	}
	var names []string
	for _, k := range sc.keys.Keys(h.under(sc), a) {
		names = append(names, keyName(k))
	}
	return strings.Join(names, ", ")
}

// marked is the action under the cursor.
func (h *helpPane) marked(sc *scene) (keymap.Action, bool) {
	rows := h.rows(sc)
	if len(rows) == 0 {
		return "", false
	}
	return rows[max(0, min(h.at, len(rows)-1))], true
}

func (h *helpPane) draw(c *term.Canvas, r term.Rect, sc *scene) {
	rows := h.rows(sc)
	p := c.On(r.Rows(1), 0).Gap(1)
	p.Put(term.Title, "KEYS THAT WORK HERE").Gap(3).Put(term.Plain, "filter: ").Put(term.Typed, string(h.filter)+"_")
	at := max(0, min(h.at, len(rows)-1))
	if len(rows) > 0 {
		p.Right(term.Faint, fmt.Sprintf("%d of %d", at+1, len(rows)))
	}
	if len(rows) > 0 && r.H > 6 {
		foot := r.Last(3)
		foot.Rows(1)
		c.Paragraph(term.NewRect(foot.X+1, foot.Y, foot.W-2, foot.H), term.Strong, term.Wrap(rows[at].Help(), r.W-2, c.ASCII))
	}
	top := max(0, min(at-r.H/2, len(rows)-r.H))
	for i, end := top, min(len(rows), top+r.H); i < end; i++ {
		line := r.Rows(1)
		p := c.On(line, 0)
		p.Mark(i == at)
		p.Cell(term.KeyCap, 16, h.keys(rows[i], sc)).PutCut(term.Plain, rows[i].Help())
		if i == at {
			c.Restyle(line, term.Marked)
		}
	}
}

func (h *helpPane) move(a keymap.Action, r term.Rect, sc *scene) {
	n := len(h.rows(sc))
	h.at = within(h.at+a.Stride(max(1, r.H-1), n), n)
}

// key takes what is typed as a filter.
func (h *helpPane) key(k tea.Key, _ *scene) (tea.Cmd, bool) {
	switch {
	case k.Type == tea.KeyBackspace && len(h.filter) > 0:
		h.filter = h.filter[:len(h.filter)-1]
	case (k.Type == tea.KeyRunes || k.Type == tea.KeySpace) && !k.Alt && len(h.filter) < 20:
		h.filter = append(h.filter, k.Runes...)
	default:
		return nil, false
	}
	h.at = 0
	return nil, true
}
