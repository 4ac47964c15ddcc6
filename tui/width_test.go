package tui

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/roster"
	"github.com/patchcord/patchcord/tui/term"
)

// noFact are words that say how much is not shown, of which a wider screen has less, and headings.
var noFact = regexp.MustCompile(`^(page|[0-9]+/[0-9]+|more|lines|before\)|\(and|[A-Z]+|tones|sent|none|waits)$`)

// TestAWiderWindowNeverShowsLess: each word that is seen at one width is seen at the next one too.
func TestAWiderWindowNeverShowsLess(t *testing.T) {
	t.Parallel()
	for _, s := range shots(t) {
		if s.view.armed.key != "" {
			continue // a box lies over the grid
		}
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			if r := s.view.roster; r != nil && r.mark.ID != "" { // a page begins elsewhere where it is longer
				near := *r
				if near.mark = (phone.Account{Link: s.scene.Link.ID, ID: "203"}); near.order != roster.ByNumbers {
					near.mark = phone.Account{}
				}
				s.view.roster = &near
			}
			sc := s.stage(t)
			choices := choicesOf(sc)
			for _, h := range []int{24, 40} {
				var before []string
				for w := minWidth; w <= 220; w++ {
					screen := s.canvas(sc, [2]int{w, h}, true).String()
					lost := slices.DeleteFunc(before, func(word string) bool {
						return strings.Contains(screen, word) || (w == sideFrom || w == sideTo) && strings.Contains(choices, word)
					})
					if len(lost) > 0 {
						t.Errorf("%dx%d shows no more: %s", w, h, fmt.Sprint(lost))
					}
					before = factsOf(screen)
				}
			}
		})
	}
}

// factsOf are the words on a screen that say something.
func factsOf(screen string) []string {
	var words []string
	for word := range strings.FieldsSeq(screen) {
		if word = strings.Trim(word, ".,;:()[]|+-=*!<>_z"); len(word) > 2 && !noFact.MatchString(word) {
			words = append(words, word)
		}
	}
	slices.Sort(words)
	return slices.Compact(words)
}

// choicesOf are the words of the menu of calls, which gives way to the grid: the line of keys has what
// it offers.
func choicesOf(sc *scene) string {
	words := drawnHeading(sc)
	for _, a := range menuOf(sc) {
		words += " " + a.outcome(sc)
	}
	return words
}

func drawnHeading(sc *scene) string {
	c := term.NewCanvas(200, 1, true)
	drawHeading(c.On(term.NewRect(0, 0, 200, 1), 0), sc)
	return c.String()
}
