package tui

import (
	"time"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/keymap"
	"github.com/patchcord/patchcord/tui/term"
)

// view is what the screen itself knows: what is open, marked, typed. Everything that is true
// without a screen is in the scene.
type view struct {
	w, h  int
	ascii bool
	// mouse tells that the terminal is to report it.
	mouse bool
	// tints are those for the ground of the terminal.
	tints *term.Tints

	board   boardPane
	trace   tracePane
	help    helpPane
	palette palettePane
	park    parkPane
	apps    appsPane
	quality qualityPane
	devices devicesPane
	// list fills the body instead of the extensions, person stands before both.
	list   listPane
	person personPane
	// field is the open text field, nil where there is none.
	field *field
	setup setupPane
	// call is the marked call, empty where it is left to the screen which one is meant.
	call pbxws.LegID
	// browse shows the grid on a small screen though a call is up.
	browse bool

	leaving leaving
	// question waits for its answer, nil where there is none.
	question *question
	armed    arming
	// dropped is when a consultation last ended, by us or by the one who was asked.
	dropped time.Time
	message message
	faults  faults
	// pressed is when a key was pressed last.
	pressed time.Time
	// before is what the calls were before they changed by themselves.
	before standing
	// dialled is the last number called from here.
	dialled string
	// awaiting is a number that another program wants called, to be asked about when the keys are
	// free; empty for none.
	awaiting string
	// freed is somebody who was waited for and is free now.
	freed offer
	// reminded is which calls on hold were spoken of.
	reminded map[pbxws.LegID]reminded
	// anew tells that the configuration says something else than what we are signed in with.
	anew bool
	// bells, redraws, clips and notes count up, see canvas; clip is what was copied last, note
	// what the desktop is to show.
	bells, redraws, clips, notes int
	clip, note                   string
}

// leaving is how far the way out has come.
type leaving uint8

const (
	staying   leaving = iota
	asking            // calls are up: a question is on the screen
	hangingUp         // the calls are being ended
	gone
)

// arming is the first of two key presses.
type arming struct {
	key string
	ctx keymap.Context
	at  time.Time
	// leg is the call that was meant by the first press; the second must mean the same.
	leg pbxws.LegID
	// choices are the second keys, for lasts after the first.
	choices []choice
	lasts   time.Duration
}

// message is what the screen itself has to say; the phone speaks through notices.
type message struct {
	text  string
	grade phone.Grade
	at    time.Time
}

const (
	// armedFor is how long the second press of a pair may take.
	armedFor = time.Second
	// typingFor is how long after a key a person is taken to be typing.
	typingFor = 700 * time.Millisecond
)

// meant is the call that a key acts on: the marked one, else the one a person would mean.
func (v *view) meant(sc *scene) (phone.Leg, bool) {
	if l, ok := sc.Leg(v.call); ok && l.State != phone.Ended {
		return l, true
	}
	legs := sc.live()
	if len(legs) == 0 {
		return phone.Leg{}, false
	}
	return legs[0], true
}

// inCall is the call that keys for calls in progress act on: one that rings here is not in
// progress, those keys are then meant for the call beneath it.
func (v *view) inCall(sc *scene) (phone.Leg, bool) {
	if l, ok := v.meant(sc); !ok || l.State != phone.Alerting {
		return l, ok
	}
	for _, l := range sc.live() {
		if l.State != phone.Alerting {
			return l, true
		}
	}
	return phone.Leg{}, false
}

// up are the calls that do not ring here.
func up(sc *scene) int {
	n := 0
	for _, l := range sc.Legs {
		if l.State != phone.Ended && l.State != phone.Alerting {
			n++
		}
	}
	return n
}

// typing tells that a person is in the middle of something, so that a call that comes in must
// not take the keys away.
func (v *view) typing(sc *scene) bool {
	return v.field != nil || v.setup.open || !v.pressed.IsZero() && sc.now.Sub(v.pressed) < typingFor
}

// calls is the context of the calls alone.
func (v *view) calls(sc *scene, ring bool) keymap.Context {
	under := keymap.Idle
	switch n := up(sc); {
	case n == 1:
		under = keymap.Talking
	case n > 1:
		under = keymap.Two
	}
	if _, _, asks := sc.Consulting(); asks && under == keymap.Two {
		under = keymap.Consult
	}
	l, ok := v.meant(sc)
	switch {
	case !ring || !ok || l.State != phone.Alerting:
		return under
	case under == keymap.Idle:
		return keymap.Ringing
	}
	return keymap.Ringing.Over(under)
}

// context is the situation in which keys are looked up. ring says whether a call that rings
// has a claim on them.
func (v *view) context(sc *scene, ring bool) keymap.Context { return v.over(v.calls(sc, ring)) }

// over is the context of whatever is open, with that of the calls beneath it.
func (v *view) over(base keymap.Context) keymap.Context {
	switch {
	case v.leaving == asking:
		return keymap.Confirm.Over(base)
	case v.question != nil:
		return keymap.Question.Over(base)
	case v.help.open:
		return keymap.Help.Over(base)
	case v.setup.open:
		return keymap.Setup.Over(base)
	case v.field != nil:
		return keymap.Field.Over(base)
	case v.devices.open:
		return keymap.Devices.Over(base)
	case v.trace.open:
		return keymap.Trace.Over(base)
	case v.apps.open:
		return keymap.Apps.Over(base)
	case v.quality.open:
		return keymap.Quality.Over(base)
	}
	return base
}

// pane is a view that fills the body of the screen.
type pane interface {
	draw(c *term.Canvas, r term.Rect, sc *scene, v *view)
	// move goes up, down, left, right, by pages, to the ends. r is the body.
	move(a keymap.Action, r term.Rect, sc *scene, v *view)
}

func (v *view) pane() pane {
	switch {
	case v.help.open:
		return &v.help
	case v.devices.open && v.field == nil:
		return &v.devices
	case v.trace.open && (v.field == nil || v.field.kind == traceField):
		return &v.trace
	case v.field != nil && v.field.kind == commandField:
		return &v.palette
	case v.field != nil && v.field.kind == parkField:
		return &v.park
	case v.apps.open && (v.field == nil || v.field.isForApps()):
		return &v.apps
	case v.quality.open && v.field == nil:
		return &v.quality
	case v.person.who != "" && v.field == nil:
		return &v.person
	case v.list.kind != noList && (v.field == nil || v.field.kind == findField || v.field.kind == forgetField):
		return &v.list
	}
	return &v.board
}

// onMenu tells that the small screen shows what can be done with the calls, not the grid.
func (v *view) onMenu(sc *scene) bool {
	return up(sc) > 0 && v.w < sideFrom && !v.browse && v.field == nil && !v.help.open && !v.trace.open && !v.quality.open && !v.apps.open && !v.devices.open &&
		v.person.who == "" && v.list.kind == noList
}

// regions is where things stand now.
func (v *view) regions(sc *scene) regions {
	if v.isSmall() {
		return v.smallRegions(sc)
	}
	said := 0
	if summary(sc) {
		said = 1
	}
	r := arrange(v.w, v.h, heights{
		summary:  said,
		banner:   len(v.banner(sc)),
		cards:    v.cardsHeight(sc),
		practice: len(v.practice(sc)),
	})
	if p := v.pane(); p == pane(&v.quality) || p == pane(&v.trace) { // their lines are long
		r.body.W, r.side = r.body.W+r.side.W, term.Rect{}
	}
	return r
}

// draw is the whole screen, pure: the same scene and view give the same canvas.
func draw(c *term.Canvas, sc *scene, v *view) {
	c.Bells, c.Redraws, c.Tints = v.bells, v.redraws, v.tints
	c.Mouse = v.mouse
	c.Clips, c.Clip, c.Notes, c.Note = v.clips, v.clip, v.notes, v.note
	v.piece(c, term.Rect{W: c.W, H: c.H}, "the whole screen", func() { drawParts(c, sc, v) })
}

// drawParts draws one part after the other, so that one that fails leaves the others alone.
func drawParts(c *term.Canvas, sc *scene, v *view) {
	c.Title = windowTitle(sc)
	r := v.regions(sc)
	switch {
	case v.setup.open && v.isSmall() && sc.Live() == 0:
		drawTinySetup(c, sc, v)
		return
	case v.isSmall():
		drawSmall(c, r, sc, v)
		return
	case v.setup.open:
		drawSetup(c, sc, v)
		return
	}
	v.piece(c, r.status, "the status line", func() { drawStatus(c, r.status, sc) })
	for i, line := range v.banner(sc) {
		c.On(r.banner, i).Gap(1).Put(term.Failed, line)
	}
	v.piece(c, r.cards, "the cards", func() { v.drawCards(c, r.cards, sc) })
	if v.onMenu(sc) {
		v.piece(c, r.body, "the menu of calls", func() { drawMenu(c, r.body, sc, v) })
	} else {
		v.drawPane(c, r.body, sc)
	}
	v.piece(c, r.side, "the side", func() { drawSide(c, r.side, sc, v) })
	v.piece(c, r.summary, "the summary", func() { drawSummary(c, r.summary, sc) })
	v.piece(c, r.body, "the choices", func() { drawChoices(c, r.body, sc, v) })
	for i, line := range v.practice(sc) {
		c.On(r.practice, i).Gap(1).Put(term.Warn, line)
	}
	c.Ruler(r.rule)
	v.piece(c, r.message, "the message line", func() { drawMessage(c, r.rule, r.message, sc, v) })
	v.piece(c, r.hints, "the line of keys", func() { drawHints(c, r.hints, sc, v) })
}

// practice is what the practice PBX offers, in lines; it stays out of the way of calls.
func (v *view) practice(sc *scene) []string {
	if !sc.Link.Practice || sc.practice == "" || sc.Live() > 0 {
		return nil
	}
	return term.Wrap(sc.practice, v.w-2, v.ascii)
}

// windowTitle is what a person reads when the terminal is out of sight.
func windowTitle(sc *scene) string {
	if l, ok := sc.Alerting(); ok {
		return "(ringing) " + sc.name(l.Peer)
	}
	if l, ok := sc.Talking(); ok {
		return sc.name(l.Peer) + " - Patchcord"
	}
	if sc.Link.User == "" {
		return "Patchcord"
	}
	return sc.Link.User + " - Patchcord"
}
