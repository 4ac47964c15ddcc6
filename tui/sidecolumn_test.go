package tui

import (
	"slices"
	"testing"

	"github.com/patchcord/patchcord/tui/term"
)

// TestWhole: what has no room is left off at the end of a sentence, a head without lines too.
func TestWhole(t *testing.T) {
	all := []sideLine{{term.Title, "DO"}, {term.Plain, "l link"}, {term.Plain, "  leave"}, {term.Plain, "x end"}, {}}
	for room, want := range [][]string{nil, {""}, {""}, {"DO", "l link", "  leave"}, {"DO", "l link", "  leave", "x end"}, {"DO", "l link", "  leave", "x end", ""}} {
		var got []string
		for _, l := range whole(all, room) {
			got = append(got, l.text)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%d lines of room: %q, want %q", room, got, want)
		}
	}
}
