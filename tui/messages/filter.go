package messages

import (
	"iter"
	"strconv"
	"strings"
)

// Filter is what is written after the slash of a pane of messages: words that must all hold, and after
// each "|" others that may hold instead. A word stands anywhere in the message; key=value is what a key of
// the message says, key=begin* how that begins, key>5 and the like compare numbers; with != or with ! in
// front, all other messages. Letters are compared without regard to case.
type Filter [][]messageTerm

type messageTerm struct {
	// key is empty where any place will do.
	key, value string
	// sign is how a number is compared, empty for a text.
	sign   string
	number float64
	// begins asks for no more than how the value begins; deny is the opposite.
	begins, deny bool
}

// FilterHint is the grammar in a line.
const FilterHint = "words, key=value, key=begin*, key>5; != or ! for all others; | is or"

// ParseFilter reads what was typed.
func ParseFilter(text string) Filter {
	var f Filter
	for part := range strings.SplitSeq(strings.ToLower(text), "|") {
		var all []messageTerm
		for word := range strings.FieldsSeq(part) {
			if word != "!" { // half typed
				all = append(all, parseTerm(word))
			}
		}
		if len(all) > 0 {
			f = append(f, all)
		}
	}
	return f
}

func parseTerm(word string) messageTerm {
	bare, deny := strings.CutPrefix(word, "!")
	if t, ok := parseComparison(bare); ok {
		t.deny = deny
		return t
	}
	t := messageTerm{value: bare, deny: deny}
	if key, value, pair := strings.Cut(bare, "="); pair && strings.Trim(key, "!") != "" {
		key, not := strings.CutSuffix(key, "!")
		t.key, t.deny = key, deny != not
		t.value, t.begins = strings.CutSuffix(value, "*")
	}
	return t
}

// parseComparison reads key>5 and the like.
func parseComparison(word string) (messageTerm, bool) {
	at := strings.IndexAny(word, "<>")
	if at <= 0 {
		return messageTerm{}, false
	}
	t := messageTerm{key: word[:at], sign: word[at : at+1]}
	value, orEqual := strings.CutPrefix(word[at+1:], "=")
	if orEqual {
		t.sign += "="
	}
	number, err := strconv.ParseFloat(value, 64)
	t.number = number
	return t, err == nil
}

// Lets reports whether a message holds all that is asked for. column is what the pane knows of
// the message by a key, any of which will do; it is not ok where the pane has no such column.
func (f Filter) Lets(text string, column func(key string) (values []string, ok bool)) bool {
	lower := "" // made when it is needed: texts are long
	for _, all := range f {
		holds := true
		for _, t := range all {
			values, isColumn := column(t.key)
			if !isColumn && lower == "" {
				lower = strings.ToLower(text)
			}
			if holds = t.in(lower, values, isColumn) != t.deny; !holds {
				break
			}
		}
		if holds {
			return true
		}
	}
	return len(f) == 0
}

func (t messageTerm) in(lower string, values []string, isColumn bool) bool {
	switch {
	case isColumn:
		for _, value := range values {
			if t.fits(strings.ToLower(value)) {
				return true
			}
		}
		return false
	case t.key == "":
		return strings.Contains(lower, t.value)
	}
	return t.inMember(lower)
}

func (t messageTerm) fits(value string) bool {
	if t.sign != "" {
		number, err := strconv.ParseFloat(value, 64)
		return err == nil && t.compares(number)
	}
	return value == t.value || t.begins && strings.HasPrefix(value, t.value)
}

func (t messageTerm) compares(number float64) bool {
	switch t.sign {
	case "<":
		return number < t.number
	case "<=":
		return number <= t.number
	case ">":
		return number > t.number
	}
	return number >= t.number
}

const jsonSpace = " \t\r\n"

// inMember looks for the key at any depth. A message that lacks the key has nothing there.
func (t messageTerm) inMember(lower string) bool {
	found := false
	for value := range Values(lower, t.key) {
		if found = true; t.fits(value) {
			return true
		}
	}
	return !found && t.fits("")
}

// Values are the texts, numbers and words of all members with a name, at any depth. The text is taken as it came: it
// may be cut off or malformed.
func Values(text, name string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for quoted := `"` + name + `"`; ; {
			_, after, more := strings.Cut(text, quoted)
			if !more {
				return
			}
			text = after
			if value, ok := strings.CutPrefix(strings.TrimLeft(after, jsonSpace), ":"); ok && !yield(scalar(strings.TrimLeft(value, jsonSpace))) {
				return
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
