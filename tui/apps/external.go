package apps

import (
	"strings"
	"unicode"

	"github.com/patchcord/patchcord/appws/sessions"
	"github.com/patchcord/patchcord/tui/messages"
	"github.com/patchcord/patchcord/tui/term"
)

// The selected message in the person's pager or editor, and what was edited as a draft.

// unbroken is a width that no line has.
const unbroken = 1 << 30

// openIn shows the selected message, as it is to be seen on the pane.
func openIn(edit bool) func(*Pane, sessions.View, Shown, Work) Effect {
	return func(a *Pane, s sessions.View, sh Shown, w Work) Effect {
		row, ok := a.marked(sh)
		switch {
		case !ok:
			return said("there is no message to open")
		case w.Open == nil:
			return said("no program can be opened here")
		}
		a.choose(s)
		if a.edited = s.Name; s.ID == allID {
			a.edited = a.sessionOf(row.first().N)
		}
		return Effect{Next: w.Open(row.file(), edit)}
	}
}

// file is a row as the text of a file, a message laid out. A terminal's escapes are not in it.
func (r logRow) file() string {
	text := r.first().Text
	if r.isFold() || len(text) <= messages.WholeBytes {
		text = strings.Join(r.lines(unbroken, false), "\n")
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return unicode.ReplacementChar
		}
		return r
	}, text) + "\n"
}

// take has what was edited as the draft of the session that the message was of.
func (msg OpenedMsg) take(a *Pane, _ bool) Effect {
	switch {
	case msg.Err != nil:
		return Effect{Said: "not opened: " + msg.Err.Error(), Style: term.Failed}
	case !msg.Edit || msg.After == msg.Before:
		return Effect{}
	}
	a.keepDraft(a.edited, strings.Join(messages.Packed(strings.Split(strings.TrimSpace(msg.After), "\n"), unbroken, false), " "))
	return Effect{Said: "what you edited is the draft of the next message on " + a.edited, Style: term.Done}
}

// keepDraft keeps a message that was not sent, for the next one to be written on a session.
func (a *Pane) keepDraft(session, text string) {
	if a.drafts == nil {
		a.drafts = map[string]string{}
	}
	if strings.TrimSpace(text) == "" {
		delete(a.drafts, session)
		return
	}
	a.drafts[session] = text
}
