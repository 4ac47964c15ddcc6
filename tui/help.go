package tui

import (
	"fmt"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/tui/keymap"
	"github.com/patchcord/patchcord/tui/term"
)

// helpPane lists the keys that work here and runs the one that Enter is pressed on.
type helpPane struct {
	// beneath is the pane whose keys are listed.
	beneath pane
	filter  []rune
	// at is the marked action, empty until there is one.
	at keymap.Action
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
	rows := h.rows(&m.scene)
	at := h.place(rows)
	m.view.panes.drop(h)
	switch {
	case len(rows) == 0:
		return nil, ""
	case at < 0:
		return nil, h.at.Hint() + " is no longer possible here"
	}
	if why := m.tooLate(rows[at]); why != "" {
		return nil, why
	}
	return m.act(rows[at], ""), m.view.message.text
}

// place is where the marked action stands.
func (h *helpPane) place(rows []keymap.Action) int {
	return rowAt(rows, h.at, func(a keymap.Action) keymap.Action { return a })
}

func (h *helpPane) pin(sc *scene, _ time.Time) {
	if rows := h.rows(sc); h.at == "" && len(rows) > 0 {
		h.at = rows[0]
	}
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

func (h *helpPane) draw(c *term.Canvas, r term.Rect, sc *scene) {
	rows := h.rows(sc)
	p := c.On(r.Rows(1), 0).Gap(1)
	p.Put(term.Title, "KEYS THAT WORK HERE").Gap(3).Put(term.Plain, "filter: ").Put(term.Typed, string(h.filter)+"_")
	at := h.place(rows)
	if at >= 0 {
		p.Right(term.Faint, fmt.Sprintf("%d of %d", at+1, len(rows)))
	}
	if at >= 0 && r.H > 6 {
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
	if rows := h.rows(sc); len(rows) > 0 {
		h.at = rows[within(h.place(rows)+a.Stride(max(1, r.H-1), len(rows)), len(rows))]
	}
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
	h.at = ""
	return nil, true
}
