package tui

import (
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/keymap"
)

// meant is the call that a key acts on: the selected one, else the one a person would mean.
func (sc *scene) meant() (phone.Leg, bool) {
	if l, ok := sc.Leg(sc.call); ok && l.State != phone.Ended {
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
func (sc *scene) inCall() (phone.Leg, bool) {
	if l, ok := sc.meant(); !ok || l.State != phone.Alerting {
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
func (sc *scene) up() int {
	n := 0
	for _, l := range sc.Legs {
		if l.State != phone.Ended && l.State != phone.Alerting {
			n++
		}
	}
	return n
}

// calls is the context of the calls alone.
func (sc *scene) calls(ring bool) keymap.Context {
	under := keymap.Idle
	switch n := sc.up(); {
	case n == 1:
		under = keymap.Talking
	case n > 1:
		under = keymap.Two
	}
	if _, _, asks := sc.Consulting(); asks && under == keymap.Two {
		under = keymap.Consult
	}
	l, ok := sc.meant()
	switch {
	case !ring || !ok || l.State != phone.Alerting:
		return under
	case under == keymap.Idle:
		return keymap.Ringing
	}
	return keymap.Ringing.Over(under)
}
