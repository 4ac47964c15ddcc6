package tui

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/patchcord/patchcord/tui/keymap"
)

// rows reads out where the mark is in a list, in the menu of a person, and what a first key of
// two may go on with: once each, and again when it moves.
func (n *linear) rows(sc *scene, v *view) {
	what, lines := n.rowsOf(sc, v)
	if what == n.known.row {
		return
	}
	n.known.row = what
	for _, l := range lines {
		n.say(sc.now, l[0], l[1])
	}
}

// rowsOf is what is marked, for comparing, and how it is read out.
func (n *linear) rowsOf(sc *scene, v *view) (what string, lines [][2]string) {
	switch {
	case v.boxed(sc):
		var all []string
		for _, c := range v.armed.choices {
			all = append(all, c.key+" "+c.words)
		}
		return "choices " + v.armed.key, [][2]string{{"then", strings.Join(all, ", ")}}
	case v.panes.field() != nil:
		return n.known.row, nil
	}
	switch p := v.panes.body().(type) {
	case *helpPane, *tracePane:
		return n.known.row, nil
	case *devicesPane:
		return n.deviceRow(sc, p)
	case *personPane:
		rows := personRows(sc, p.who)
		at := p.place(rows)
		if at < 0 {
			return fmt.Sprint("person ", p.who, " gone"), [][2]string{{"menu", "that is no longer possible"}}
		}
		row := rows[at]
		text := row.words
		if row.refusal != "" {
			text += ", not possible: " + row.refusal
		}
		return fmt.Sprint("person ", *p), [][2]string{{"menu " + place(at, len(rows)), text}}
	case *listPane:
		return n.listRow(sc, p)
	}
	return "", nil
}

func (n *linear) listRow(sc *scene, l *listPane) (what string, lines [][2]string) {
	rows, name := l.rows(sc), strings.ToLower(lists[l.kind].title)
	if len(rows) == 0 {
		return name, [][2]string{{name, l.nothing(sc)}}
	}
	at := l.marked(rows)
	words := strings.Fields(rows[at].sign + " " + rows[at].at + " " + rows[at].name)
	text := strings.TrimLeft(strings.Join(words, " "), "<>! ") + ", " + rows[at].end
	enter := n.keyFor(sc, keymap.Global, keymap.MenuOpen) + ": " + l.verbOf(rows[at])
	return name + rows[at].id, [][2]string{{name + " " + place(at, len(rows)), text + ". " + enter}}
}

func (n *linear) deviceRow(sc *scene, d *devicesPane) (what string, lines [][2]string) {
	rows := d.rows(sc)
	at := d.marked(rows)
	row := rows[at]
	text := row.words
	for _, more := range []string{row.note, map[bool]string{true: "chosen"}[row.chosen]} {
		if more != "" {
			text += ", " + more
		}
	}
	if n.known.row == "" || !strings.HasPrefix(n.known.row, "device ") {
		lines = append(lines, [2]string{"devices", echoWords(sc)})
	}
	text += ". " + n.keyFor(sc, keymap.Devices, keymap.DeviceUse) + ": use"
	return fmt.Sprint("device ", row), append(lines, [2]string{row.part.String() + " " + place(at, len(rows)), text})
}

func place(at, of int) string { return strconv.Itoa(at+1) + " of " + strconv.Itoa(of) }
