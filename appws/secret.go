package appws

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"
)

// secretWords end the names of members whose values people must not see by chance, such as
// digest, sessionKey and access_token.
var secretWords = []string{"digest", "password", "passwd", "pwd", "token", "secret", "key", "pw"}

// isSecretName reports whether a member's name is a secret word or ends with one that stands
// for itself, as in sessionKey, session_key and session-key, unlike hotkey. Words that are
// rarely part of others count anywhere at the end.
func isSecretName(name string) bool {
	lower := strings.ToLower(name)
	for _, w := range secretWords {
		rest, ok := strings.CutSuffix(lower, w)
		switch {
		case !ok:
		case rest == "", len(w) > len("key"):
			return true
		case strings.HasSuffix(rest, "_"), strings.HasSuffix(rest, "-"), strings.HasSuffix(rest, "."):
			return true
		case len(rest) < len(name) && 'A' <= name[len(rest)] && name[len(rest)] <= 'Z':
			return true
		}
	}
	return false
}

// hideSecrets replaces the values of secret members at any depth and tells how many. Text that
// is no JSON is hidden whole if it speaks of a secret, for nothing in it can be told apart.
func hideSecrets(text []byte) (clean []byte, hidden int) {
	if !mentionsSecret(text) {
		return text, 0
	}
	if checkJSON(text) != nil {
		return []byte(mask(text)), 1
	}
	h := hider{scanner: scanner{b: text}}
	h.hideValue()
	if h.hidden == 0 {
		return text, 0
	}
	return append(h.out, text[h.done:]...), h.hidden
}

// mentionsSecret is a quick look: false is sure. Escapes may hide a name from it.
func mentionsSecret(text []byte) bool {
	if bytes.Contains(text, []byte(`\u`)) {
		return true
	}
	lower := bytes.ToLower(text)
	for _, w := range secretWords {
		if bytes.Contains(lower, []byte(w)) {
			return true
		}
	}
	return false
}

// hider walks JSON text that has been checked.
type hider struct {
	scanner
	out    []byte
	done   int // how much of the text is in out
	hidden int
}

func (h *hider) hideValue() {
	h.space()
	switch h.peek() {
	case '{':
		h.hideMembers()
	case '[':
		h.i++
		for h.space(); h.peek() != ']'; h.space() {
			h.hideValue()
			if h.space(); h.peek() == ',' {
				h.i++
			}
		}
		h.i++
	default:
		_ = h.value()
	}
}

func (h *hider) hideMembers() {
	h.i++
	for h.space(); h.peek() != '}'; h.space() {
		from := h.i
		_ = h.text()
		name, _ := unquote(h.b[from:h.i])
		h.space()
		h.i++ // the colon
		h.space()
		if isSecretName(name) {
			h.hide()
		} else {
			h.hideValue()
		}
		if h.space(); h.peek() == ',' {
			h.i++
		}
	}
	h.i++
}

// hide replaces a value, unless nothing can be learned from it.
func (h *hider) hide() {
	from := h.i
	_ = h.value()
	v := h.b[from:h.i]
	if s := string(v); s == "null" || s == "true" || s == "false" || s == `""` {
		return
	}
	h.out = append(append(h.out, h.b[h.done:from]...), quote(maskValue(v))...)
	h.done = h.i
	h.hidden++
}

// maskValue stands for a value and tells the length of a text, which is often what one looks
// for.
func maskValue(v []byte) string {
	if text, ok := unquote(v); ok {
		return mask([]byte(text))
	}
	return "<hidden>"
}

func mask(text []byte) string {
	return "<hidden, " + strconv.Itoa(utf8.RuneCount(text)) + " chars>"
}
