package tui

import (
	"fmt"
	"strconv"

	"github.com/patchcord/patchcord/history"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/term"
)

// callAgain ends the selected call and calls the same number.
func (m *model) callAgain(string) string {
	refusal := m.do(phone.CallAgain{Leg: m.mine().ID})
	if refusal == "" {
		m.scene.call = ""
	}
	return refusal
}

// pathWords is what the path of a call through the network went through, empty for nothing.
func pathWords(sc *scene, l phone.Leg) string {
	words := ""
	if n := len(l.Paths); n > 0 {
		last := l.Paths[n-1]
		times := "once"
		if n > 1 {
			times = strconv.Itoa(n) + " times"
		}
		words = fmt.Sprintf("path changed %s, the last time %s ago with a gap of %.1f s", times, term.Minutes(sc.since(last.At)), last.Gap.Seconds())
	}
	if l.PathRefused {
		return "no other path was found"
	}
	return words
}

// pathGaps are the gaps of a call that is over.
func pathGaps(gaps []history.Millis) string {
	note := ""
	for i, gap := range gaps {
		if i > 0 {
			note += ", "
		}
		note += fmt.Sprintf("%.1f", gap.Seconds())
	}
	if note == "" {
		return ""
	}
	return "path changed, " + note + " s gap"
}
