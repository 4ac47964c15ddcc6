package apps

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/appws/record"
	"github.com/patchcord/patchcord/tui/messages"
	"github.com/patchcord/patchcord/tui/term"
)

// What is written into a message besides its text: macros, snippets, and what the Tab key completes.

// macro is {{name and its words}}.
var macro = regexp.MustCompile(`\{\{\s*(\w+)((?:\s+(?:"[^"]*"|[^\s"}]+))*)\s*\}\}`)

// macros is what they stand for in one message.
type macros struct {
	key       appws.SessionKey
	src, seed string
}

// expand replaces the macros of a message.
func (m macros) expand(text string) (string, error) {
	var failed error
	text = macro.ReplaceAllStringFunc(text, func(found string) string {
		parts := macro.FindStringSubmatch(found)
		result, err := m.value(parts[1], quotedWords(parts[2]))
		if err != nil && failed == nil {
			failed = err
		}
		return result
	})
	return text, failed
}

func (m macros) value(name string, words []string) (string, error) {
	for i, w := range words {
		if inner, isQuoted := strings.CutPrefix(w, `"`); isQuoted {
			words[i] = strings.TrimSuffix(inner, `"`)
		} else if w == "seed" {
			words[i] = m.seed
		}
	}
	switch {
	case name == "src" && len(words) == 0:
		return m.src, nil
	case name == "seed" && len(words) == 0:
		return m.seed, nil
	case name == "encrypt" && len(words) == 2:
		return m.key.Encrypt(words[0], words[1])
	case name == "hash" && len(words) == 2:
		return m.key.Hash(words[0], words[1]), nil
	}
	return "", fmt.Errorf(`{{%s}} is none of {{src}}, {{seed}}, {{encrypt seed "text"}} and {{hash seed "text"}}`, name)
}

// checked is a message that is written, its macros replaced, or why it cannot be sent.
func (a *Pane) checked(text string) (string, error) {
	whole, err := a.macros.expand(text)
	if err == nil {
		err = appws.CheckMessage([]byte(whole))
	}
	return whole, err
}

func (a *Pane) composePreview(text, session string) (term.Style, string) {
	name, rest := nameOf(text)
	snippet, isSaved := a.Phrases.Snippets[strings.TrimPrefix(text, "@")]
	switch {
	case len(a.offered) > 0:
		return term.Strong, strings.Join(a.offered, "  ")
	case text == "":
		return term.Faint, `one JSON object with "mt"; Tab completes, NAME: saves it, @NAME brings it, Up what was sent`
	case name != "" && rest == "":
		return term.Strong, "Enter: forgets the snippet " + name
	case name != "":
		return term.Strong, "Enter: saves it as @" + name + ", and sends nothing"
	case text[0] == '@' && isSaved:
		return term.Strong, "Enter: brings " + snippet
	case text[0] == '@':
		return term.Warn, "saved are: " + strings.Join(slices.Sorted(maps.Keys(a.Phrases.Snippets)), "  ")
	}
	whole, err := a.checked(text)
	if err != nil {
		if words := appws.Explain(err); words != "" {
			return term.Warn, words
		}
		return term.Warn, err.Error()
	}
	return term.Strong, fmt.Sprintf("Enter: sends %d bytes to %s", len(whole), session)
}

// answerTo begins the answer to a request that a client of ours made and that waits.
func answerTo(row logRow) string {
	e := row.first()
	if row.isFold() || e.Dir != appws.In || e.State != record.Pending || e.Handshake {
		return ""
	}
	text := `{"mt":` + quoted(e.MT+"Result")
	if e.API != "" {
		text += `,"api":` + quoted(e.API)
	}
	if e.Src != "" {
		text += `,"src":` + quoted(e.Src)
	}
	return text + ","
}

// quoted is a text as JSON.
func quoted(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
}

// Complete completes what stands before the cursor of a message, or offers what it may be.
// It reports whether a message is written.
func (a *Pane) Complete(sh Shown) bool {
	if a.typed == nil || a.kind != composeInput {
		return false
	}
	s, _ := a.current(sh)
	before := a.typed.Before()
	if name, isName := strings.CutPrefix(before, "@"); isName {
		a.complete(name, slices.Sorted(maps.Keys(a.Phrases.Snippets)), "")
		return true
	}
	key, part, isValue, ok := openString(before)
	switch {
	case ok && isValue:
		a.complete(part, valuesOf(s.Entries, key, messages.ValueOf(before+`"}`, "api")), `"`)
	case ok:
		a.complete(part, membersOf(s.Entries, messages.ValueOf(before+`":0}`, "mt")), `":`)
	}
	return true
}

// complete adds what all candidates have in common, and the end where there is one alone.
func (a *Pane) complete(part string, candidates []string, end string) {
	var fit []string
	for _, c := range candidates {
		if strings.HasPrefix(strings.ToLower(c), strings.ToLower(part)) {
			fit = append(fit, c)
		}
	}
	a.offered = nil
	if len(fit) == 0 {
		return
	}
	common := fit[0]
	for _, c := range fit[1:] {
		n := 0
		for n < min(len(c), len(common)) && c[n] == common[n] {
			n++
		}
		common = common[:n]
	}
	if len(fit) > 1 {
		end, a.offered = "", fit
	}
	if len(common) >= len(part) {
		a.typed.Insert(common[len(part):] + end)
	}
}

// openString is the string that a beginning of JSON ends in: the part that stands there, and of a value its
// member.
func openString(text string) (key, part string, isValue, ok bool) {
	at, inside := 0, false
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '\\' && inside:
			i++
		case text[i] == '"':
			inside = !inside
			at = i
		}
	}
	if !inside {
		return "", "", false, false
	}
	head := strings.TrimRight(text[:at], " ")
	if !strings.HasSuffix(head, ":") {
		return "", text[at+1:], false, true
	}
	head = strings.TrimRight(strings.TrimSuffix(head, ":"), ` `)
	head, isKey := strings.CutSuffix(head, `"`)
	return head[strings.LastIndexByte(head, '"')+1:], text[at+1:], true, isKey
}

// valuesOf are the values of a member: those of the record, and those that are known of an api.
func valuesOf(entries []record.Entry, key, api string) []string {
	found := map[string]bool{}
	for _, e := range entries {
		for _, m := range messages.Members(e.Text) {
			if m.Name == key && m.Value != "" && len(m.Value) < 60 && !strings.ContainsAny(m.Value, `{["<`) {
				found[m.Value] = true
			}
		}
	}
	for name, requests := range apiVocabulary {
		if key == "api" && name != "" {
			found[name] = true
		}
		for mt := range requests {
			if key == "mt" && (api == "" || api == name) {
				found[mt] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// membersOf are the members of a type of message: those in the record, and those that are known.
func membersOf(entries []record.Entry, mt string) []string {
	found := map[string]bool{"mt": true, "api": true, "src": true}
	for _, e := range entries {
		if e.MT != mt || mt == "" {
			continue
		}
		for _, m := range messages.Members(e.Text) {
			found[m.Name] = true
		}
	}
	for _, requests := range apiVocabulary {
		for _, name := range requests[mt] {
			found[name] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}
