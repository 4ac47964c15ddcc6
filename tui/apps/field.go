package apps

import (
	"fmt"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/tui/keymap"
	"github.com/patchcord/patchcord/tui/messages"
	"github.com/patchcord/patchcord/tui/term"
)

// The text fields of the AppWebsocket pane: its filter, the message that is written, the saved
// record that is opened and the session that a record is replayed on.

// drawField is the open line with what Enter will do.
func (a *Pane) drawField(c *term.Canvas, r term.Rect, sh Shown, s appws.SessionView) {
	p := c.On(r, 0).Gap(1)
	label := a.Label()
	if a.Kind == ComposeInput {
		label = "send to " + term.Harmless(s.Name, 12, false) + ": "
	}
	p.Put(term.Title, label).Put(term.Ruled, "[")
	a.Typed.Draw(p, p.Room()-2)
	st, words := a.previewIn(sh, s)
	c.On(r, 1).Gap(1).Put(st, words)
}

// Label stands before the line that is open.
func (a *Pane) Label() string {
	return [...]string{FilterInput: "filter: ", ComposeInput: "send: ", LoadInput: "open record: ", ReplayInput: "replay on: "}[a.Kind]
}

// Verb is what Enter does with it, in a word.
func (a *Pane) Verb() string {
	return [...]string{FilterInput: "keep", ComposeInput: "send", LoadInput: "open", ReplayInput: "replay"}[a.Kind]
}

// Preview is the same in a sentence, or what is wrong with the line.
func (a *Pane) Preview(sh Shown) string {
	s, _ := a.Current(sh)
	_, words := a.previewIn(sh, s)
	return words
}

// previewIn is what Enter will do with the line, or what is wrong with it.
func (a *Pane) previewIn(sh Shown, s appws.SessionView) (term.Style, string) {
	text := a.Typed.Text()
	switch a.Kind {
	case ComposeInput:
		return composePreview(text, s)
	case LoadInput:
		return a.loadPreview(text)
	case ReplayInput:
		return replayPreview(text, sh, s)
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

// recall puts into the field what the arrows select: an earlier message, another record, another
// session. After the newest message comes an empty one.
func (a *Pane) recall(to keymap.Action, sh Shown) {
	by := map[keymap.Action]int{keymap.MoveUp: 1, keymap.MoveDown: -1}[to]
	list, least := a.recallable(sh)
	if by == 0 || len(list) == 0 {
		return
	}
	a.Recalled = max(least, min(len(list), a.Recalled+by))
	text := ""
	if a.Recalled > 0 {
		text = list[len(list)-a.Recalled]
	}
	a.Typed.Set(text)
}

// recallable are the choices of the arrows in reverse order, and where they stop on the way back.
func (a *Pane) recallable(sh Shown) (list []string, least int) {
	switch a.Kind {
	case ComposeInput:
		return a.Sent, 0
	case LoadInput:
		return a.Records, 1
	case ReplayInput:
		for _, s := range sh.Sessions {
			if s.State == appws.Open {
				list = append(list, s.Name)
			}
		}
		return list, 1
	}
	return nil, 0
}
