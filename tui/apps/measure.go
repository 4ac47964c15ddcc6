package apps

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/patchcord/patchcord/appws/record"
	"github.com/patchcord/patchcord/appws/sessions"
	"github.com/patchcord/patchcord/tui/term"
)

// conversation is what was said under one src.
type conversation struct {
	api, src, begin  string
	messages, bytes  int
	from, to         time.Time
	waiting, failing bool
}

// conversations are the messages of a record grouped by api and src, in the order of their beginning. What
// has no src is none.
func conversations(entries []record.Entry) []conversation {
	type key struct{ api, src string }
	var list []conversation
	at := map[key]int{}
	for _, e := range entries {
		if e.Src == "" {
			continue
		}
		k := key{e.API, e.Src}
		i, known := at[k]
		if !known {
			i = len(list)
			at[k] = i
			list = append(list, conversation{api: e.API, src: e.Src, begin: e.MT, from: e.At})
		}
		c := &list[i]
		c.messages, c.bytes, c.to = c.messages+1, c.bytes+e.Bytes, e.At
		c.waiting = c.waiting || e.State == record.Pending
		c.failing = c.failing || e.State == record.Lost
	}
	return list
}

// pace is how long the requests of one type took.
type pace struct {
	api, mt              string
	took                 []time.Duration // sorted
	waiting, lost, tardy int
}

// paces are those of all types of requests, the slowest first.
func paces(entries []record.Entry) []pace {
	type key struct{ api, mt string }
	all := map[key]*pace{}
	for _, e := range entries {
		if e.State == record.Unpaired {
			continue
		}
		p := all[key{e.API, e.MT}]
		if p == nil {
			p = &pace{api: e.API, mt: e.MT}
			all[key{e.API, e.MT}] = p
		}
		switch e.State {
		case record.Answered:
			p.took = append(p.took, e.Took)
			if e.Took >= record.WaitingAfter {
				p.tardy++
			}
		case record.Pending:
			p.waiting++
		case record.Lost:
			p.lost++
		}
	}
	var list []pace
	for _, p := range all {
		slices.Sort(p.took)
		list = append(list, *p)
	}
	slices.SortFunc(list, func(a, b pace) int {
		return cmp.Or(cmp.Compare(b.slowest(), a.slowest()), cmp.Compare(a.api+a.mt, b.api+b.mt))
	})
	return list
}

func (p pace) slowest() time.Duration { return p.share(1) }

// share is how long that share of the requests took at most.
func (p pace) share(part float64) time.Duration {
	if len(p.took) == 0 {
		return 0
	}
	return p.took[int(part*float64(len(p.took)-1))]
}

// measure reports the slowest types of requests, and the conversations.
func (a *Pane) measure(s sessions.View, _ Shown, _ Work) Effect {
	entries := a.place.record(s)
	lines := []string{fmt.Sprintf("%-10s %-24s %5s %8s %8s %4s %5s %4s", "api", "request", "count", "median", "slowest", "late", "waits", "lost")}
	for _, p := range paces(entries) {
		lines = append(lines, fmt.Sprintf("%-10.10s %-24.24s %5d %8s %8s %4d %5d %4d", p.api, p.mt, len(p.took)+p.waiting+p.lost,
			term.Took(p.share(.5)), term.Took(p.slowest()), p.tardy, p.waiting, p.lost))
	}
	lines = append(lines, "", fmt.Sprintf("%-8s %-6s %-18s %8s %8s %7s %-7s %s", "begun at", "src", "with", "messages", "bytes", "lasted", "", "api"))
	for _, c := range conversations(entries) {
		end := ""
		if c.waiting {
			end = "WAITING"
		} else if c.failing {
			end = "LOST"
		}
		lines = append(lines, fmt.Sprintf("%-8s %-6.6s %-18.18s %8d %8s %7s %-7s %.8s", term.Clock(c.from), c.src, c.begin, c.messages,
			sized(uint64(c.bytes)), lasted(c.to.Sub(c.from)), end, c.api))
	}
	a.show("THE SLOWEST REQUESTS AND THE CONVERSATIONS OF "+s.Name, lines)
	return Effect{}
}
