package keymap

import (
	"fmt"
	"strings"
)

// situations are the contexts in words, for people.
var situations = map[Context]struct{ title, when string }{
	Global:   {"Everywhere", "These work wherever no table further down says otherwise."},
	Idle:     {"No call", "You are in no call."},
	Ringing:  {"A call rings", "The call that keys are meant for rings here; with another call up, the keys of that one work too."},
	Talking:  {"In a call", "A call of yours is up: you dial, it rings there, you talk, or it is on hold."},
	Two:      {"Two calls or more", "The keys of one call work too."},
	Consult:  {"Asking first", "Somebody is being asked about a call that waits; the keys of two calls work too."},
	Trace:    {"Messages of the telephone system", "Call keys go on working."},
	Quality:  {"How a call sounds", "Call keys go on working."},
	Setup:    {"The form of the set-up", "Keys that write are text; left, right and the space bar choose."},
	Apps:     {"AppWebsocket sessions", "Of the call keys, some mean something else here."},
	Devices:  {"The list of devices", "Microphones, speakers and ringers. Call keys go on working."},
	Field:    {"A text field is open", "Keys that write are text; of the other tables only the F-row works."},
	Confirm:  {"Leaving with calls up", "Enter, and whatever means back, leaves things as they are."},
	Question: {"A question", "Something is asked that Enter says yes to."},
	Help:     {"The list of keys", "What is typed filters it."},
}

// Page is the map as a page of Markdown: a table for each context, the keys of every action and
// what it does, in the order of the file.
func (m *Map) Page() string {
	var b strings.Builder
	b.WriteString("# Keys\n\nWritten by `patchcord keys`, which prints the keys that are yours, with a `keymap.toml` of your own\n" +
		"taken in. Two keys with a blank between them are pressed one after the other. The last line of the screen\n" +
		"names the keys that work at the moment, and `?` lists them.\n")
	for _, ctx := range Contexts() {
		words := situations[ctx]
		fmt.Fprintf(&b, "\n## %s\n\n%s In `keymap.toml`: `[%s]`.\n\n| keys | what it does | action |\n|---|---|---|\n", words.title, words.when, ctx)
		for _, bind := range m.tables[ctx] {
			fmt.Fprintf(&b, "| %s | %s | `%s` |\n", bind.words(), bind.action.Help(), bind.action)
		}
	}
	return b.String()
}

// words are the keys of a binding, the preferred one first.
func (b binding) words() string {
	if len(b.keys) == 0 {
		return "none"
	}
	var words []string
	for _, k := range b.keys {
		words = append(words, "`"+strings.ReplaceAll(k.name, "|", `\|`)+"`")
	}
	return strings.Join(words, " ")
}
