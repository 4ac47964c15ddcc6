package tui

import (
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/keymap"
)

// leavingTakes is how long ending the calls may take before we leave without having heard.
const leavingTakes = time.Second

// viewActions go to what can be looked at.
func viewActions() []action {
	return []action{
		{id: keymap.ViewPeople, names: []string{"people"}, do: func(m *model, _ string) string {
			m.closeViews()
			return ""
		}},
		{id: keymap.ViewHistory, hints: ranks{keymap.Idle: 90, keymap.Playback: 47}, do: lister(historyList),
			word: func(*view, *scene) string { return "go to" }},
		{id: keymap.ViewBook, names: []string{"book", "contacts"}, do: lister(bookList)},
		{id: keymap.ViewVoicemail, names: []string{"vm"}, do: lister(voicemailList)},
		{id: keymap.ViewParked, do: lister(parkedList)},
		{id: keymap.ViewQueues, do: lister(queueList)},
		{id: keymap.ViewNext, hints: ranks{keymap.Idle: 100, keymap.Playback: 50}, do: neighbour(1)},
		{id: keymap.ViewPrevious, do: neighbour(-1)},
		{id: keymap.ShowHelp, names: []string{"keys"}, do: func(m *model, _ string) string {
			v := &m.view
			remove[*helpPane](&v.panes)
			v.panes.push(&helpPane{beneath: v.panes.top()})
			return ""
		}},
		{id: keymap.Back, do: func(m *model, _ string) string {
			if !m.retreat() {
				m.endTour()
			}
			return ""
		}, hints: ranks{keymap.Trace: 40, keymap.Quality: 40, keymap.Apps: 150, keymap.Devices: 70, keymap.Playback: 60, keymap.Help: 30}},
	}
}

// programActions are about the program itself.
func programActions() []action {
	return []action{
		{id: keymap.LinkReconnect, order: true, hints: ranks{keymap.Idle: 5, keymap.Talking: 65}, do: (*model).reconnect,
			applies: func(v *view, sc *scene) bool {
				return v.anew || sc.Refuses(phone.Reconnect{Link: phone.Everywhere}) == ""
			},
			word: func(v *view, _ *scene) string {
				if v.anew {
					return "sign in again"
				}
				return ""
			}},
		{id: keymap.Command, hints: ranks{keymap.Idle: 130, keymap.Playback: 130}, do: (*model).command},
		{id: keymap.Quit, hints: ranks{keymap.Idle: 170, keymap.Playback: 170}, names: []string{"q", "exit"}, do: (*model).quit},
		{id: keymap.Redraw, do: func(m *model, _ string) string {
			m.view.redraws++
			return ""
		}},
		{id: keymap.Suspend, run: func(m *model, _ string) (tea.Cmd, string) {
			switch {
			case m.suspends == nil:
				return nil, "there is no shell here to resume Patchcord, so it does not stop"
			case m.scene.Live() > 0 && m.scene.away == nil:
				return nil, "stopping Patchcord would silence your call: end the call first"
			}
			return m.suspends, ""
		}},
		{id: keymap.ConfirmStay, hints: ranks{keymap.Confirm: 10}, do: func(m *model, _ string) string {
			remove[*confirmPane](&m.view.panes)
			return ""
		}},
		{id: keymap.ConfirmLeave, order: true, hints: ranks{keymap.Confirm: 20}, do: (*model).leave},
		{id: keymap.ConfirmDetach, hints: ranks{keymap.Confirm: 30}, do: (*model).detach, applies: (*view).canDetach},
		{id: keymap.Detach, hints: ranks{keymap.Idle: 175, keymap.Talking: 175}, names: []string{"detach"}, do: (*model).detach,
			applies: func(_ *view, sc *scene) bool { return sc.away != nil }},
		{id: keymap.QuestionYes, hints: ranks{keymap.Question: 10}, do: (*model).sayYes},
		{id: keymap.QuestionNo, hints: ranks{keymap.Question: 20}, do: (*model).sayNo},
	}
}

// retreat closes the nearest thing that is open, and reports whether there was one. It never ends a
// call.
func (m *model) retreat() bool {
	v := &m.view
	top := v.panes.top()
	switch {
	case top.close():
	case top != pane(v.roster):
		v.panes.drop(top)
	case m.scene.browse && m.scene.Live() > 0: // without a call nothing is behind the grid
		m.scene.browse = false
	case m.scene.call != "" && slices.ContainsFunc(m.scene.Legs, func(l phone.Leg) bool { return l.ID == m.scene.call }):
		m.scene.call = ""
	default:
		return false
	}
	return true
}

// quit goes back, and at the top leaves: with calls up only after a question.
func (m *model) quit(string) string {
	v := &m.view
	m.next = Next{}
	switch {
	case v.leaving == hangingUp:
		v.leaving = gone
	case m.retreat():
	case m.scene.LiveHere() > 0 && m.scene.barred() == "":
		v.panes.push(&confirmPane{})
	default:
		v.leaving = gone
	}
	return ""
}

// leave ends every call first; the screen goes when they are gone, or have had their time.
func (m *model) leave(string) string {
	remove[*confirmPane](&m.view.panes)
	if refusal := m.do(phone.HangupAll{}); refusal != "" {
		return refusal
	}
	m.view.leaving = hangingUp
	return "hanging up ..."
}
