package keymap

import (
	"fmt"
	"strings"
)

// situations are the contexts in words, for people.
var situations = map[Context]struct{ title, when string }{
	Global:   {"Everywhere", "These work everywhere, unless a table further down says otherwise."},
	Idle:     {"No call", "You are in no call."},
	Ringing:  {"A call rings", "A call rings here; with another call up, its keys work too."},
	Talking:  {"In a call", "You are dialling, it rings there, you are talking, or the call is on hold."},
	Two:      {"Two calls or more", "The keys of one call work too."},
	Consult:  {"Asking first", "You are asking somebody while a call waits; the keys for two calls work too."},
	Trace:    {"Messages of the PBX", "Call keys still work."},
	Quality:  {"How a call sounds", "Call keys still work."},
	Setup:    {"The form of the set-up", "Letters and digits are text; left, right and the space bar choose."},
	Apps:     {"AppWebsocket sessions", "Some call keys mean something else here."},
	Devices:  {"The list of devices", "Microphones, speakers and ringers. Call keys still work."},
	Playback: {"Voice messages and past calls", "The lists of both. Call keys still work."},
	Field:    {"A text field is open", "Letters and digits are text; of the other tables only the F-keys work."},
	Confirm:  {"Leaving with calls up", "Enter and every key for back leave things as they are."},
	Question: {"A question", "A question that Enter answers with yes."},
	Help:     {"The list of keys", "Type to filter it."},
}

// Page is the map as a page of Markdown: a table for each context, the keys of every action and
// what it does, in the order of the file.
func (m *Map) Page() string {
	var b strings.Builder
	b.WriteString("# Keys\n\nWritten by `patchcord keys`, which prints the keys in force, including your own `keymap.toml`.\n" +
		"Press two keys with a blank between them one after the other. The last line of the screen\n" +
		"names the keys that work now, and `?` lists them.\n")
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
