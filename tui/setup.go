package tui

import (
	"cmp"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/internal/setup/form"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/keymap"
	"github.com/patchcord/patchcord/tui/setup"
	"github.com/patchcord/patchcord/tui/term"
)

// SetupConfig has the form on the screen.
type SetupConfig struct {
	Setup setup.Backend
	// Begin is what the form begins with.
	Begin form.Draft
	// Place is where the profile will be written, for people.
	Place string
	// Open shows the form at once. Without a Phone it is all there is.
	Open bool
}

// setupPane is the form of the set-up among the panes of the screen.
type setupPane struct{ *setup.Pane }

func (p *setupPane) context() keymap.Context { return keymap.Setup }

func (p *setupPane) draw(c *term.Canvas, r term.Rect, sc *scene) { p.Draw(c, r, setupShown(sc)) }

func (p *setupPane) move(keymap.Action, term.Rect, *scene) {}

// key leaves no key to others: all that is typed is meant for the form.
func (p *setupPane) key(k tea.Key, sc *scene) (tea.Cmd, bool) { return p.Key(k, setupShown(sc)), true }

func (p *setupPane) paste(text string) tea.Cmd { return p.Paste(text) }

func (p *setupPane) close() bool { return false }

// setup is the form, nil where it is not open.
func (v *view) setup() *setupPane {
	p, _ := find[*setupPane](v.panes)
	return p
}

// setupScreen gives the form the words of the rest of the screen.
type setupScreen struct{ keys *keymap.Map }

func setupShown(sc *scene) setup.Shown {
	sc.ticks()
	return setup.Shown{Now: sc.now, Screen: setupScreen{sc.keys}}
}

func (s setupScreen) Key(a keymap.Action) string {
	return keyIn(s.keys, keymap.Setup, a)
}

func (setupScreen) Grade(g phone.Grade) term.Style { return gradeStyle(g) }

func (setupScreen) Call(s phone.Snapshot, l phone.Leg, at time.Time) (st term.Style, state, full string) {
	sc := &scene{now: at}
	sc.take(s)
	st, state = cardTitle(sc, l)
	return st, state, state + " " + sc.full(l.Peer) + "   " + cardTimer(sc, l)
}

func (setupScreen) Meters(p *term.Pen, s phone.Snapshot) { drawSound(p, &scene{Snapshot: s}) }

// setupActions are what keys do on the form, and how it is opened.
func setupActions() []action {
	rows := []action{{id: keymap.ViewSetup, order: true, run: func(m *model, _ string) (tea.Cmd, string) { return m.setUp("") },
		after: "[PROFILE]", with: (*model).setUp}}
	for _, a := range setup.Actions() {
		row := action{id: a.ID, hints: ranks{keymap.Setup: a.Rank}}
		row.word = func(v *view, _ *scene) string { return a.Word(v.setup().Pane) }
		row.applies = func(v *view, _ *scene) bool { return a.Word(v.setup().Pane) != "" }
		row.run = func(m *model, _ string) (tea.Cmd, string) {
			p := m.view.setup()
			if p == nil {
				return nil, "open the setup first"
			}
			return m.setupDid(a.Do(p.Pane, setupShown(&m.scene)))
		}
		rows = append(rows, row)
	}
	return rows
}

// setUp opens the form for a profile that there is, or for a new one. The phone goes on beneath.
func (m *model) setUp(profile string) (next tea.Cmd, refusal string) {
	if m.desk == nil {
		return nil, "setup is not possible here"
	}
	return m.desk.Begin(profile), ""
}

func (m *model) setupBegun(msg setup.BegunMsg) {
	if msg.Finding.Failed() {
		m.say(msg.Finding.Grade, msg.Finding.Sentence())
		return
	}
	v := &m.view
	v.closeField()
	v.panes.drop(v.trace)
	remove[*qualityPane](&v.panes)
	remove[*helpPane](&v.panes)
	remove[*setupPane](&v.panes)
	v.panes.push(&setupPane{m.desk.Open(msg.Draft, len(m.settings.Profiles) == 0)})
}

// setupAnswered takes what a test found.
func (m *model) setupAnswered(msg setup.Msg) tea.Cmd {
	p := m.view.setup()
	if p == nil {
		return nil
	}
	e := p.Take(msg, setupShown(&m.scene))
	next, words := m.setupDid(e)
	if words != "" {
		m.say(e.Grade, words)
	}
	return next
}

// setupDid does what the form asks of the screen, and gives what is to be said.
func (m *model) setupDid(e setup.Effect) (next tea.Cmd, words string) {
	v := &m.view
	if e.NewStep {
		v.message = message{}
	}
	if e.Exit != setup.Stays {
		remove[*setupPane](&v.panes)
	}
	switch {
	case e.Exit == setup.Saved:
		return e.Next, cmp.Or(m.depart(Next{Profile: e.Profile}), e.Said)
	case e.Exit == setup.ToPractice && !m.scene.Link.Practice:
		return e.Next, cmp.Or(m.depart(Next{Practice: true}), e.Said)
	case e.Exit == setup.Left && m.phone == nil:
		v.leaving = gone
	}
	return e.Next, e.Said
}

// setupVoice reads the form out among the lines.
type setupVoice struct {
	n  *linear
	at time.Time
}

func (v setupVoice) Say(label, text string) { v.n.say(v.at, label, text) }

func (v setupVoice) Result(g phone.Grade, text string) {
	v.n.say(v.at, gradeLabels[min(int(g), len(gradeLabels)-1)], text)
}

func (v setupVoice) Prompt(label, text string, anew bool) {
	if anew {
		v.n.typed = ""
	}
	v.n.prompt(label, term.Harmless(text, lineRoom, v.n.ascii))
}

// setup reads the form out while it is open.
func (n *linear) setup(v *view, sc *scene) {
	p := v.setup()
	if p == nil {
		n.known.setup = setup.Spoken{}
		return
	}
	p.Read(&n.known.setup, setupVoice{n, sc.now}, setupShown(sc))
}

// drawScreen is the whole screen of the form. Calls keep their cards above it.
func (p *setupPane) drawScreen(c *term.Canvas, sc *scene, v *view) {
	if sc.isSmall() {
		p.drawTiny(c, sc, v)
		return
	}
	all := term.NewRect(0, 0, sc.w, sc.h)
	head, hints, foot := all.Rows(1), all.Last(1), all.Last(1)
	p.DrawHead(c.On(head, 0).Gap(1))
	v.drawCards(c, all.Rows(sc.cardsHeight()), sc)
	rule := term.Rect{}
	if all.H > 3 {
		rule = all.Last(1)
		c.Ruler(rule)
	}
	v.drawPane(c, all, sc)
	if v.confirms() || v.message.text != "" && sc.within(v.message.at, freshFor) {
		drawMessage(c, rule, foot, sc, v)
	} else {
		c.On(foot, 0).Gap(1).PutCut(term.Plain, p.Foot())
	}
	drawHints(c, hints, sc, v)
}

// drawTiny is the form where there is no room for its lines.
func (p *setupPane) drawTiny(c *term.Canvas, sc *scene, v *view) {
	all := term.NewRect(0, 0, sc.w, sc.h)
	foot := all.Last(min(1, max(0, sc.h-1)))
	if over := v.panes.body(); over != pane(p) {
		over.draw(c, all, sc)
		drawHints(c, foot, sc, v)
		return
	}
	p.DrawTiny(c, all, setupShown(sc))
	if v.message.text != "" && sc.within(v.message.at, freshFor) || v.confirms() {
		drawMessage(c, term.Rect{}, foot, sc, v)
	} else {
		drawHints(c, foot, sc, v)
	}
}
