package tui

import (
	"slices"
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/keymap"
	"github.com/patchcord/patchcord/tui/term"
)

// commandPane lists the commands that begin with what is typed after the colon. They are the
// actions of the keymap by name, a few with something after the name, and the settings.
type commandPane struct {
	typed term.Input
	at    int
	// moved tells that a person chose the selected one.
	moved bool
	// all is made when it is first asked for, and then kept.
	all []command
}

// command is one line of the palette.
type command struct {
	// names are the ways to call it, the one that is shown first.
	names []string
	// after says what may follow the name, empty for nothing.
	after string
	help  string
	// action lends its key to the line. order tells that it changes something at the phone, or ends the screen for
	// another phone.
	action keymap.Action
	order  bool
	run    func(m *model, rest string) (tea.Cmd, string)
}

// words are the command as it is typed.
func (c command) words() string { return strings.TrimSpace(c.names[0] + " " + c.after) }

// unnamed are actions that are of no use by name: they belong to a key.
func unnamed(a keymap.Action) bool {
	for _, prefix := range []string{"field.", "confirm.", "setup.", "question.", "move.", "dial.", "menu.", "command"} {
		if strings.HasPrefix(string(a), prefix) {
			return true
		}
	}
	return false
}

// namesOf are the names of an action: its hint, unless another one has the same, and its own.
func (t *actionTable) namesOf(a keymap.Action) []string {
	var names []string
	shared := slices.ContainsFunc(keymap.All(), func(b keymap.Action) bool {
		return b != a && (b.Hint() == a.Hint() || string(b) == a.Hint())
	})
	if !shared {
		names = append(names, a.Hint())
	}
	names = append(names, t.by[a].names...)
	if !slices.Contains(names, string(a)) {
		names = append(names, string(a))
	}
	return names
}

// commands are all of them, settings last.
func commands(t *actionTable) []command {
	var all []command
	for _, a := range keymap.All() {
		if unnamed(a) {
			continue
		}
		row := t.by[a]
		run := func(m *model, rest string) (tea.Cmd, string) {
			if rest != "" && row.with != nil {
				return row.with(m, rest)
			}
			return m.act(a, ""), m.view.message.text
		}
		all = append(all, command{names: t.namesOf(a), after: row.after, help: a.Help(), action: a, order: row.isOrder(), run: run})
	}
	all = append(all, command{
		names: []string{"history clear"}, help: "delete the call history on this computer",
		order: true, run: answering((*model).forget),
	}, command{
		names: []string{"rename page"}, after: "NAME", help: "give the page of bookmarks that is shown another name",
		run: (*model).renamePage,
	}, command{
		names: []string{"profile"}, after: "NAME", help: "sign in with another profile of config.toml, or at the practice PBX: practice",
		order: true, run: answering((*model).switchTo),
	}, command{
		names: []string{"echo test"}, help: "measure the echo that others hear of you, at the practice PBX",
		order: true, run: answering(func(m *model, _ string) string { return m.echoTest() }),
	})
	all = append(all, command{
		names: []string{"text"}, after: "NUMBER WORDS", help: "write a text message to somebody",
		order: true, run: answering(func(m *model, rest string) string {
			to, text, _ := strings.Cut(rest, " ")
			return m.do(phone.SendText{To: to, Text: text, Link: m.scene.Route(to)})
		}),
	})
	all = append(all, tourCommand())
	all = append(all, serviceCommands()...)
	for _, s := range settings {
		all = append(all, command{
			names: settingNames(s.name, all), after: s.values, help: s.help,
			order: s.order, run: answering(s.set),
		})
	}
	return all
}

// answering is a command that has no more to do than it says.
func answering(do func(m *model, rest string) string) func(*model, string) (tea.Cmd, string) {
	return func(m *model, rest string) (tea.Cmd, string) { return nil, do(m, rest) }
}

// settingNames are the ways to call a setting: "set" may be left out where no other command is
// called so.
func settingNames(name string, others []command) []string {
	names := []string{"set " + name}
	if !slices.ContainsFunc(others, func(c command) bool { return slices.Contains(c.names, name) }) {
		names = append(names, name)
	}
	return names
}

// matching are the commands whose names begin with what is typed, and the text after the name. A whole
// name with something after it means that command alone. One that cannot be is not found by a part of its name.
func (pp *commandPane) matching(sc *scene, text string) (found []command, rest string) {
	if pp.all == nil {
		pp.all = commands(sc.actions)
	}
	text = strings.TrimLeft(text, " :")
	for _, c := range pp.all {
		for _, name := range c.names {
			if after, ok := strings.CutPrefix(text, name+" "); ok && c.after != "" && strings.TrimSpace(after) != "" {
				return []command{c}, strings.TrimSpace(after)
			}
		}
	}
	typed := text // a blank behind it is the end of a word
	text = strings.TrimSpace(text)
	for _, whole := range []bool{true, false} {
		for _, c := range pp.all {
			if !whole && c.order && sc.barred() != "" {
				continue
			}
			i := slices.IndexFunc(c.names, func(n string) bool {
				return whole && n == text || !whole && n != text && strings.HasPrefix(n, typed)
			})
			if i >= 0 && !slices.ContainsFunc(found, func(f command) bool { return f.names[0] == c.names[0] }) {
				found = append(found, c)
			}
		}
	}
	return found, ""
}

// chosen is the command that Enter runs, among those found.
func (pp *commandPane) chosen(sc *scene) (c command, found []command, rest string) {
	found, rest = pp.matching(sc, pp.typed.String())
	if len(found) == 0 {
		return command{}, nil, ""
	}
	return found[max(0, min(pp.at, len(found)-1))], found, rest
}

// unsettled says why Enter runs nothing yet, empty where it does: more than one command begins so, and
// none is selected. A command whose name is the beginning of all the others counts as the one meant.
func (pp *commandPane) unsettled(found []command) string {
	text := pp.typed.Text()
	if pp.moved || len(found) < 2 || slices.Contains(found[0].names, text) {
		return ""
	}
	longer := func(c command) bool { return strings.HasPrefix(c.names[0], found[0].names[0]) }
	switch {
	case text == "":
		return "type a command, or select one"
	case !slices.ContainsFunc(found, func(c command) bool { return !longer(c) }):
		return ""
	}
	return strconv.Itoa(len(found)) + " commands begin with " + strconv.Quote(text) + ": type more, or select one"
}

func (pp *commandPane) context() keymap.Context { return keymap.Field }

func (pp *commandPane) close() bool { return false }

func (pp *commandPane) input() *term.Input { return &pp.typed }

func (pp *commandPane) label(*scene) string { return ":" }

func (pp *commandPane) verb() string { return "run" }

func (pp *commandPane) key(k tea.Key, _ *scene) (tea.Cmd, bool) {
	before := pp.typed.String()
	if !pp.typed.Edit(k) {
		return nil, false
	}
	pp.at, pp.moved = 0, pp.moved && pp.typed.String() == before
	return nil, true
}

func (pp *commandPane) draw(c *term.Canvas, r term.Rect, sc *scene) {
	found, _ := pp.matching(sc, pp.typed.String())
	head := r.Rows(3)
	c.On(head, 0).Gap(1).Put(term.Title, "COMMANDS").Put(term.Strong, " "+strconv.Itoa(len(found)))
	drawField(c, head, sc, pp, "")
	if r.H > 4 {
		c.Ruler(r.Rows(1))
	}
	at := max(0, min(pp.at, len(found)-1))
	if pp.unsettled(found) != "" {
		at = -1
	}
	top := max(0, min(at-r.H/2, len(found)-r.H))
	widest := 0
	for _, cmd := range found {
		widest = max(widest, c.Columns(cmd.words()))
	}
	for i, end := top, min(len(found), top+r.H); i < end; i++ {
		line := r.Rows(1)
		p := c.On(line, 0)
		p.Mark(i == at)
		key := ""
		if keys := sc.keys.Keys(sc.calls(true), found[i].action); len(keys) > 0 && found[i].action != "" {
			key = keyName(keys[0])
		}
		p.Cell(term.Strong, min(widest, p.Room()/2), found[i].words()).Gap(2)
		p.Cell(term.KeyCap, min(7, p.Room()), key).PutCut(term.Plain, found[i].help)
		if i == at {
			c.Restyle(line, term.Marked)
		}
	}
}

func (pp *commandPane) move(a keymap.Action, r term.Rect, sc *scene) {
	found, _ := pp.matching(sc, pp.typed.String())
	if pp.unsettled(found) != "" {
		pp.at = -1
	}
	pp.at, pp.moved = within(pp.at+a.Stride(max(1, r.H-4), len(found)), len(found)), true
}

func (pp *commandPane) preview(sc *scene) string {
	c, found, _ := pp.chosen(sc)
	if len(found) == 0 {
		return unknownCommand(pp.typed.String())
	}
	if why := pp.unsettled(found); why != "" {
		return why
	}
	return "Enter: " + c.help
}

func (m *model) command(string) string {
	m.makeRoom()
	m.view.panes.push(&commandPane{typed: term.NewInput(maxTyped, "")})
	return ""
}

// accept runs what stands after the colon. The field closes unless nothing is called so.
// What ends a call is not guessed from its first letters.
func (pp *commandPane) accept(m *model) (tea.Cmd, string) {
	c, found, rest := pp.chosen(&m.scene)
	if len(found) == 0 {
		return nil, unknownCommand(pp.typed.String())
	}
	if why := pp.unsettled(found); why != "" {
		return nil, why
	}
	if c.action.Destructive() && !pp.moved && !slices.Contains(c.names, pp.typed.Text()) {
		return nil, "that would end a call: type " + c.names[0] + " in full, or select it"
	}
	m.view.panes.drop(pp)
	return c.run(m, rest)
}

func unknownCommand(text string) string {
	text = strings.TrimSpace(text)
	if name, ok := strings.CutPrefix(text, "set "); ok {
		var names []string
		for _, s := range settings {
			names = append(names, s.name)
		}
		name, _, _ = strings.Cut(strings.TrimSpace(name), " ")
		return "no setting is called " + strconv.Quote(name) + "; there are " + strings.Join(names, ", ")
	}
	return "no command is called " + strconv.Quote(text)
}

// completeCommand fills in the name of the command that Enter would run.
func (m *model) completeCommand() string {
	pp, ok := find[*commandPane](m.view.panes)
	if !ok {
		return ""
	}
	c, found, rest := pp.chosen(&m.scene)
	if len(found) == 0 || rest != "" {
		return ""
	}
	name := c.names[0]
	if c.after != "" {
		name += " "
	}
	pp.typed.Set(name)
	return ""
}
