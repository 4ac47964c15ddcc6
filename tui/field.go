package tui

import (
	"fmt"
	"slices"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/internal/number"
	"github.com/patchcord/patchcord/internal/printable"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/term"
)

// fieldKind is what the text is for.
type fieldKind uint8

const (
	dialField fieldKind = iota
	findField
	transferField // at once
	consultField  // after having asked
	parkField
	commandField
	traceField
	forgetField     // a question that wants a word
	setupField      // a line of the form of the first run, which has labels and promises of its own
	appsFilterField // of the AppWebsocket pane, as those that follow are
	composeField
	loadField
	replayField
)

// maxTyped bounds a text field; numbers and names are shorter. maxLine bounds filters, paths and links.
const (
	maxTyped = 60
	maxLine  = 1000
)

// field is the one text field of the screen.
type field struct {
	kind fieldKind
	text []rune
	at   int // of the cursor, in runes
	// leg is the call to be transferred or parked.
	leg pbxws.LegID
	// asked is when another program put the text there; zero where a person did.
	asked time.Time
	// chosen is set once a person moved the mark: Enter then means the marked one, whatever
	// stands in the field.
	chosen bool
	// outside tells that the text came from a paste or another program; others are more numbers that
	// did.
	outside bool
	others  []hit
	// proposed is the number that Enter means while nothing was typed or marked, empty for none.
	proposed string
}

// insert puts text at the cursor; what cannot be shown is left out.
func (f *field) insert(s string) {
	var added []rune
	for _, r := range s {
		if printable.Showable(r) && len(f.text)+len(added) < f.limit() {
			added = append(added, r)
		}
	}
	f.text = slices.Insert(f.text, f.at, added...)
	f.at += len(added)
	f.changed()
}

func (f *field) limit() int {
	switch f.kind {
	case composeField:
		return maxWritten
	case traceField, setupField, appsFilterField, loadField:
		return maxLine
	}
	return maxTyped
}

// isForNumber tells that the field is for a number to be called, or for somebody who has one.
func (f *field) isForNumber() bool { return f.kind <= consultField }

// isForApps tells that the field belongs to the AppWebsocket pane, which draws it.
func (f *field) isForApps() bool { return f.kind >= appsFilterField }

// edit applies an editing key and reports whether it was one.
func (f *field) edit(k tea.Key) bool {
	switch k.Type {
	case tea.KeyRunes, tea.KeySpace:
		if k.Alt {
			return false
		}
		f.insert(string(k.Runes))
	case tea.KeyBackspace:
		f.remove(f.at-1, f.at)
	case tea.KeyDelete:
		f.remove(f.at, f.at+1)
	case tea.KeyCtrlU:
		f.remove(0, f.at)
	case tea.KeyCtrlW:
		head := strings.TrimRight(string(f.text[:f.at]), " ")
		f.remove(len([]rune(head[:strings.LastIndexByte(head, ' ')+1])), f.at)
	case tea.KeyLeft:
		f.at = max(0, f.at-1)
	case tea.KeyRight:
		f.at = min(len(f.text), f.at+1)
	case tea.KeyHome, tea.KeyCtrlA:
		f.at = 0
	case tea.KeyEnd, tea.KeyCtrlE:
		f.at = len(f.text)
	default:
		return false
	}
	return true
}

func (f *field) remove(from, to int) {
	from, to = max(0, from), min(len(f.text), to)
	if from < to {
		f.text = append(f.text[:from], f.text[to:]...)
		f.at = from
		f.changed()
	}
}

// changed forgets what belonged to another text. What another program asks for stays.
func (f *field) changed() {
	f.chosen, f.outside = false, false
	f.others = slices.DeleteFunc(f.others, func(h hit) bool { return h.section == pastedToo })
}

// target is who Enter means, empty where nobody is.
func (f *field) target(sc *scene, v *view) string {
	typed := strings.TrimSpace(string(f.text))
	if f.kind == parkField {
		return v.park.orbit(f)
	}
	if f.kind == commandField || f.kind == forgetField || f.isForApps() {
		return typed
	}
	if f.proposed != "" && typed == "" && !f.chosen {
		return f.proposed
	}
	g := v.board.found(sc, v)
	isMarked := g.place(sc, v.board.mark) >= 0
	marked := string(v.board.mark)
	if v.board.number != "" {
		isMarked, marked = true, v.board.number
	}
	if isMarked && (f.chosen || typed == "" || f.kind == findField || !number.IsNumber(typed)) {
		return marked
	}
	if n, why := sc.Number(typed); why == "" {
		return n.String()
	}
	return typed
}

// promise is what Enter will do, in names.
func (f *field) promise(sc *scene, v *view) string {
	if row, ok := v.current(sc); ok && f.kind == findField {
		return "Enter: " + rowVerb(v.list.kind) + ", " + row.name
	}
	if f.kind == commandField {
		return v.palette.promise(sc, v)
	}
	if f.kind == forgetField {
		return sc.forgetPromise(f.target(sc, v))
	}
	if f.isForApps() {
		s, _ := v.apps.current(sc)
		_, words := v.apps.promise(f, sc, s)
		return words
	}
	to := f.target(sc, v)
	l, _ := sc.Leg(f.leg)
	name, who := sc.short(l.Peer), sc.called(to)
	n, why := sc.reads(to)
	switch {
	case f.kind == parkField:
		return f.parkPromise(sc, to)
	case to == "":
		return "type a number or a name"
	case why != "":
		return why
	case f.kind == transferField || f.kind == consultField:
		if refusal := sc.Refuses(sc.sending(f.kind, f.leg, to)); refusal != "" {
			return refusal
		}
		if words := f.joins(sc, to); words != "" {
			return words
		}
	}
	switch f.kind {
	case transferField:
		return fmt.Sprintf("Enter: %s will talk to %s, you leave", name, who)
	case consultField:
		return fmt.Sprintf("Enter: calls %s, %s waits (step 1 of 3)", who, name)
	}
	after := ""
	if l, ok := sc.Talking(); ok && l.Place == phone.Here {
		after = ", " + sc.short(l.Peer) + " goes on hold"
	}
	switch {
	case n.Kind == number.Service && (f.outside || f.chosen): // this matters more than which phone it is
		return codeWarning + ": Enter dials " + who + after
	case sc.ControlOnly():
		return "Enter: your desk phone rings; pick it up to call " + who
	case sc.Sound.Silent && !sc.Link.Practice:
		return "Enter: calls " + who + " without sound: no sound card, no desk phone"
	}
	return "Enter: calls " + who + after
}

// joins is the promise of a transfer to somebody who is on the line with us already.
func (f *field) joins(sc *scene, to string) string {
	l, _ := sc.Leg(f.leg)
	switch i := sc.sending(f.kind, f.leg, to).(type) {
	case phone.ConsultWith:
		other, _ := sc.Leg(i.With)
		return "Enter: asks " + sc.short(other.Peer) + ", who is up already; " + sc.short(l.Peer) + " waits"
	case phone.LinkCalls:
		other, _ := sc.Leg(i.With)
		return "Enter: links " + sc.short(l.Peer) + " with " + sc.short(other.Peer) + ", who is up already; you leave"
	}
	return ""
}

func (f *field) label(sc *scene) string {
	l, _ := sc.Leg(f.leg)
	switch f.kind {
	case findField:
		return "find: "
	case transferField:
		return "transfer " + sc.short(l.Peer) + " to: "
	case consultField:
		return "ask first about " + sc.short(l.Peer) + ", call: "
	case commandField:
		return ":"
	case traceField:
		return "filter, words or key=value: "
	case forgetField:
		return "forget the calls kept here? "
	case appsFilterField:
		return "filter: "
	case composeField:
		return "send: "
	case loadField:
		return "open record: "
	case replayField:
		return "replay on: "
	case parkField:
		return "park " + sc.short(l.Peer) + " at: "
	}
	return "dial: "
}

// draw is the field in the second line of its rectangle and the promise in the third.
func (f *field) draw(c *term.Canvas, r term.Rect, sc *scene, v *view, found int) {
	p := c.On(r, 1).Gap(1)
	shown := fmt.Sprintf("%d of %d shown", found, len(sc.directory.entries))
	if f.kind != commandField && c.Columns(f.label(sc)+shown)+leastInput+4 <= p.Room() {
		p.Right(term.Faint, shown)
	}
	f.drawInput(p, sc)
	c.On(r, 2).Gap(1).PutCut(term.Strong, f.promise(sc, v))
}

// leastInput is how much of what is typed must be seen, usualInput how much there is room for,
// in columns.
const leastInput, usualInput = 8, 24

func (f *field) drawInput(p *term.Pen, sc *scene) { f.drawLabelled(p, sc, usualInput) }

// drawLabelled is the label, the text in at most so many columns, and the cursor. Where there is
// little room, what Enter does stands for the label.
func (f *field) drawLabelled(p *term.Pen, sc *scene, most int) {
	label := f.label(sc)
	if p.C.Columns(label)+leastInput+2 > p.Room() {
		label = fieldVerbs[f.kind] + ": "
	}
	p.Put(term.Title, label).Put(term.Ruled, "[")
	f.drawText(p.C, p, min(most, p.Room()-1))
}

// drawText is what was typed, in so many columns, with the cursor in sight.
func (f *field) drawText(c *term.Canvas, p *term.Pen, room int) {
	room = max(4, room)
	text, before := string(f.text), string(f.text[:f.at])
	for used := c.Columns(before); used >= room; { // keep the cursor inside
		_, width, first := term.NextGrapheme(before, c.ASCII)
		before, text, used = before[first:], text[first:], used-width
	}
	c.CursorX, c.CursorY = p.X+c.Columns(before), p.Y
	c.Text(p.X, p.Y, room, term.Typed, text+strings.Repeat("_", room))
	p.Gap(room).Put(term.Ruled, "]")
}

// orphaned tells why a field cannot stay open, empty while it can.
func (f *field) orphaned(sc *scene) string {
	if f.leg == "" {
		return ""
	}
	l, ok := sc.Leg(f.leg)
	if ok && l.State == phone.Connected {
		return ""
	}
	return sc.short(l.Peer) + " is no longer there: nothing to " + map[bool]string{true: "park", false: "transfer"}[f.kind == parkField]
}
