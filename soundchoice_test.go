package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/patchcord/patchcord/internal/config"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/rtc"
)

// TestChosenDevicesAreKept for the next start, until config.toml says something else.
func TestChosenDevicesAreKept(t *testing.T) {
	state := t.TempDir()
	t.Setenv("XDG_STATE_HOME", state)
	settings := config.Sound{Microphone: "Jabra", Ringer: "none"}
	quiet := slog.New(slog.DiscardHandler)
	s := chooseSound(settings, quiet)
	if got, want := *s.now.Load(), (phone.Choice{Mic: "Jabra", Ringer: "none"}); got != want {
		t.Errorf("at first %+v", got)
	}
	want := phone.Choice{Mic: "Jabra", Speaker: "HDMI", SpeakerGain: -0.5}
	for _, c := range []phone.Choice{{Mic: "x"}, {Mic: "y"}, want} {
		s.chosen(c)
	}
	if d := s.device(true); d.Speaker != "HDMI" || d.Quiet {
		t.Errorf("opens %+v", d)
	}
	s.close()
	file := filepath.Join(state, "patchcord", "sound.json")
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	for over, want := range map[config.Sound]phone.Choice{settings: want, {Microphone: "Built-in"}: {Mic: "Built-in"}} {
		s := chooseSound(over, quiet)
		if got := *s.now.Load(); got != want {
			t.Errorf("with %+v next time %+v", over, got)
		}
		s.close()
	}
	if err := os.WriteFile(file, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	s = chooseSound(settings, quiet)
	defer s.close()
	if got := s.now.Load().Mic; got != "Jabra" {
		t.Errorf("from a broken file %q", got)
	}
}

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
	if relayed(c, p, nil) == nil || relayed(c, config.Profile{}, nil) != nil {
		t.Error("who needs a password and who does not")
	}
}

// TestCallsGoWithoutRelays while the password of the servers cannot be had, and say so; once it can
// be had they are used.
func TestCallsGoWithoutRelays(t *testing.T) {
	t.Parallel()
	asked := 0 // one worker after the other
	d := sitWith(t, hasty(), func(c *phone.Config) {
		direct := c.Media
		c.Relayed = func(context.Context) (*rtc.Engine, error) {
			if asked++; asked == 1 {
				return nil, errors.New("the TURN servers are not used: the keyring is locked")
			}
			return direct, nil
		}
	})
	for i := range 3 {
		d.do(phone.Dial{To: "601"})
		d.sees("talking", func(s phone.Snapshot) bool { _, ok := s.Talking(); return ok })
		d.sound()
		d.reads("the keyring is locked")
		d.do(phone.HangupAll{})
		d.sees("over", func(s phone.Snapshot) bool { return s.Live() == 0 })
		if want := min(i+1, 2); asked != want {
			t.Errorf("after %d calls it was asked for %d times", i+1, asked)
		}
	}
}
