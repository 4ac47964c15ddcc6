package tui

import (
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/history"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/keymap"
	"github.com/patchcord/patchcord/tui/term"
)

// notePane is the line in which a person writes down something about a call, during it or after.
type notePane struct {
	typed term.Input
	link  phone.LinkID
	// call is the call as far as it is known; its Note is the one so far.
	call history.Record
}

// usualNote is how many columns a note is typed in where there is room.
const usualNote = 60

// noteActions are what keys do with notes.
func noteActions() []action {
	return []action{{
		id: keymap.CallNote, order: true, hints: ranks{keymap.Talking: 165, keymap.Idle: 105, keymap.Playback: 55}, after: "[WORDS]",
		do: (*model).openNote,
		with: answering(func(m *model, words string) string {
			link, call, why := m.noteTarget()
			if why != "" {
				return why
			}
			return m.annotate(link, call, words)
		}),
		applies: func(v *view, sc *scene) bool {
			l, list := find[*listPane](v.panes)
			meant, up := sc.meant()
			return list && l.kind == historyList || up && meant.Place == phone.Here
		},
	}}
}

// openNote opens the line for the call that is meant.
func (m *model) openNote(string) string {
	link, call, why := m.noteTarget()
	if why != "" {
		return why
	}
	v := &m.view
	v.closeField()
	v.panes.drop(v.trace)
	remove[*personPane](&v.panes)
	v.panes.push(&notePane{typed: term.NewInput(history.MaxNote, call.Note), link: link, call: call})
	return ""
}

// noteTarget is the call that a note would be about now, or why there is none.
func (m *model) noteTarget() (phone.LinkID, history.Record, string) {
	switch link, call, any := m.scene.callForNote(&m.view); {
	case m.history == nil:
		return "", call, "no calls are kept here, so there are no notes either"
	case !any:
		return "", call, "there is no call to write a note about"
	default:
		return link, call, ""
	}
}

// callForNote is the call that a note is about: the selected one of the history, else the one that keys act on, else the
// last one.
func (sc *scene) callForNote(v *view) (link phone.LinkID, call history.Record, any bool) {
	if row, marked := v.current(sc); marked && row.call != nil {
		return row.link, *row.call, true
	}
	if l, ok := sc.meant(); ok && l.Place == phone.Here && l.State != phone.Ended {
		return l.Link, sc.asRecord(l), true
	}
	for _, l := range slices.Backward(sc.Legs) {
		if l.Place == phone.Here && l.State == phone.Ended {
			return l.Link, sc.asRecord(l), true
		}
	}
	for _, b := range sc.boards() {
		if calls := sc.pastOf(b.Link.ID).calls; len(calls) > 0 && calls[0].Began.After(call.Began) {
			link, call, any = b.Link.ID, calls[0], true
		}
	}
	return link, call, any
}

// asRecord is what a note needs to know of a call of ours. The record itself is kept by whoever keeps the phone.
func (sc *scene) asRecord(l phone.Leg) history.Record {
	return history.Record{
		ID: string(l.ID), Incoming: l.Dir == phone.Incoming, Name: l.Peer.Name, Number: l.Peer.Number, Via: l.Via,
		Began: l.Began, Answered: l.Answered, Ended: l.Ended, Note: sc.noteOf(l),
	}
}

// noteOf is the note about a call of ours.
func (sc *scene) noteOf(l phone.Leg) string {
	past := sc.pastOf(l.Link)
	if l.State != phone.Ended {
		return past.kept.Notes[string(l.ID)]
	}
	for _, c := range past.kept.Calls {
		if c.Ended.Before(l.Began) {
			break
		}
		if c.ID == string(l.ID) {
			return c.Note
		}
	}
	return ""
}

// annotate has a note kept.
func (m *model) annotate(link phone.LinkID, call history.Record, words string) string {
	call.Note = words
	m.history.Annotate(link, call)
	said := "noted about the call with "
	if words == "" {
		said = "removed the note about the call with "
	}
	m.say(phone.GradeDone, said+m.scene.on(link).name(other(call)))
	return ""
}

func (np *notePane) context() keymap.Context { return keymap.Field }

func (np *notePane) key(k tea.Key, _ *scene) (tea.Cmd, bool) { return nil, np.typed.Edit(k) }

func (np *notePane) close() bool { return false }

func (np *notePane) move(keymap.Action, term.Rect, *scene) {}

func (np *notePane) input() *term.Input { return &np.typed }

func (np *notePane) label(*scene) string { return "note: " }

func (np *notePane) verb() string { return "keep" }

func (np *notePane) preview(sc *scene) string {
	who := cut(sc.on(np.link).name(other(np.call)), 30)
	switch {
	case np.typed.Text() != "":
		return "Enter: keeps the note with the call, " + who
	case np.call.Note != "":
		return "Enter: takes the note away from the call, " + who
	}
	return "type a line about the call, " + who
}

func (np *notePane) accept(m *model) (tea.Cmd, string) {
	words := np.typed.Text()
	m.view.panes.drop(np)
	if words == np.call.Note {
		return nil, ""
	}
	return nil, m.annotate(np.link, np.call, words)
}

func (np *notePane) draw(c *term.Canvas, r term.Rect, sc *scene) {
	if r.H <= 0 {
		return
	}
	there := sc.on(np.link)
	head := r.Rows(3)
	c.On(head, 0).Gap(1).Put(term.Title, "NOTE").Gap(2).PutCut(term.Plain, there.full(other(np.call))+", "+when(np.call.Began, sc.now))
	p := c.On(head, 1).Gap(1)
	drawInput(p, sc, np, min(usualNote, p.Room()-8))
	c.On(head, 2).Gap(1).PutCut(term.Strong, np.preview(sc))
	if r.H > 4 {
		c.Ruler(r.Rows(1))
	}
	for _, line := range earlierNotes(there, np.call) {
		if r.H <= 0 {
			return
		}
		c.On(r.Rows(1), 0).Gap(1).PutCut(term.Faint, line)
	}
}

// earlierNotes are the notes about other calls with the same number, the newest first.
func earlierNotes(sc *scene, call history.Record) []string {
	var lines []string
	for _, c := range sc.past.with(call.Number) {
		if c.Note != "" && c.ID != call.ID {
			lines = append(lines, padded(when(c.Began, sc.now), 13)+c.Note)
		}
	}
	return lines
}

// noteWords are the note about a call for its card, empty where there is none.
func noteWords(sc *scene, id pbxws.LegID, link phone.LinkID) string {
	if note := sc.pastOf(link).kept.Notes[string(id)]; note != "" {
		return "note: " + note
	}
	return ""
}
