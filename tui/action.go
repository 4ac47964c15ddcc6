package tui

import (
	"cmp"
	"maps"
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/keymap"
)

// action is one row of the table of actions: all that the screen knows of a key's meaning. Its
// words and its keys are the keymap's.
type action struct {
	id keymap.Action
	// hints are the contexts whose last line names the action, with its place there: the lower number
	// comes first.
	hints ranks
	// menu is its place among what can be done with the calls, consult its place on the card of an
	// attended transfer; 0 for none.
	menu, consult int
	// names are other names on the command line. after says what may follow them there, and then with
	// is done in place of do.
	names []string
	after string
	with  func(m *model, rest string) (next tea.Cmd, refusal string)
	// call is the call that it acts on. order tells that it gives the phone an order though it acts on no call.
	call  target
	order bool
	// desk tells that it works on a call of the desk phone too.
	desk bool

	// applies tells whether the action makes sense now: if not, the last line leaves it out. Without
	// it the preview decides, and without a preview the action always applies.
	applies func(v *view, sc *scene) bool
	// word is what the last line calls it, nil for the keymap's hint.
	word func(v *view, sc *scene) string
	// preview is the outcome it would have now, with names; l is the call it is for. It is empty if
	// the action does not apply.
	preview func(sc *scene, l phone.Leg) string

	// do carries it out, key being the one pressed; what it cannot do it says in words. run is the
	// same with a command to go on with.
	do  func(m *model, key string) (refusal string)
	run func(m *model, key string) (next tea.Cmd, refusal string)
}

type ranks map[keymap.Context]int

// target is the call that an action acts on.
type target uint8

const (
	noCall      target = iota
	meantCall          // the one that is meant
	ringingCall        // the one that rings here
)

// actionTable finds actions.
type actionTable struct {
	by map[keymap.Action]*action
	// hints, menu and consult are the actions in the last line, in the menu and on the card of a
	// consultation, in order.
	hints         map[keymap.Context][]*action
	menu, consult []*action
}

// newActions is the table of all actions. A test sees to it that none of the keymap's is missing.
func newActions() *actionTable {
	t := &actionTable{by: map[keymap.Action]*action{}, hints: map[keymap.Context][]*action{}}
	for _, rows := range [][]action{
		callActions(), sendActions(), peopleActions(), viewActions(), moveActions(), programActions(), fieldActions(),
		noteActions(), wallboardActions(), traceActions(), qualityActions(), deviceActions(), playbackActions(), appsActions(), setupActions(),
	} {
		for i := range rows {
			t.add(&rows[i])
		}
	}
	for ctx, rows := range t.hints {
		slices.SortFunc(rows, func(a, b *action) int { return cmp.Compare(a.hints[ctx], b.hints[ctx]) })
	}
	slices.SortFunc(t.menu, func(a, b *action) int { return cmp.Compare(a.menu, b.menu) })
	slices.SortFunc(t.consult, func(a, b *action) int { return cmp.Compare(a.consult, b.consult) })
	return t
}

func (t *actionTable) add(a *action) {
	t.by[a.id] = a
	for ctx := range maps.Keys(a.hints) {
		t.hints[ctx] = append(t.hints[ctx], a)
	}
	if a.menu > 0 {
		t.menu = append(t.menu, a)
	}
	if a.consult > 0 {
		t.consult = append(t.consult, a)
	}
}

// isOrder tells of an action that changes something at the phone. All others are the screen's own.
func (a *action) isOrder() bool { return a.order || a.call != noCall }

// outcome is the preview of an action for the call that is meant; empty where it does not apply.
func (a *action) outcome(sc *scene) string {
	l, ok := sc.inCall()
	if !ok || a == nil || a.preview == nil || l.Place != phone.Here && !a.desk {
		return ""
	}
	return a.preview(sc, l)
}

func (a *action) worthAHint(v *view, sc *scene) bool {
	switch {
	case a.applies != nil:
		return a.applies(v, sc)
	case a.preview != nil:
		return a.outcome(sc) != ""
	}
	return true
}

func (a *action) hintWord(v *view, sc *scene) string {
	if a.word != nil {
		if word := a.word(v, sc); word != "" {
			return word
		}
	}
	return a.id.Hint()
}

// act carries an action out; what stops it is said in the message line.
func (m *model) act(id keymap.Action, key string) tea.Cmd {
	m.view.message = message{}
	if id != keymap.MenuOpen {
		m.view.freed = offer{}
	}
	if m.linear != nil && m.linear.act(id, m) {
		return nil
	}
	m.leaveDevices(id)
	a := m.scene.actions.by[id]
	var next tea.Cmd
	refusal := id.Hint() + " is not possible here"
	switch {
	case a == nil:
	case m.barred(a) != "":
		refusal = m.barred(a)
	case a.run != nil:
		next, refusal = a.run(m, key)
	case a.do != nil:
		refusal = a.do(m, key)
	}
	if refusal != "" {
		m.say(phone.GradeInfo, refusal)
	}
	return next
}
