package tui

import (
	"github.com/patchcord/patchcord/internal/number"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/roster"
	"github.com/patchcord/patchcord/tui/term"
)

// Numbers that come from outside: pasted, or asked for by another program.

// reads is the number of a text, or why there is none in the words of somebody who searched.
func (sc *scene) reads(text string) (number.Number, string) {
	n, why := sc.Number(text)
	if why != "" && len(roster.Words(text)) > 0 && !number.IsNumber(text) && !number.Withheld(text) {
		why = "nobody matches " + text + ", and it is not a number"
	}
	return n, why
}

// called is the party of a number, with the tones after it.
func (sc *scene) called(to string) string {
	n, why := sc.Number(to)
	if why != "" {
		return to
	}
	who := sc.who(n.Dial)
	if n.Tones != "" {
		who += ", then tones " + n.Tones + " after the answer"
	}
	return who
}

// asksFor says in words what another program asked for.
func (sc *scene) asksFor(n number.Number) string {
	if warning := sc.Warning(n); warning != "" {
		return "another program asks to dial " + n.String() + ", a " + warning
	}
	return "another program asks to call " + sc.called(n.String())
}

// pasteField puts a text in the open field. An empty one for a number takes the number in the text.
func (m *model) pasteField(f field, s string) {
	n, ok := f.(*numberPane)
	if !ok {
		f.input().Insert(s)
		return
	}
	found := number.Find(s)
	if n.typed.Len() == 0 && len(found) > 0 && (n.kind != findField || number.IsNumber(s)) {
		m.fill(n, found, s)
		return
	}
	n.insert(s, &m.scene)
}

// pasteNumber opens the dial field with the number in a text.
func (m *model) pasteNumber(s string) {
	found := number.Find(s)
	if len(found) == 0 {
		m.say(phone.GradeInfo, "nothing to dial in what was pasted: "+term.Harmless(s, 40, m.scene.ascii))
		return
	}
	m.fill(m.openField(dialField, ""), found, s)
}

// fill puts the first of the numbers of a text in the field and offers the others.
func (m *model) fill(n *numberPane, found []number.Number, s string) {
	n.insert(found[0].String(), &m.scene)
	n.external = true
	for _, more := range found[1:] {
		n.others = append(n.others, hit{section: pastedToo, number: more.String()})
	}
	n.follow(&m.scene)
	words := "pasted: " + term.Harmless(s, 60, m.scene.ascii)
	if len(found) > 1 {
		words = "the arrow keys select " + found[1].String() + ", also in " + words
	}
	m.say(phone.GradeInfo, words)
}

// pastedToo and askedFor are where the numbers of a field came from.
const pastedToo, askedFor = "ALSO PASTED", "ANOTHER PROGRAM ASKS TO CALL"
