package apps

import (
	"strings"
	"testing"
)

// TestNames: a name is a short word before a colon and a blank, in any letters; all else is text.
func TestNames(t *testing.T) {
	long := strings.Repeat("é", longestName)
	for text, want := range map[string][2]string{
		"calls: api=RCC": {"calls", "api=RCC"}, " \tcalls:\tapi ": {"calls", "api"}, "calls:": {"calls", ""}, "anrufe_2-ü: x": {"anrufe_2-ü", "x"},
		long + ": x": {long, "x"}, long + "é: x": {"", long + "é: x"}, "a b: x": {"", "a b: x"}, "api:RCC": {"", "api:RCC"}, ": x": {"", ": x"},
		"": {"", ""}, "calls": {"", "calls"}, "a: b: c": {"a", "b: c"}, `{"mt":"x", "a": 1}`: {"", `{"mt":"x", "a": 1}`}, "a:\nb": {"a", "b"}, "a: b\nc": {"", "a: b\nc"},
		"\xff: x": {"", "\xff: x"}, "²: x": {"²", "x"},
	} {
		if name, rest := nameOf(text); name != want[0] || rest != want[1] {
			t.Errorf("%q is %q and %q, want %q", text, name, rest, want)
		}
	}
}
