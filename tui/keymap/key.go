package keymap

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The vocabulary of key names is Bubble Tea's, with "space" for the blank. Keys that a terminal
// sends as the same byte have one name only: Ctrl+I is tab, Ctrl+M enter, Ctrl+[ esc.
const (
	plainNames = "enter tab shift+tab esc space backspace delete insert" +
		" f1 f2 f3 f4 f5 f6 f7 f8 f9 f10 f11 f12 f13 f14 f15 f16 f17 f18 f19 f20"
	// moveNames exist alone and with shift+, ctrl+ and (except for pages) ctrl+shift+.
	moveNames = "up down left right home end pgup pgdown"
	// ctrlNames are what stands after "ctrl+".
	ctrlNames = "@ a b c d e f g h j k l n o p q r s t u v w x y z \\ ] ^ _"

	telephoneKeys = "0123456789*#+"
	// shiftedDigits are Shift+1 to Shift+0 of an American keyboard, without the telephone's keys.
	shiftedDigits = "!@$%^&()"

	fKeys = 20

	ctrlSpace = "it switches input methods and is a prefix of tmux for many"
)

// suspendKey is what stops a program in every shell.
const suspendKey = "ctrl+z"

// misnomers are other people's names of keys.
var misnomers = map[string]string{
	"escape": "esc", "return": "enter", "cr": "enter", "del": "delete", "ins": "insert",
	"pageup": "pgup", "pagedown": "pgdown", "pgdn": "pgdown", "spacebar": "space", "bs": "backspace",
	"ctrl+i": "tab", "ctrl+m": "enter", "ctrl+[": "esc",
}

// taken says of keys why no action may have them: something else listens first, or people press
// them by habit and expect something else.
var taken = map[string]string{
	"ctrl+a":     "it is the prefix of screen and of many tmux set-ups",
	"ctrl+b":     "it is the prefix of tmux",
	"ctrl+s":     "it stops the output of many terminals (XOFF)",
	"ctrl+q":     "it restarts the output of many terminals (XON)",
	"ctrl+d":     "it ends the input of shells, and people press it to leave",
	suspendKey:   "it suspends programs",
	"ctrl+k":     "people press it by habit to cut a line",
	"ctrl+\\":    "it aborts programs",
	"ctrl+@":     ctrlSpace, // what terminals send for it
	"ctrl+space": ctrlSpace,
}

// canonical turns a key in Bubble Tea's form into its name in keymap.toml: the blank is "space".
func canonical(key string) string {
	if key == " " || key == "alt+ " {
		return strings.TrimSuffix(key, " ") + "space"
	}
	return key
}

// isKey reports whether a single key of that name exists.
func isKey(name string) bool {
	bare := strings.TrimPrefix(name, "alt+")
	if isText(bare) || isOneOf(plainNames, bare) {
		return true
	}
	if after, ok := strings.CutPrefix(bare, "ctrl+"); ok && isOneOf(ctrlNames, after) {
		return true
	}
	return isMove(bare)
}

func isMove(name string) bool {
	for _, modifier := range []string{"ctrl+shift+", "ctrl+", "shift+", ""} {
		if after, ok := strings.CutPrefix(name, modifier); ok && isOneOf(moveNames, after) {
			return !strings.HasPrefix(after, "pg") || modifier == "" || modifier == "ctrl+"
		}
	}
	return false
}

func isOneOf(names, name string) bool {
	for n := range strings.FieldsSeq(names) {
		if n == name {
			return true
		}
	}
	return false
}

// isText reports whether the key writes a character into a text field.
func isText(name string) bool {
	r, size := utf8.DecodeRuneInString(name)
	return name == "space" || size > 0 && size == len(name) && r != utf8.RuneError && unicode.IsPrint(r) && r != ' '
}

// inFRow reports whether the key is one of F1 to F20, the keys that work even in a text field.
func inFRow(name string) bool {
	n, err := strconv.Atoi(strings.TrimPrefix(name, "f"))
	return err == nil && name == "f"+strconv.Itoa(n) && n >= 1 && n <= fKeys
}

// nearestKey proposes a key for an unknown name; empty when none is similar.
func nearestKey(name string) string {
	lower := strings.ToLower(strings.ReplaceAll(name, "-", "+"))
	if meant, ok := misnomers[lower]; ok {
		return meant
	}
	if isKey(lower) {
		return lower
	}
	return nearest(name, strings.Fields(plainNames+" "+moveNames))
}

// objection says why an action may not have one key, or two in a row, in the context; empty when
// it may.
func objection(ctx Context, a Action, presses []string) string {
	for _, key := range presses {
		if why := keyObjection(a, key); why != "" {
			return why
		}
	}
	first, single := presses[0], len(presses) == 1
	switch {
	case ctx == Field && isText(first):
		return "it writes text, and a text field needs it"
	case a == DialDigit && !single:
		return "the telephone's own keys stand alone"
	case a.Destructive() && first == "esc":
		return "the action ends a call, which Esc never does"
	case a.Destructive() && single && strings.Contains(first, "ctrl+"):
		return "the action ends a call, and a Ctrl key is too easily pressed by mistake"
	}
	return ""
}

// keyObjection says why an action may not have a key in any context; empty when it may.
func keyObjection(a Action, key string) string {
	bare := strings.TrimPrefix(key, "alt+")
	if why, ok := taken[bare]; ok && !(a == Suspend && key == suspendKey) {
		return why
	}
	telephone := len(bare) == 1 && strings.Contains(telephoneKeys, bare)
	switch {
	case telephone && bare != key:
		return "terminals switch their tabs with it"
	case telephone && a != DialDigit:
		return "the telephone's own keys dial and send tones"
	case a == DialDigit && !telephone:
		return "it takes only the telephone's own keys, 0-9 * # +"
	case len(bare) == 1 && strings.Contains(shiftedDigits, bare):
		return "it is Shift and a digit, which differs from keyboard to keyboard"
	}
	return ""
}
