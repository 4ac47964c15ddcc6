package station

import (
	"testing"

	"github.com/patchcord/patchcord/internal/config"
	"github.com/patchcord/patchcord/rtc"
)

// TestServersOfAProfile: its own come before those for all, with the password where one is needed.
func TestServersOfAProfile(t *testing.T) {
	c := config.Config{ICE: config.ICE{Servers: []string{"stun:all.example"}}}
	p := config.Profile{ICE: config.ICE{Servers: []string{"stun:own.example", "turn:own.example:3478?transport=tcp"}, User: "anna"}}
	if got := iceServers(c, config.Profile{}, ""); len(got) != 1 || got[0].URLs[0] != "stun:all.example" {
		t.Errorf("for all %+v", got)
	}
	if got := iceServers(c, p, ""); len(got) != 1 || got[0].URLs[0] != "stun:own.example" {
		t.Errorf("without a password %+v", got)
	}
	got := iceServers(c, p, "secret")
	if len(got) != 2 || got[1].Username != "anna" || got[1].Credential != "secret" || got[0].Credential != "" {
		t.Errorf("with a password %+v", got)
	}
	if _, err := rtc.NewEngine(rtc.Config{ICEServers: got}); err != nil {
		t.Error(err)
	}
	if relayed(Options{Settings: c}, p) == nil || relayed(Options{Settings: c}, config.Profile{}) != nil {
		t.Error("who needs a password and who does not")
	}
}
