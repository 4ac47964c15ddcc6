package tui

import (
	"slices"
	"strconv"
	"strings"

	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/keymap"
)

// Next is what a person goes on to when the screen ends. The zero Next is the shell.
type Next struct {
	// Profile is the profile to sign in with.
	Profile string
	// Practice opens the practice PBX, Setup the form of the first run.
	Practice, Setup bool
}

// Next tells, after Run, what the person wanted to go on to.
func (a *App) Next() Next { return a.next }

// depart ends the screen for something else, after a question where calls are up.
func (m *model) depart(to Next) string {
	if why := m.scene.barred(); why != "" {
		return why
	}
	m.next = to
	if m.scene.LiveHere() > 0 {
		m.view.panes.push(&confirmPane{goes: true})
	} else {
		m.view.leaving = gone
	}
	return ""
}

// practiceName goes to the practice PBX where no profile is called so.
const practiceName = "practice"

// switchTo signs in with another profile, or at the practice PBX.
func (m *model) switchTo(name string) string {
	known := m.settings.Profiles
	choice := "you have " + strings.Join(append(slices.Clone(known), practiceName), ", ")
	switch {
	case name == practiceName && !slices.Contains(known, name):
		return m.depart(Next{Practice: true})
	case len(known) == 0:
		return "there are no profiles yet, " + keyIn(m.scene.keys, keymap.Global, keymap.Command) + "setup makes one"
	case name == "":
		return "which profile? " + choice
	}
	if !slices.Contains(known, name) { // several, with commas between them
		for one := range strings.SplitSeq(name, ",") {
			if one = strings.TrimSpace(one); !slices.Contains(known, one) {
				return "there is no profile " + strconv.Quote(one) + "; " + choice
			}
		}
	}
	return m.depart(Next{Profile: name})
}

// reconnect tries the link again, or signs in again where the configuration says something else
// by now.
func (m *model) reconnect(string) string {
	if m.view.anew {
		return m.depart(Next{Profile: m.settings.Profile, Practice: m.settings.Profile == ""})
	}
	return m.atAll(phone.Reconnect{})
}
