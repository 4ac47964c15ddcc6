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
type codePane struct {
	typed term.Input
	// link is whose sign-in asks.
	link phone.LinkID
}

// maxCode bounds an answer in letters.
const maxCode = 60

// openCode opens the field.
func (m *model) openCode() string {
	for _, b := range m.scene.boards() {
		if b.Link.Asks != (phone.Question{}) {
			m.makeRoom()
			m.view.panes.push(&codePane{link: b.Link.ID, typed: term.NewInput(maxCode, "")})
			return ""
		}
	}
	return "the sign-in does not ask for anything"
}

// askCode opens the field by itself for a question that is new, unless something else is being typed.
func (m *model) askCode(before phone.Snapshot) {
	for _, b := range m.scene.boards() {
		if asks := b.Link.Asks; asks != before.On(b.Link.ID).Link.Asks && asks != (phone.Question{}) && m.view.panes.field() == nil {
			m.openCode()
		}
	}
}

// question is what the sign-in of the pane wants to know.
func (cp *codePane) question(sc *scene) phone.Question { return sc.on(cp.link).Link.Asks }

func (cp *codePane) context() keymap.Context { return keymap.Field }

func (cp *codePane) close() bool { return false }

func (cp *codePane) input() *term.Input { return &cp.typed }

func (cp *codePane) hidesTyped() {}

func (cp *codePane) verb() string { return "sign in" }

func (cp *codePane) label(sc *scene) string {
	return cp.question(sc).Label + sc.on(cp.link).at() + ": "
}

func (cp *codePane) preview(sc *scene) string {
	return strings.TrimSuffix(cp.question(sc).Help, ".") + ". Enter signs in with it"
}

func (cp *codePane) orphaned(sc *scene) string {
	if cp.question(sc) == (phone.Question{}) {
		return "the sign-in no longer asks for anything"
	}
	return ""
}

func (cp *codePane) key(k tea.Key, _ *scene) (tea.Cmd, bool) { return nil, cp.typed.Edit(k) }

func (cp *codePane) move(keymap.Action, term.Rect, *scene) {}

func (cp *codePane) accept(m *model) (tea.Cmd, string) {
	refusal := m.do(phone.AnswerQuestion{Link: cp.link, Text: cp.typed.Text()})
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
	c.On(head, 0).Gap(1).PutCut(term.Title, sc.on(cp.link).Link.What)
	p := c.On(head, 1).Gap(1).Put(term.Title, cp.label(sc)).Put(term.Ruled, "[")
	masked := cp.typed.Masked()
	masked.Draw(p, min(usualInput, p.Room()-1))
	c.On(head, 2).Gap(1).PutCut(term.Strong, cp.preview(sc))
}
