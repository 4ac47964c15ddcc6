package tui

import (
	"strings"

	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/keymap"
	"github.com/patchcord/patchcord/tui/term"
)

// What keys do in the list of voice messages, and what its rows show meanwhile.

// messageActions are those keys.
func messageActions() []action {
	return []action{
		{
			id: keymap.MessagePlay, order: true, hints: ranks{keymap.Voicemail: 10}, do: inMessages((*model).playMessage),
			applies: func(v *view, sc *scene) bool {
				row, ok := v.marksMessage(sc)
				return ok && (sc.Playing.Is(row.plays) || sc.Refuses(row.plays) == "")
			},
			word: func(v *view, sc *scene) string {
				if row, ok := v.marksMessage(sc); ok && sc.Playing.Is(row.plays) {
					return "stop"
				}
				return ""
			},
		},
		{
			id: keymap.MessageRestart, order: true, hints: ranks{keymap.Voicemail: 20}, do: inMessages((*model).restartMessage),
			applies: func(v *view, sc *scene) bool {
				row, ok := v.marksMessage(sc)
				return ok && sc.Playing.Is(row.plays) && sc.Playing.Length > 0
			},
		},
	}
}

// marksMessage is the marked message.
func (v *view) marksMessage(sc *scene) (listRow, bool) {
	l, ok := v.panes.body().(*listPane)
	if !ok || l.kind != voicemailList {
		return listRow{}, false
	}
	return l.current(sc)
}

// inMessages is for what works on the marked message.
func inMessages(do func(*model, listRow) string) func(*model, string) string {
	return func(m *model, _ string) string {
		row, ok := m.view.marksMessage(&m.scene)
		if !ok {
			return "open the list of messages first, and select one"
		}
		return do(m, row)
	}
}

// playMessage plays a message, or stops it.
func (m *model) playMessage(row listRow) string {
	if m.scene.Playing.Is(row.plays) {
		return m.do(phone.StopPlaying{})
	}
	return m.do(row.plays)
}

func (m *model) restartMessage(row listRow) string {
	if m.scene.Playing.Is(row.plays) && m.scene.Playing.Length == 0 {
		return "the PBX has not sent the message yet"
	}
	return m.do(row.plays)
}

// playing has the row of the message that is played say so, and how far it is.
func (sc *scene) playing(row *listRow) {
	p := sc.Playing
	switch {
	case !p.Is(row.plays):
	case p.Length == 0:
		row.sign, row.style = "  coming", term.Strong
	default:
		row.sign, row.style = "P playing", term.Strong
		row.end = term.Minutes(p.At) + " of " + term.Minutes(p.Length)
	}
}

// playingFoot says why the marked message cannot be played.
func (sc *scene) playingFoot(row listRow) string {
	why := sc.Refuses(row.plays)
	if why == "" || sc.Playing.Is(row.plays) {
		return ""
	}
	return strings.ToUpper(why[:1]) + why[1:] + "."
}
