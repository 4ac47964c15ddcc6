package tui

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/tui/apps"
	"github.com/patchcord/patchcord/tui/term"
)

// openedMsg brings what a person's pager or editor made of a text, and that the terminal is ours again.
type openedMsg struct {
	end  apps.OpenedMsg
	size sizeMsg
}

// opener gives commands that show a text in the person's pager, or in the editor.
func (a *App) opener(ctx context.Context, t *term.Terminal, hold func() func()) func(text string, edit bool) tea.Cmd {
	return func(text string, edit bool) tea.Cmd {
		return func() tea.Msg {
			after, err := a.openText(ctx, t, hold, text, edit)
			w, h := t.Size()
			return openedMsg{apps.OpenedMsg{Before: text, After: after, Edit: edit, Err: err}, sizeMsg{w: w, h: h, anew: true}}
		}
	}
}

// maxOpened bounds in bytes what is taken of an edited text.
const maxOpened = 1 << 20

// openText has a file for the text, which only its owner can read and which is gone afterwards.
func (a *App) openText(ctx context.Context, t *term.Terminal, hold func() func(), text string, edit bool) (after string, err error) {
	f, err := os.CreateTemp("", "patchcord-*.json")
	if err != nil {
		return text, err
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(text)
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return text, err
	}
	line := cmp.Or(a.cfg.Getenv("PAGER"), term.Pager)
	if edit {
		line = cmp.Or(a.cfg.Getenv("VISUAL"), a.cfg.Getenv("EDITOR"), term.Editor)
	}
	if err := t.Lend(ctx, hold, term.ShellCommand(line, f.Name())); err != nil {
		return text, fmt.Errorf("%s: %w", strings.TrimSpace(line), err)
	}
	if !edit {
		return text, nil
	}
	read, err := os.ReadFile(f.Name())
	if err == nil && len(read) > maxOpened {
		err = fmt.Errorf("the edited text has more than %d bytes", maxOpened)
	}
	if err != nil {
		return text, err
	}
	return string(read), nil
}
