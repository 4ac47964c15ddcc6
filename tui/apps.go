package tui

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/tui/keymap"
	"github.com/patchcord/patchcord/tui/messages"
	"github.com/patchcord/patchcord/tui/term"
)

// Apps is what the screen needs of the AppWebsocket sessions.
type Apps interface {
	// Watch gives the newest views whenever there are newer ones, until ctx is done.
	Watch(context.Context) <-chan []appws.SessionView
	// Send and Reveal never wait for a network, see appws.Sessions.
	Send(id int, text []byte) error
	Reveal(id int, n uint64) (appws.Entry, error)
	// Retry lets a session that is not connected try at once; Forget removes one.
	Retry(id int) error
	Forget(id int) error

	// Those that follow may take their time. Save writes a session's record to a file of its own
	// and says where; Saved are the names of such files, the newest first; Load shows one of them,
	// or any file, as a session without a connection and gives its id.
	Save(id int, reveal bool) (path string, err error)
	Saved() ([]string, error)
	Load(name string) (id int, err error)
	// Replay sends on the session to what was sent in the record of another, with the same
	// pauses, until ctx ends, and tells how many messages that were.
	Replay(ctx context.Context, to, from int) (sent int, err error)
}

// appsMsg brings the newest views. The others bring the end of what takes its time: of a Save,
// Saved, Load and Replay.
type (
	appsMsg     struct{ views []appws.SessionView }
	recordedMsg struct {
		path string
		err  error
	}
	recordsMsg struct {
		names []string
		err   error
	}
	loadedMsg struct {
		id  int
		err error
	}
	replayedMsg struct {
		sent int
		err  error
	}
)

const (
	// maxSent is how many messages of the composer are remembered.
	maxSent = 50
	// maxWritten bounds the letters of a message in the composer: one more than can be sent, so
	// that a longer one is refused and not cut.
	maxWritten = appws.MaxMessage + 1
)

// appsPane lists the AppWebsocket sessions and what the marked one says.
type appsPane struct {
	// typed is the line that is open, nil for none, kind what it is for.
	typed *term.Input
	kind  appsInput
	// session is the id of the marked one, 0 for the first.
	session int
	// at is the number of the marked entry, 0 to follow the newest; unfolded is that of the first open
	// entry of the handshake, 0 for none.
	at, unfolded uint64
	filter       string
	// log is the record as it is listed.
	log appsLog
	// full gives the whole body to the marked message; line is the first of it in sight, followed
	// tells that the newest message was followed before.
	full, followed bool
	line           int
	// unlocked allows to send and to see secrets, bare shows them; revealed is the marked entry
	// then.
	unlocked, bare bool
	revealed       appws.Entry
	// sent are the messages of the composer, records the names of saved records, the newest
	// last; recalled is how far back one went in either.
	sent, records []string
	recalled      int
	// replaying stops the replay that is going on, nil for none.
	replaying func()
}

// appsInput is what a line of the pane is for.
type appsInput uint8

const (
	filterInput appsInput = iota
	composeInput
	loadInput
	replayInput
)

func (a *appsPane) context() keymap.Context {
	if a.typed != nil {
		return keymap.Field
	}
	return keymap.Apps
}

func (a *appsPane) input() *term.Input { return a.typed }

func (a *appsPane) key(k tea.Key, _ *scene) bool { return a.typed != nil && a.typed.Edit(k) }

// open opens a line with a text in it.
func (a *appsPane) open(kind appsInput, text string) {
	most := maxLine
	switch kind {
	case composeInput:
		most = maxWritten
	case replayInput:
		most = maxTyped
	}
	in := term.NewInput(most, text)
	a.typed, a.kind = &in, kind
}

// current is the marked session.
func (a *appsPane) current(sc *scene) (appws.SessionView, bool) {
	for _, s := range sc.apps {
		if s.ID == a.session {
			return s, true
		}
	}
	if len(sc.apps) == 0 {
		return appws.SessionView{}, false
	}
	return sc.apps[0], true
}

// asked is the filter in force: the text of the open field, else what was accepted.
func (a *appsPane) asked() string {
	if a.typed != nil && a.kind == filterInput {
		return a.typed.String()
	}
	return a.filter
}

// place is the row of the marked entry, -1 without rows. If the entry is not shown any more it is
// the row after it.
func (a *appsPane) place(rows []appsRow) int {
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
func (a *appsPane) marked(sc *scene) (appsRow, bool) {
	s, _ := a.current(sc)
	rows := a.rows(s)
	i := a.place(rows)
	switch {
	case i < 0:
		return nil, false
	case a.bare && !rows[i].isFold() && a.revealed.N == rows[i].first().N:
		return appsRow{a.revealed}, true
	}
	return rows[i], true
}

// move goes through the messages, through the lines of one that fills the body, or through the
// messages sent before while one is written.
func (a *appsPane) move(to keymap.Action, r term.Rect, sc *scene) {
	if a.typed != nil {
		a.recall(to, sc)
		return
	}
	s, _ := a.current(sc)
	rows := a.rows(s)
	page, end := max(1, r.H/2), len(rows)
	if a.full {
		page, end = max(1, r.H-4), messages.MaxLines
	}
	by := stride(to, page, end)
	if a.full {
		row, ok := a.marked(sc)
		if !ok { // what it showed is gone
			a.shut()
			return
		}
		a.line = max(0, min(len(row.lines(r.W-2, sc.ascii))-1, a.line+by))
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

// reveal fetches the secrets of the marked entry where they are to be seen.
func (m *model) reveal() {
	a := m.view.apps
	if !m.view.panes.has(a) || !a.bare {
		a.revealed = appws.Entry{}
		return
	}
	row, ok := a.marked(&m.scene)
	if !ok || row.isFold() || row.first().N == a.revealed.N {
		return
	}
	s, _ := a.current(&m.scene)
	a.revealed, _ = m.apps.Reveal(s.ID, row.first().N) // one that is forgotten is shown as it was
}
