package tui

import (
	"strings"

	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/keymap"
)

// An attended transfer is one card with both people on it, for as long as it lasts: who waits,
// who is asked, what can be done, and what happens if either hangs up. There is always a way
// back to the one who waits.

// leastConsult is how many lines the card needs; where there is no room for all of it, the last
// lines are left out.
const leastConsult = 6

// consultChoices are what can be done, in order.
var consultChoices = [...]keymap.Action{
	keymap.ConsultComplete, keymap.CallSwap, keymap.CallJoin, keymap.ConsultDrop,
}

// consultStep says which of the three steps this is. The first is the field for the number.
func consultStep(sc *scene, asked, waiting phone.Leg) string {
	name := sc.short(asked.Peer)
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
func (v *view) consultLines(sc *scene) int {
	n := 5
	for _, a := range consultChoices {
		if outcome(a, sc, v) != "" {
			n++
		}
	}
	return n
}

func (v *view) drawConsult(c *canvas, r rect, sc *scene) {
	asked, waiting, _ := sc.Consulting()
	drawPair(c, r.rows(3), sc, asked, waiting)
	ctx := v.calls(sc, true)
	for _, a := range consultChoices {
		if r.h > 0 && v.drawChoice(c, r, sc, ctx, a) {
			r.rows(1)
		}
	}
	a, w := sc.short(asked.Peer), sc.short(waiting.Peer)
	c.on(r, 0).put(faint, "If "+a+" hangs up: "+w+" stays on hold, a beep tells you.")
	c.on(r, 1).put(faint, "If "+w+" hangs up: you stay with "+a+", a line says so.")
}

// drawPair is the three of us and who hears whom: names, states, and a line between those who
// talk.
func drawPair(c *canvas, r rect, sc *scene, asked, waiting phone.Leg) {
	you := "[ you ]"
	if sc.PBX.Self != "" {
		you = "[ " + string(sc.PBX.Self) + " ]"
	}
	left, middle, right := r.x+1, r.x+r.w*38/100, r.x+r.w*62/100
	at := func(x, end, line int) *pen {
		p := c.on(r, line)
		p.x, p.end = x, min(p.end, end)
		return p
	}
	at(left, middle-1, 0).putCut(strong, sc.name(waiting.Peer))
	at(middle, right-1, 0).put(title, "YOU")
	at(right, r.x+r.w, 0).putParty(strong, sc, asked.Peer, r.w)

	one := at(left, middle-1, 1).put(consultStyle(waiting), consultBox(sc, waiting))
	two := at(middle, right-1, 1).put(plain, you)
	at(right, c.w, 1).put(consultStyle(asked), consultBox(sc, asked))
	wire := func(x, end int, l phone.Leg) {
		sign := "."
		if l.State == phone.Connected && !l.LocalHold && !l.RemoteHold {
			sign = "="
		}
		at(x+1, end, 1).put(consultStyle(l), strings.Repeat(sign, max(0, end-x-2)))
	}
	wire(one.x, middle, waiting)
	wire(two.x, right, asked)

	at(left, middle-1, 2).put(plain, consultNote(waiting))
	at(right, c.w, 2).put(plain, consultNote(asked))
}

func consultStyle(l phone.Leg) style {
	switch {
	case l.State != phone.Connected:
		return plain
	case l.LocalHold:
		return held
	}
	return talking
}

func consultBox(sc *scene, l phone.Leg) string {
	switch {
	case l.Transfer != "":
		return "[ being put through ]"
	case l.State != phone.Connected:
		return "[ calling " + minutes(sc.since(l.Began)) + " ]"
	case l.LocalHold:
		sign := ""
		if overdue(sc, l) {
			sign = "!! "
		}
		return "[ " + sign + "on hold " + minutes(sc.since(l.HeldAt)) + " ]"
	case l.RemoteHold:
		return "[ holds you ]"
	}
	return "[ talking " + minutes(sc.since(l.Answered)) + " ]"
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

func (m *model) complete(string) string { return m.do(phone.CompleteTransfer{}) }

// dropConsult goes back to the one who waits. Whoever presses the key twice, as elsewhere,
// must not end that call too.
func (m *model) dropConsult(string) string {
	refusal := m.do(phone.DropConsult{})
	if refusal == "" {
		m.view.call, m.view.dropped = "", m.scene.now
	}
	return refusal
}

// tooSoon says why nothing is hung up for a moment after a consultation has ended: the key was
// meant for the one who was asked, and would end the call of the one who waits.
func (m *model) tooSoon() string {
	if m.view.dropped.IsZero() || m.scene.since(m.view.dropped) >= armedFor {
		return ""
	}
	return "once was enough: " + m.scene.short(m.mine().Peer) + " is still with you"
}
