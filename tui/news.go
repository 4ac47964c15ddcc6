package tui

import (
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/keymap"
)

// News is what happened outside of phone and screen while the screen is up, such as an edited
// keymap.toml.
type News struct {
	// Keys take the place of those so far; nil leaves them.
	Keys *keymap.Map
	// Text is a sentence for the message line, Grade how good it is.
	Text  string
	Grade phone.Grade
}

// hear takes news in. A pair of keys that was begun by the old keymap is forgotten.
func (m *model) hear(n News) {
	if n.Keys != nil {
		m.scene.keys = n.Keys
		m.view.armed = arming{}
	}
	m.say(n.Grade, n.Text)
}
