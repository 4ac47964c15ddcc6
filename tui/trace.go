package tui

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/tui/keymap"
)

// tracePane lists the messages of the wire, the newest at the bottom.
type tracePane struct {
	open bool
	// at is the time of the last message in sight, zero to follow the newest.
	at time.Time
}

// bottom is one past the last frame in sight.
func (t *tracePane) bottom(frames []pbxws.Frame) int {
	if t.at.IsZero() {
		return len(frames)
	}
	i, _ := slices.BinarySearchFunc(frames, t.at, func(f pbxws.Frame, at time.Time) int {
		if f.At.After(at) {
			return 1
		}
		return -1
	})
	return i
}

func (t *tracePane) draw(c *canvas, r rect, sc *scene, _ *view) {
	p := c.on(r.rows(1), 0).gap(1)
	p.put(title, "TRACE").gap(2)
	state := "not recording"
	if sc.Tracing {
		state = "recording"
	}
	p.put(strong, state).gap(2).put(plain, strconv.Itoa(len(sc.Trace))+" messages")
	if t.at.IsZero() {
		p.right(faint, "newest at the bottom")
	} else {
		p.right(warn, "stands at "+clock(t.at))
	}
	if len(sc.Trace) == 0 {
		c.on(r, 0).gap(1).put(faint, "no messages yet")
		return
	}
	end := t.bottom(sc.Trace)
	for _, f := range sc.Trace[max(0, end-r.h):end] {
		p := c.on(r.rows(1), 0).gap(1)
		p.put(faint, f.At.Format("15:04:05.000")).gap(1)
		if f.Sent {
			p.put(keyCap, "->")
		} else {
			p.put(done, "<-")
		}
		p.put(faint, fmt.Sprintf(" %6d ", len(f.Text))).put(plain, f.Text)
	}
}

func (t *tracePane) move(a keymap.Action, r rect, sc *scene, _ *view) {
	page := max(1, r.h-2)
	step := map[keymap.Action]int{
		keymap.MoveUp: -1, keymap.MoveDown: 1, keymap.MovePageUp: -page, keymap.MovePageDown: page,
		keymap.MoveFirst: -len(sc.Trace), keymap.MoveLast: len(sc.Trace),
	}[a]
	if len(sc.Trace) == 0 {
		return
	}
	end := max(min(page, len(sc.Trace)), t.bottom(sc.Trace)+step)
	if end >= len(sc.Trace) {
		t.at = time.Time{}
		return
	}
	t.at = sc.Trace[end-1].At
}
