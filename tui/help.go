package tui

import (
	"fmt"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/tui/keymap"
)

// helpPane lists the keys that work here and runs the one that Enter is pressed on.
type helpPane struct {
	open   bool
	filter []rune
	at     int
}

// rows are the actions to show: those of the situation beneath, filtered.
func (h *helpPane) rows(sc *scene, v *view) []keymap.Action {
	wanted := strings.ToLower(string(h.filter))
	var rows []keymap.Action
	for _, a := range sc.keys.Actions(v.beneath(sc)) {
		line := strings.ToLower(h.keys(a, sc, v) + " " + a.Hint() + " " + a.Help())
		if strings.Contains(line, wanted) {
			rows = append(rows, a)
		}
	}
	return rows
}

// beneath is the situation without the list of keys.
func (v *view) beneath(sc *scene) keymap.Context {
	under := *v
	under.help.open = false
	return under.context(sc, true)
}

func (h *helpPane) keys(a keymap.Action, sc *scene, v *view) string {
	if a == keymap.DialDigit {
		return "0-9 * # +"
	}
	var names []string
	for _, k := range sc.keys.Keys(v.beneath(sc), a) {
		names = append(names, keyName(k))
	}
	return strings.Join(names, ", ")
}

// marked is the action under the cursor.
func (h *helpPane) marked(sc *scene, v *view) (keymap.Action, bool) {
	rows := h.rows(sc, v)
	if len(rows) == 0 {
		return "", false
	}
	return rows[max(0, min(h.at, len(rows)-1))], true
}

func (h *helpPane) draw(c *canvas, r rect, sc *scene, v *view) {
	rows := h.rows(sc, v)
	p := c.on(r.rows(1), 0).gap(1)
	p.put(title, "KEYS THAT WORK HERE").gap(3).put(plain, "filter: ").put(typed, string(h.filter)+"_")
	at := max(0, min(h.at, len(rows)-1))
	if len(rows) > 0 {
		p.right(faint, fmt.Sprintf("%d of %d", at+1, len(rows)))
	}
	if len(rows) > 0 && r.h > 6 {
		foot := r.last(3)
		for i, line := range wrap(rows[at].Help(), r.w-2, c.ascii) {
			c.on(foot, i+1).gap(1).put(strong, line)
		}
	}
	top := max(0, min(at-r.h/2, len(rows)-r.h))
	for i, end := top, min(len(rows), top+r.h); i < end; i++ {
		line := r.rows(1)
		p := c.on(line, 0)
		if i == at {
			p.put(marked, ">")
		} else {
			p.gap(1)
		}
		p.cell(keyCap, 16, h.keys(rows[i], sc, v)).put(plain, rows[i].Help())
		if i == at {
			c.restyle(line, marked)
		}
	}
}

func (h *helpPane) move(a keymap.Action, r rect, sc *scene, v *view) {
	n := len(h.rows(sc, v))
	page := max(1, r.h-1)
	h.at = max(0, min(n-1, h.at+map[keymap.Action]int{
		keymap.MoveUp: -1, keymap.MoveDown: 1, keymap.MovePageUp: -page, keymap.MovePageDown: page,
		keymap.MoveFirst: -n, keymap.MoveLast: n,
	}[a]))
}

// edit takes what is typed as a filter.
func (h *helpPane) edit(k tea.Key) bool {
	switch {
	case k.Type == tea.KeyBackspace && len(h.filter) > 0:
		h.filter = h.filter[:len(h.filter)-1]
	case (k.Type == tea.KeyRunes || k.Type == tea.KeySpace) && !k.Alt && len(h.filter) < 20:
		h.filter = append(h.filter, k.Runes...)
	default:
		return false
	}
	h.at = 0
	return true
}
