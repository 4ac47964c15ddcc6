package tui

import (
	"slices"
	"strings"

	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/keymap"
	"github.com/patchcord/patchcord/tui/term"
)

// drawMenu draws what can be done with the calls, each with its outcome in names, and below it what
// happened.
func drawMenu(c *term.Canvas, r term.Rect, sc *scene) {
	drawHeading(c.On(r.Rows(1), 0).Gap(1), sc)
	if r.H > 12 {
		r.Rows(1)
	}
	ctx := sc.calls(true)
	inset := term.NewRect(r.X+1, r.Y, r.W-1, r.H)
	drawOutcomes(c, &inset, sc, ctx)
	r.Y, r.H = inset.Y, inset.H
	if l, ok := sc.Meant(phone.SendDigits{}); ok && l.State == phone.Connected {
		if r.H > 6 {
			r.Rows(1)
		}
		p := c.On(r.Rows(1), 0).Gap(1)
		p.PutCut(term.Plain, "tones sent to "+sc.farEnd(l)+": ")
		p.Put(term.Strong, sentDigits(l))
	}
	if r.H > 2 {
		c.Ruler(r.Rows(1))
		drawEvents(c, r, sc)
	}
}

// leastHappened is how many lines what happened should have beneath the choices, with its head and
// the digits that were sent.
const leastHappened = 6

// drawOutcomes draws a line for each choice or, if that leaves no room for what happened, two short
// ones next to each other.
func drawOutcomes(c *term.Canvas, r *term.Rect, sc *scene, ctx keymap.Context) {
	actions := slices.DeleteFunc(slices.Clone(menuOf(sc)), func(a *action) bool {
		return len(sc.keys.Keys(ctx, a.id)) == 0 || a.outcome(sc) == ""
	})
	packs := len(actions)+leastHappened > r.H
	var open term.Rect // the right half of a line whose left half is short
	for _, a := range actions {
		short := packs && choiceKey+c.Columns(a.outcome(sc)) < r.W/2
		switch {
		case short && open.H > 0:
			drawChoice(c, open, sc, ctx, a)
			open = term.Rect{}
		case r.H > 1:
			line := r.Rows(1)
			drawChoice(c, line, sc, ctx, a)
			if short {
				open = term.NewRect(line.X+r.W/2, line.Y, r.W-r.W/2, 1)
			}
		}
	}
}

// menuOf is what the body offers: nothing where no key changes anything, and of an attended transfer nothing that stands on
// its card already.
func menuOf(sc *scene) []*action {
	if sc.barred() != "" {
		return nil
	}
	if _, _, asks := sc.Consulting(); !asks {
		return sc.actions.menu
	}
	if cards, _ := sc.cards(); slices.ContainsFunc(cards, func(k card) bool { return k.consult }) {
		return nil
	}
	return sc.actions.consult
}

// choiceKey is how many columns a key takes.
const choiceKey = 5

// drawChoice is a key and its outcome in names; false, and nothing, where it does not apply.
func drawChoice(c *term.Canvas, r term.Rect, sc *scene, ctx keymap.Context, a *action) bool {
	keys := sc.keys.Keys(ctx, a.id)
	words := a.outcome(sc)
	if len(keys) == 0 || words == "" {
		return false
	}
	c.On(r, 0).Cell(term.KeyCap, choiceKey, keyName(keys[0])).PutCut(term.Plain, words)
	return true
}

func sentDigits(l phone.Leg) string {
	if l.Digits == "" {
		return "none"
	}
	return l.Digits[max(0, len(l.Digits)-24):]
}

// drawHeading says who hears us.
func drawHeading(p *term.Pen, sc *scene) {
	l, ok := sc.Talking()
	if !ok {
		l, _ = sc.inCall()
		if asked, _, asks := sc.Consulting(); asks && asked.State != phone.Connected {
			l = asked
		}
		switch {
		case l.State == phone.Answering:
			p.Put(term.Title, "ANSWERING: ").PutCut(term.Strong, sc.farEnd(l))
		case l.State != phone.Connected:
			p.Put(term.Title, "CALLING: ").PutCut(term.Strong, sc.farEnd(l))
		case l.Apart:
			p.Put(term.Title, "NOBODY HEARS YOU").Put(term.Plain, ": this phone links ").PutCut(term.Strong, sc.talkingTo(l))
		default:
			p.Put(term.Title, "NOBODY HEARS YOU").Put(term.Plain, ": you hold every call")
		}
		return
	}
	head := "YOU ARE TALKING TO: "
	if l.Place == phone.LeftBehind {
		head = "LEFT FROM BEFORE A RESTART, NO SOUND HERE: "
	}
	if l.RemoteHold {
		head = "YOU WAIT, ON HOLD BY: "
	}
	if l.Mixed {
		p.Put(term.Title, "IN CONFERENCE WITH: ").PutCut(term.Strong, sc.talkingTo(l))
		return
	}
	p.Put(term.Title, head).PutCut(term.Strong, sc.farEnd(l))
	for _, other := range sc.live() {
		if waits := " waits " + term.Minutes(sc.since(other.HeldAt)); other.State == phone.Connected && other.LocalHold {
			if p.Gap(4); p.Room() > len(waits)+6 {
				p.Put(term.Held, cut(sc.farEnd(other), p.Room()-len(waits))+waits)
			}
			return
		}
	}
}

// keyNames are keys as people know them, where that differs from the keymap's names.
var keyNames = map[string]string{
	"enter": "Enter", "esc": "Esc", "tab": "Tab", "shift+tab": "Shift+Tab", "space": "Space",
	"pgup": "PgUp", "pgdown": "PgDn", "home": "Home", "end": "End", "backspace": "Backspace",
	"up": "Up", "down": "Down", "left": "Left", "right": "Right", "delete": "Del", "insert": "Ins",
}

// keyIn is the key of an action in a context as it stands on the keyboard, empty for none.
func keyIn(keys *keymap.Map, ctx keymap.Context, a keymap.Action) string {
	if all := keys.Keys(ctx, a); len(all) > 0 {
		return keyName(all[0])
	}
	return ""
}

// keyName is a key of the keymap as it stands on the keyboard.
func keyName(key string) string {
	first, second, double := strings.Cut(key, " ")
	if double {
		return keyName(first) + " " + keyName(second)
	}
	if name, ok := keyNames[key]; ok {
		return name
	}
	if rest, ok := strings.CutPrefix(key, "ctrl+"); ok {
		return "Ctrl+" + strings.ToUpper(rest)
	}
	if rest, ok := strings.CutPrefix(key, "alt+"); ok {
		return "Alt+" + rest
	}
	if len(key) > 1 && key[0] == 'f' {
		return strings.ToUpper(key)
	}
	return key
}
