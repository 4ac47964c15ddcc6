package control

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/patchcord/patchcord/internal/printable"
)

// longestName is how much of a name stands in a line, in columns.
const longestName = 24

// Summary is a status in a few words, for the status line of another program: first a ringing call,
// then the talking one, else the state of the link; then what needs attention.
func (st Status) Summary(now time.Time) string {
	words := []string{st.Extension}
	if st.Link != "up" && len(st.Systems) == 0 {
		words = append(words, strings.ToUpper(st.Link))
	}
	for _, s := range st.Systems {
		if s.Link != "up" {
			words = append(words, s.Name+" "+strings.ToUpper(s.Link))
		}
	}
	if c, ok := st.first("ringing"); ok {
		words = append(words, "RINGING "+c.who())
	}
	if c, ok := st.first("talking"); ok {
		words = append(words, c.who()+" "+clock(now.Sub(c.Answered)))
	} else if c, ok := st.first("calling", "answering"); ok {
		words = append(words, "calling "+c.who())
	}
	if n := st.count("held"); n > 0 {
		words = append(words, strconv.Itoa(n)+" held")
	}
	for _, lamp := range []struct {
		lit  bool
		text string
	}{
		{st.Muted, "MUTED"}, {st.DND, "DND"},
		{st.Missed > 0, "miss " + strconv.Itoa(st.Missed)}, {st.Voicemail > 0, "VM " + strconv.Itoa(st.Voicemail)},
	} {
		if lamp.lit {
			words = append(words, lamp.text)
		}
	}
	// tmux takes a # for the beginning of a command of its own.
	return strings.ReplaceAll(strings.Join(words, " "), "#", "")
}

func (st Status) first(states ...string) (Call, bool) {
	for _, c := range st.Calls {
		for _, s := range states {
			if c.State == s {
				return c, true
			}
		}
	}
	return Call{}, false
}

func (st Status) count(state string) int {
	n := 0
	for _, c := range st.Calls {
		if c.State == state {
			n++
		}
	}
	return n
}

// who is the other party in a word or two.
func (c Call) who() string {
	name := c.Name
	if name == "" {
		name = c.Number
	}
	if name == "" {
		return "withheld"
	}
	return printable.Text(name, longestName, false)
}

// clock is a duration as minutes and seconds, or hours too.
func clock(d time.Duration) string {
	s := int(max(0, d).Seconds())
	if s < 3600 {
		return fmt.Sprintf("%d:%02d", s/60, s%60)
	}
	return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
}
