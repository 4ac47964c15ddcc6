package station

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/patchcord/patchcord/internal/config"
	"github.com/patchcord/patchcord/phone"
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
