package tui

import (
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/term"
)

// Away tells where a phone is that runs in another process.
type Away struct {
	// Host is the name of its machine, whose microphone and speaker it has; Remote tells that the person
	// sits at another one.
	Host   string
	Remote bool
	// Stays tells that it goes on without any screen. Else it ends with the terminal that it began in.
	Stays bool
	// Watches tells that this screen changes nothing there.
	Watches bool
}

// watchesOnly refuses what would change something at a phone that is only watched.
const watchesOnly = "this screen only watches; patchcord attach without -read-only works the phone too"

func (a *Away) watches() bool { return a != nil && a.Watches }

// Refuses is as the phone's, and refuses all where it is only watched.
func (sc *scene) Refuses(i phone.Intent) string {
	if sc.away.watches() {
		return watchesOnly
	}
	return sc.Snapshot.Refuses(i)
}

// endsHere says why the screen cannot be left without the phone.
const endsHere = `this phone ends with its screen; on_close = "stay" in config.toml, or patchcord up, has the next one go on`

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
		items = append(items, item{term.Plain, "sound at " + cut(a.Host, 16), 4})
	}
	return items
}
