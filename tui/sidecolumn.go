package tui

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/term"
)

// The column beside the grid on a wide screen: who is on the line and when they called before,
// what happened, who waits and who is parked.

const (
	// lastCalls is how many earlier calls with the one on the line are named.
	lastCalls = 4
	// callersShown is how many of those who wait in a queue are named.
	callersShown = 3
	// leastEvents is how many lines what happened keeps, head and all, whatever else is there.
	leastEvents = 7
)

// sideLine is a line of the column, or the head of a part of it.
type sideLine struct {
	style term.Style
	text  string
}

// drawSide fills the column: at the top who is on the line or selected, at the foot who waits, and
// between them what happened.
func drawSide(c *term.Canvas, r term.Rect, sc *scene, v *view) {
	if r.W == 0 {
		return
	}
	c.Fill(term.NewRect(r.X, r.Y, 1, r.H), term.Ruled, c.Signs().Bar)
	r.X, r.W = r.X+1, r.W-1
	caller := callerLines(sc, v, r.W-2, c.ASCII)
	if r.W+1 >= sideWidth {
		caller = append(caller, choiceLines(sc, r.W-2, c.ASCII)...)
	}
	foot := append(queueLines(sc), parkedLines(sc)...)
	bottom := r.Last(min(len(foot), r.H/3))
	for _, l := range whole(caller, r.H-leastEvents) {
		c.On(r.Rows(1), 0).Gap(1).PutCut(l.style, l.text)
	}
	drawEvents(c, r, sc)
	for i, l := range foot {
		c.On(bottom, i).Gap(1).PutCut(l.style, l.text)
	}
}

// whole leaves off what has no room, but no half of a sentence and no head alone. A line that goes on
// begins with blanks.
func whole(lines []sideLine, room int) []sideLine {
	if len(lines) <= room {
		return lines
	}
	if room <= 0 {
		return nil
	}
	n := room
	for n > 0 && (strings.HasPrefix(lines[n].text, " ") || lines[n-1].style == term.Title) {
		n--
	}
	return append(slices.Clip(lines[:n]), sideLine{})[:min(n+1, room)]
}

// callerLines tell of the call that is meant, and of the selected account.
func callerLines(sc *scene, v *view, width int, ascii bool) []sideLine {
	var lines []sideLine
	if l, ok := sc.meant(); ok {
		lines = append(lines, sideLine{term.Title, "THIS CALL"}, sideLine{term.Strong, sc.name(l.Peer)})
		if l.Peer.Number != "" && l.Peer.Number != sc.name(l.Peer) {
			lines = append(lines, sideLine{term.Plain, l.Peer.Number})
		}
		if _, talks := sc.Talking(); !talks && answered(sc) > 0 {
			lines = append(lines, sideLine{term.Held, "nobody hears you: you hold every call"})
		}
		lines = append(append(lines, contactFacts(sc, l)...), sideLine{})
		if last := lastCallsWith(sc, l); len(last) > 0 {
			lines = append(append(lines, last...), sideLine{})
		}
	}
	at := sc.directory.Place(v.roster.mark)
	if at < 0 {
		for _, line := range term.Wrap(markHint, width, ascii) {
			lines = append(lines, sideLine{term.Faint, line})
		}
		return append(lines, sideLine{})
	}
	e := &sc.directory.Entries[at]
	lines = append(lines, sideLine{term.Title, "SELECTED"}, sideLine{term.Strong, pbxws.Party{Name: e.Name, Number: string(e.ID)}.String()})
	st, words := sc.states(e)
	for _, line := range term.Wrap(words, width, ascii) {
		lines = append(lines, sideLine{st, line})
	}
	if last := sc.on(e.Link).lastWords(string(e.ID)); last != "" {
		for _, line := range term.Wrap(last, width, ascii) {
			lines = append(lines, sideLine{term.Faint, line})
		}
	}
	if key, words := personOffer(sc, e.Account); key != "" {
		for _, line := range term.Wrap(key+" "+words, width, ascii) {
			lines = append(lines, sideLine{term.Plain, line})
		}
	}
	return append(lines, sideLine{})
}

// contactFacts are facts about a contact.
func contactFacts(sc *scene, l phone.Leg) []sideLine {
	var lines []sideLine
	add := func(text string) {
		if text != "" && text != sc.name(l.Peer) {
			lines = append(lines, sideLine{term.Plain, text})
		}
	}
	sc = sc.on(l.Link)
	if c, known := sc.contact(l.Peer.Number); known {
		if !strings.Contains(sc.name(l.Peer), c.Company) {
			add(c.Company)
		}
		add(c.Email)
	}
	if l.Via != "" {
		add("came via " + l.Via)
	}
	if a, ok := sc.PBX.AccountAt(l.Peer.Number); ok && a.Presence != "" {
		add("'" + a.Presence + "'")
	}
	return lines
}

// choiceLines are what can be done with the calls, as the menu of a narrower screen has it.
func choiceLines(sc *scene, width int, ascii bool) []sideLine {
	lines := []sideLine{{term.Title, "WHAT YOU CAN DO"}}
	ctx := sc.calls(true)
	for _, a := range menuOf(sc) {
		if keys, words := sc.keys.Keys(ctx, a.id), a.outcome(sc); len(keys) > 0 && words != "" {
			for i, line := range term.Wrap(words, width-choiceKey, ascii) {
				key := ""
				if i == 0 {
					key = keyName(keys[0])
				}
				lines = append(lines, sideLine{term.Plain, padded(key, choiceKey) + line})
			}
		}
	}
	if len(lines) == 1 {
		return nil
	}
	return append(lines, sideLine{})
}

// lastCallsWith are the earlier calls with the other party of a call.
func lastCallsWith(sc *scene, l phone.Leg) []sideLine {
	var lines []sideLine
	for _, c := range sc.on(l.Link).past.with(l.Peer.Number) {
		if len(lines) > lastCalls {
			break
		}
		if c.ID == string(l.ID) {
			continue
		}
		if lines == nil {
			lines = append(lines, sideLine{term.Title, "LAST CALLS"})
		}
		way, st := "out ", term.Plain
		if c.Incoming {
			way = "in  "
		}
		if c.Missed() {
			st = term.Warn
		}
		lines = append(lines, sideLine{st, padded(when(c.Began, sc.now), 13) + way + pastWords(c)})
	}
	return lines
}

// padded fills a text of ASCII up to so many columns.
func padded(s string, n int) string {
	for len(s) < n {
		s += " "
	}
	return s
}

// queueLines are who waits in the queues, the longest first, by name where the PBX
// tells of the calls, else by number of heads.
func queueLines(sc *scene) []sideLine {
	var lines []sideLine
	for i := range sc.directory.Entries[sc.directory.Extensions:] {
		e := &sc.directory.Entries[sc.directory.Extensions+i]
		id, sc := e.ID, sc.on(e.Link)
		q, ok := sc.PBX.Queues.Get(id)
		if !ok || q.Waiting == 0 {
			continue
		}
		name := q.Name
		if name == "" {
			name = string(id)
		}
		lines = append(lines, sideLine{term.Title, "WAITING IN " + cut(name, 20) + sc.at()})
		callers := waiting(sc, id)
		for _, call := range callers[:min(len(callers), callersShown)] {
			lines = append(lines, sideLine{term.Plain, padded(term.Minutes(sc.since(call.Began)), 6) + sc.name(call.Other(id))})
		}
		if more := q.Waiting - min(len(callers), callersShown); more > 0 {
			words := strconv.Itoa(more) + " more"
			if len(callers) == 0 {
				words = strconv.Itoa(q.Waiting) + ", the first for " + term.Minutes(sc.since(q.Longest))
			}
			lines = append(lines, sideLine{term.Plain, words})
		}
		lines = append(lines, sideLine{})
	}
	return lines
}

// waiting are the calls that ring at a queue or wait in it, the oldest first.
func waiting(sc *scene, queue pbxws.AccountID) []pbxws.Call {
	var calls []pbxws.Call
	for _, c := range sc.PBX.Calls.All() {
		if c.Callee == queue {
			calls = append(calls, c)
		}
	}
	slices.SortFunc(calls, func(a, b pbxws.Call) int { return cmp.Or(a.Began.Compare(b.Began), cmp.Compare(a.ID, b.ID)) })
	return calls
}

// parkedLines are who is parked where.
func parkedLines(sc *scene) []sideLine {
	var lines []sideLine
	for _, b := range sc.boards() {
		there := sc.on(b.Link.ID)
		for _, id := range parked(b.PBX) {
			if lines == nil {
				lines = append(lines, sideLine{term.Title, "PARKED"})
			}
			lines = append(lines, sideLine{term.Plain, parkedWords(there, b.PBX.Orbits[id]) + there.at()})
		}
	}
	return lines
}
