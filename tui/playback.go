package tui

import (
	"strings"

	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/keymap"
	"github.com/patchcord/patchcord/tui/term"
)

// What keys do with the sounds of a list, voice messages and recorded calls, and what their rows show meanwhile.

// playbackActions are those keys.
func playbackActions() []action {
	return []action{
		{
			id: keymap.SoundPlay, order: true, hints: ranks{keymap.Playback: 10}, do: inSounds((*model).playSound),
			applies: func(v *view, sc *scene) bool {
				row, ok := v.marksSound(sc)
				return ok && (sc.Playing.Is(row.plays) || sc.Refuses(row.plays) == "")
			},
			word: func(v *view, sc *scene) string {
				if row, ok := v.marksSound(sc); ok && sc.Playing.Is(row.plays) {
					return "stop"
				}
				return ""
			},
		},
		{
			id: keymap.SoundRestart, order: true, hints: ranks{keymap.Playback: 20}, do: inSounds((*model).restartSound),
			applies: func(v *view, sc *scene) bool {
				row, ok := v.marksSound(sc)
				return ok && sc.Playing.Is(row.plays) && sc.Playing.Length > 0
			},
		},
	}
}

// marksSound is the selected row, where it has a sound.
func (v *view) marksSound(sc *scene) (listRow, bool) {
	l, ok := v.panes.body().(*listPane)
	if !ok {
		return listRow{}, false
	}
	row, ok := l.current(sc)
	return row, ok && row.plays != (phone.Play{})
}

// inSounds is for what works on the selected sound.
func inSounds(do func(*model, listRow) string) func(*model, string) string {
	return func(m *model, _ string) string {
		row, ok := m.view.marksSound(&m.scene)
		switch {
		case ok:
			return do(m, row)
		case row.call != nil:
			return "this call was not recorded"
		}
		return "select a voice message or a recorded call first"
	}
}

// playSound plays a sound, or stops it.
func (m *model) playSound(row listRow) string {
	if m.scene.Playing.Is(row.plays) {
		return m.do(phone.StopPlaying{})
	}
	return m.do(row.plays)
}

func (m *model) restartSound(row listRow) string {
	if m.scene.Playing.Is(row.plays) && m.scene.Playing.Length == 0 {
		return "it is still loading"
	}
	return m.do(row.plays)
}

// progress is a row that shows how far its sound is, where it is the one that is played.
func (sc *scene) progress(row listRow) listRow {
	p := sc.Playing
	switch {
	case !p.Is(row.plays):
	case p.Length == 0:
		row.sign, row.style = "  loading", term.Strong
	default:
		row.sign, row.style = "P playing", term.Strong
		row.end = term.Minutes(p.At) + " of " + term.Minutes(p.Length)
	}
	return row
}

// whyNotPlayed says why the selected sound cannot be played, as a sentence.
func (sc *scene) whyNotPlayed(row listRow) string {
	if row.plays == (phone.Play{}) || sc.Playing.Is(row.plays) {
		return ""
	}
	why := sc.Refuses(row.plays)
	if why == "" {
		return ""
	}
	return strings.ToUpper(why[:1]) + why[1:] + "."
}
