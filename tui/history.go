package tui

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/patchcord/patchcord/history"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/term"
)

// History is the record of calls that outlives the program. None of it waits for a disk.
type History interface {
	// Watch gives the newest view of each link whenever there is one; the channel is closed at the end.
	// Nobody changes what it gave.
	Watch(context.Context) <-chan map[phone.LinkID]history.View
	// See says that a person has looked at what was missed until then.
	See(time.Time)
	// Annotate keeps the note of a call of a link, an empty one takes it away.
	Annotate(link phone.LinkID, call history.Record)
	// Clear forgets all calls that are over.
	Clear()
}

// pastMsg is news of the record of calls.
type pastMsg struct{ views map[phone.LinkID]history.View }

// pastRows are the rows of the history. They are worked out when somebody looks, and kept
// while nothing that stands in them is different: there may be ten thousand.
type pastRows struct {
	rows    []listRow
	edition int
	// accounts is how many names the directory had.
	accounts int
	minute   time.Time
}

func historyRows(sc *scene) []listRow {
	now := pastRows{edition: sc.pastEdition(), accounts: len(sc.directory.Entries), minute: sc.now.Truncate(time.Minute)}
	if m := &sc.pastRows; m.rows == nil || m.edition != now.edition || m.accounts != now.accounts || !m.minute.Equal(now.minute) {
		for _, b := range sc.boards() {
			there := sc.on(b.Link.ID)
			now.rows = slices.Grow(now.rows, len(there.past.calls))
			for i := range there.past.calls {
				now.rows = append(now.rows, historyRow(there, &there.past.calls[i]))
			}
		}
		if sc.several() {
			slices.SortStableFunc(now.rows, func(a, b listRow) int { return b.began.Compare(a.began) })
		}
		*m = now
	}
	return sc.pastRows.rows
}

// recordedSign stands behind the direction of a call of which there is a recording.
const recordedSign = " rec"

func historyRow(sc *scene, call *history.Record) listRow {
	c := *call
	row := listRow{
		id: c.ID, link: sc.Link.ID, system: sc.systemName(), began: c.Began, style: term.Plain, sign: "> out", at: when(c.Began, sc.now),
		name: sc.full(other(c)), number: c.Number, end: pastWords(c), note: soundWords(c),
		call: call, remark: c.Note,
	}
	switch {
	case c.Missed():
		row.sign, row.style = "! missed", term.Warn
		row.end = strings.TrimPrefix(strings.TrimPrefix(row.end, "missed"), ", ")
	case c.Incoming:
		row.sign = "< in"
	}
	if row.id == "" {
		row.id = c.Began.String() + c.Number
	}
	row.id = row.system + row.id
	switch {
	case c.File != "":
		row.plays = phone.Play{File: c.File}
	case c.Recording != "":
		row.plays = phone.Play{Of: pbxws.SoundOfCall, ID: c.Recording, Link: sc.Link.ID}
	}
	if row.plays != (phone.Play{}) {
		row.sign += recordedSign
	}
	return row
}

// look says that the person sees what was missed now.
func (m *model) look() {
	sc := &m.scene
	sc.seen = sc.now
	for _, b := range sc.boards() {
		sc.pastOf(b.Link.ID).seenThere = b.PBX.Missed
	}
	if m.history != nil && !sc.away.watches() {
		m.history.See(sc.now)
	}
}

// recall takes the record of calls in.
func (m *model) recall(views map[phone.LinkID]history.View) {
	for id, v := range views {
		past := m.scene.pastOf(id)
		before := past.kept.Trouble
		past.keep(v)
		if v.Trouble != "" && v.Trouble != before {
			m.say(phone.GradeWarn, "the call history cannot be saved: "+v.Trouble)
		}
	}
}

// forget asks whether the record of calls is to be forgotten.
func (m *model) forget(string) string {
	if m.history == nil || m.scene.keptCalls() == 0 {
		return "no calls are kept on this computer"
	}
	if m.scene.away.watches() {
		return watchesOnly
	}
	in := term.NewInput(maxTyped, "")
	m.open(historyList).forget = &in
	return ""
}

// yes is what has to be typed.
const yes = "yes"

// forgetPreview is what Enter does to the record.
func (sc *scene) forgetPreview(typed string) string {
	calls := term.Count(sc.keptCalls(), "call")
	if typed == yes {
		return "Enter: deletes the " + calls + " kept on this computer; the PBX keeps its own record"
	}
	return "Enter: keeps them. Type " + yes + " to delete the " + calls + " kept on this computer"
}

// forgotten carries out what was answered.
func (m *model) forgotten(typed string) {
	if typed != yes {
		m.say(phone.GradeInfo, "nothing was deleted")
		return
	}
	m.history.Clear()
	m.say(phone.GradeDone, "the call history on this computer is deleted; the PBX keeps its own record")
}
