package keymap

import (
	"strings"
	"testing"
)

func TestOverride(t *testing.T) {
	m, err := shipped(t).Override("own.toml", []byte(
		"[talking]\ncall.hold = ['H', 'f5']\ncall.mute = []\ncall.hangup = ['X X', 'f4']\n[idle]\nlink.reconnect = ['u']\n"))
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		ctx  Context
		key  string
		want Action
	}{
		{Talking, "H", CallHold},
		{Two, "f5", CallHold},
		{Talking, "h", ""},
		{Talking, "m", ""},
		{Talking, "f9", ""},
		{Talking, "X X", CallHangup},
		{Talking, "x x", ""},
		{Talking, "r", CallResume}, // not named, stays
		{Idle, "u", LinkReconnect},
		{Idle, "n", LinkReconnect}, // global's key was not touched
		{Talking, "u", ""},
	}
	for _, tt := range tests {
		if got, _ := m.Lookup(tt.ctx, tt.key); got != tt.want {
			t.Errorf("%q in %s: got %q, want %q", tt.key, tt.ctx, got, tt.want)
		}
	}
}

func TestOverrideLeavesTheMap(t *testing.T) {
	m := shipped(t)
	if _, err := m.Override("own.toml", []byte("[talking]\ncall.hold = ['H']\n")); err != nil {
		t.Fatal(err)
	}
	if a, _ := m.Lookup(Talking, "h"); a != CallHold {
		t.Errorf("h became %q in the map underneath", a)
	}
}

func TestOverrideRefuses(t *testing.T) {
	base, err := Parse("keymap.toml", []byte("[talking]\ncall.hold = [\"h\"]\ncall.mute = [\"m\"]\ncall.hangup = [\"x x\"]\n"))
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct{ name, file, want string }{
		{"key of an action further down", "[talking]\ncall.hold = [\"m\"]\n",
			`own.toml:2:14: key "m" of "call.hold" in context "talking" is a key of "call.mute" already (keymap.toml:3:14)`},
		{"key of an action further up", "[talking]\ncall.mute = [\"h\"]\n",
			`own.toml:2:14: key "h" of "call.mute" in context "talking" is a key of "call.hold" already (keymap.toml:2:14)`},
		{"key of a new action", "[talking]\ncall.dial = [\"x\"]\n",
			`own.toml:2:14: key "x" of "call.dial" in context "talking" is the first press of "x x" for "call.hangup" (keymap.toml:4:16)`},
		{"clash of its own", "[two]\ncall.swap = [\"s\"]\ncall.mute = [\"s\"]\n",
			`own.toml:3:14: key "s" of "call.mute" in context "two" is a key of "call.swap" already (own.toml:2:14)`},
		{"what Parse refuses", "[talking]\ncall.hodl = []\n",
			`own.toml:2:1: unknown action "call.hodl"; did you mean "call.hold"?`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := base.Override("own.toml", []byte(tt.file))
			if err == nil || err.Error() != tt.want {
				t.Errorf("got  %v\nwant %s", err, tt.want)
			}
		})
	}
	swapped := "[talking]\ncall.hold = [\"m\"]\ncall.mute = [\"h\"]\n"
	if _, err := base.Override("own.toml", []byte(swapped)); err != nil {
		t.Errorf("two actions cannot swap keys: %v", err)
	}
}

func TestOverrideManyTimes(t *testing.T) {
	m := shipped(t)
	for _, key := range strings.Split("H J K L", " ") {
		next, err := m.Override("own.toml", []byte("[talking]\ncall.hold = ['"+key+"']\n"))
		if err != nil {
			t.Fatal(err)
		}
		m = next
	}
	if got := m.Keys(Talking, CallHold); len(got) != 1 || got[0] != "L" {
		t.Errorf("hold has %v after four changes", got)
	}
}

func TestChanges(t *testing.T) {
	own, err := shipped(t).Override("own", []byte("[talking]\ncall.hold = [\"H\"]\ncall.mute = []\n"))
	if err != nil {
		t.Fatal(err)
	}
	got := shipped(t).Changes(own)
	if len(got) != 2 || got[0] != "call.hold = H" || got[1] != "call.mute = none" {
		t.Errorf("%q", got)
	}
	if same := own.Changes(own); same != nil {
		t.Errorf("a map differs from itself: %q", same)
	}
}
