package tui

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/keymap"
	"github.com/patchcord/patchcord/tui/term"
)

// questionPane is in the message line until it is answered: for what cannot be undone and is not
// dangerous enough for two keys. It ignores all other keys.
type questionPane struct {
	messageLine
	// words ask, in names, what will be done.
	words string
	// void says why there is nothing to ask any more, empty while there is.
	void func(sc *scene) string
	yes  func(m *model) (refusal string)
}

func (q *questionPane) context() keymap.Context { return keymap.Question }

func (q *questionPane) orphaned(sc *scene) string { return q.void(sc) }

// confirmPane asks whether to end the calls and leave. goes tells that a person goes on to another phone,
// which takes the place of this one.
type confirmPane struct {
	messageLine
	goes bool
}

func (*confirmPane) context() keymap.Context { return keymap.Confirm }

// messageLine is a pane that stands in the message line and has no rows and no text.
type messageLine struct{}

func (messageLine) draw(*term.Canvas, term.Rect, *scene)  {}
func (messageLine) move(keymap.Action, term.Rect, *scene) {}
func (messageLine) key(tea.Key, *scene) (tea.Cmd, bool)   { return nil, false }
func (messageLine) close() bool                           { return false }
func (messageLine) leavesBody()                           {}

// asked tells that a question waits for its answer.
func (v *view) asked() bool {
	_, line := v.panes.top().(lineless)
	return line
}

// confirms tells that the question whether to leave is open.
func (v *view) confirms() bool {
	_, ok := find[*confirmPane](v.panes)
	return ok
}

// canDetach tells that the phone can be left with its calls up.
func (v *view) canDetach(sc *scene) bool {
	p, open := find[*confirmPane](v.panes)
	return sc.away != nil && open && !p.goes
}

func (m *model) sayYes(string) string {
	q, ok := find[*questionPane](m.view.panes)
	if !ok {
		return "nothing was asked"
	}
	m.view.panes.drop(q)
	return q.yes(m)
}

func (m *model) sayNo(string) string {
	q, ok := find[*questionPane](m.view.panes)
	if !ok {
		return "nothing was asked"
	}
	m.view.panes.drop(q)
	m.say(phone.GradeInfo, "nothing was changed")
	return ""
}

// closeOrphans closes what was open for a call that is gone.
func (m *model) closeOrphans() {
	for _, p := range m.view.panes {
		d, ok := p.(depending)
		if !ok {
			continue
		}
		if why := d.orphaned(&m.scene); why != "" {
			m.view.panes.drop(p)
			m.say(phone.GradeWarn, why)
		}
	}
}

// keys are those that answer it.
func (q *questionPane) keys(sc *scene) string {
	var words []string
	for _, a := range []keymap.Action{keymap.QuestionYes, keymap.QuestionNo} {
		if keys := sc.keys.Keys(keymap.Question, a); len(keys) > 0 {
			words = append(words, keyName(keys[0])+" "+a.Hint())
		}
	}
	return strings.Join(words, "  ")
}
