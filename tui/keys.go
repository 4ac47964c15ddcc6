package tui

import (
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/keymap"
)

// keys takes what the keyboard sent: one key, several that came at once, or a paste.
func (m *model) keys(k tea.Key) tea.Cmd {
	if k.Paste || m.linear != nil && len(k.Runes) >= pastedFrom {
		next := m.paste(string(k.Runes))
		m.view.pressed = m.scene.now
		return next
	}
	if k.Type != tea.KeyRunes || len(k.Runes) < 2 {
		return tea.Batch(m.key(k), m.deadline())
	}
	var next []tea.Cmd
	for _, r := range k.Runes {
		one := tea.Key{Type: tea.KeyRunes, Runes: []rune{r}, Alt: k.Alt}
		if r == ' ' {
			one.Type = tea.KeySpace
		}
		next = append(next, m.key(one))
	}
	return tea.Batch(append(next, m.deadline())...)
}

// deadline asks for a frame when what the key began runs out by itself.
func (m *model) deadline() tea.Cmd {
	_, rings := m.scene.Alerting()
	switch {
	case m.view.leaving == hangingUp:
		return m.after(leavingTakes)
	case len(m.view.armed.choices) > 1:
		return m.after(boxAfter)
	case m.view.armed.key != "":
		return m.after(armedFor)
	case rings:
		return m.after(typingFor)
	}
	return nil
}

// key takes a single key.
func (m *model) key(k tea.Key) (next tea.Cmd) {
	v, name := &m.view, m.keyName(k)
	typing := v.typing(&m.scene)
	v.pressed = m.scene.now
	if next, used := m.second(name); used {
		return next
	}
	ctx := m.context(!typing || isFKey(name), name)
	if waiting := m.scene.keys.Pending(ctx, name); len(waiting) > 0 {
		if why := m.tooLate(waiting[0]); why != "" {
			m.say(phone.GradeWarn, why)
			return nil
		}
		if why := m.barred(m.scene.actions.by[waiting[0]]); why != "" {
			m.say(phone.GradeInfo, why)
			return nil
		}
		m.asBefore("", func() { m.first(ctx, name, waiting) })
		return nil
	}
	a, ok := m.scene.keys.Lookup(ctx, name)
	if now, answers := m.scene.keys.Lookup(v.context(&m.scene, true), name); answers && now == keymap.CallAnswer && isFKey(name) {
		a, ok = now, true // a key that means nothing else
	}
	switch {
	case m.filtersHelp(k):
	case ok && typing && m.scene.isForRing(a) && !isFKey(name):
		m.say(phone.GradeInfo, m.unexpected(name))
	case ok && m.view.before.counts(&m.scene) && a == keymap.CallAnswer && !isFKey(name) && v.before.rings == "":
		m.say(phone.GradeInfo, m.unexpected(name))
	case ok && m.tooLate(a) != "":
		m.say(phone.GradeWarn, m.tooLate(a))
	case ok:
		m.asBefore(a, func() { next = m.act(a, name) })
	case !v.asked():
		next = m.write(k, name)
	}
	return next
}

// write gives a key that means no action to the pane, and says so where nobody takes it.
func (m *model) write(k tea.Key, name string) tea.Cmd {
	v := &m.view
	next, used := v.panes.top().key(k, &m.scene)
	switch {
	case used, v.panes.top().context() == keymap.Help, v.panes.field() != nil:
	case m.unexpected(name) != "":
		m.say(phone.GradeInfo, m.unexpected(name))
	case k.Type == tea.KeyRunes:
		m.say(phone.GradeInfo, name+" does nothing here"+m.helpHint())
	}
	return next
}

// filtersHelp takes a letter for the filter of the list of keys once one is written.
func (m *model) filtersHelp(k tea.Key) bool {
	h, ok := m.view.panes.top().(*helpPane)
	if !ok || len(h.filter) == 0 || k.Type != tea.KeyRunes {
		return false
	}
	_, used := h.key(k, &m.scene)
	return used
}

// keyName is the key's name in the keymap: where no text is typed, a letter of a keyboard without
// Latin ones stands for the one at its place, unless it is somebody's key itself.
func (m *model) keyName(k tea.Key) string {
	v, name := &m.view, k.String()
	if k.Type != tea.KeyRunes || len(k.Runes) != 1 || k.Alt || v.panes.field() != nil || shows[overlay](v.panes) {
		return name
	}
	latin, ok := keymap.OnLatin(k.Runes[0])
	if _, bound := m.scene.keys.Lookup(v.context(&m.scene, true), name); !ok || bound {
		return name
	}
	return string(latin)
}

func (m *model) helpHint() string {
	keys := m.scene.keys.Keys(m.view.context(&m.scene, true), keymap.ShowHelp)
	if len(keys) == 0 {
		return ""
	}
	return ", " + keyName(keys[0]) + " lists the keys"
}

// first arms a pair of keys and says what the second will do.
func (m *model) first(ctx keymap.Context, name string, waiting []keymap.Action) {
	v := &m.view
	if why := m.tooSoon(); why != "" && slices.Contains(waiting, keymap.CallHangup) {
		m.say(phone.GradeInfo, why)
		return
	}
	v.armed = arming{key: name, ctx: ctx, at: m.scene.now, leg: m.mine().ID, lasts: armedFor}
	var all []string
	for _, a := range waiting {
		words := m.scene.actions.by[a].outcome(&m.scene)
		if words == "" {
			words = a.Hint()
		}
		for _, keys := range m.scene.keys.Keys(ctx, a) {
			if first, second, pair := strings.Cut(keys, " "); pair && first == name {
				v.armed.choices = append(v.armed.choices, choice{keyName(second), words})
				all = append(all, keyName(second)+": "+words)
			}
		}
	}
	m.say(phone.GradeWarn, "then "+strings.Join(all, "   "))
	if choosing(waiting) {
		v.armed.lasts = choosingFor
		m.say(phone.GradeInfo, keyName(name)+" ...")
	}
}

// second completes an armed pair and reports whether the key is used up. The pair is looked
// up where it began: a call that starts to ring in between changes nothing.
func (m *model) second(name string) (next tea.Cmd, used bool) {
	v := &m.view
	armed := v.armed
	if armed.key == "" {
		return nil, false
	}
	v.armed, v.message = arming{}, message{}
	if m.scene.since(armed.at) >= armed.lasts {
		return nil, false
	}
	a, ok := m.scene.keys.Lookup(armed.ctx, keymap.Sequence(armed.key, name))
	if !ok {
		return nil, len(armed.choices) > 1 && !isFKey(name) // it was to be a choice, not a command
	}
	if l, live := m.scene.Leg(armed.leg); a == keymap.CallHangup && (!live || l.State == phone.Ended) {
		m.say(phone.GradeInfo, "that call is over already")
		return nil, true
	}
	mark := m.scene.call
	m.scene.call = armed.leg
	next = m.act(a, name)
	m.scene.call = mark
	return next, true
}

// paste puts pasted text where text goes. Outside a field it never runs commands: a number in
// it opens the dial field, the rest is dropped.
func (m *model) paste(s string) (next tea.Cmd) {
	v := &m.view
	taker, takes := find[pasteable](v.panes)
	switch {
	case v.leaving != staying || v.asked() || shows[overlay](v.panes):
	case v.panes.field() != nil:
		m.pasteField(v.panes.field(), s)
	case takes:
		return taker.paste(s)
	default:
		m.pasteNumber(s)
	}
	return nil
}
