//go:build linux

package main

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/creack/pty"
	"github.com/patchcord/patchcord/demopbx"
	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/internal/station"
	"github.com/patchcord/patchcord/tui"
	"github.com/patchcord/patchcord/tui/keymap"
)

// operator is a robot at the screen: it presses keys at a real terminal and reads what is drawn.
// Behind the screen is a real phone at a practice PBX, whose journal shows what really happened.
type operator struct {
	*terminal
	desk  *desk
	app   *tui.App
	ended chan error
}

// operate opens the screen on a terminal of its own.
func operate(t testing.TB, o demopbx.Options, cols, rows uint16, env ...string) *operator {
	t.Helper()
	return operateAt(t, sit(t, o), cols, rows, env...)
}

// operateAt opens it with a phone that is there already.
func operateAt(t testing.TB, d *desk, cols, rows uint16, env ...string) *operator {
	t.Helper()
	shipped, err := keymap.Parse("keymap.toml", keys)
	if err != nil {
		t.Fatal(err)
	}
	op := &operator{terminal: newTerminal(t, cols, rows), desk: d, ended: make(chan error, 1)}
	go op.watch()
	t.Cleanup(op.leave)
	variables := map[string]string{"TERM": "xterm-256color", "LANG": "C.UTF-8"}
	for _, e := range env {
		name, value, _ := strings.Cut(e, "=")
		variables[name] = value
	}
	op.app, err = tui.New(tui.Config{
		Phone: d.phone, Keys: shipped, Practice: station.PracticeHint, In: op.tty, Out: op.tty,
		Getenv: func(name string) string { return variables[name] },
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { op.ended <- op.app.Run(ctx) })
	t.Cleanup(func() { cancel(); running.Wait() })
	op.see(`201.*LIVE`)
	return op
}

// keyBytes are the keys that are no letters, as xterm sends them.
var keyBytes = map[string]string{
	"enter": "\r", "esc": "\x1b", "tab": "\t", "up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C", "left": "\x1b[D",
	"pgdown": "\x1b[6~", "ctrl+c": "\x03", "ctrl+l": "\x0c", "ctrl+u": "\x15", "f1": "\x1bOP", "f3": "\x1bOR", "f4": "\x1bOS",
	"f5": "\x1b[15~", "space": " ",
}

// press presses keys with blanks between them; a word that names no key is typed.
func (op *operator) press(keys string) {
	op.Helper()
	for k := range strings.FieldsSeq(keys) {
		if b, ok := keyBytes[k]; ok {
			k = b
		}
		op.types(k)
	}
}

// see waits until the screen matches the pattern.
func (op *operator) see(pattern string) string { op.Helper(); return op.sees(pattern) }

// pbx waits until the PBX itself has seen something of a user, after what was waited for before.
func (op *operator) pbx(kind exchange.Kind, user string) exchange.Entry {
	op.Helper()
	return op.desk.witnessed(kind, func(e exchange.Entry) bool { return e.User == user })
}

// since counts what the PBX has seen of our user after an entry.
func (op *operator) since(n uint64, kinds ...exchange.Kind) int {
	count := 0
	for _, e := range op.desk.pbx.Journal().Since(n) {
		for _, k := range kinds {
			if e.Kind == k && e.User == station.PracticeUser {
				count++
			}
		}
	}
	return count
}

// now is the number of the PBX's last entry.
func (op *operator) now() uint64 {
	if all := op.desk.pbx.Journal().Since(0); len(all) > 0 {
		return all[len(all)-1].N
	}
	return 0
}

// named are the sequences that end with BEL and do not ring: titles, notes.
var named = regexp.MustCompile(`\x1b\][^\a]*(\a|$)`)

// bells counts how often it rang.
func (op *operator) bells() int { return strings.Count(named.ReplaceAllString(op.output(), ""), "\a") }

// resize makes the window another size.
func (op *operator) resize(cols, rows uint16) {
	op.Helper()
	op.mu.Lock()
	op.screen.Resize(int(cols), int(rows))
	op.mu.Unlock()
	if err := pty.Setsize(op.pty, &pty.Winsize{Cols: cols, Rows: rows}); err != nil {
		op.Fatal(err)
	}
	if err := syscall.Kill(syscall.Getpid(), syscall.SIGWINCH); err != nil {
		op.Fatal(err)
	}
}

// leaves waits for the end of the screen and compares the terminal with its former state.
func (op *operator) leaves() {
	op.Helper()
	if err := <-op.ended; err != nil && !errors.Is(err, context.Canceled) {
		op.Errorf("the screen ended with %v", err)
	}
	op.waits("the terminal is as it was", func() (string, bool) { return op.text(), op.termios() == op.before })
}

// colleague is somebody else at a phone of the same PBX.
func (op *operator) colleague(user string) *desk {
	op.Helper()
	return signIn(op.TB, op.desk.pbx, user, plainly)
}
