package config

import (
	"slices"
	"testing"
	"time"
)

func TestChanges(t *testing.T) {
	before := Config{
		Default:  "office",
		Profiles: map[string]Profile{"office": office(), "old": {Name: "old"}},
		Sessions: map[string]Session{"pbx": {Name: "pbx", URL: "wss://a"}},
		ICE:      ICE{Servers: []string{"stun:a"}},
		Hold:     Hold{Reminder: time.Minute},
	}
	moved := office()
	moved.URL, moved.PasswordKeyring, moved.PasswordEnv = "https://b", false, "PW"
	after := Config{
		Default:  "new",
		Profiles: map[string]Profile{"office": moved, "new": {Name: "new"}},
		Sessions: map[string]Session{"pbx": {Name: "pbx", URL: "wss://b"}},
		Sound:    Sound{Ringer: "Speakers"},
		Hold:     Hold{Reminder: -1},
		Hooks:    Hooks{Ringing: Hook{URL: "https://crm.example/?t=geheim"}, Ended: Hook{Command: []string{"x", "geheim"}}},
		Trace:    Trace{Hide: []string{"crm_id"}},
	}
	want := []string{
		`default = "new"`, "profile new is new", "profile office: url, password_keyring, password_env", "profile old is gone",
		"session pbx changed", `sound.ringer = "Speakers"`, "ice.servers", "hold.reminder = 0", "hooks.ringing", "hooks.ended", "trace.hide",
	}
	if got := before.Changes(after, kinds); !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if same := after.Changes(after, kinds); same != nil {
		t.Errorf("it differs from itself: %q", same)
	}
}
