package tui

import (
	"slices"
	"strings"

	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/keymap"
	"github.com/patchcord/patchcord/tui/term"
)

// hint is a key and what it does now.
type hint struct{ keys, words string }

// hints are the keys valid now.
func (v *view) hints(sc *scene) []hint {
	ctx := v.context(sc, true)
	top, _, _ := strings.Cut(string(ctx), "/")
	if top == string(keymap.Two) {
		top = string(keymap.Talking)
	}
	var hints []hint
	for _, a := range sc.actions.hints[keymap.Context(top)] {
		if keys := v.offered(ctx, a.id, sc); len(keys) > 0 && a.worthAHint(v, sc) {
			hints = append(hints, hint{keyWords(a.id, keys), a.hintWord(v, sc)})
		}
	}
	return hints
}

// offered are the keys of an action that would be listened to now: while a person types, a
// call that rings listens to the F-row alone.
func (v *view) offered(ctx keymap.Context, a keymap.Action, sc *scene) []string {
	keys := sc.keys.Keys(ctx, a)
	if sc.bars(sc.actions.by[a]) {
		return nil
	}
	if _, rings := sc.Alerting(); !rings || !v.typing(sc) || !sc.isForRing(a) {
		return keys
	}
	var safe []string
	for _, k := range keys {
		if isFKey(k) {
			safe = append(safe, k)
		}
	}
	return safe
}

// isForRing tells that an action is about the call that rings here.
func (sc *scene) isForRing(a keymap.Action) bool {
	row := sc.actions.by[a]
	return row != nil && row.call == ringingCall
}

func isFKey(key string) bool { return len(key) > 1 && key[0] == 'f' && key[1] >= '0' && key[1] <= '9' }

// keyWords names the keys of a hint: all of them where a call rings, else the first.
func keyWords(a keymap.Action, keys []string) string {
	switch {
	case a == keymap.DialDigit:
		return "0-9"
	case a == keymap.MoveUp:
		return "arrows"
	case a == keymap.VolumeUp:
		return "< >"
	case a == keymap.ViewNext:
		return "[ ]"
	case a == keymap.ViewHistory: // one of many that begin so
		first, _, _ := strings.Cut(keys[0], " ")
		return keyName(first)
	case a == keymap.CallAnswer || a == keymap.CallReject:
		names := make([]string, len(keys))
		for i, k := range keys {
			names[i] = keyName(k)
		}
		return strings.Join(names, "/")
	}
	return keyName(keys[0])
}

// awaiting tells that we call somebody who has not answered: digits are held back then.
func awaiting(sc *scene) bool {
	return slices.ContainsFunc(sc.Legs, func(l phone.Leg) bool {
		return l.Dir == phone.Outgoing && l.State < phone.Early
	})
}

// drawHints is the last line. Whole hints only; help is never cut off.
func drawHints(c *term.Canvas, r term.Rect, sc *scene, v *view) {
	p := c.On(r, 0).Gap(1)
	if keys := sc.keys.Keys(v.context(sc, true), keymap.ShowHelp); len(keys) > 0 && !shows[overlay](v.panes) {
		p.Right(term.Plain, keymap.ShowHelp.Hint())
		p.End++
		p.Right(term.KeyCap, keyName(keys[0]))
	}
	for _, h := range v.hints(sc) {
		if term.Columns(h.keys, false)+1+term.Columns(h.words, false) > p.Room() {
			if p.X == r.X+1 {
				continue // one that fits is better than none
			}
			break
		}
		p.Put(term.KeyCap, h.keys).Gap(1).Put(term.Plain, h.words).Gap(2)
	}
}

// drawOffers is the last line of a card that rings: how to answer it.
func (v *view) drawOffers(p *term.Pen, sc *scene) {
	ctx := v.context(sc, true)
	for _, a := range []keymap.Action{keymap.CallAnswer, keymap.CallReject, keymap.RingSilence} {
		if keys := v.offered(ctx, a, sc); len(keys) > 0 && sc.actions.by[a].worthAHint(v, sc) {
			p.Put(term.KeyCap, keyName(keys[0])).Gap(1).Put(term.Plain, a.Hint()).Gap(3)
		}
	}
}
