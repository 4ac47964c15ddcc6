package tui

import (
	"testing"

	tea "github.com/charmbracelet/bubbletea"
)

// TestSuspendKey: the program stops only where that silences nobody and a shell is there.
func TestSuspendKey(t *testing.T) {
	r := newRobot(t, calm())
	r.press("ctrl+z").sees("there is no shell here to resume Patchcord")
	stops := 0
	r.m.suspends = func() tea.Msg { stops++; return suspendedMsg{sizeMsg{w: 100, h: 30, anew: true}} }
	before := r.m.view.redraws
	runAll(r.send(keyMsg("ctrl+z")), r)
	if stops != 1 || r.m.scene.w != 100 || r.m.view.redraws != before+1 {
		t.Errorf("stopped %d times, %d columns, %d redraws", stops, r.m.scene.w, r.m.view.redraws-before)
	}
	runAll(r.press("d").send(keyMsg("ctrl+z")), r) // from a field too
	if stops != 2 {
		t.Errorf("stopped %d times", stops)
	}
	for name, s := range situations() {
		if s.Live() > 0 {
			r.show(s)
			runAll(r.send(keyMsg("ctrl+z")), r)
			r.sees("stopping Patchcord would silence your call")
			if stops != 2 {
				t.Fatalf("stopped in %q", name)
			}
		}
	}
}

// runAll runs a command, and those in it, and brings what came of them.
func runAll(cmd tea.Cmd, r *robot) {
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case nil:
	case tea.BatchMsg:
		for _, c := range msg {
			runAll(c, r)
		}
	default:
		r.send(msg)
	}
}
