package apps

import (
	"slices"
	"strings"

	"github.com/patchcord/patchcord/appws/record"
	"github.com/patchcord/patchcord/appws/sessions"
	"github.com/patchcord/patchcord/tui/messages"
)

// place is where one looks in the record of a session. While one follows, the list is the record as it
// is; once that stops, it is the record as it was then, however fast the session goes on.
type place struct {
	// at is the number of the selected entry, 0 to follow the newest; unfolded is that of the first open
	// entry of the handshake, 0 for none; top is that of the first entry in sight.
	at, unfolded, top uint64
	// held is the record as it was when following stopped, nil while one follows; seen is the newest one
	// whose outcomes are in it.
	held, seen []record.Entry
	// newer is how many entries behind held passed the filter asked, up to the number counted.
	newer   int
	counted uint64
	asked   string
}

// follow goes with the newest entry.
func (p *place) follow() { *p = place{unfolded: p.unfolded} }

// stay selects an entry and stops following.
func (p *place) stay(s sessions.View, n uint64) {
	if p.held == nil {
		p.hold(s)
	}
	p.at = n
}

// hold takes in the record as it is now.
func (p *place) hold(s sessions.View) {
	p.held, p.seen = s.Entries, s.Entries
	p.newer, p.counted = 0, 0
}

// record is what is listed. Requests in it that were waiting have their outcome.
func (p *place) record(s sessions.View) []record.Entry {
	if p.held == nil {
		return s.Entries
	}
	if !sameRecord(p.seen, s.Entries) {
		p.held, p.seen = settled(p.held, s.Entries), s.Entries
	}
	return p.held
}

// settled is a record with the outcomes that a newer one knows.
func settled(held, newest []record.Entry) []record.Entry {
	out := held
	for i, e := range held {
		if e.State != record.Pending {
			continue
		}
		now, ok := entryAt(newest, e.N)
		if !ok || now.State == e.State {
			continue
		}
		if sameRecord(out, held) { // shared with others
			out = slices.Clone(held)
		}
		out[i] = now
	}
	return out
}

// entryAt is the entry with a number.
func entryAt(entries []record.Entry, n uint64) (record.Entry, bool) {
	if len(entries) == 0 || n < entries[0].N || n-entries[0].N >= uint64(len(entries)) {
		return record.Entry{}, false
	}
	return entries[n-entries[0].N], true
}

// behind counts the entries that came after what is held and pass a filter.
func (p *place) behind(s sessions.View, filter string, column func(record.Entry) func(string) ([]string, bool)) int {
	if len(p.held) == 0 {
		return 0
	}
	if p.counted == 0 || p.asked != filter {
		p.newer, p.counted, p.asked = 0, p.held[len(p.held)-1].N, filter
	}
	var f messages.Filter
	for i := len(s.Entries) - 1; i >= 0 && s.Entries[i].N > p.counted; i-- {
		if f == nil {
			f = messages.ParseFilter(filter)
		}
		if f.Lets(s.Entries[i].Text, column(s.Entries[i])) {
			p.newer++
		}
	}
	p.counted = max(p.counted, s.Forgotten+uint64(len(s.Entries)))
	return p.newer
}

// window is the first row in sight of so many lines: it moves no further than the cursor needs.
func (p *place) window(rows []logRow, at, lines int) int {
	top := 0
	if p.held != nil {
		top, _ = slices.BinarySearchFunc(rows, p.top, func(r logRow, n uint64) int {
			if r.last().N < n {
				return -1
			}
			return 1
		})
	} else {
		top = len(rows) - lines
	}
	top = max(0, min(max(top, at-lines+1), at, len(rows)-lines))
	p.top = rows[top].first().N
	return top
}

// hasLeft tells that an entry is not kept any more by its session.
func hasLeft(s sessions.View, n uint64) bool { return n > 0 && n <= s.Forgotten }

// matches are the lines that hold a text, letters compared without regard to case; a text may go on in
// the next line.
func matches(lines []string, text string) []int {
	text = strings.ToLower(text)
	if text == "" {
		return nil
	}
	var found []int
	has := func(i int) bool { return i < len(lines) && strings.Contains(strings.ToLower(lines[i]), text) }
	for i, line := range lines {
		isBroken := i+1 < len(lines) && !has(i+1) &&
			strings.Contains(strings.ToLower(line+strings.TrimLeft(lines[i+1], " ")), text)
		if has(i) || isBroken {
			found = append(found, i)
		}
	}
	return found
}
