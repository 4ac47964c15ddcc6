package tui

import (
	"context"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/tui/keymap"
	"github.com/patchcord/patchcord/tui/term"
)

// Apps is what the screen needs of the AppWebsocket sessions.
type Apps interface {
	// Watch gives the newest views whenever there are newer ones, until ctx is done.
	Watch(context.Context) <-chan []appws.SessionView
	// Send and Reveal never wait for a network, see appws.Sessions.
	Send(id int, text []byte) error
	Reveal(id int, n uint64) (appws.Entry, error)
	// Retry has one that is not connected try at once; Forget drops one that never will be.
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
	open bool
	// session is the id of the marked one, 0 for the first.
	session int
	// at is the number of the marked entry, 0 to follow the newest; unfolded that of the first
	// one of the handshake that is open, 0 for none.
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
func (a *appsPane) asked(v *view) string {
	if v.field != nil && v.field.kind == appsFilterField {
		return string(v.field.text)
	}
	return a.filter
}

// place is where the marked entry stands among the rows, -1 where there are none. One that is
// not shown any more gives way to the one after it.
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
func (a *appsPane) marked(sc *scene, v *view) (appsRow, bool) {
	s, _ := a.current(sc)
	rows := a.rows(s, v)
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
func (a *appsPane) move(to keymap.Action, r term.Rect, sc *scene, v *view) {
	if v.field != nil {
		a.recall(to, v.field, sc)
		return
	}
	s, _ := a.current(sc)
	rows := a.rows(s, v)
	page, end := max(1, r.H/2), len(rows)
	if a.full {
		page, end = max(1, r.H-4), maxLines
	}
	step := map[keymap.Action]int{
		keymap.MoveUp: -1, keymap.MoveDown: 1, keymap.MovePageUp: -page, keymap.MovePageDown: page,
		keymap.MoveFirst: -end, keymap.MoveLast: end,
	}[to]
	if a.full {
		row, ok := a.marked(sc, v)
		if !ok { // what it showed is gone
			a.shut()
			return
		}
		a.line = max(0, min(len(row.lines(r.W-2, v.ascii))-1, a.line+step))
		return
	}
	if len(rows) == 0 {
		return
	}
	i := max(0, a.place(rows)+step)
	a.at = 0
	if i < len(rows)-1 {
		a.at = rows[i].first().N
	}
}

// reveal fetches the secrets of the marked entry where they are to be seen.
func (m *model) reveal() {
	a := &m.view.apps
	if !a.open || !a.bare {
		a.revealed = appws.Entry{}
		return
	}
	row, ok := a.marked(&m.scene, &m.view)
	if !ok || row.isFold() || row.first().N == a.revealed.N {
		return
	}
	s, _ := a.current(&m.scene)
	a.revealed, _ = m.apps.Reveal(s.ID, row.first().N) // one that is forgotten is shown as it was
}
