package tui

import (
	"log/slog"
	"sync"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/internal/fault"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/term"
)

// A fault in the screen must not end a call. What fails shows a sentence in its own place, and
// the phone and the rest of the screen go on.

const (
	// brokenPane is shown in place of a view that failed, until it is left.
	brokenPane = "This view has failed. Your calls and the other views go on. Leave it and open it again to try once more; the log says what happened."
	// brokenPiece stands in any other part of the screen, as long as it fails.
	brokenPiece = "This part of the screen has failed; your calls go on. The log says what happened."
)

// faults are what failed on the screen.
type faults struct {
	// broken is the pane that failed, nil for none. It gets no keys and is not drawn until it has been
	// closed or replaced.
	broken pane
	// unlogged are those that are still to be written down.
	unlogged []namedFault
}

type namedFault struct {
	name string
	err  *fault.Error
}

// piece draws a part of the screen that has room. If that fails, a sentence stands there.
func (v *view) piece(c *term.Canvas, r term.Rect, name string, draw func()) {
	if r.W <= 0 || r.H <= 0 {
		return
	}
	defer fault.Catch(func(e *fault.Error) {
		v.faults.unlogged = append(v.faults.unlogged, namedFault{name, e})
		c.Sorry(r, brokenPiece)
	})
	draw()
}

// drawPane draws the pane that has the body.
func (v *view) drawPane(c *term.Canvas, r term.Rect, sc *scene) {
	p := v.panes.body()
	if v.faults.broken == p {
		c.Sorry(r, brokenPane)
		return
	}
	defer fault.Catch(func(e *fault.Error) {
		v.breaks(p, e)
		c.Sorry(r, brokenPane)
	})
	p.draw(c, r, sc)
}

func (v *view) breaks(p pane, e *fault.Error) {
	v.faults.broken = p
	v.faults.unlogged = append(v.faults.unlogged, namedFault{"a view of the screen", e})
}

// movePane moves in the pane that has the body.
func (v *view) movePane(move func(pane)) {
	p := v.panes.body()
	if v.faults.broken == p {
		return
	}
	defer fault.Catch(func(e *fault.Error) { v.breaks(p, e) })
	move(p)
}

// failed says that a message could not be dealt with, and gives the command that is due after it
// all the same.
func (m *model) failed(msg tea.Msg, e *fault.Error) tea.Cmd {
	m.view.faults.unlogged = append(m.view.faults.unlogged, namedFault{"the screen", e})
	if m.linear != nil {
		m.linear.text.Reset()
	}
	m.say(phone.GradeFailed, "part of the screen failed: "+e.Error()+"; your calls go on")
	if fromPump(msg) {
		return m.wait
	}
	return nil
}

// fromPump tells whether a message came from the pump, which must then be asked for the next.
func fromPump(msg tea.Msg) bool {
	switch msg.(type) {
	case phoneMsg, newsMsg, silentMsg, pastMsg, appsMsg, sizeMsg, tickMsg, pumpFailedMsg:
		return true
	}
	return false
}

// settleFaults logs what failed. A broken pane that was left may be drawn again.
func (m *model) settleFaults() {
	f := &m.view.faults
	for _, u := range f.unlogged {
		m.faultLog.add(u.name, u.err)
	}
	f.unlogged = nil
	if f.broken != nil && f.broken != m.view.panes.body() {
		f.broken = nil
	}
}

// maxFaults is how many different faults are written down.
const maxFaults = 100

// faultLog writes each fault down once, however often it comes. It is safe for concurrent use; a
// nil one is silent.
type faultLog struct {
	log  *slog.Logger
	mu   sync.Mutex
	seen map[string]bool
}

func newFaultLog(log *slog.Logger) *faultLog { return &faultLog{log: log, seen: map[string]bool{}} }

func (l *faultLog) add(name string, e *fault.Error) {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if key := name + " " + e.Place; !l.seen[key] && len(l.seen) < maxFaults {
		l.seen[key] = true
		e.Log(l.log, name)
	}
}
