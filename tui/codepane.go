package tui

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/keymap"
	"github.com/patchcord/patchcord/tui/term"
)

// codePane is the field for what a sign-in wants to know of the person, such as a one-time code. What is
// typed is not shown.
type codePane struct{ typed term.Input }

// maxCode bounds an answer in letters.
const maxCode = 60

// openCode opens the field.
func (m *model) openCode() string {
	if m.scene.Link.Asks == (phone.Question{}) {
		return "the sign-in asks nothing"
	}
	m.makeRoom()
	m.view.panes.push(&codePane{typed: term.NewInput(maxCode, "")})
	return ""
}

// askCode opens the field by itself for a question that is new, unless something else is being typed.
func (m *model) askCode(before phone.Question) {
	if asks := m.scene.Link.Asks; asks != before && asks != (phone.Question{}) && m.view.panes.field() == nil {
		m.openCode()
	}
}

func (cp *codePane) context() keymap.Context { return keymap.Field }

func (cp *codePane) close() bool { return false }

func (cp *codePane) input() *term.Input { return &cp.typed }

func (cp *codePane) hidesTyped() {}

func (cp *codePane) verb() string { return "sign in" }

func (cp *codePane) label(sc *scene) string { return sc.Link.Asks.Label + ": " }

func (cp *codePane) preview(sc *scene) string {
	return strings.TrimSuffix(sc.Link.Asks.Help, ".") + ". Enter signs in with it"
}

func (cp *codePane) orphaned(sc *scene) string {
	if sc.Link.Asks == (phone.Question{}) {
		return "the sign-in asks no more"
	}
	return ""
}

func (cp *codePane) key(k tea.Key, _ *scene) (tea.Cmd, bool) { return nil, cp.typed.Edit(k) }

func (cp *codePane) move(keymap.Action, term.Rect, *scene) {}

func (cp *codePane) accept(m *model) (tea.Cmd, string) {
	refusal := m.do(phone.AnswerQuestion{Text: cp.typed.Text()})
	if refusal == "" {
		m.view.panes.drop(cp)
	}
	return nil, refusal
}

func (cp *codePane) draw(c *term.Canvas, r term.Rect, sc *scene) {
	if r.H <= 0 {
		return
	}
	head := r.Rows(3)
	c.On(head, 0).Gap(1).PutCut(term.Title, sc.Link.What)
	p := c.On(head, 1).Gap(1).Put(term.Title, cp.label(sc)).Put(term.Ruled, "[")
	masked := cp.typed.Masked()
	masked.Draw(p, min(usualInput, p.Room()-1))
	c.On(head, 2).Gap(1).PutCut(term.Strong, cp.preview(sc))
}
