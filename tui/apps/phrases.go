package apps

import (
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/patchcord/patchcord/tui/term"
)

// Phrases are what a person saved under names: filters, and messages to send.
type Phrases struct{ Filters, Snippets map[string]string }

// maxPhrases bounds how many of a kind are kept.
const maxPhrases = 200

// longestName bounds a name in letters.
const longestName = 30

// nameOf is the name in front of a text of one line, as in "calls: api=RCC", empty for none, and the text
// without it.
func nameOf(text string) (name, rest string) {
	before, after, found := strings.Cut(text, ":")
	name, rest = strings.TrimLeftFunc(before, isBlank), strings.TrimSpace(after)
	odd := func(r rune) bool { return r != '_' && r != '-' && !unicode.IsLetter(r) && !unicode.IsNumber(r) }
	switch {
	case !found, name == "", utf8.RuneCountInString(name) > longestName, strings.ContainsFunc(name, odd):
		return "", text
	case after != "" && !isBlank(rune(after[0])), strings.Contains(after[min(1, len(after)):], "\n"):
		return "", text
	}
	return name, rest
}

func isBlank(r rune) bool { return strings.ContainsRune(" \t\n\f\r", r) }

// kept is a set of phrases with another one, or without it where the text is empty, and what was done.
func kept(phrases map[string]string, name, text string) (changed map[string]string, words string) {
	changed = maps.Clone(phrases)
	if changed == nil {
		changed = map[string]string{}
	}
	if text == "" {
		delete(changed, name)
		return changed, name + " is forgotten"
	}
	if _, known := changed[name]; !known && len(changed) >= maxPhrases {
		return changed, "not saved: there are too many already; a name with nothing after it deletes one"
	}
	changed[name] = text
	return changed, "saved as " + name
}

// keep writes the phrases down; words are said then.
func (a *Pane) keep(w Work, words string) tea.Cmd {
	if w.Records.Keep == nil {
		return nil
	}
	return w.Records.Keep(a.Phrases, words)
}

// take says why phrases are gone with the screen.
func (msg PhrasesMsg) take(*Pane, bool) Effect {
	if msg.Err != nil {
		return Effect{Said: "what you saved by name is lost when the program ends: " + msg.Err.Error(), Style: term.Failed}
	}
	return Effect{Said: msg.Words, Style: term.Done}
}

// maxAlternatives bounds what a filter with names in it becomes.
const maxAlternatives = 64

// expanded is a filter with the saved ones in place of their @names. unknown is a name that is not saved.
func (a *Pane) expanded(filter string) (text, unknown string) {
	var all []string
	for part := range strings.SplitSeq(filter, "|") {
		alternatives := []string{""}
		for word := range strings.FieldsSeq(part) {
			name, isName := strings.CutPrefix(word, "@")
			saved, known := a.Phrases.Filters[name]
			if isName && !known {
				unknown = name
			}
			if !isName || !known {
				saved = word
			}
			var next []string
			for _, before := range alternatives {
				for one := range strings.SplitSeq(saved, "|") {
					next = append(next, strings.TrimSpace(before+" "+strings.TrimSpace(one)))
				}
			}
			alternatives = next[:min(len(next), maxAlternatives)]
		}
		all = append(all, alternatives...)
	}
	return strings.Join(all[:min(len(all), maxAlternatives)], " | "), unknown
}

// savedFilters are those that the arrows bring, by their names.
func (a *Pane) savedFilters() []string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(a.Phrases.Filters)) {
		list = append(list, "@"+name)
	}
	slices.Reverse(list)
	return list
}
