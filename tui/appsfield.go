package tui

import (
	"errors"
	"fmt"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/tui/keymap"
	"github.com/patchcord/patchcord/tui/messages"
	"github.com/patchcord/patchcord/tui/term"
)

// The text fields of the AppWebsocket pane: its filter, the message that is written, the saved
// record that is opened and the session that a record is replayed on.

// drawField is the open line with what Enter will do.
func (a *appsPane) drawField(c *term.Canvas, r term.Rect, sc *scene, s appws.SessionView) {
	p := c.On(r, 0).Gap(1)
	label := a.label(sc)
	if a.kind == composeInput {
		label = "send to " + cut(s.Name, 12) + ": "
	}
	p.Put(term.Title, label).Put(term.Ruled, "[")
	a.typed.Draw(p, p.Room()-2)
	st, words := a.previewIn(sc, s)
	c.On(r, 1).Gap(1).Put(st, words)
}

func (a *appsPane) label(*scene) string {
	return [...]string{filterInput: "filter: ", composeInput: "send: ", loadInput: "open record: ", replayInput: "replay on: "}[a.kind]
}

func (a *appsPane) verb() string {
	return [...]string{filterInput: "keep", composeInput: "send", loadInput: "open", replayInput: "replay"}[a.kind]
}

func (a *appsPane) preview(sc *scene) string {
	s, _ := a.current(sc)
	_, words := a.previewIn(sc, s)
	return words
}

// previewIn is what Enter will do with the line, or what is wrong with it.
func (a *appsPane) previewIn(sc *scene, s appws.SessionView) (term.Style, string) {
	text := a.typed.Text()
	switch a.kind {
	case composeInput:
		return composePreview(text, s)
	case loadInput:
		return a.loadPreview(text)
	case replayInput:
		return replayPreview(text, sc, s)
	}
	return term.Strong, "Enter: keeps it; " + messages.FilterHint
}

func composePreview(text string, s appws.SessionView) (term.Style, string) {
	if text == "" {
		return term.Faint, `a message is one JSON object with "mt"; Up brings back what was sent`
	}
	if err := appws.CheckMessage([]byte(text)); err != nil {
		return term.Warn, appws.Explain(err)
	}
	return term.Strong, fmt.Sprintf("Enter: sends %d bytes to %s", len(text), s.Name)
}

func (a *appsPane) accept(m *model) (tea.Cmd, string) {
	text := a.typed.Text()
	s, _ := a.current(&m.scene)
	switch a.kind {
	case filterInput:
		a.filter, a.typed = text, nil
		return nil, ""
	case loadInput:
		return m.load(text)
	case replayInput:
		return m.replay(text, s)
	}
	if err := m.apps.Send(s.ID, []byte(text)); err != nil {
		return nil, notSent(err)
	}
	a.typed, a.at = nil, 0
	a.sent = append(a.sent[max(0, len(a.sent)-maxSent+1):], text)
	return nil, ""
}

func notSent(err error) string {
	if errors.Is(err, appws.ErrBusy) {
		return "not sent: too much waits to be sent already"
	}
	return "not sent: " + appws.Explain(err)
}

// recall puts into the field what the arrows select: an earlier message, another record, another
// session. After the newest message comes an empty one.
func (a *appsPane) recall(to keymap.Action, sc *scene) {
	by := map[keymap.Action]int{keymap.MoveUp: 1, keymap.MoveDown: -1}[to]
	list, least := a.recallable(sc)
	if by == 0 || len(list) == 0 {
		return
	}
	a.recalled = max(least, min(len(list), a.recalled+by))
	text := ""
	if a.recalled > 0 {
		text = list[len(list)-a.recalled]
	}
	a.typed.Set(text)
}

// recallable are the choices of the arrows in reverse order, and where they stop on the way back.
func (a *appsPane) recallable(sc *scene) (list []string, least int) {
	switch a.kind {
	case composeInput:
		return a.sent, 0
	case loadInput:
		return a.records, 1
	case replayInput:
		for _, s := range sc.apps {
			if s.State == appws.Open {
				list = append(list, s.Name)
			}
		}
		return list, 1
	}
	return nil, 0
}
