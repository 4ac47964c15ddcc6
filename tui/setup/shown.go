package setup

import (
	"cmp"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/keymap"
	"github.com/patchcord/patchcord/tui/term"
)

// Shown is what the form is given to show.
type Shown struct {
	Now time.Time
	Screen
}

// Screen has the words and the marks of the rest of the screen.
type Screen interface {
	// Key is the key of an action of the form as it stands on the keyboard, empty for none.
	Key(keymap.Action) string
	// Grade is the style of a result.
	Grade(phone.Grade) term.Style
	// Call is how a call stands: in words that do not change by the second, and with its party and
	// time.
	Call(s phone.Snapshot, l phone.Leg, at time.Time) (st term.Style, state, full string)
	// Meters draws both levels of a call.
	Meters(*term.Pen, phone.Snapshot)
}

// keyWords names the key of an action.
func (sh Shown) keyWords(a keymap.Action) string { return cmp.Or(sh.Key(a), a.Hint()) }

// since is how long ago t was.
func (sh Shown) since(t time.Time) time.Duration { return max(0, sh.Now.Sub(t)) }

// Exit says where a person goes from the form.
type Exit uint8

// The ways out of the form. It stops its work itself.
const (
	Stays Exit = iota
	Left
	ToPractice
	Saved
)

// Effect is what came of a key or of an answer.
type Effect struct {
	// Next is a command to go on with.
	Next tea.Cmd
	// Said is a sentence for the message line, empty for none. NewStep clears what stood there.
	Grade   phone.Grade
	Said    string
	NewStep bool
	// Profile is the name of the profile that was Saved.
	Exit    Exit
	Profile string
}

func said(words string) Effect { return Effect{Said: words} }
