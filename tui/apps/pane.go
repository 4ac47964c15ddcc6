package apps

import (
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

// Pane lists the AppWebsocket sessions and what the marked one says.
type Pane struct {
	// typed is the line that is open, nil for none, kind what it is for.
	typed *term.Input
	kind  lineKind
	// session is the id of the marked one, 0 for the first.
	session int
	// at is the number of the marked entry, 0 to follow the newest; unfolded is that of the first open
	// entry of the handshake, 0 for none.
	at, unfolded uint64
	filter       string
	// log is the record as it is listed.
	log listed
	// full gives the whole body to the marked message; line is the first of it in sight, followed
	// tells that the newest message was followed before.
	full, followed bool
	line           int
	// unlocked allows to send and to see secrets, bare shows them; revealed is the marked entry
	// then.
	unlocked, bare bool
	revealed       record.Entry
	// sent are the messages of the composer, records the names of saved records, the newest
	// last; recalled is how far back one went in either.
	sent, records []string
	recalled      int
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
)

// Input is the line that is open, nil for none.
func (a *Pane) Input() *term.Input { return a.typed }

// Key takes a key that writes, and reports whether it was one.
func (a *Pane) Key(k tea.Key) bool { return a.typed != nil && a.typed.Edit(k) }

// open opens a line with a text in it.
func (a *Pane) open(kind lineKind, text string) {
	most := maxFilter
	switch kind {
	case composeInput:
		most = maxWritten
	case replayInput:
		most = maxFilter
	}
	in := term.NewInput(most, text)
	a.typed, a.kind = &in, kind
}

// current is the marked session.
func (a *Pane) current(sh Shown) (sessions.View, bool) {
	for _, s := range sh.Sessions {
		if s.ID == a.session {
			return s, true
		}
	}
	if len(sh.Sessions) == 0 {
		return sessions.View{}, false
	}
	return sh.Sessions[0], true
}

// asked is the filter in force: the text of the open field, else what was accepted.
func (a *Pane) asked() string {
	if a.typed != nil && a.kind == filterInput {
		return a.typed.String()
	}
	return a.filter
}

// place is the row of the marked entry, -1 without rows. If the entry is not shown any more it is
// the row after it.
func (a *Pane) place(rows []logRow) int {
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

// marked is the marked row, its secrets in it if they are to be seen.
func (a *Pane) marked(sh Shown) (logRow, bool) {
	s, _ := a.current(sh)
	rows := a.rows(s)
	i := a.place(rows)
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
	page, end := max(1, r.H/2), len(rows)
	if a.full {
		page, end = max(1, r.H-4), messages.MaxLines
	}
	by := to.Stride(page, end)
	if a.full {
		row, ok := a.marked(sh)
		if !ok { // what it showed is gone
			a.shut()
			return
		}
		a.line = max(0, min(len(row.lines(r.W-2, sh.ASCII))-1, a.line+by))
		return
	}
	if len(rows) == 0 {
		return
	}
	i := max(0, a.place(rows)+by)
	a.at = 0
	if i < len(rows)-1 {
		a.at = rows[i].first().N
	}
}

// mark goes to the newest message of a session, 0 for the first one.
func (a *Pane) mark(session int) {
	a.session = session
	a.shut()
	a.at, a.unfolded, a.revealed = 0, 0, record.Entry{}
}

// shut closes the message that fills the body, and follows again if that was so before.
func (a *Pane) shut() {
	if a.followed {
		a.at = 0
	}
	a.full, a.line, a.followed = false, 0, false
}

// Close closes the line, the message that fills the body, or the filter; a pane that is left is
// locked.
func (a *Pane) Close() bool {
	switch {
	case a.typed != nil:
		a.typed = nil
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

// Leave locks the pane.
func (a *Pane) Leave() {
	a.typed = nil
	a.shut()
	a.lock()
}

// lock also stops a replay: nothing is sent by a pane that is locked.
func (a *Pane) lock() {
	a.unlocked, a.bare = false, false
	if a.replaying != nil {
		a.replaying()
	}
}
