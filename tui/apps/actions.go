package apps

import (
	"fmt"
	"slices"
	"strings"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/appws/record"
	"github.com/patchcord/patchcord/appws/sessions"
	"github.com/patchcord/patchcord/tui/keymap"
	"github.com/patchcord/patchcord/tui/term"
)

// Action is what a key does on the pane.
type Action struct {
	ID keymap.Action
	// Rank is its place in the last line: the lower number comes first.
	Rank int
	// Order tells that it changes something at the sessions or the disk of the phone, and not only on the screen.
	Order bool
	// Applies tells whether it makes sense now, nil for always.
	Applies func(*Pane, Shown) bool
	// Word is what the last line calls it now, nil or empty for the keymap's hint.
	Word func(*Pane) string
	Do   func(*Pane, Shown, Work) Effect
}

// Actions are those of the pane.
func Actions() []Action {
	unlocked := func(a *Pane, _ Shown) bool { return a.unlocked }
	in := func(states ...sessions.State) func(*Pane, Shown) bool {
		return func(a *Pane, sh Shown) bool {
			s, ok := a.current(sh)
			return ok && slices.Contains(states, s.State)
		}
	}
	return []Action{
		{ID: keymap.AppsSession, Rank: 50, Do: onSession((*Pane).nextSession),
			Applies: func(_ *Pane, sh Shown) bool { return len(sh.Sessions) > 1 }},
		{ID: keymap.AppsAll, Rank: 128, Do: onSession((*Pane).toggleAll),
			Applies: func(_ *Pane, sh Shown) bool { return len(sh.Sessions) > 1 }},
		{ID: keymap.AppsFollow, Rank: 30, Do: onSession((*Pane).toggleFollow)},
		{ID: keymap.AppsFilter, Rank: 20, Do: onSession((*Pane).openFilter)},
		{ID: keymap.AppsCompose, Rank: 70, Order: true, Applies: unlocked, Do: onOne((*Pane).compose)},
		{ID: keymap.AppsUnlock, Rank: 60, Do: onSession((*Pane).unlock),
			Word: func(a *Pane) string {
				if a.unlocked {
					return "lock"
				}
				return ""
			}},
		{ID: keymap.AppsRedact, Rank: 80, Applies: unlocked, Do: onSession((*Pane).redact)},
		{ID: keymap.AppsSave, Rank: 120, Order: true, Do: onOne(func(a *Pane, s sessions.View, _ Shown, w Work) Effect {
			return Effect{Next: w.Records.Save(s.ID, a.bare)}
		})},
		{ID: keymap.AppsArchive, Rank: 125, Order: true, Do: onOne(func(a *Pane, s sessions.View, _ Shown, w Work) Effect {
			return Effect{Next: w.Records.Archive(s.ID, a.bare)}
		})},
		{ID: keymap.AppsMeasure, Rank: 127, Do: onSession((*Pane).measure)},
		{ID: keymap.AppsFind, Rank: 55, Do: onSession((*Pane).findSession),
			Applies: func(_ *Pane, sh Shown) bool { return len(sh.Sessions) > 2 }},
		{ID: keymap.AppsCopy, Rank: 130, Do: onSession((*Pane).copyMarked)},
		{ID: keymap.AppsPager, Rank: 135, Do: onSession(openIn(false))},
		{ID: keymap.AppsEditor, Rank: 136, Do: onSession(openIn(true))},
		{ID: keymap.AppsCrypto, Rank: 95, Order: true, Applies: unlocked, Do: onSession((*Pane).askCrypto)},
		{ID: keymap.AppsDoctor, Rank: 96, Do: onSession((*Pane).askDoctor),
			Applies: func(a *Pane, sh Shown) bool {
				row, ok := a.marked(sh)
				return ok && row.has(func(e record.Entry) bool { return e.MT == "AppLogin" })
			}},
		{ID: keymap.AppsFold, Rank: 110, Do: onSession((*Pane).fold),
			Applies: func(a *Pane, sh Shown) bool {
				row, ok := a.marked(sh)
				return ok && row.first().Handshake
			}},
		{ID: keymap.AppsCall, Rank: 45, Do: onSession((*Pane).toCall),
			Applies: func(a *Pane, sh Shown) bool {
				s, _ := a.current(sh)
				row, ok := a.marked(sh)
				if ok {
					_, ok = a.callOf(sh, s, row)
				}
				return ok
			}},
		{ID: keymap.AppsLoad, Rank: 140, Order: true, Do: func(_ *Pane, _ Shown, w Work) Effect { return Effect{Next: w.Records.Saved()} }},
		{ID: keymap.AppsReplay, Rank: 90, Order: true, Applies: unlocked, Do: onOne((*Pane).askReplay)},
		{ID: keymap.AppsDrop, Rank: 100, Order: true, Applies: in(sessions.Replayed), Do: onOne((*Pane).drop)},
		{ID: keymap.AppsConnect, Rank: 10, Order: true, Applies: in(sessions.Retrying, sessions.Refused), Do: onOne((*Pane).connect)},
	}
}

// onOne is for what works on the selected session, if that is not all of them.
func onOne(do func(a *Pane, s sessions.View, sh Shown, w Work) Effect) func(*Pane, Shown, Work) Effect {
	return onSession(func(a *Pane, s sessions.View, sh Shown, w Work) Effect {
		if s.ID == allID {
			return said("you can do that with one session only: select one")
		}
		return do(a, s, sh, w)
	})
}

// onSession is for what works on the selected session.
func onSession(do func(a *Pane, s sessions.View, sh Shown, w Work) Effect) func(*Pane, Shown, Work) Effect {
	return func(a *Pane, sh Shown, w Work) Effect {
		s, ok := a.current(sh)
		if !ok {
			return said("there is no session")
		}
		return do(a, s, sh, w)
	}
}

func (a *Pane) nextSession(s sessions.View, sh Shown, _ Work) Effect {
	a.choose(s)
	i := slices.IndexFunc(sh.Sessions, func(o sessions.View) bool { return o.ID == s.ID })
	a.mark(sh.Sessions[(i+1)%len(sh.Sessions)].ID)
	return Effect{}
}

// toggleAll selects all sessions, or again the one that was selected before.
func (a *Pane) toggleAll(s sessions.View, sh Shown, _ Work) Effect {
	switch {
	case s.ID == allID:
		a.mark(a.before)
	case len(sh.Sessions) < 2:
		return said("there is only one session")
	default:
		a.choose(s)
		a.before = s.ID
		a.mark(allID)
	}
	return Effect{}
}

// OpenMessage shows the selected message in the whole body, or closes it; a fold it opens.
func (a *Pane) OpenMessage(sh Shown) Effect {
	row, ok := a.marked(sh)
	switch {
	case a.report != nil:
		a.report = nil
		return Effect{}
	case a.full:
		a.shut()
		return Effect{}
	case !ok:
		return said("there is no message to open")
	case row.isFold():
		s, _ := a.current(sh)
		return a.fold(s, sh, Work{})
	case a.held == nil: // it stays while it is read
		s, _ := a.current(sh)
		a.stay(s, row.first().N)
		a.followed = true
	}
	a.full, a.line = true, 0
	return Effect{}
}

// connect does not wait for the next attempt.
func (a *Pane) connect(s sessions.View, _ Shown, w Work) Effect {
	switch s.State {
	case sessions.Open, sessions.Connecting:
		return said(s.Name + " is " + string(s.State) + " already")
	case sessions.Replayed:
		return said(s.Name + " is a saved record: there is no connection")
	}
	if err := w.Sessions.Retry(s.ID); err != nil {
		return said(appws.Explain(err))
	}
	return said("trying " + s.Name + " now")
}

// toggleFollow goes to the newest message and stays there, or stops where it is.
func (a *Pane) toggleFollow(s sessions.View, _ Shown, _ Work) Effect {
	rows := a.rows(s)
	if a.held != nil || len(rows) == 0 {
		a.follow()
		return Effect{}
	}
	a.stay(s, rows[len(rows)-1].first().N)
	return Effect{}
}

// openFilter opens the line for a filter, or in a message for what is looked for in it.
func (a *Pane) openFilter(sessions.View, Shown, Work) Effect {
	if a.full {
		a.open(findInput, a.sought)
		return Effect{}
	}
	a.open(filterInput, a.filter)
	return Effect{}
}

// unlock allows to send and to see secrets, or forbids it again.
func (a *Pane) unlock(sessions.View, Shown, Work) Effect {
	if a.unlocked {
		a.lock()
		return Effect{}
	}
	a.unlocked = true
	return Effect{Said: "unlocked: you can send messages and show secrets", Style: term.Warn}
}

func (a *Pane) redact(_ sessions.View, sh Shown, _ Work) Effect {
	if !a.unlocked {
		return said("secrets stay hidden while the pane is locked" + unlockHint(sh))
	}
	a.bare = !a.bare
	return Effect{}
}

func (a *Pane) compose(s sessions.View, sh Shown, w Work) Effect {
	switch {
	case !a.unlocked:
		return said("nothing can be sent while the pane is locked" + unlockHint(sh))
	case s.State == sessions.Serving:
		return said("select a connection to it to answer: each is a separate session")
	case s.State != sessions.Open:
		return said(s.Name + " is not connected")
	}
	draft, isKept := a.drafts[s.Name]
	if row, ok := a.marked(sh); ok && !isKept {
		draft = answerTo(row)
	}
	a.shut()
	a.choose(s)
	a.recalled = 0
	a.nextMacros(s, w)
	a.open(composeInput, draft)
	return Effect{}
}

// copyMarked sends the selected message to the clipboard, as it is to be seen.
func (a *Pane) copyMarked(_ sessions.View, sh Shown, _ Work) Effect {
	row, ok := a.marked(sh)
	switch {
	case !ok:
		return said("there is no message to copy")
	case row.isFold():
		return said("open it first: only one message is copied at a time")
	case len(row.first().Text) > term.MaxClip:
		return said(fmt.Sprintf("%d bytes are too many for a clipboard; save the record instead", len(row.first().Text)))
	}
	e := row.first()
	words := fmt.Sprintf("%d bytes sent to the clipboard", len(e.Text))
	if e.Hidden > 0 {
		words += ", the secrets hidden"
	}
	return Effect{Said: words, Copies: true, Clip: strings.Map(oneLine, e.Text)}
}

// oneLine makes blanks of what breaks the lines of JSON, which stands outside its strings only.
func oneLine(r rune) rune {
	if r == '\n' || r == '\r' || r == '\t' {
		return ' '
	}
	return r
}

func unlockHint(sh Shown) string {
	key := sh.Key(keymap.AppsUnlock)
	if key == "" {
		return ""
	}
	return ", " + key + " unlocks it"
}

// Reveal fetches the secrets of the selected entry where they are to be seen; open tells that the pane
// is.
func (a *Pane) Reveal(open bool, sh Shown, from Sessions) {
	if !open || !a.bare {
		a.revealed = record.Entry{}
		return
	}
	row, ok := a.marked(sh)
	if !ok || row.isFold() || row.first().N == a.revealed.N {
		return
	}
	s, _ := a.current(sh)
	n, o := row.first().N, a.from(s, row.first().N)
	if revealed, err := from.Reveal(o.session, o.n); err == nil { // one that is forgotten is shown as it was
		revealed.N = n
		a.revealed = revealed
	}
}

// fold opens the handshake under the cursor, or closes the one that the cursor is in.
func (a *Pane) fold(s sessions.View, _ Shown, _ Work) Effect {
	rows := a.rows(s)
	i := a.markedRow(rows)
	switch {
	case i < 0 || !rows[i].first().Handshake:
		return said("there is no handshake to open or close here")
	case a.asked() != "":
		return said("nothing is folded while a filter is on")
	case rows[i].isFold():
		a.unfolded = rows[i].first().N
	case a.isUnfolded(a.log.record, rows[i].first().N):
		a.unfolded = 0
	default:
		return said("there is only one message here")
	}
	if a.held != nil {
		a.at = rows[i].first().N
	}
	return Effect{}
}
