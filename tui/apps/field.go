package apps

import (
	"errors"
	"fmt"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/appws/sessions"
	"github.com/patchcord/patchcord/tui/keymap"
	"github.com/patchcord/patchcord/tui/messages"
	"github.com/patchcord/patchcord/tui/term"
)

// The text fields of the AppWebsocket pane: its filter, the message that is written, the saved
// record that is opened and the session that a record is replayed on.

// drawField is the open line with what Enter will do.
func (a *Pane) drawField(c *term.Canvas, r term.Rect, sh Shown, s sessions.View) {
	p := c.On(r, 0).Gap(1)
	label := a.Label()
	if a.kind == composeInput {
		label = "send to " + term.Harmless(s.Name, 12, false) + ": "
	}
	p.Put(term.Title, label).Put(term.Ruled, "[")
	a.typed.Draw(p, p.Room()-2)
	st, words := a.previewIn(sh, s)
	c.On(r, 1).Gap(1).Put(st, words)
}

// Label stands before the line that is open.
func (a *Pane) Label() string {
	return [...]string{filterInput: "filter: ", composeInput: "send: ", loadInput: "open record: ", replayInput: "replay on: "}[a.kind]
}

// Verb is what Enter does with it, in a word.
func (a *Pane) Verb() string {
	return [...]string{filterInput: "keep", composeInput: "send", loadInput: "open", replayInput: "replay"}[a.kind]
}

// Preview is the same in a sentence, or what is wrong with the line.
func (a *Pane) Preview(sh Shown) string {
	s, _ := a.current(sh)
	_, words := a.previewIn(sh, s)
	return words
}

// previewIn is what Enter will do with the line, or what is wrong with it.
func (a *Pane) previewIn(sh Shown, s sessions.View) (term.Style, string) {
	text := a.typed.Text()
	switch a.kind {
	case composeInput:
		return composePreview(text, s)
	case loadInput:
		return a.loadPreview(text)
	case replayInput:
		return replayPreview(text, sh, s)
	}
	return term.Strong, "Enter: keeps it; " + messages.FilterHint
}

func composePreview(text string, s sessions.View) (term.Style, string) {
	if text == "" {
		return term.Faint, `a message is one JSON object with "mt"; Up brings back what was sent`
	}
	if err := appws.CheckMessage([]byte(text)); err != nil {
		return term.Warn, appws.Explain(err)
	}
	return term.Strong, fmt.Sprintf("Enter: sends %d bytes to %s", len(text), s.Name)
}

// Brings tells that the arrows bring other texts into the line.
func (a *Pane) Brings() bool { return a.kind != filterInput }

// Accept takes what stands in the line. What is refused leaves it open.
func (a *Pane) Accept(sh Shown, w Work) (next tea.Cmd, refusal string) {
	text := a.typed.Text()
	s, _ := a.current(sh)
	switch a.kind {
	case filterInput:
		a.filter, a.typed = text, nil
		return nil, ""
	case loadInput:
		return a.load(text, w)
	case replayInput:
		return a.replay(text, s, sh, w)
	}
	if err := w.Sessions.Send(s.ID, []byte(text)); err != nil {
		return nil, notSent(err)
	}
	a.typed, a.at = nil, 0
	a.sent = append(a.sent[max(0, len(a.sent)-maxSent+1):], text)
	return nil, ""
}

func notSent(err error) string {
	if errors.Is(err, sessions.ErrBusy) {
		return "not sent: too much waits to be sent already"
	}
	return "not sent: " + appws.Explain(err)
}

// recall puts into the field what the arrows select: an earlier message, another record, another
// session. After the newest message comes an empty one.
func (a *Pane) recall(to keymap.Action, sh Shown) {
	by := map[keymap.Action]int{keymap.MoveUp: 1, keymap.MoveDown: -1}[to]
	list, least := a.recallable(sh)
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
func (a *Pane) recallable(sh Shown) (list []string, least int) {
	switch a.kind {
	case composeInput:
		return a.sent, 0
	case loadInput:
		return a.records, 1
	case replayInput:
		for _, s := range sh.Sessions {
			if s.State == sessions.Open {
				list = append(list, s.Name)
			}
		}
		return list, 1
	}
	return nil, 0
}
