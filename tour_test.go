//go:build linux

package main

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/patchcord/patchcord/demopbx"
)

// TestTour plays the recording of the tour at a real practice PBX: a newcomer who presses what the line
// says gets from each step to the next.
func TestTour(t *testing.T) { onDialects(t, playTour) }

func playTour(t *testing.T, o demopbx.Options) {
	recording, err := os.ReadFile("testdata/tour.txt")
	if err != nil {
		t.Fatal(err)
	}
	op := operate(t, o, 80, 24)
	op.press(":")
	op.see(`COMMANDS`)
	op.types("tour\r")
	for line := range strings.Lines(string(recording)) {
		what, words, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch {
		case what == "press":
			op.press(words)
		case what == "mark":
			op.marks(words)
		case words == "nothing":
			op.waits("the tour is over", func() (string, bool) { return op.text(), !strings.Contains(op.text(), "TOUR") })
		case what == "says": // a long line goes on in the next
			op.see(`TOUR ` + strings.ReplaceAll(regexp.QuoteMeta(words), " ", `\s+`))
		}
	}
}

// marks moves to somebody's row in a list, into which others may come above the cursor.
func (op *operator) marks(who string) {
	op.Helper()
	row := regexp.MustCompile(`(?m)^[ >]\d+ .*` + who)
	for text := op.see(row.String()); row.FindString(text)[0] != '>'; text = op.text() {
		before := regexp.MustCompile(`(?m)^>\S+`).FindString(text)
		key := "down"
		if row.FindStringIndex(text)[0] < strings.Index(text, before) {
			key = "up"
		}
		op.press(key)
		op.waits("the mark moves", func() (string, bool) {
			return op.text(), !strings.Contains(op.text(), before)
		})
	}
}
