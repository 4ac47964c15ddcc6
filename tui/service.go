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

// What a PBX may have besides people and calls: who works in a queue and who waits there,
// lines to the outside, conferences, several telephones of one person, presences.

// callerRows are those who wait in a queue.
func callerRows(sc *scene, q pbxws.Queue) []listRow {
	var rows []listRow
	for _, c := range q.Callers {
		rows = append(rows, listRow{
			id: string(q.ID) + " " + string(c.ID), of: string(q.ID), style: term.Warn, sign: "  " + strconv.Itoa(c.Position) + ".", name: sc.full(c.Party),
			end: "waits " + term.Minutes(sc.since(c.Since)), does: phone.TakeWaiting{Queue: sc.here(q.ID), Caller: c.ID}, verb: "take this caller",
		})
	}
	return rows
}

// memberRows are those who take the calls of a queue.
func memberRows(sc *scene, q pbxws.Queue) []listRow {
	var rows []listRow
	for _, m := range q.Members {
		row := listRow{id: string(q.ID) + " " + string(m.ID), of: string(q.ID), style: term.Plain, sign: "  " + string(m.ID), name: m.Name, number: string(m.ID), end: "ready"}
		switch {
		case !m.In:
			row.style, row.end = term.Faint, "out"
		case m.Paused:
			row.style, row.end = term.Held, "paused "+term.Minutes(sc.since(m.Since))
			if m.Reason != "" {
				row.end += ": " + cut(m.Reason, 20)
			}
		}
		if sc.PBX.Own(m.ID) {
			row.does, row.verb = ownPart(sc, q.ID, m)
		}
		rows = append(rows, row)
	}
	return rows
}

// ownPart is what a person does next about their own part in a queue.
func ownPart(sc *scene, queue pbxws.AccountID, m pbxws.QueueMember) (does phone.Intent, verb string) {
	at := sc.here(queue)
	switch {
	case !sc.Caps.Has(pbxws.CapQueue):
		return nil, lookOnly
	case !m.In:
		return phone.JoinQueue{Queue: at, On: true}, "take the calls of this queue"
	case m.Paused:
		return phone.PauseQueue{Queue: at}, "be ready again"
	}
	return phone.PauseQueue{Queue: at, On: true}, "pause here"
}

// serviceRows are the lines to the outside, the conferences, and the person's telephones.
func serviceRows(sc *scene) []listRow {
	var rows []listRow
	for _, t := range sc.PBX.Trunks {
		row := listRow{id: "trunk " + string(t.ID), style: term.Plain, sign: string(t.ID), name: t.Name, end: t.State.String() + ", " + term.Count(t.Calls, "call")}
		if t.Channels > 0 {
			row.end = t.State.String() + ", " + strconv.Itoa(t.Calls) + " of " + term.Count(t.Channels, "channel")
		}
		if t.State == pbxws.TrunkTrouble {
			row.style, row.end = term.Warn, "IN TROUBLE ("+cut(t.Word, 16)+"), "+term.Count(t.Calls, "call")
		}
		rows = append(rows, row)
	}
	for _, c := range sc.PBX.Conferences {
		rows = append(rows, listRow{id: "conference " + string(c.ID), style: term.Plain, sign: string(c.ID), name: "conference: " + conferenceWords(c)})
	}
	for _, d := range sc.PBX.Telephones {
		row := listRow{id: "telephone " + string(d.ID), style: term.Plain, sign: string(d.ID), name: strings.TrimSpace("your telephone " + d.Name), end: d.Kind,
			does: phone.ChooseTelephone{Device: sc.here(d.ID)}, verb: "have calls begin there"}
		if d.Chosen {
			row.end, row.style = strings.TrimPrefix(d.Kind+", calls begin there", ", "), term.Strong
		}
		rows = append(rows, row)
	}
	slices.SortFunc(rows, func(a, b listRow) int { return cmp.Compare(a.id, b.id) })
	return rows
}

// conferenceWords are who takes part in a conference.
func conferenceWords(c pbxws.Conference) string {
	var names []string
	for _, m := range c.Members {
		name := cmp.Or(m.Name, string(m.ID))
		if m.Owner {
			name += " (holds it)"
		}
		if m.Muted {
			name += " (muted)"
		}
		names = append(names, name)
	}
	return strings.Join(names, ", ")
}

// denied says that we may not see what a list is for, empty where we may.
func denied(sc *scene, kind listKind) string {
	switch {
	case kind == queueList && sc.PBX.Denies(pbxws.AreaQueues):
		return "you may not see the queues of this PBX"
	case kind == parkedList && sc.PBX.Denies(pbxws.AreaOrbits):
		return "you may not see who is parked at this PBX"
	case kind == serviceList && sc.PBX.Denies(pbxws.AreaTrunks):
		return "you may not see the trunks of this PBX"
	}
	return ""
}

// presenceWords are what a person has done with their calls, with a comma before each.
func presenceWords(a pbxws.Account) string {
	words := ""
	if a.Presence != "" {
		words = ", '" + pbxws.Presence{Word: a.Presence, To: a.PresenceTo}.String() + "'"
	}
	for _, more := range []struct {
		when string
		what pbxws.Presence
	}{{"busy", a.OnBusy}, {"away", a.OnUnavailable}} {
		if more.what.Word != "" && more.what.Word != a.Presence {
			words += ", when " + more.when + " '" + more.what.String() + "'"
		}
	}
	for _, d := range a.Diverts {
		words += ", diverts " + d.When.String() + " to " + d.To
	}
	return words
}

// serviceMenu are what can be done with the call of a colleague, or with a queue.
func serviceMenu(sc *scene, at phone.Account) []personRow {
	sc = sc.on(at.Link)
	id := at.ID
	var rows []personRow
	add := func(caps pbxws.Caps, words string, i phone.Intent) {
		if sc.Caps.Has(caps) {
			rows = append(rows, personRow{"", words, sc.Refuses(i), answer(func(m *model) string { return m.do(i) })})
		}
	}
	if q, isQueue := sc.PBX.Queues.Get(id); isQueue {
		in, paused := false, false
		for _, m := range q.Members {
			if sc.PBX.Own(m.ID) {
				in, paused = m.In, m.Paused
			}
		}
		add(pbxws.CapQueue, "take the one who waits the longest", phone.TakeWaiting{Queue: at})
		add(pbxws.CapQueue, either(in, "take no more calls of this queue", "take the calls of this queue"), phone.JoinQueue{Queue: at, On: !in})
		if in {
			add(pbxws.CapQueue, either(paused, "be ready again", "pause here"), phone.PauseQueue{Queue: at, On: !paused})
		}
		return rows
	}
	if sc.Refuses(phone.Listen{Account: at}) == "" || sc.Refuses(phone.Intrude{Account: at}) == "" {
		add(pbxws.CapListen, "listen to this call, your telephone rings for it", phone.Listen{Account: at})
		add(pbxws.CapIntrude, "speak in this call too, your telephone rings for it", phone.Intrude{Account: at})
	}
	return rows
}

func either(first bool, one, two string) string {
	if first {
		return one
	}
	return two
}

// serviceCommands are the commands for all this.
func serviceCommands() []command {
	one := func(name, after, help string, do func(m *model, rest string) string) command {
		return command{names: []string{name}, after: after, help: help, order: name != "lines", run: answering(do)}
	}
	queue := func(text string) phone.Account { return phone.Account{ID: pbxws.AccountID(text)} }
	queues := func(text string) phone.Account {
		if text == "all" {
			return phone.Account{}
		}
		return queue(text)
	}
	intent := func(of func(rest string) phone.Intent) func(*model, string) string {
		return func(m *model, rest string) string { return m.doThere(of(rest)) }
	}
	return []command{
		one("passcode", "", "answer the sign-in's question, such as a one-time code", func(m *model, _ string) string { return m.openCode() }),
		one("presence", "[busy|away] WORD [NUMBER]", "what happens to your calls, in your PBX's words", intent(presenceOf)),
		one("queue join", "QUEUE", "take the calls of a queue", intent(func(q string) phone.Intent { return phone.JoinQueue{Queue: queue(q), On: true} })),
		one("queue leave", "QUEUE", "take no more calls of a queue", intent(func(q string) phone.Intent { return phone.JoinQueue{Queue: queue(q)} })),
		one("queue pause", "QUEUE|all [REASON]", "get no calls of a queue for now", intent(func(rest string) phone.Intent {
			q, reason, _ := strings.Cut(rest, " ")
			return phone.PauseQueue{Queue: queues(q), On: true, Reason: strings.TrimSpace(reason)}
		})),
		one("queue ready", "QUEUE|all", "end a pause", intent(func(q string) phone.Intent { return phone.PauseQueue{Queue: queues(q)} })),
		one("queue take", "QUEUE", "take the one who waits the longest", intent(func(q string) phone.Intent { return phone.TakeWaiting{Queue: queue(q)} })),
		one("listen", "NUMBER", "hear the call of a colleague", intent(func(n string) phone.Intent { return phone.Listen{Account: queue(n)} })),
		one("intrude", "NUMBER", "speak in the call of a colleague", intent(func(n string) phone.Intent { return phone.Intrude{Account: queue(n)} })),
		one("telephone", "NUMBER", "have calls begin at one of your telephones", intent(func(n string) phone.Intent { return phone.ChooseTelephone{Device: queue(n)} })),
		one("lines", "", "the lines to the outside, conferences, and your telephones", lister(serviceList)),
	}
}

// presenceOf reads a presence: when it counts, its word, and where it sends calls.
func presenceOf(rest string) phone.Intent {
	var p phone.SetPresence
	words := strings.Fields(rest)
	if len(words) > 1 && words[0] == "busy" {
		p.When, words = pbxws.PresenceBusy, words[1:]
	} else if len(words) > 1 && words[0] == "away" {
		p.When, words = pbxws.PresenceUnavailable, words[1:]
	}
	if len(words) > 0 {
		p.Word, p.To = words[0], strings.Join(words[1:], "")
	}
	return p
}

// lookOnly is the verb of a row that Enter does nothing with.
const lookOnly = "look"
