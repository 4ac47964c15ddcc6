package tui

import (
	"slices"
	"strings"
	"testing"

	"github.com/patchcord/patchcord/history"
	"github.com/patchcord/patchcord/phone"
)

// TestNote: a line is written about the call that is up, about the selected one of the history and about the last one,
// and stands on the card, in the history, in its search and on the card of the next call from there.
func TestNote(t *testing.T) {
	book := &notedHistory{}
	r := newRobot(t, with(able(), talkingTo(mario)))
	r.m.history = book
	typed := func(text string) *robot {
		for _, letter := range text {
			r.press(strings.Replace(string(letter), " ", "space", 1))
		}
		return r
	}
	r.press("N")
	typed("wants invoice 214")
	r.sees("note: [wants invoice 214")
	r.press("enter")
	r.sees("noted about the call with Mario Bianchi")
	typed(":note call him back").press("enter")
	wanted := []string{"note leg-1: wants invoice 214", "note leg-1: call him back"}
	if !slices.Equal(book.asked, wanted) {
		t.Fatalf("kept %q", book.asked)
	}
	r.send(pastMsg{map[phone.LinkID]history.View{"": {Notes: map[string]string{"leg-1": "call him back"}}}})
	r.sees("note: call him back")

	r.show(calm())
	c := missedFrom(mario, ago(5*60e9))
	c.Note = "wants invoice 214 and " + strings.Repeat("much more ", 9)
	other := missedFrom(carla, ago(60*60e9))
	other.ID = "other"
	r.send(onDisk(c, other))
	r.press("g", "h")
	r.sees("+39 0721 555 016  - w")
	r.sees("note: wants invoice 214 and much more")
	r.press("/")
	typed("invoice")
	r.sees("1 of 2 shown")
	r.press("esc", "N", "ctrl+u").press("enter")
	if last := book.asked[len(book.asked)-1]; last != "note own: " {
		t.Errorf("an emptied line asked %q", last)
	}
	r.show(with(able(), ringingFrom(mario)))
	r.sees("missed: wants invoice 214")
}
