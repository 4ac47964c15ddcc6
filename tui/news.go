package tui

import (
	"reflect"
	"time"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/keymap"
	"github.com/patchcord/patchcord/tui/roster"
)

// News is what happened outside of phone and screen while the screen is up, such as an edited
// keymap.toml.
type News struct {
	// Keys take the place of those so far; nil leaves them.
	Keys *keymap.Map
	// Settings take the place of those so far; nil leaves them. Anew tells that the rest of what
	// was changed takes effect with a new sign-in only, which is then offered.
	Settings *Settings
	Anew     bool
	// Bookmarks are all of them, as another screen of the person changed them; nil leaves those so far.
	Bookmarks []roster.Bookmark
	// Dial is a number that another program wants called; empty for none. The person is asked.
	Dial string
	// By is the PBX that Dial is to be called by; empty for the one that the number tells.
	By phone.LinkID
	// Call is the call of ours on whose card Text is shown; empty for none.
	Call pbxws.LegID
	// Text is a sentence for the message line, Grade how good it is.
	Text  string
	Grade phone.Grade
	// EventsOnly tells that Text is for the list of events alone.
	EventsOnly bool
}

// Settings are what the screen itself takes of a configuration.
type Settings struct {
	// Profiles are the PBXs by name; Profile is the one in use, empty for none.
	Profiles []string
	Profile  string
	// Reminder is the time after which a call on hold is mentioned, 0 for a minute, negative for never.
	Reminder time.Duration
	// Theme is "dark" or "light", empty for what the terminal says of itself; Mouse has the
	// terminal report it.
	Theme string
	Mouse bool
	// Same has the accounts of each person who is at several PBXs; SameNumbers means that a
	// number is the same person's at all.
	Same        [][]phone.Account
	SameNumbers bool
}

// hear takes news in. A pair of keys that was begun by the old keymap is forgotten.
func (m *model) hear(n News) {
	if n.Keys != nil {
		m.scene.keys = n.Keys
		m.view.armed = arming{}
	}
	if n.Settings != nil {
		m.settle(*n.Settings)
	}
	m.view.anew = m.view.anew || n.Anew
	switch {
	case n.Bookmarks != nil:
		m.othersMarked(n.Bookmarks)
	case n.Dial != "":
		m.wanted(n.Dial, n.By)
	case n.Call != "":
		m.noted(n.Call, n.Text)
	case n.EventsOnly:
		m.scene.mention(n.Grade, n.Text)
	default:
		m.say(n.Grade, n.Text)
	}
}

// settle takes settings in. What was set by hand stays until the file says otherwise.
func (m *model) settle(s Settings) {
	if s.Reminder != m.settings.Reminder {
		m.scene.reminder = s.Reminder
	}
	if ground, known := m.grounds[s.Theme]; known && s.Theme != m.settings.Theme {
		m.view.tints = ground
	}
	if s.Mouse != m.settings.Mouse {
		m.view.mouse = s.Mouse
	}
	if s.SameNumbers != m.settings.SameNumbers || !reflect.DeepEqual(s.Same, m.settings.Same) {
		m.scene.same = roster.SameOf(s.Same, s.SameNumbers)
		m.scene.directory = (*roster.Directory)(nil).Next(m.scene.boards(), m.scene.marks, m.scene.same)
	}
	m.settings = s
}
