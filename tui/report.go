package tui

import (
	"regexp"
	"slices"
	"strings"

	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/term"
)

// The parts of a call that a report for others may contain: what happened, without who it was.

const (
	// plainWord bounds a value that is told of a message, in letters: a state or a kind, no name.
	plainWord = 24
	// longestRow bounds the text of a row, in columns.
	longestRow = 160
	// mostMembers bounds the members of a message that are told.
	mostMembers = 40
)

var (
	// keptValues are the members of a message whose values say what it is about.
	keptValues = []string{"action", "state", "type", "mt", "api", "code", "status", "event", "kind", "direction"}
	// aWord is a value that can be no name, number or secret.
	aWord    = regexp.MustCompile(`^[a-z][a-z-]*$|^[1-6][0-9][0-9]$`)
	manyDigs = regexp.MustCompile(`\+?[0-9][0-9 /.-]{3,}[0-9]`)
	aPath    = regexp.MustCompile(`(^|\s)[~/]\S*/.*$`)
)

// reportSteps are the outcomes of a call and, where they were recorded, the messages between them.
func reportSteps(sc *scene, l phone.Leg) []step {
	outcomes := *sc
	outcomes.Trace = nil
	all := steps(&outcomes, l)
	if list := steps(sc, l); len(sc.Trace) > 0 && len(list) > 0 && list[0].arrow != "   " {
		all = append(list, all...)
	}
	slices.SortStableFunc(all, func(a, b step) int { return a.at.Compare(b.at) })
	return all
}

// row is the text of a step in a report.
func (s step) row(sc *scene) (direction, text string) {
	switch s.arrow {
	case "-->":
		return "sent", outline(s.text)
	case "<--":
		return "received", outline(s.text)
	}
	return "here", anonymous(sc, s.text)
}

// outline is what a message of the wire is, by the names of its members, and the values that are
// harmless.
func outline(text string) string {
	var words []string
	for _, found := range aMember.FindAllStringSubmatch(text, mostMembers) {
		name, word := found[1], found[2]
		if slices.Contains(keptValues, name) && word != "" && len(word) <= plainWord && aWord.MatchString(word) {
			name += "=" + word
		}
		words = append(words, name)
	}
	return term.Harmless(strings.Join(words, " "), longestRow, true)
}

// aMember is a member of an object with a name as programs choose them, and its value if that is one
// word.
var aMember = regexp.MustCompile(`"([A-Za-z][A-Za-z_-]{0,30})"\s*:\s*"?([a-z0-9-]*)`)

// anonymous is an outcome without the names and numbers in it.
func anonymous(sc *scene, text string) string {
	var pairs []string
	hide := func(s, sign string) {
		if len(s) > 1 {
			pairs = append(pairs, s, sign)
		}
	}
	for _, l := range sc.Legs {
		hide(l.Peer.Name, "(name)")
		hide(sc.short(l.Peer), "(name)")
		hide(l.Peer.Number, "(number)")
		hide(l.Via, "(name)")
	}
	for id, a := range sc.PBX.Accounts.All() {
		if a.Name != "" && strings.Contains(text, a.Name) {
			hide(a.Name, "(name)")
		}
		if slices.Contains(strings.Fields(text), string(id)) {
			hide(string(id), "(number)")
		}
	}
	text = strings.NewReplacer(pairs...).Replace(aPath.ReplaceAllString(text, " (file)"))
	return term.Harmless(manyDigs.ReplaceAllString(text, "(number)"), longestRow, true)
}
