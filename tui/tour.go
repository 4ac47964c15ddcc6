package tui

import (
	"cmp"
	"strconv"

	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/keymap"
	"github.com/patchcord/patchcord/tui/term"
	"github.com/patchcord/patchcord/tui/tour"
)

// tourCommand begins the tour, ends it or goes to its next step.
func tourCommand() command {
	return command{
		names: []string{"tour"}, after: "[off|skip]", help: "learn the phone in two minutes at the practice PBX",
		run: answering((*model).guide),
	}
}

func (m *model) guide(what string) string {
	v, sc := &m.view, &m.scene
	colon := keyIn(sc.keys, keymap.Global, keymap.Command)
	switch {
	case !sc.Link.Practice:
		return "the tour is for the practice PBX: " + colon + "profile practice goes there, then " + colon + "tour"
	case what == "" && sc.isSmall():
		return "the tour needs a window of 60 by 10"
	case what == "":
		v.panes.reset()
		v.tour = tour.Begin(sc.Snapshot)
		m.say(phone.GradeInfo, keyIn(sc.keys, keymap.Global, keymap.Back)+" leaves the tour, "+colon+"tour skip goes to its next step")
	case what != "off" && what != "skip":
		return "type off or skip, or nothing to begin"
	case !v.tour.Running():
		return "no tour is running"
	case what == "off":
		m.endTour()
	default:
		v.tour = v.tour.Skip(sc.Snapshot)
	}
	return ""
}

// followTour takes news in, and ends what is over.
func (m *model) followTour() {
	v, sc := &m.view, &m.scene
	switch v.tour = v.tour.Follow(sc.Snapshot); {
	case v.tour.Over(sc.Snapshot), v.tour.Running() && !sc.Link.Practice:
		v.tour = tour.Tour{}
	}
}

// endTour leaves the tour, and reports whether there was one.
func (m *model) endTour() bool {
	if !m.view.tour.Running() {
		return false
	}
	m.view.tour = tour.Tour{}
	m.say(phone.GradeInfo, "you left the tour; "+keyIn(m.scene.keys, keymap.Global, keymap.Command)+"tour begins it again")
	return true
}

// tourStep is which step it is of how many.
func (v *view) tourStep() string {
	return strconv.Itoa(v.tour.Number()) + "/" + strconv.Itoa(tour.Steps)
}

// tourLine is what to do next, empty where no tour is running.
func (v *view) tourLine(sc *scene) string {
	if !v.tour.Running() {
		return ""
	}
	return v.tour.Advice(sc.Snapshot, tour.Screen{
		Key: func(ctx keymap.Context, a keymap.Action) string {
			return cmp.Or(keyIn(sc.keys, ctx, a), ":"+sc.actions.namesOf(a)[0])
		},
		Open: v.openFor(),
	})
}

// openFor is the action whose pane is open; Back for any other pane.
func (v *view) openFor() keymap.Action {
	switch p := v.panes.top().(type) {
	case *rosterPane:
		return ""
	case *numberPane:
		return [...]keymap.Action{
			dialField: keymap.CallDial, findField: keymap.GridFind, transferField: keymap.CallTransfer, consultField: keymap.CallConsult,
		}[p.kind]
	case *parkPane:
		return keymap.CallPark
	case *listPane:
		if p.kind == parkedList {
			return keymap.ViewParked
		}
	}
	return keymap.Back
}

// tourText is the line of the tour as it is wrapped.
func (v *view) tourText(sc *scene) []string {
	return term.Wrap(v.tourLine(sc), max(1, sc.w-3-len(tourHead(v))), sc.ascii)
}

func tourHead(v *view) string { return " TOUR " + v.tourStep() + " " }

// drawTour is the step at the left and what to do beside it.
func (v *view) drawTour(c *term.Canvas, r term.Rect, sc *scene) {
	head := tourHead(v)
	c.On(r, 0).Put(term.TalkBar, head)
	for i, text := range v.tourText(sc) {
		c.On(r, i).Gap(len(head)+1).Put(term.Strong, text)
	}
}
