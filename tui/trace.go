package tui

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/keymap"
	"github.com/patchcord/patchcord/tui/messages"
	"github.com/patchcord/patchcord/tui/term"
)

// tracePane lists the messages of the wire, the newest at the bottom. Secrets are hidden before
// a message gets here.
type tracePane struct {
	// typed is the line for a filter while one is written, nil for none.
	typed *term.Input
	// at is the number of the last message in sight, 0 to follow the newest.
	at uint64
	// filter is what messages must hold to be listed; system is the PBX whose they must be,
	// empty for all.
	filter string
	system phone.LinkID
	// detail shows the last message in sight in full.
	detail bool
}

// asked is the filter in force: the text of the open field, else what was accepted.
func (t *tracePane) asked() string {
	if t.typed != nil {
		return t.typed.String()
	}
	return t.filter
}

// frames are the messages that the filter lets through.
func (t *tracePane) frames(sc *scene) []pbxws.Frame {
	f := messages.ParseFilter(t.asked())
	if len(f) == 0 && t.system == "" {
		return sc.Trace
	}
	var frames []pbxws.Frame
	for _, frame := range sc.Trace {
		if (t.system == "" || frame.Link == string(t.system)) && f.Lets(frame.Text, sc.traceColumns(frame)) {
			frames = append(frames, frame)
		}
	}
	return frames
}

// traceColumns gives the filter the direction and the PBX; all else stands in the message.
func (sc *scene) traceColumns(f pbxws.Frame) func(key string) ([]string, bool) {
	return func(key string) ([]string, bool) {
		switch {
		case key == "bytes" || key == "size":
			return []string{strconv.Itoa(len(f.Text))}, true
		case key == "system" && sc.several():
			return []string{sc.label(phone.LinkID(f.Link))}, true
		}
		way := "rx"
		if f.Sent {
			way = "tx"
		}
		return []string{way}, key == "dir"
	}
}

// bottom is one past the last frame in sight.
func (t *tracePane) bottom(frames []pbxws.Frame) int {
	if t.at == 0 {
		return len(frames)
	}
	i, _ := slices.BinarySearchFunc(frames, t.at, func(f pbxws.Frame, at uint64) int {
		if f.N > at {
			return 1
		}
		return -1
	})
	return i
}

func (t *tracePane) context() keymap.Context {
	if t.typed != nil {
		return keymap.Field
	}
	return keymap.Trace
}

func (t *tracePane) choice(sc *scene) (string, bool) { return "details", true }

func (t *tracePane) choose(*model) (tea.Cmd, string) {
	t.detail = !t.detail
	return nil, ""
}

func (t *tracePane) markedRow(n *linear, _ *scene) (string, [][2]string) { return n.known.row, nil }

func (t *tracePane) input() *term.Input { return t.typed }

func (t *tracePane) label(*scene) string { return "filter, words or key=value: " }

func (t *tracePane) verb() string { return "filter" }

func (t *tracePane) preview(*scene) string { return "Enter: keeps it; " + messages.FilterHint }

func (t *tracePane) key(k tea.Key, _ *scene) (tea.Cmd, bool) {
	return nil, t.typed != nil && t.typed.Edit(k)
}

func (t *tracePane) accept(*model) (tea.Cmd, string) {
	t.filter, t.at, t.typed = t.typed.String(), 0, nil
	return nil, ""
}

// close closes the line; a pane that is left starts over.
func (t *tracePane) close() bool {
	if t.typed != nil {
		t.typed = nil
		return true
	}
	*t = tracePane{}
	return false
}

func (t *tracePane) draw(c *term.Canvas, r term.Rect, sc *scene) {
	frames := t.frames(sc)
	t.drawHead(c, r.Rows(1), sc, frames)
	if t.typed != nil {
		drawInput(c.On(r.Rows(1), 0).Gap(1), sc, t, usualInput)
	}
	if len(frames) == 0 {
		words := "no messages yet"
		if len(sc.Trace) > 0 {
			words = "no messages match the filter"
		}
		c.On(r, 0).Gap(1).PutCut(term.Faint, words)
		return
	}
	end := t.bottom(frames)
	if t.detail && end > 0 {
		lines := messages.Pretty(frames[end-1].Text, r.W-2, r.H/2, c.ASCII)
		foot := r.Last(min(len(lines)+1, r.H-1))
		c.Ruler(foot.Rows(1))
		for i, line := range lines {
			c.On(foot, i).Gap(1).Put(term.Plain, line)
		}
	}
	systems := sc.signsOf()
	for i := max(0, end-r.H); i < end; i++ {
		drawFrame(c.On(r.Rows(1), 0), frames, i, i == end-1 && (t.detail || t.at != 0), systems)
	}
}

func (t *tracePane) drawHead(c *term.Canvas, r term.Rect, sc *scene, frames []pbxws.Frame) {
	p := c.On(r, 0).Gap(1)
	p.Put(term.Title, "TRACE").Gap(2)
	state := "not recording"
	if sc.Tracing {
		state = "recording"
	}
	count := term.Count(len(sc.Trace), "message")
	if t.asked() != "" || t.system != "" {
		count = fmt.Sprintf("%d of %s", len(frames), count)
	}
	if t.system != "" {
		count += ", " + sc.label(t.system) + " alone"
	}
	if asked := t.asked(); asked != "" {
		count += fmt.Sprintf(" match \"%s\"", asked)
	}
	p.Put(term.Strong, state).Gap(2)
	if end := t.bottom(frames); t.at == 0 || end == 0 {
		p.Right(term.Faint, "newest at the bottom")
	} else {
		p.Right(term.Warn, "follow OFF at "+term.Clock(frames[end-1].At)+followHint(sc))
	}
	p.Put(term.Plain, count)
}

// followHint is the key that follows the newest message again.
func followHint(sc *scene) string {
	if keys := sc.keys.Keys(keymap.Trace, keymap.MoveLast); len(keys) > 0 {
		return ", " + keyName(keys[0]) + " follows"
	}
	return ""
}

// drawFrame is one message: when, how long after the one above, of which PBX where there are
// several, which way, how large, what.
func drawFrame(p *term.Pen, frames []pbxws.Frame, i int, isMarked bool, systems signs) {
	f := frames[i]
	p.Mark(isMarked)
	after := ""
	if i > 0 {
		after = gapWords(f.At.Sub(frames[i-1].At))
	}
	p.Put(term.Faint, f.At.Format("15:04:05.000")).Put(term.Faint, fmt.Sprintf(" %7s ", after))
	if systems.wide > 0 {
		p.Put(term.Strong, fmt.Sprintf("%-*s ", systems.wide, systems.of[phone.LinkID(f.Link)]))
	}
	if f.Sent {
		p.Put(term.KeyCap, "->")
	} else {
		p.Put(term.Done, "<-")
	}
	p.Put(term.Faint, fmt.Sprintf(" %6d ", len(f.Text))).Put(term.Plain, f.Text)
}

// gapWords is the time between two messages, in seconds.
func gapWords(d time.Duration) string {
	if d >= 1000*time.Second {
		return fmt.Sprintf("+%.0f", d.Seconds())
	}
	return fmt.Sprintf("+%.3f", max(0, d).Seconds())
}

func (t *tracePane) move(a keymap.Action, r term.Rect, sc *scene) {
	frames := t.frames(sc)
	page := max(1, r.H-2)
	if len(frames) == 0 {
		return
	}
	least := min(page, len(frames))
	if t.detail {
		least = 1
	}
	end := max(least, t.bottom(frames)+a.Stride(page, len(frames)))
	if end >= len(frames) {
		t.at = 0
		return
	}
	t.at = frames[end-1].N
}

// traceActions are what keys do with the messages of the link.
func traceActions() []action {
	return []action{
		{id: keymap.ViewTrace, do: (*model).viewTrace},
		{id: keymap.TraceFilter, hints: ranks{keymap.Trace: 10}, do: (*model).filterTrace},
		{id: keymap.TraceToggle, order: true, hints: ranks{keymap.Trace: 20},
			do: func(m *model, _ string) string { return m.do(phone.SetTrace{On: !m.scene.Tracing}) },
			word: func(_ *view, sc *scene) string {
				if sc.Tracing {
					return "stop recording"
				}
				return ""
			}},
		{id: keymap.TraceSystem, hints: ranks{keymap.Trace: 15}, do: (*model).nextSystem,
			applies: func(_ *view, sc *scene) bool { return sc.several() }},
	}
}

// nextSystem goes on to the messages of the next PBX, and after the last to those of all.
func (m *model) nextSystem(string) string {
	t, boards := m.view.trace, m.scene.boards()
	next := slices.IndexFunc(boards, func(v phone.LinkView) bool { return v.Link.ID == t.system }) + 1
	t.system, t.at = "", 0
	if next < len(boards) {
		t.system = boards[next].Link.ID
	}
	return ""
}

// viewTrace opens the pane, or closes it as it is.
func (m *model) viewTrace(string) string {
	v := &m.view
	if v.panes.has(v.trace) {
		v.panes.drop(v.trace)
		return ""
	}
	m.closeOthers()
	v.panes.push(v.trace)
	if m.scene.Tracing {
		return ""
	}
	return m.do(phone.SetTrace{On: true})
}

// filterTrace opens the field of the filter.
func (m *model) filterTrace(string) string {
	in := term.NewInput(maxLine, m.view.trace.filter)
	m.view.trace.typed = &in
	return ""
}
