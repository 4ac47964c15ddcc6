package tui

import (
	"context"
	"fmt"
	"time"

	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/keymap"
	"github.com/patchcord/patchcord/tui/term"
)

// Away tells where a phone is that runs in another process.
type Away struct {
	// Process is its process. Host is the name of its machine, whose microphone and speaker it has; Remote tells
	// that the person sits at another one.
	Process int
	Host    string
	Remote  bool
	// Stays tells that it goes on without any screen. Else it ends with the terminal that it began in.
	Stays bool
	// Watches tells that this screen changes nothing there.
	Watches bool
	// Silence gives the time at which it was alive last whenever it begins to stand still, and the zero time when
	// it goes on, until ctx is done.
	Silence func(ctx context.Context) <-chan time.Time
}

const (
	// watchesOnly and standsStill refuse what would change something at a phone that is only watched, or that
	// does not answer.
	watchesOnly = "this screen is read-only; patchcord attach opens one that is not"
	standsStill = "the phone does not answer, so nothing was sent to it"
)

func (a *Away) watches() bool { return a != nil && a.Watches }

// barred says why no key changes anything at the phone; empty where keys do.
func (sc *scene) barred() string {
	switch {
	case !sc.silent.IsZero():
		return standsStill
	case sc.away.watches():
		return watchesOnly
	}
	return ""
}

// Refuses is as the phone's, and refuses all where nothing can be changed.
func (sc *scene) Refuses(i phone.Intent) string {
	if why := sc.barred(); why != "" {
		return why
	}
	return sc.Snapshot.Refuses(i)
}

// bars tells that an action cannot be where no key changes anything at the phone.
func (sc *scene) bars(a *action) bool { return a != nil && a.isOrder() && sc.barred() != "" }

// barred says in the words of the action why it cannot be; empty where it can.
func (m *model) barred(a *action) string {
	if !m.scene.bars(a) {
		return ""
	}
	return a.id.Hint() + ": " + m.scene.barred()
}

// fallSilent takes in that the phone stands still, and was last alive at a time, or that it goes on.
func (m *model) fallSilent(aliveAt time.Time) {
	was := m.scene.silent
	m.scene.silent = aliveAt
	switch {
	case aliveAt.IsZero() && !was.IsZero():
		m.say(phone.GradeDone, "the phone answers again, after "+term.Minutes(m.scene.since(was)))
	case aliveAt.IsZero():
	case m.linear != nil:
		m.say(phone.GradeFailed, m.scene.silenceWords())
	default:
		m.say(phone.GradeFailed, "the phone no longer answers")
	}
}

// silenceWords say that the phone stands still and what to do; empty while it does not.
func (sc *scene) silenceWords() string {
	if sc.silent.IsZero() {
		return ""
	}
	text := fmt.Sprintf("The phone (process %d) does not answer: this screen is as of %s, and keys do not reach the phone.  ", sc.away.Process, term.Clock(sc.silent))
	if sc.away.Stays {
		text += fmt.Sprintf("It may recover by itself. If not, kill -9 %d ends it and its calls, and patchcord up starts it again.", sc.away.Process)
	} else {
		text += "If you stopped it with Ctrl+Z, type fg in its terminal."
	}
	if key := keyIn(sc.keys, sc.calls(true), keymap.Detach); key != "" {
		text += " " + key + " leaves this screen."
	}
	return text
}

// endsHere says why the screen cannot be left without the phone.
const endsHere = `this phone ends with its screen; to keep the next one running, set on_close = "stay" in config.toml or start it with patchcord up`

// detach leaves the screen, and the phone goes on.
func (m *model) detach(string) string {
	if p, open := find[*confirmPane](m.view.panes); m.scene.away == nil || open && p.goes {
		return endsHere
	}
	m.next, m.view.leaving = Next{}, gone
	return ""
}

// lamps are the words of the status line for it.
func (a *Away) lamps() (items []item) {
	if a.watches() {
		items = append(items, item{term.Warn, "WATCHING", 1})
	}
	if a != nil && a.Remote {
		items = append(items, item{term.Plain, "sound at " + cut(a.Host, 16), 1})
	}
	return items
}
