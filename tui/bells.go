package tui

import "github.com/patchcord/patchcord/phone"

// What rings the terminal's bell: each call once, and what a person waits for without looking.

// rung counts the calls that began to ring.
func rung(before, now phone.Snapshot) int {
	n := 0
	for _, l := range now.Legs {
		if old, _ := before.Leg(l.ID); l.State == phone.Alerting && old.State != phone.Alerting {
			n++
		}
	}
	return n
}

// lost is 1 where the one who was asked about a call hung up and somebody still waits.
func lost(before, now phone.Snapshot) int {
	asked, waiting, ok := before.Consulting()
	if !ok {
		return 0
	}
	still, _ := now.Leg(waiting.ID)
	gone, there := now.Leg(asked.ID)
	if still.State == phone.Connected && still.LocalHold && (!there || gone.State == phone.Ended) {
		return 1
	}
	return 0
}
