package tui

import (
	"time"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/apps"
	"github.com/patchcord/patchcord/tui/keymap"
	"github.com/patchcord/patchcord/tui/term"
	"github.com/patchcord/patchcord/tui/tour"
)

// view is what the screen itself knows: what is open, selected, said. Everything that is true
// without a screen is in the scene.
type view struct {
	// mouse tells that the terminal is to report it.
	mouse bool
	// tints are those for the ground of the terminal.
	tints *term.Tints

	// panes are those that are open; roster is the root. It, trace and apps stay as they were left
	// when they are opened again.
	panes  stack
	roster *rosterPane
	trace  *tracePane
	apps   *sessionsPane
	// devicesShown is what the phone was told of the list of devices.
	devicesShown bool

	leaving leaving
	armed   arming
	// dropped is when a consultation last ended, by us or by the one who was asked.
	dropped time.Time
	message message
	faults  faults
	// pressed is when a key was pressed last.
	pressed time.Time
	// before is what the calls were before they changed by themselves.
	before standing
	// dialled is the last number called from here, and by which link.
	dialled phone.Account
	// awaiting is what another program wants called, to be asked about when the keys are free; no
	// number for none.
	awaiting phone.Dial
	// freed is somebody who was waited for and is free now.
	freed offer
	// reminded is which calls on hold were spoken of.
	reminded map[pbxws.LegID]reminded
	// tour leads a newcomer; not running where nobody wants it.
	tour tour.Tour
	// anew tells that the configuration says something else than what we are signed in with.
	anew bool
	// bells, redraws, clips and notes count up, see canvas; clip is what was copied last, note
	// what the desktop is to show.
	bells, redraws, clips, notes int
	clip, note                   string
}

// newView has the extensions on the screen and nothing else.
func newView() view {
	v := view{roster: &rosterPane{}, trace: &tracePane{}, apps: &sessionsPane{&apps.Pane{}}}
	v.panes = stack{v.roster}
	return v
}

// leaving is how far the way out has come.
type leaving uint8

const (
	staying   leaving = iota
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

// typing tells that a person is in the middle of something, so that a call that comes in must
// not take the keys away.
func (v *view) typing(sc *scene) bool {
	return v.panes.field() != nil || v.fills() || !v.pressed.IsZero() && sc.now.Sub(v.pressed) < typingFor
}

// fills tells that a pane has the whole screen, or lies beneath an overlay.
func (v *view) fills() bool {
	_, ok := find[fullscreen](v.panes)
	return ok
}

// context is the situation in which keys are looked up. rings says whether a call that rings
// has a claim on them.
func (v *view) context(sc *scene, rings bool) keymap.Context {
	return over(v.panes.top(), sc.calls(rings))
}

// over is the context of a pane, with that of the calls beneath it.
func over(p pane, calls keymap.Context) keymap.Context {
	if ctx := p.context(); ctx != "" {
		return ctx.Over(calls)
	}
	return calls
}

// onMenu tells that the small screen shows what can be done with the calls, not the grid.
func (v *view) onMenu(sc *scene) bool {
	return sc.up() > 0 && (sc.w < sideFrom || sc.h < sideHeight) && !sc.browse && v.panes.body() == pane(v.roster)
}

// showsSide tells that the column beside the extensions is on the screen.
func (v *view) showsSide(sc *scene) bool {
	return !sc.isSmall() && shows[*rosterPane](v.panes) && !v.onMenu(sc) && sc.sideColumn() > 0
}

// regions is where things stand now.
func (v *view) regions(sc *scene) regions {
	if sc.isSmall() {
		return v.smallRegions(sc)
	}
	said := 0
	if v.summary(sc) {
		said = 1
	}
	r := arrange(sc.w, sc.h, heights{
		summary: said,
		banner:  len(banner(sc)),
		cards:   sc.cardsHeight(),
		foot:    v.footLines(sc),
		ended:   len(endedWords(sc)),
	})
	if shows[*rosterPane](v.panes) && !v.onMenu(sc) {
		r.side = r.body.Right(sc.sideColumn())
		r.body.W = sc.gridWidth()
	}
	return r
}

// draw is the whole screen, pure but for the faults that it notes: the same scene and view give the
// same canvas.
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
	full, fills := find[fullscreen](v.panes)
	switch {
	case fills && !(sc.isSmall() && sc.Live() > 0):
		full.drawScreen(c, sc, v)
		return
	case sc.isSmall():
		drawSmall(c, r, sc, v)
		return
	}
	v.piece(c, r.status, "the status line", func() { drawStatus(c, r.status, sc) })
	for i, line := range banner(sc) {
		c.On(r.banner, i).Gap(1).Put(term.Failed, line)
	}
	v.piece(c, r.cards, "the cards", func() { v.drawCards(c, r.cards, sc) })
	if v.onMenu(sc) {
		v.piece(c, r.body, "the menu of calls", func() { drawMenu(c, r.body, sc) })
	} else {
		v.drawPane(c, r.body, sc)
	}
	v.piece(c, r.side, "the side", func() { drawSide(c, r.side, sc, v) })
	v.piece(c, r.summary, "the summary", func() { drawSummary(c, r.summary, sc, v) })
	v.piece(c, r.body, "the choices", func() { drawChoices(c, r.body, sc, v) })
	v.piece(c, r.foot, "the tour", func() { v.drawFoot(c, r.foot, sc) })
	drawRule(c, r.rule, sc)
	v.piece(c, r.message, "the message line", func() { drawMessage(c, r.rule, r.message, sc, v) })
	v.piece(c, r.hints, "the line of keys", func() { drawHints(c, r.hints, sc, v) })
}

// drawRule is the line above the message: who has hung up a moment ago stands in it, so that nothing
// else moves.
func drawRule(c *term.Canvas, r term.Rect, sc *scene) {
	c.Ruler(r)
	if words := endedWords(sc); words != "" {
		c.On(r, 0).Gap(3).Put(term.Faint, " ").PutCut(term.Faint, words).Put(term.Faint, " ")
	}
}

// footLines is how many lines the tour takes, or what the practice PBX offers.
func (v *view) footLines(sc *scene) int {
	if v.tour.Running() {
		return len(v.tourText(sc))
	}
	return len(practice(sc))
}

func (v *view) drawFoot(c *term.Canvas, r term.Rect, sc *scene) {
	if v.tour.Running() {
		v.drawTour(c, r, sc)
		return
	}
	for i, line := range practice(sc) {
		c.On(r, i).Gap(1).Put(term.Warn, line)
	}
}

// practice is what the practice PBX offers, in lines; it stays out of the way of calls.
func practice(sc *scene) []string {
	if !sc.Link.Practice || sc.practice == "" || sc.Live() > 0 {
		return nil
	}
	return term.Wrap(sc.practice, sc.w-2, sc.ascii)
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
