package tui

import (
	"strings"

	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/term"
)

// An attended transfer is one card with both people on it, for as long as it lasts: who waits,
// who is asked, what can be done, and what happens if either hangs up. There is always a way
// back to the one who waits.

// leastConsult is how many lines the card needs; where there is no room for all of it, the last
// lines are left out.
const leastConsult = 6

// widestPair keeps the three parties together on a wide screen, in columns.
const widestPair = 116

// consultStep says which of the three steps this is. The first is the field for the number.
func consultStep(sc *scene, asked, waiting phone.Leg) string {
	name := sc.farEnd(asked)
	switch {
	case waiting.Transfer != "":
		return "step 3 of 3: the PBX joins them"
	case asked.State != phone.Connected:
		return "step 2 of 3: calling " + name
	case asked.LocalHold:
		return "step 2 of 3: " + name + " waits as well"
	}
	return "step 2 of 3: talk to " + name
}

// consultLines is how many lines the whole card has.
func (sc *scene) consultLines() int {
	n := 5
	for _, a := range sc.actions.consult {
		if a.outcome(sc) != "" {
			n++
		}
	}
	return n
}

func drawConsult(c *term.Canvas, r term.Rect, sc *scene) {
	asked, waiting, _ := sc.Consulting()
	drawPair(c, r.Rows(3), sc, asked, waiting)
	ctx := sc.calls(true)
	for _, a := range sc.actions.consult {
		if r.H > 0 && drawChoice(c, r, sc, ctx, a) {
			r.Rows(1)
		}
	}
	a, w := sc.farEnd(asked), sc.farEnd(waiting)
	c.On(r, 0).PutCut(term.Faint, "If "+a+" hangs up: "+w+" stays on hold, a beep tells you.")
	c.On(r, 1).PutCut(term.Faint, "If "+w+" hangs up: you stay with "+a+", a message tells you.")
}

// drawPair draws the three parties: names, states, and a line between those who talk.
func drawPair(c *term.Canvas, r term.Rect, sc *scene, asked, waiting phone.Leg) {
	you := "[ you ]"
	if sc.PBX.Self != "" {
		you = "[ " + string(sc.PBX.Self) + " ]"
	}
	r.W = min(r.W, widestPair)
	left, middle, right := r.X+1, r.X+r.W*38/100, r.X+r.W*62/100
	at := func(x, end, line int) *term.Pen {
		p := c.On(r, line)
		p.X, p.End = x, min(p.End, end)
		return p
	}
	at(left, middle-1, 0).PutCut(term.Strong, sc.name(waiting.Peer))
	at(middle, right-1, 0).Put(term.Title, "YOU")
	putParty(at(right, r.X+r.W, 0), term.Strong, sc, asked.Peer, r.W)

	one := at(left, middle-1, 1).Put(consultStyle(waiting), consultBox(sc, waiting))
	two := at(middle, right-1, 1).Put(term.Plain, you)
	at(right, c.W, 1).Put(consultStyle(asked), consultBox(sc, asked))
	wire := func(x, end int, l phone.Leg) {
		sign := "."
		if l.State == phone.Connected && !l.LocalHold && !l.RemoteHold {
			sign = "="
		}
		at(x+1, end, 1).Put(consultStyle(l), strings.Repeat(sign, max(0, end-x-2)))
	}
	wire(one.X, middle, waiting)
	wire(two.X, right, asked)

	at(left, middle-1, 2).Put(term.Plain, consultNote(waiting))
	at(right, c.W, 2).Put(term.Plain, consultNote(asked))
}

func consultStyle(l phone.Leg) term.Style {
	switch {
	case l.State != phone.Connected:
		return term.Plain
	case l.LocalHold:
		return term.Held
	}
	return term.Talking
}

func consultBox(sc *scene, l phone.Leg) string {
	switch {
	case l.Transfer != "":
		return "[ being put through ]"
	case l.State != phone.Connected:
		return "[ calling " + term.Minutes(sc.since(l.Began)) + " ]"
	case l.LocalHold:
		sign := ""
		if overdue(sc, l) {
			sign = "!! "
		}
		return "[ " + sign + "on hold " + term.Minutes(sc.since(l.HeldAt)) + " ]"
	case l.RemoteHold:
		return "[ holds you ]"
	}
	return "[ talking " + term.Minutes(sc.since(l.Answered)) + " ]"
}

func consultNote(l phone.Leg) string {
	switch {
	case l.HoldPending:
		return pendingWords(l)
	case l.State == phone.Ringing:
		return "it rings there"
	case l.State != phone.Connected:
		return "not answered yet"
	case l.LocalHold:
		return "hears music"
	}
	return "hears you"
}

// dropConsult goes back to the waiting party. A second press of the key, as needed elsewhere, must
// not end that call too.
func (m *model) dropConsult(string) string {
	refusal := m.do(phone.DropConsult{})
	if refusal == "" {
		m.scene.call, m.view.dropped = "", m.scene.now
	}
	return refusal
}

// tooSoon says why nothing is hung up for a moment after a consultation has ended: the key was
// meant for the one who was asked, and would end the call of the one who waits.
func (m *model) tooSoon() string {
	if m.view.dropped.IsZero() || m.scene.since(m.view.dropped) >= armedFor {
		return ""
	}
	return "already back: " + m.scene.farEnd(m.mine()) + " is still with you"
}
