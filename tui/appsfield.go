package tui

import (
	"errors"
	"fmt"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/tui/keymap"
	"github.com/patchcord/patchcord/tui/term"
)

// The text fields of the AppWebsocket pane: its filter, the message that is written, the saved
// record that is opened and the session that a record is replayed on.

// drawField is the open field with what Enter will do.
func (a *appsPane) drawField(c *term.Canvas, r term.Rect, sc *scene, s appws.SessionView, v *view) {
	p := c.On(r, 0).Gap(1)
	p.Put(term.Title, a.label(v.field.kind, s)).Put(term.Ruled, "[")
	v.field.drawText(c, p, p.Room()-2)
	st, words := a.promise(v.field, sc, s)
	c.On(r, 1).Gap(1).Put(st, words)
}

func (a *appsPane) label(kind fieldKind, s appws.SessionView) string {
	switch kind {
	case composeField:
		return "send to " + cut(s.Name, 12) + ": "
	case loadField:
		return "open record: "
	case replayField:
		return "replay on: "
	}
	return "filter: "
}

// promise is what Enter will do with the field, or what is wrong with it.
func (a *appsPane) promise(f *field, sc *scene, s appws.SessionView) (term.Style, string) {
	text := strings.TrimSpace(string(f.text))
	switch f.kind {
	case composeField:
		return composePromise(text, s)
	case loadField:
		return a.loadPromise(text)
	case replayField:
		return replayPromise(text, sc, s)
	}
	return term.Strong, "Enter: keeps it; " + filterHint
}

func composePromise(text string, s appws.SessionView) (term.Style, string) {
	if text == "" {
		return term.Faint, `a message is one JSON object with "mt"; the arrows bring back what was sent`
	}
	if err := appws.CheckMessage([]byte(text)); err != nil {
		return term.Warn, appws.Explain(err)
	}
	return term.Strong, fmt.Sprintf("Enter: sends %d bytes to %s", len(text), s.Name)
}

// acceptApps takes what stands in a field of the pane.
func (m *model) acceptApps() (tea.Cmd, string) {
	v := &m.view
	a, f := &v.apps, v.field
	text := strings.TrimSpace(string(f.text))
	s, _ := a.current(&m.scene)
	switch f.kind {
	case appsFilterField:
		a.filter, v.field = text, nil
		return nil, ""
	case loadField:
		return m.load(text)
	case replayField:
		return m.replay(text, s)
	}
	if err := m.apps.Send(s.ID, []byte(text)); err != nil {
		return nil, notSent(err)
	}
	v.field, a.at = nil, 0
	a.sent = append(a.sent[max(0, len(a.sent)-maxSent+1):], text)
	return nil, ""
}

func notSent(err error) string {
	if errors.Is(err, appws.ErrBusy) {
		return "not sent: too much waits to be sent already"
	}
	return "not sent: " + appws.Explain(err)
}

// recall puts into the field what the arrows lead to: an earlier message, another record,
// another session. Beyond the newest message there is the empty one.
func (a *appsPane) recall(to keymap.Action, f *field, sc *scene) {
	step := map[keymap.Action]int{keymap.MoveUp: 1, keymap.MoveDown: -1}[to]
	list, least := a.recallable(f.kind, sc)
	if step == 0 || len(list) == 0 {
		return
	}
	a.recalled = max(least, min(len(list), a.recalled+step))
	f.remove(0, len(f.text))
	if a.recalled > 0 {
		f.insert(list[len(list)-a.recalled])
	}
}

// recallable is what the arrows lead to, the first of it last, and where they stop on the way
// back.
func (a *appsPane) recallable(kind fieldKind, sc *scene) (list []string, least int) {
	switch kind {
	case composeField:
		return a.sent, 0
	case loadField:
		return a.records, 1
	case replayField:
		for _, s := range sc.apps {
			if s.State == appws.Open {
				list = append(list, s.Name)
			}
		}
		return list, 1
	}
	return nil, 0
}
