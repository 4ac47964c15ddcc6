package apps

import (
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/appws/record"
	"github.com/patchcord/patchcord/appws/sessions"
	"github.com/patchcord/patchcord/tui/keymap"
	"github.com/patchcord/patchcord/tui/messages"
	"github.com/patchcord/patchcord/tui/term"
)

const (
	// maxSent is how many messages of the composer are remembered.
	maxSent = 50
	// maxWritten bounds the letters of a message in the composer: one more than can be sent, so
	// that a longer one is refused and not cut.
	maxWritten = appws.MaxMessage + 1
)

// Pane lists the AppWebsocket sessions and what the selected one says.
type Pane struct {
	// Phrases are what the person saved by name.
	Phrases Phrases
	// typed is the line that is open, nil for none, kind what it is for.
	typed *term.Input
	kind  lineKind
	// session is the id of the selected one, 0 for the first; name is its name, by which it is found again when a
	// changed configuration opened it again.
	session int
	name    string
	// place is where one looks in its record, places where one looked in those of others.
	place
	places map[int]place
	filter string
	// all is the record of all sessions, before the one that was selected before them.
	all    merged
	before int
	// log is the record as it is listed, read the message that is laid out.
	log  listed
	read laidOut
	// full gives the whole body to the selected message; line is the first of it in sight, followed
	// tells that the newest message was followed before; sought is what was looked for in it.
	full, followed bool
	line           int
	sought         string
	// unlocked allows to send and to see secrets, bare shows them; revealed is the selected entry
	// then.
	unlocked, bare bool
	revealed       record.Entry
	// sent are the messages of the composer, records the names of saved records, the newest
	// last; recalled is how far back one went in either.
	sent, records []string
	recalled      int
	// report fills the body, nil for none; reportLine is the first of it in sight.
	report     *report
	reportLine int
	// sealed and examined are what the line for cryptography and that for a password are about.
	sealed   sealed
	examined examined
	// macros are those of the message that is written, count counts them; offered is what the Tab key
	// may complete.
	macros  macros
	count   int
	offered []string
	// drafts are messages that were not sent, by the names of their sessions; edited is the name of the one
	// whose message was last given to another program.
	drafts map[string]string
	edited string
	// replaying stops the replay that is going on, nil for none.
	replaying func()
}

// Shown is what the pane is given to show.
type Shown struct {
	Sessions []sessions.View
	Now      time.Time
	ASCII    bool
	// Key is the key of an action as it stands on the keyboard, empty for none.
	Key func(keymap.Action) string
	// Call is the call that a message of a session is about; nil where no session belongs to a PBX.
	Call func(session int, e record.Entry) (Call, bool)
}

// Call is a call that a message is about.
type Call struct {
	ID string
	// Name is what a person calls it, as in "call 1"; Made tells that the message made it.
	Name string
	Made bool
}

func (c Call) words() string {
	if c.Made {
		return "this message made: " + c.Name
	}
	return "this message is about: " + c.Name
}

// callOf is the call that a row is about.
func (a *Pane) callOf(sh Shown, s sessions.View, row logRow) (Call, bool) {
	if sh.Call == nil || row.isFold() {
		return Call{}, false
	}
	e := row.first()
	return sh.Call(a.from(s, e.N).session, e)
}

// toCall goes to the call that the selected message is about.
func (a *Pane) toCall(s sessions.View, sh Shown, _ Work) Effect {
	row, ok := a.marked(sh)
	if !ok {
		return said("there is no message")
	}
	call, ok := a.callOf(sh, s, row)
	if !ok {
		return said("this message is about no call that is up")
	}
	return Effect{Call: call.ID}
}

// since is how long ago t was.
func (sh Shown) since(t time.Time) time.Duration {
	if t.IsZero() {
		return 0
	}
	return max(0, sh.Now.Sub(t))
}

// maxFilter bounds filters and names in letters.
const maxFilter = 1000

// lineKind is what a line of the pane is for.
type lineKind uint8

const (
	filterInput lineKind = iota
	composeInput
	loadInput
	replayInput
	findInput
	cryptInput
	doctorInput
	sessionInput
)

// Input is the line that is open, nil for none.
func (a *Pane) Input() *term.Input { return a.typed }

// Key takes a key that writes, and reports whether it was one.
func (a *Pane) Key(k tea.Key, sh Shown) bool {
	if a.typed == nil || !a.typed.Edit(k) {
		return false
	}
	a.recalled, a.offered = 0, nil
	switch a.kind {
	case findInput:
		a.find(a.line)
	case sessionInput:
		a.markFound(sh, 0)
	}
	return true
}

// open opens a line with a text in it.
func (a *Pane) open(kind lineKind, text string) {
	most := maxFilter
	if kind == composeInput {
		most = maxWritten
	}
	in := term.NewInput(most, text)
	a.typed, a.kind = &in, kind
}

// current is the selected session.
func (a *Pane) current(sh Shown) (sessions.View, bool) {
	if a.session == allID && len(sh.Sessions) > 1 {
		return a.all.view(sh.Sessions), true
	}
	for _, s := range sh.Sessions {
		if s.ID == a.session {
			a.name = s.Name
			return s, true
		}
	}
	for _, s := range sh.Sessions {
		if a.session > 0 && s.Name == a.name {
			a.reopened(s)
			return s, true
		}
	}
	if len(sh.Sessions) == 0 {
		return sessions.View{}, false
	}
	return sh.Sessions[0], true
}

// choose selects a session that is looked at already.
func (a *Pane) choose(s sessions.View) { a.session, a.name = s.ID, s.Name }

// reopened goes on in the session that took the place of the selected one. Its record starts over; a message
// that is being written stays open.
func (a *Pane) reopened(s sessions.View) {
	a.choose(s)
	a.place, a.full, a.followed = place{}, false, false
	if a.typed != nil && a.kind == findInput {
		a.typed = nil
	}
}

// asked is the filter in force: the text of the open field, else what was accepted. Names that it is saved
// by or has in it are replaced.
func (a *Pane) asked() string {
	text := a.filter
	if a.typed != nil && a.kind == filterInput {
		text = a.typed.String()
	}
	_, text = nameOf(text)
	if strings.Contains(text, "@") {
		text, _ = a.expanded(text)
	}
	return text
}

// markedRow is the row of the selected entry, -1 without rows. If the entry is not shown it is the row
// after it.
func (a *Pane) markedRow(rows []logRow) int {
	if a.at == 0 {
		return len(rows) - 1
	}
	for i, row := range rows {
		if row.last().N >= a.at {
			return i
		}
	}
	return len(rows) - 1
}

// marked is the selected row, its secrets in it if they are to be seen.
func (a *Pane) marked(sh Shown) (logRow, bool) {
	s, _ := a.current(sh)
	rows := a.rows(s)
	i := a.markedRow(rows)
	switch {
	case i < 0:
		return nil, false
	case a.bare && !rows[i].isFold() && a.revealed.N == rows[i].first().N:
		return logRow{a.revealed}, true
	}
	return rows[i], true
}

// Move goes through the messages, through the lines of one that fills the body, or through the
// messages sent before while one is written.
func (a *Pane) Move(to keymap.Action, r term.Rect, sh Shown) {
	if a.typed != nil {
		a.recall(to, sh)
		return
	}
	s, _ := a.current(sh)
	rows := a.rows(s)
	if a.report != nil {
		lines := a.broken(r.W-2, sh.ASCII)
		a.reportLine = max(0, min(len(lines)-1, a.reportLine+to.Stride(max(1, r.H-4), messages.MaxLines)))
		return
	}
	if a.full {
		a.scroll(to.Stride(max(1, r.H-4), messages.MaxLines), r, sh)
		return
	}
	if len(rows) == 0 {
		return
	}
	by := to.Stride(max(1, r.H/2), messages.MaxLines)
	i := a.markedRow(rows) + by
	if i >= len(rows)-1 && a.held != nil && !sameRecord(a.held, s.Entries) { // on to what came meanwhile
		if hasLeft(s, a.at) {
			by-- // the row after it is the first that is left
		}
		a.hold(s)
		rows = a.rows(s)
		i = a.markedRow(rows) + by
	}
	if i >= len(rows)-1 {
		a.follow()
		return
	}
	a.stay(s, rows[max(0, i)].first().N)
}

// scroll moves in the message that fills the body.
func (a *Pane) scroll(by int, r term.Rect, sh Shown) {
	row, ok := a.marked(sh)
	if !ok { // what it showed is gone
		a.shut()
		return
	}
	a.line = max(0, min(len(a.lines(row, r.W-2, sh.ASCII))-1, a.line+by))
}

// mark goes to another session, 0 for the first one: to where one was in it, else to its newest message.
func (a *Pane) mark(session int) {
	a.shut()
	if a.places == nil {
		a.places = map[int]place{}
	}
	a.places[a.session] = a.place
	a.session, a.name, a.place = session, "", a.places[session] // it may not be listed yet
	a.revealed, a.report = record.Entry{}, nil
}

// shut closes the message that fills the body, and follows again if that was so before.
func (a *Pane) shut() {
	if a.followed {
		a.follow()
	}
	a.full, a.line, a.followed = false, 0, false
}

// Close closes the line, the message that fills the body, or the filter; a pane that is left is
// locked.
func (a *Pane) Close() bool {
	switch {
	case a.typed != nil:
		a.putAway()
	case a.report != nil:
		a.report = nil
	case a.full:
		a.shut()
	case a.filter != "":
		a.filter = ""
	default:
		a.Leave()
		return false
	}
	return true
}

// putAway closes the line; a message in it is kept.
func (a *Pane) putAway() {
	if a.typed != nil && a.kind == composeInput {
		a.keepDraft(a.name, a.typed.String())
	}
	a.typed = nil
}

// Leave locks the pane.
func (a *Pane) Leave() {
	a.putAway()
	a.report = nil
	a.shut()
	a.lock()
}

// lock also stops a replay: nothing is sent by a pane that is locked.
func (a *Pane) lock() {
	a.unlocked, a.bare, a.sealed, a.report = false, false, sealed{}, nil
	if a.replaying != nil {
		a.replaying()
	}
}
