package apps

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/appws/sessions"
	"github.com/patchcord/patchcord/tui/term"
)

func (a *Pane) loadPreview(text string) (term.Style, string) {
	switch {
	case text != "":
		return term.Strong, fmt.Sprintf("Enter: opens it as a session; Up and Down bring the %d saved ones", len(a.records))
	case len(a.records) == 0:
		return term.Faint, "nothing is saved yet; type the path of a file"
	}
	return term.Faint, "Up brings the saved records; or type the path of a file"
}

// likeliest is the session that a record most likely belongs to: itself, the same app at the
// same address, any.
func likeliest(all []sessions.View, s sessions.View) string {
	for _, is := range []func(sessions.View) bool{
		func(o sessions.View) bool { return o.ID == s.ID },
		func(o sessions.View) bool { return o.URL == s.URL && o.App == s.App },
		func(sessions.View) bool { return true },
	} {
		if i := slices.IndexFunc(all, func(o sessions.View) bool { return o.State == sessions.Open && is(o) }); i >= 0 {
			return all[i].Name
		}
	}
	return ""
}

// replayable is how many messages a replay sends, and in which time at most.
func replayable(s sessions.View) (n int, d time.Duration) {
	var before time.Time
	for _, e := range s.Entries {
		if e.Dir != appws.Out || e.Handshake {
			continue
		}
		if n++; n > 1 {
			d += min(sessions.MaxReplayPause, e.At.Sub(before))
		}
		before = e.At
	}
	return n, d
}

func replayPreview(text string, sh Shown, s sessions.View) (term.Style, string) {
	to, why := openSession(sh, text)
	if why != "" {
		return term.Warn, why
	}
	n, d := replayable(s)
	return term.Strong, fmt.Sprintf("Enter: sends %s of %s to %s, as they came, in %s", term.Count(n, "message"), s.Name, to.Name, term.Minutes(d))
}

// openSession finds a session to send to by its name.
func openSession(sh Shown, name string) (s sessions.View, why string) {
	i := slices.IndexFunc(sh.Sessions, func(o sessions.View) bool { return o.Name == name })
	switch {
	case i < 0:
		return s, "Up brings the sessions that are connected"
	case sh.Sessions[i].State != sessions.Open:
		return s, name + " is not connected"
	}
	return sh.Sessions[i], ""
}

func (msg SavedMsg) take(*Pane, bool) Effect {
	if msg.Err != nil {
		return Effect{Said: "the record was not saved: " + msg.Err.Error(), Style: term.Failed}
	}
	return Effect{Said: "saved to " + msg.Path, Style: term.Done}
}

// take opens the line with the newest record in it.
func (msg NamesMsg) take(a *Pane, top bool) (e Effect) {
	if msg.Err != nil {
		e = Effect{Said: "the saved records cannot be listed: " + msg.Err.Error(), Style: term.Warn}
	}
	if !top || a.typed != nil {
		return e // somebody went on meanwhile
	}
	names := slices.Clone(msg.Names)
	slices.Reverse(names)
	a.shut()
	a.records, a.recalled = names, 1
	newest := ""
	if len(names) > 0 {
		newest = names[len(names)-1]
	}
	a.open(loadInput, newest)
	return e
}

func (a *Pane) load(name string, w Work) (next tea.Cmd, refusal string) {
	if name == "" {
		return nil, "type the name of a record first"
	}
	a.typed = nil
	return w.Records.Load(name), ""
}

// take selects the session that shows the record.
func (msg LoadedMsg) take(a *Pane, _ bool) Effect {
	if msg.Err != nil {
		return Effect{Said: "not opened: " + msg.Err.Error(), Style: term.Failed}
	}
	a.mark(msg.ID)
	return Effect{Said: "opened; nothing is sent until it is replayed", Style: term.Done}
}

// drop takes a record off the list. What has a connection stays.
func (a *Pane) drop(s sessions.View, _ Shown, w Work) Effect {
	if s.State != sessions.Replayed {
		return said(s.Name + " is not an opened record: it stays")
	}
	if err := w.Sessions.Forget(s.ID); err != nil {
		return said(appws.Explain(err))
	}
	a.mark(0)
	return Effect{}
}

// askReplay asks on which session the selected record is to be replayed, or stops a replay.
func (a *Pane) askReplay(s sessions.View, sh Shown, _ Work) Effect {
	n, _ := replayable(s)
	switch {
	case a.replaying != nil:
		a.replaying()
		return Effect{}
	case !a.unlocked:
		return said("nothing can be sent while the pane is locked" + unlockHint(sh))
	case n == 0:
		return said("this record sent nothing but the login")
	}
	a.shut()
	a.choose(s)
	a.recalled = 0
	a.open(replayInput, likeliest(sh.Sessions, s))
	return Effect{}
}

func (a *Pane) replay(name string, from sessions.View, sh Shown, w Work) (next tea.Cmd, refusal string) {
	to, why := openSession(sh, name)
	if why != "" {
		return nil, why
	}
	a.typed = nil
	a.mark(to.ID)
	next, a.replaying = w.Records.Replay(to.ID, from.ID)
	return next, ""
}

// take tells how a replay ended.
func (msg ReplayedMsg) take(a *Pane, _ bool) Effect {
	a.replaying = nil
	words := term.Count(msg.Sent, "message") + " replayed"
	switch {
	case msg.Err == nil:
		return Effect{Said: words, Style: term.Done}
	case errors.Is(msg.Err, context.Canceled):
		return Effect{Said: words + ", then stopped", Style: term.Warn}
	case msg.Sent == 0:
		return Effect{Said: "not replayed: " + appws.Explain(msg.Err), Style: term.Failed}
	}
	return Effect{Said: words + ", then it failed: " + appws.Explain(msg.Err), Style: term.Failed}
}
