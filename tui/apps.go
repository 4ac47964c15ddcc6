package tui

import (
	"context"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/keymap"
)

// Apps is what the screen needs of the AppWebsocket sessions.
type Apps interface {
	// Watch gives the newest views whenever there are newer ones, until ctx is done.
	Watch(context.Context) <-chan []appws.SessionView
	// Send and Reveal never wait for a network, see appws.Sessions.
	Send(id int, text []byte) error
	Reveal(id int, n uint64) (appws.Entry, error)
	// Save writes a session's record to a file of its own and says where. It may take its time.
	Save(id int, reveal bool) (path string, err error)
}

// appsMsg brings the newest views, recordedMsg the end of a Save.
type (
	appsMsg     struct{ views []appws.SessionView }
	recordedMsg struct {
		path string
		err  error
	}
)

// maxSent is how many messages of the composer are remembered.
const maxSent = 50

// appsPane lists the AppWebsocket sessions and what the marked one says.
type appsPane struct {
	open bool
	// session is the id of the marked one, 0 for the first.
	session int
	// at is the number of the marked entry, 0 to follow the newest.
	at     uint64
	filter string
	// full gives the whole body to the marked message; line is the first of it in sight.
	full bool
	line int
	// unlocked allows to send and to see secrets, bare shows them; revealed is the marked entry
	// then.
	unlocked, bare bool
	revealed       appws.Entry
	// sent are the messages of the composer, recalled is how far back one went in them.
	sent     []string
	recalled int
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

// shown are the entries that the filter lets through; while one is typed, that one counts.
func (a *appsPane) shown(s appws.SessionView, v *view) []appws.Entry {
	text := a.filter
	if v.field != nil && v.field.kind == appsFilterField {
		text = string(v.field.text)
	}
	return parseAppsFilter(text).of(s.Entries)
}

// place is where the marked entry stands among those shown, -1 where there are none. One that
// is not shown any more gives way to the one after it.
func (a *appsPane) place(shown []appws.Entry) int {
	if a.at == 0 {
		return len(shown) - 1
	}
	for i, e := range shown {
		if e.N >= a.at {
			return i
		}
	}
	return len(shown) - 1
}

// marked is the marked entry, with its secrets if they are to be seen.
func (a *appsPane) marked(sc *scene, v *view) (appws.Entry, bool) {
	s, _ := a.current(sc)
	shown := a.shown(s, v)
	i := a.place(shown)
	switch {
	case i < 0:
		return appws.Entry{}, false
	case a.bare && a.revealed.N == shown[i].N:
		return a.revealed, true
	}
	return shown[i], true
}

// move goes through the messages, through the lines of one that fills the body, or through the
// messages sent before while one is written.
func (a *appsPane) move(to keymap.Action, r rect, sc *scene, v *view) {
	if v.field != nil {
		a.recall(to, v.field)
		return
	}
	s, _ := a.current(sc)
	shown := a.shown(s, v)
	page, end := max(1, r.h/2), len(shown)
	if a.full {
		page, end = max(1, r.h-4), maxPretty
	}
	step := map[keymap.Action]int{
		keymap.MoveUp: -1, keymap.MoveDown: 1, keymap.MovePageUp: -page, keymap.MovePageDown: page,
		keymap.MoveFirst: -end, keymap.MoveLast: end,
	}[to]
	if a.full {
		e, _ := a.marked(sc, v)
		a.line = max(0, min(len(messageLines(e, r.w-2, v.ascii))-1, a.line+step))
		return
	}
	if len(shown) == 0 {
		return
	}
	i := max(0, a.place(shown)+step)
	a.at = 0
	if i < len(shown)-1 {
		a.at = shown[i].N
	}
}

// recall puts an earlier message into the composer.
func (a *appsPane) recall(to keymap.Action, f *field) {
	step := map[keymap.Action]int{keymap.MoveUp: 1, keymap.MoveDown: -1}[to]
	if f.kind != composeField || step == 0 || len(a.sent) == 0 {
		return
	}
	a.recalled = max(0, min(len(a.sent), a.recalled+step))
	f.remove(0, len(f.text))
	if a.recalled > 0 {
		f.insert(a.sent[len(a.sent)-a.recalled])
	}
}

// reveal fetches the secrets of the marked entry where they are to be seen.
func (m *model) reveal() {
	a := &m.view.apps
	if !a.open || !a.bare {
		a.revealed = appws.Entry{}
		return
	}
	e, ok := a.marked(&m.scene, &m.view)
	if !ok || e.N == a.revealed.N {
		return
	}
	s, _ := a.current(&m.scene)
	a.revealed, _ = m.apps.Reveal(s.ID, e.N) // one that is forgotten is shown as it was
}

// recorded tells what became of a record.
func (m *model) recorded(path string, err error) {
	if err != nil {
		m.say(phone.GradeFailed, "the record was not saved: "+err.Error())
		return
	}
	m.say(phone.GradeDone, "saved to "+path)
}
