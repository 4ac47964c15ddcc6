package messages

import "strings"

// Filter is what is written after the slash of a pane of messages: words that must all
// hold. A word stands anywhere in the message; key=value is what a key of the message says,
// key=begin* how that begins; with != or with ! in front, all other messages. Letters are
// compared without regard to case.
type Filter []messageTerm

type messageTerm struct {
	// key is empty where any place will do.
	key, value string
	// begins asks for no more than how the value begins; deny is the opposite.
	begins, deny bool
}

// FilterHint is the grammar in a line.
const FilterHint = "words, key=value, key=begin*; != or ! for all others"

// ParseFilter reads what was typed.
func ParseFilter(text string) Filter {
	var f Filter
	for word := range strings.FieldsSeq(strings.ToLower(text)) {
		word, deny := strings.CutPrefix(word, "!")
		t := messageTerm{value: word, deny: deny}
		if key, value, pair := strings.Cut(word, "="); pair && strings.Trim(key, "!") != "" {
			key, not := strings.CutSuffix(key, "!")
			t.key, t.deny = key, deny != not
			t.value, t.begins = strings.CutSuffix(value, "*")
		}
		if word != "" {
			f = append(f, t)
		}
	}
	return f
}

// Lets reports whether a message holds all that is asked for. column is what the pane knows of
// the message by a key, not ok where it has no such column.
func (f Filter) Lets(text string, column func(key string) (value string, ok bool)) bool {
	lower := "" // made when it is needed: texts are long
	for _, t := range f {
		value, isColumn := column(t.key)
		if !isColumn && lower == "" {
			lower = strings.ToLower(text)
		}
		if t.in(lower, value, isColumn) == t.deny {
			return false
		}
	}
	return true
}

func (t messageTerm) in(lower, value string, isColumn bool) bool {
	switch {
	case isColumn:
		return t.fits(strings.ToLower(value))
	case t.key == "":
		return strings.Contains(lower, t.value)
	}
	return t.inMember(lower)
}

func (t messageTerm) fits(value string) bool {
	return value == t.value || t.begins && strings.HasPrefix(value, t.value)
}

const jsonSpace = " \t\r\n"

// inMember looks for the key at any depth. The text is taken as it came: it may be cut off or
// malformed. A message that lacks the key has nothing there.
func (t messageTerm) inMember(lower string) bool {
	name, found := `"`+t.key+`"`, false
	for {
		_, after, more := strings.Cut(lower, name)
		if !more {
			return !found && t.fits("")
		}
		lower = after
		if value, ok := strings.CutPrefix(strings.TrimLeft(after, jsonSpace), ":"); ok {
			found = true
			if t.fits(scalar(strings.TrimLeft(value, jsonSpace))) {
				return true
			}
		}
	}
}

// scalar is the string, number or word that a text begins with, without quotes.
func scalar(text string) string {
	inner, quoted := strings.CutPrefix(text, `"`)
	if !quoted {
		return text[:until(text, ",}]"+jsonSpace)]
	}
	for from := 0; ; {
		end := from + until(inner[from:], `"\`)
		if end+1 >= len(inner) || inner[end] == '"' {
			return inner[:min(end, len(inner))]
		}
		from = end + 2 // an escape and what it escapes
	}
}

// until is how much of a text comes before any of the characters.
func until(text, chars string) int {
	if i := strings.IndexAny(text, chars); i >= 0 {
		return i
	}
	return len(text)
}
