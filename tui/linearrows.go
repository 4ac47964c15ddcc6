package tui

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/keymap"
)

// rows reads out where the cursor is in a list, in the menu of a person, and what a first key of
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

// rowsOf is what is selected, for comparing, and how it is read out.
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
	if p, ok := v.panes.body().(readAloud); ok {
		return p.markedRow(n, sc)
	}
	return "", nil
}

func (l *listPane) markedRow(n *linear, sc *scene) (what string, lines [][2]string) {
	rows, name := l.rows(sc), strings.ToLower(lists[l.kind].title)
	if len(rows) == 0 {
		return name, [][2]string{{name, l.nothing(sc)}}
	}
	at := l.marked(rows)
	if at < 0 {
		return name + " gone", [][2]string{{name, l.gone(sc)}}
	}
	sign := strings.Replace(rows[at].sign, recordedSign, " recorded", 1)
	words := strings.Fields(rows[at].system + " " + sign + " " + rows[at].at + " " + rows[at].name)
	text := strings.TrimLeft(strings.Join(words, " "), "<>! ")
	if rows[at].end != "" {
		text += ", " + rows[at].end
	}
	if rows[at].remark != "" {
		text += ", note: " + rows[at].remark
	}
	enter := n.keyFor(sc, keymap.Global, keymap.MenuOpen) + ": " + l.verbOf(rows[at])
	if rows[at].plays != (phone.Play{}) && sc.Refuses(rows[at].plays) == "" {
		enter += ", " + n.keyFor(sc, keymap.Playback, keymap.SoundPlay) + ": play"
	}
	return name + rows[at].id, [][2]string{{name + " " + place(at, len(rows)), text + ". " + enter}}
}

func (n *numberPane) readFound(to *linear, sc *scene) {
	found := sc.directory.Matches(n.roster.search(n.query()))
	to.say(sc.now, "found", fmt.Sprintf("%d of %d", len(found), len(sc.directory.Entries)))
	for _, at := range found[:min(resultLines, len(found))] {
		to.person(sc, "found", &sc.directory.Entries[at])
	}
	hits := n.roster.hits(sc, n.query())
	for _, h := range hits[:min(resultLines, len(hits))] {
		to.say(sc.now, "found", strings.ToLower(h.section)+": "+h.name+", "+h.number)
	}
}

func (d *devicesPane) markedRow(n *linear, sc *scene) (what string, lines [][2]string) {
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
