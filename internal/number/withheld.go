package number

import (
	"strings"
	"unicode"
)

// withheldWords are what networks and PBXs send in place of a number that the caller
// does not show (RFC 3323 §4.1, RFC 3325, and usage).
const withheldWords = " anonymous anonym anonymus anonimo anónimo anonyme anônimo withheld private privat privato privado privé " +
	"unavailable restricted unknown blocked hidden suppressed unterdrückt unbekannt sconosciuto desconocido inconnu riservato " +
	"oculto masqué "

// Withheld tells whether this is nobody's number: empty, or words for a caller who shows none.
func Withheld(text string) bool {
	if text == "" {
		return true
	}
	if c := text[0]; !strings.Contains(text, "@") && (c == '+' || c >= '0' && c <= '9') {
		return false
	}
	text = plain(text[:min(len(text), maxText)])
	if _, rest, ok := strings.Cut(text, ":"); ok {
		text = rest
	}
	user, host, _ := strings.Cut(strings.Trim(text, " <>\"'"), "@")
	host, _, _ = strings.Cut(strings.ToLower(host), ";")
	if host == "invalid" || strings.HasSuffix(host, ".invalid") {
		return true
	}
	user, _, _ = strings.Cut(user, ";")
	return isWithheldWord(user)
}

// isWithheldWord looks at the words of a text: one of them is enough where all others are fillers.
func isWithheldWord(text string) bool {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '*' && r != '#' })
	if len(words) == 0 {
		return true
	}
	found := false
	for _, w := range words {
		switch {
		case isIn(withheldWords, w):
			found = true
		case !isIn(fillerWords, w):
			return false
		}
	}
	return found
}

// fillerWords say nothing by themselves.
const fillerWords = " number caller id call name user no not the "
