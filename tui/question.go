package tui

import (
	"strings"

	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/keymap"
)

// question stands in the message line until it is answered: for what cannot be taken back and is
// not dangerous enough for two keys. Whatever else is typed meanwhile is not listened to.
type question struct {
	// words ask, in names, what will be done.
	words string
	// void says why there is nothing to ask any more, empty while there is.
	void func(sc *scene) string
	yes  func(m *model) (refusal string)
}

func (m *model) ask(q question) { m.view.question = &q }

func (m *model) sayYes(string) string {
	q := m.view.question
	if q == nil {
		return "nothing was asked"
	}
	m.view.question = nil
	return q.yes(m)
}

func (m *model) sayNo(string) string {
	if m.view.question == nil {
		return "nothing was asked"
	}
	m.view.question = nil
	m.say(phone.GradeInfo, "nothing was changed")
	return ""
}

// settleQuestion takes a question back whose reason is gone.
func (m *model) settleQuestion() {
	if q := m.view.question; q != nil {
		if why := q.void(&m.scene); why != "" {
			m.view.question = nil
			m.say(phone.GradeWarn, why)
		}
	}
}

// keys are those that answer it.
func (q *question) keys(sc *scene) string {
	var words []string
	for _, a := range []keymap.Action{keymap.QuestionYes, keymap.QuestionNo} {
		if keys := sc.keys.Keys(keymap.Question, a); len(keys) > 0 {
			words = append(words, keyName(keys[0])+" "+a.Hint())
		}
	}
	return strings.Join(words, "  ")
}
