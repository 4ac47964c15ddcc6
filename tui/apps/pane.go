package apps

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/tui/keymap"
	"github.com/patchcord/patchcord/tui/messages"
	"github.com/patchcord/patchcord/tui/term"
)

const (
	// MaxSent is how many messages of the composer are remembered.
	MaxSent = 50
	// maxWritten bounds the letters of a message in the composer: one more than can be sent, so
	// that a longer one is refused and not cut.
	maxWritten = appws.MaxMessage + 1
)

// Pane lists the AppWebsocket sessions and what the marked one says.
type Pane struct {
	// Typed is the line that is open, nil for none, kind what it is for.
	Typed *term.Input
	Kind  Input
	// Session is the id of the marked one, 0 for the first.
	Session int
	// At is the number of the marked entry, 0 to follow the newest; Unfolded is that of the first open
	// entry of the handshake, 0 for none.
	At, Unfolded uint64
	Filter       string
	// log is the record as it is listed.
	log Log
	// Full gives the whole body to the marked message; line is the first of it in sight, followed
	// tells that the newest message was followed before.
	Full, Followed bool
	Line           int
	// Unlocked allows to send and to see secrets, bare shows them; revealed is the marked entry
	// then.
	Unlocked, Bare bool
	Revealed       appws.Entry
	// Sent are the messages of the composer, records the names of saved records, the newest
	// last; recalled is how far back one went in either.
	Sent, Records []string
	Recalled      int
	// Replaying stops the replay that is going on, nil for none.
	Replaying func()
}

// Shown is what the pane is given to show.
type Shown struct {
	Sessions []appws.SessionView
	Now      time.Time
	ASCII    bool
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

// Input is what a line of the pane is for.
type Input uint8

const (
	FilterInput Input = iota
	ComposeInput
	LoadInput
	ReplayInput
)

// Input is the line that is open, nil for none.
func (a *Pane) Input() *term.Input { return a.Typed }

// Key takes a key that writes, and reports whether it was one.
func (a *Pane) Key(k tea.Key) bool { return a.Typed != nil && a.Typed.Edit(k) }

// Open opens a line with a text in it.
func (a *Pane) Open(kind Input, text string) {
	most := maxFilter
	switch kind {
	case ComposeInput:
		most = maxWritten
	case ReplayInput:
		most = maxFilter
	}
	in := term.NewInput(most, text)
	a.Typed, a.Kind = &in, kind
}

// Current is the marked session.
func (a *Pane) Current(sh Shown) (appws.SessionView, bool) {
	for _, s := range sh.Sessions {
		if s.ID == a.Session {
			return s, true
		}
	}
	if len(sh.Sessions) == 0 {
		return appws.SessionView{}, false
	}
	return sh.Sessions[0], true
}

// Asked is the filter in force: the text of the open field, else what was accepted.
func (a *Pane) Asked() string {
	if a.Typed != nil && a.Kind == FilterInput {
		return a.Typed.String()
	}
	return a.Filter
}

// Place is the row of the marked entry, -1 without rows. If the entry is not shown any more it is
// the row after it.
func (a *Pane) Place(rows []Row) int {
	if a.At == 0 {
		return len(rows) - 1
	}
	for i, row := range rows {
		if row.last().N >= a.At {
			return i
		}
	}
	return len(rows) - 1
}

// Marked is the marked row, its secrets in it if they are to be seen.
func (a *Pane) Marked(sh Shown) (Row, bool) {
	s, _ := a.Current(sh)
	rows := a.Rows(s)
	i := a.Place(rows)
	switch {
	case i < 0:
		return nil, false
	case a.Bare && !rows[i].IsFold() && a.Revealed.N == rows[i].First().N:
		return Row{a.Revealed}, true
	}
	return rows[i], true
}

// Move goes through the messages, through the lines of one that fills the body, or through the
// messages sent before while one is written.
func (a *Pane) Move(to keymap.Action, r term.Rect, sh Shown) {
	if a.Typed != nil {
		a.recall(to, sh)
		return
	}
	s, _ := a.Current(sh)
	rows := a.Rows(s)
	page, end := max(1, r.H/2), len(rows)
	if a.Full {
		page, end = max(1, r.H-4), messages.MaxLines
	}
	by := to.Stride(page, end)
	if a.Full {
		row, ok := a.Marked(sh)
		if !ok { // what it showed is gone
			a.Shut()
			return
		}
		a.Line = max(0, min(len(row.lines(r.W-2, sh.ASCII))-1, a.Line+by))
		return
	}
	if len(rows) == 0 {
		return
	}
	i := max(0, a.Place(rows)+by)
	a.At = 0
	if i < len(rows)-1 {
		a.At = rows[i].First().N
	}
}

// Mark goes to the newest message of a session, 0 for the first one.
func (a *Pane) Mark(session int) {
	a.Session = session
	a.Shut()
	a.At, a.Unfolded, a.Revealed = 0, 0, appws.Entry{}
}

// Shut closes the message that fills the body, and follows again if that was so before.
func (a *Pane) Shut() {
	if a.Followed {
		a.At = 0
	}
	a.Full, a.Line, a.Followed = false, 0, false
}

// Close closes the line, the message that fills the body, or the filter; a pane that is left is
// locked.
func (a *Pane) Close() bool {
	switch {
	case a.Typed != nil:
		a.Typed = nil
	case a.Full:
		a.Shut()
	case a.Filter != "":
		a.Filter = ""
	default:
		a.Leave()
		return false
	}
	return true
}

// Leave locks the pane.
func (a *Pane) Leave() {
	a.Typed = nil
	a.Shut()
	a.Lock()
}

// Lock also stops a replay: nothing is sent by a pane that is locked.
func (a *Pane) Lock() {
	a.Unlocked, a.Bare = false, false
	if a.Replaying != nil {
		a.Replaying()
	}
}
