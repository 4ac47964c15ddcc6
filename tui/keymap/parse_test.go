package keymap

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

func TestParseRefuses(t *testing.T) {
	tests := []struct{ name, file, want string }{
		{"unknown action", "[talking]\ncall.hodl = [\"h\"]\n",
			`k.toml:2:1: unknown action "call.hodl"; did you mean "call.hold"?`},
		{"unknown action, nothing near", "[talking]\n  make.coffee = [\"h\"]\n",
			`k.toml:2:3: unknown action "make.coffee"`},
		{"unknown context", "[talkin]\ncall.hold = [\"h\"]\n",
			`k.toml:1:2: unknown context "talkin"; did you mean "talking"?`},
		{"unknown key", "[talking]\ncall.hold = [\"h\", \"f55\"]\n",
			`k.toml:2:19: unknown key "f55"; did you mean "f5"?`},
		{"capital in a name", "[global]\nredraw = [\"Ctrl+L\"]\n",
			`k.toml:2:11: unknown key "Ctrl+L"; did you mean "ctrl+l"?`},
		{"other people's name", "[global]\nback = [\"Escape\"]\n",
			`k.toml:2:9: unknown key "Escape"; did you mean "esc"?`},
		{"a byte that has a better name", "[talking]\ncall.next = [\"ctrl+i\"]\n",
			`k.toml:2:14: unknown key "ctrl+i"; did you mean "tab"?`},
		{"column in characters", "[talking]\n\"call.hold\" = [\"é\", \"ö\", \"nope\"]\n",
			`k.toml:2:26: unknown key "nope"`},
		{"after a byte order mark", "\uFEFF[nowhere]\n",
			`k.toml:1:2: unknown context "nowhere"`},
		{"one key for two actions", "[talking]\ncall.hold = [\"h\"]\ncall.mute = [\"m\", \"h\"]\n",
			`k.toml:3:19: key "h" of "call.mute" in context "talking" is a key of "call.hold" already (k.toml:2:14)`},
		{"one key twice", "[talking]\ncall.hold = [\"h\", \"h\"]\n",
			`k.toml:2:19: key "h" of "call.hold" in context "talking" is at k.toml:2:14 already`},
		{"double press behind a single one", "[talking]\ncall.mute = [\"x\"]\ncall.hangup = [\"x x\"]\n",
			`k.toml:3:16: key "x x" of "call.hangup" in context "talking" can never be completed: its first press is "call.mute" already (k.toml:2:14)`},
		{"single press behind a double one", "[talking]\ncall.hangup = [\"x x\"]\ncall.mute = [\"x\"]\n",
			`k.toml:3:14: key "x" of "call.mute" in context "talking" is the first press of "x x" for "call.hangup" (k.toml:2:16)`},
		{"three in a row", "[talking]\ncall.hangup = [\"x x x\"]\n",
			`k.toml:2:16: "x x x" is more than two keys in a row`},
		{"a blank too many", "[talking]\ncall.hold = [\"h \"]\n",
			`k.toml:2:14: unknown key ""`},
		{"empty key", "[talking]\ncall.hold = [\"\"]\n",
			`k.toml:2:14: unknown key ""`},
		{"control character", "[talking]\ncall.hold = [\"\\u001b[31m\"]\n",
			`k.toml:2:14: unknown key "\x1b[31m"`},
		{"key is a number", "[talking]\ncall.hold = [\"h\", 5]\n",
			`k.toml:2:1: "call.hold" lists a number among its keys; a key is written in quotes, like "h"`},
		{"keys are a text", "[talking]\ncall.hold = \"h\"\n",
			`k.toml:2:1: "call.hold" is a text; write a list of keys, like call.hold = ["h", "f5"]`},
		{"keys are a table", "[talking]\ncall.hold = { key = \"h\" }\n",
			`k.toml:2:1: "call.hold" is a table; write a list of keys, like call.hold = ["h", "f5"]`},
		{"keys are true", "[talking]\ncall.hold = true\n",
			`k.toml:2:1: "call.hold" is true or false; write a list of keys, like call.hold = ["h", "f5"]`},
		{"a list within", "[talking]\ncall.hold = [[\"h\"]]\n",
			`k.toml:2:1: "call.hold" lists a list among its keys; a key is written in quotes, like "h"`},
		{"a date", "[talking]\ncall.hold = 2026-11-21\n",
			`k.toml:2:1: "call.hold" is a date; write a list of keys, like call.hold = ["h", "f5"]`},
		{"action twice", "[talking]\ncall.hold = [\"h\"]\ncall.hold = [\"f5\"]\n",
			`k.toml:3:1: "call.hold" has its keys at k.toml:2:1 already`},
		{"context twice", "[talking]\n[two]\n[talking]\n",
			`k.toml:3:2: context "talking" has a table further up already`},
		{"list of tables", "[[talking]]\n",
			`k.toml:1:3: "talking" is a list of tables here; write it in single brackets`},
		{"no context", "call.hold = [\"h\"]\n",
			`k.toml:1:1: "call.hold" comes before the first context; write a line like [global] above it`},
		{"too many keys", "[talking]\ncall.hold = [" + strings.Repeat("\"h\",", 17) + "]\n",
			`k.toml:2:1: "call.hold" lists more than 16 keys`},
		{"no way out", "[field]\nfield.cancel = []\n",
			`k.toml:2:1: "field.cancel" must keep a key in context "field"; without one there is no way out`},
		{"syntax", "[talking]\ncall.hold = [\"h\"\n",
			`k.toml:2:17: array is incomplete`},
		{"not UTF-8", "[talking]\ncall.hold = [\"\xff\"]\n",
			`k.toml: not UTF-8 text`},
		{"too large", strings.Repeat("#\n", 40<<10),
			`k.toml: larger than 64 KiB, which no keymap is`},
		{"long words are cut", "[" + strings.Repeat("a", 100) + "]\n",
			`k.toml:1:2: unknown context "` + strings.Repeat("a", 40) + `..."`},
		{"all problems at once", "[talking]\ncall.hodl = [\"h\"]\ncall.mute = [\"M1\"]\n",
			"k.toml:2:1: unknown action \"call.hodl\"; did you mean \"call.hold\"?\nk.toml:3:14: unknown key \"M1\""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Parse("k.toml", []byte(tt.file))
			if err == nil || err.Error() != tt.want {
				t.Errorf("got  %v\nwant %s", err, tt.want)
			}
		})
	}
}

func TestParseRefusesKeys(t *testing.T) {
	tests := []struct{ context, action, key, why string }{
		{"talking", "call.hold", "ctrl+a", "it is the prefix of screen and of many tmux set-ups"},
		{"talking", "call.hold", "ctrl+b", "it is the prefix of tmux"},
		{"talking", "call.hold", "ctrl+s", "it stops the output of many terminals (XOFF)"},
		{"talking", "call.hold", "ctrl+q", "it restarts the output of many terminals (XON)"},
		{"talking", "call.hold", "ctrl+d", "it ends the input of shells, and people press it to leave"},
		{"talking", "call.hold", "ctrl+z", "it suspends programs"},
		{"talking", "call.hold", "ctrl+k", "people press it by habit to cut a line"},
		{"talking", "call.hold", `ctrl+\`, "it aborts programs"},
		{"talking", "call.hold", "ctrl+@", "it switches input methods and is a prefix of tmux for many"},
		{"talking", "call.hold", "ctrl+space", "it switches input methods and is a prefix of tmux for many"},
		{"talking", "call.hold", "alt+ctrl+b", "it is the prefix of tmux"},
		{"talking", "call.hold", "g ctrl+b", "it is the prefix of tmux"},
		{"talking", "call.hold", "!", "it is Shift and a digit, which differs from keyboard to keyboard"},
		{"talking", "call.hold", "5", "the telephone's own keys dial and send tones"},
		{"talking", "call.hold", "g 5", "the telephone's own keys dial and send tones"},
		{"talking", "call.hold", "*", "the telephone's own keys dial and send tones"},
		{"talking", "call.hold", "alt+5", "terminals switch their tabs with it"},
		{"global", "dial.digit", "e", "it takes only the telephone's own keys, 0-9 * # +"},
		{"global", "dial.digit", "5 5", "the telephone's own keys stand alone"},
		{"talking", "call.hangup", "esc", "the action ends a call, which Esc never does"},
		{"talking", "call.hangup", "esc esc", "the action ends a call, which Esc never does"},
		{"ringing", "call.reject", "ctrl+r", "the action ends a call, and a Ctrl key is too easily pressed by mistake"},
		{"field", "field.accept", "o", "it writes text, and a text field needs it"},
		{"field", "field.accept", "space", "it writes text, and a text field needs it"},
	}
	for _, tt := range tests {
		t.Run(tt.context+" "+tt.action+" "+tt.key, func(t *testing.T) {
			_, err := Parse("k.toml", fmt.Appendf(nil, "[%s]\n%s = ['%s']\n", tt.context, tt.action, tt.key))
			want := fmt.Sprintf("k.toml:2:%d: %q cannot be a key of %q: %s", len(tt.action)+5, tt.key, tt.action, tt.why)
			if err == nil || err.Error() != want {
				t.Errorf("got  %v\nwant %s", err, want)
			}
		})
	}
}

func TestParseTellsTenProblems(t *testing.T) {
	_, err := Parse("k.toml", []byte("[talking]\n"+strings.Repeat("call.hodl = []\n", 25)))
	if err == nil {
		t.Fatal("25 unknown actions were taken")
	}
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != 11 || lines[10] != "and 15 more" {
		t.Errorf("%d lines, the last %q", len(lines), lines[len(lines)-1])
	}
}

func TestParseTakesEveryName(t *testing.T) {
	for _, key := range []string{
		"a", "X", "é", "ж", ".", "space", "enter", "shift+tab", "f1", "f20", "ctrl+c", "ctrl+]", "alt+h",
		"alt+enter", "alt+ctrl+r", "pgup", "ctrl+pgdown", "ctrl+shift+up", "shift+home", "ctrl+delete x",
	} {
		_, err := Parse("k.toml", fmt.Appendf(nil, "[talking]\ncall.hold = ['%s']\n", key))
		if taken := key != "ctrl+delete x"; (err == nil) != taken {
			t.Errorf("%q: %v", key, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	shipped, err := os.ReadFile("../../keymap.toml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(shipped)
	for _, seed := range []string{
		"", "\uFEFF", "[talking]\ncall.hangup = ['x x', \"f4\"]\n", "[a.b]\n[[global]]\nquit = [{a=1},[],'\\u0000']\n",
		"[two]\n\"call.hold\"=[\"\\U0001F600\"]#", "[field]\nfield.cancel=[", "x=1\r\n[global\r\n", "[global]\nquit=['\xff']",
	} {
		f.Add([]byte(seed))
	}
	base, err := Parse("keymap.toml", shipped)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		checkParsed(t, data)
		if m, err := base.Override("own.toml", data); err == nil {
			checkKeys(t, m)
		}
	})
}

// checkParsed checks that a keymap accepted by Parse is complete, and that a refusal has a place in
// the text.
func checkParsed(t *testing.T, data []byte) {
	m, err := Parse("k.toml", data)
	if err != nil {
		if len(err.Error()) > (10+1)*512 || strings.ContainsRune(err.Error(), 0x1b) {
			t.Errorf("an error of %d bytes: %.200q", len(err.Error()), err)
		}
		return
	}
	checkKeys(t, m)
}

// checkKeys tells that every key of the map is a real one and leads to one known action.
func checkKeys(t *testing.T, m *Map) {
	for _, ctx := range Contexts() {
		for _, a := range m.Actions(ctx) {
			if !a.known() {
				t.Errorf("%q is no action", a)
			}
			for _, key := range m.Keys(ctx, a) {
				if why := objection(Idle, a, strings.Split(key, " ")); why != "" {
					t.Errorf("%s %s has %q: %s", ctx, a, key, why)
				}
			}
		}
	}
}
