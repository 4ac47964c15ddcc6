package apps

import (
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

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
	line := *a.typed
	if a.kind == doctorInput {
		line = line.Masked()
	}
	line.Draw(p, p.Room()-2)
	st, words := a.previewIn(sh, s)
	c.On(r, 1).Gap(1).PutCut(st, words)
}

// Label stands before the line that is open.
func (a *Pane) Label() string {
	return [...]string{filterInput: "filter: ", composeInput: "send: ", loadInput: "open record: ", replayInput: "replay on: ", findInput: "find: ", cryptInput: "seed and text: ", doctorInput: "password: ", sessionInput: "session: "}[a.kind]
}

// Verb is what Enter does with it, in a word.
func (a *Pane) Verb() string {
	return [...]string{filterInput: "keep", composeInput: "send", loadInput: "open", replayInput: "replay", findInput: "stay here", cryptInput: "show", doctorInput: "examine", sessionInput: "mark"}[a.kind]
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
		return a.composePreview(text, s.Name)
	case loadInput:
		return a.loadPreview(text)
	case replayInput:
		return replayPreview(text, sh, s)
	case cryptInput:
		return a.cryptPreview(text)
	case sessionInput:
		return sessionPreview(text, sh, s)
	case doctorInput:
		return term.Strong, "Enter: compares the digest of the login with this password's; it is not kept"
	case findInput:
		return term.Strong, "Up and Down go to the previous and the next match; Enter stays here"
	}
	return a.filterPreview(text)
}

// filterPreview is what a filter is or will be saved as.
func (a *Pane) filterPreview(text string) (term.Style, string) {
	name, rest := nameOf(text)
	switch _, unknown := a.expanded(rest); {
	case unknown != "":
		return term.Warn, "no filter is saved as " + unknown + "; NAME: in front of a filter saves one"
	case name != "" && rest == "":
		return term.Strong, "Enter: forgets the filter " + name
	case name != "":
		return term.Strong, "Enter: keeps it and saves it as @" + name
	}
	return term.Strong, "Enter: keeps it; " + messages.FilterHint + "; NAME: saves it"
}

// acceptFilter has the filter in force, and saves it where it has a name in front.
func (a *Pane) acceptFilter(text string, w Work) tea.Cmd {
	name, rest := nameOf(text)
	a.filter, a.typed = rest, nil
	if name == "" {
		return nil
	}
	var words string
	whole, _ := a.expanded(rest)
	a.Phrases.Filters, words = kept(a.Phrases.Filters, name, whole)
	return a.keep(w, words)
}

// Brings tells that the arrows bring other texts into the line.
func (a *Pane) Brings() bool {
	switch a.kind {
	case filterInput:
		return len(a.Phrases.Filters) > 0
	case cryptInput, doctorInput:
		return false
	}
	return true
}

// Accept takes what stands in the line. What is refused leaves it open.
func (a *Pane) Accept(sh Shown, w Work) (next tea.Cmd, refusal string) {
	text := a.typed.Text()
	s, _ := a.current(sh)
	switch a.kind {
	case filterInput:
		return a.acceptFilter(text, w), ""
	case loadInput:
		return a.load(text, w)
	case replayInput:
		return a.replay(text, s, sh, w)
	case findInput:
		a.typed = nil
		return nil, ""
	case cryptInput:
		return nil, a.acceptCrypto(text)
	case sessionInput:
		a.typed = nil
		return nil, ""
	case doctorInput:
		return nil, a.acceptDoctor(a.typed.String(), w)
	}
	return a.send(text, s, w)
}

// send sends what is written, or saves it as a snippet, or brings one.
func (a *Pane) send(text string, s sessions.View, w Work) (next tea.Cmd, refusal string) {
	if name, rest := nameOf(text); name != "" {
		var words string
		a.Phrases.Snippets, words = kept(a.Phrases.Snippets, name, rest)
		a.typed.Set(rest)
		return a.keep(w, words), ""
	}
	if snippet, ok := a.Phrases.Snippets[strings.TrimPrefix(text, "@")]; ok && text[0] == '@' {
		a.typed.Set(snippet)
		return nil, ""
	}
	if s.ID != a.session {
		return nil, fmt.Sprintf("not sent: the session %q is gone; Esc keeps what you wrote for its next one", a.name)
	}
	a.nextMacros(s, w)
	whole, err := a.checked(text)
	if err == nil {
		err = w.Sessions.Send(s.ID, []byte(whole))
	}
	if err != nil {
		return nil, notSent(err)
	}
	a.typed = nil
	delete(a.drafts, s.Name)
	a.follow()
	a.sent = append(a.sent[max(0, len(a.sent)-maxSent+1):], text)
	return nil, ""
}

// nextMacros has the macros of the next message on a session stand for something new.
func (a *Pane) nextMacros(s sessions.View, w Work) {
	key, _ := w.Sessions.Key(s.ID, math.MaxUint64)
	a.count++
	a.macros = macros{key, fmt.Sprintf("p%d", a.count), rand.Text()}
}

func notSent(err error) string {
	if errors.Is(err, sessions.ErrBusy) {
		return "not sent: too much is waiting to be sent already"
	}
	return "not sent: " + cmp.Or(appws.Explain(err), err.Error())
}

// recall puts into the field what the arrows select: an earlier message, another record, another
// session. After the newest message comes an empty one.
func (a *Pane) recall(to keymap.Action, sh Shown) {
	by := map[keymap.Action]int{keymap.MoveUp: 1, keymap.MoveDown: -1}[to]
	if a.kind == sessionInput && by != 0 {
		a.markFound(sh, -by)
		return
	}
	if a.kind == findInput && by != 0 {
		a.findNext(-by)
		return
	}
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
	case filterInput:
		return a.savedFilters(), 0
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

// find goes to the first line from one on that holds what is typed, or else to the first of all.
func (a *Pane) find(from int) {
	a.sought = a.typed.Text()
	found := matches(a.read.lines, a.sought)
	if len(found) == 0 {
		return
	}
	i, _ := slices.BinarySearch(found, from)
	a.line = found[i%len(found)]
}

// findNext goes to the next line with it, or with -1 to the one before; behind the last comes the first.
func (a *Pane) findNext(by int) {
	found := matches(a.read.lines, a.sought)
	if len(found) == 0 {
		return
	}
	i, here := slices.BinarySearch(found, a.line)
	if by > 0 && !here {
		i--
	}
	a.line = found[(i+by+len(found))%len(found)]
}
