//go:build linux

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/patchcord/patchcord/tui/keymap"
)

// editing starts the program, has it call the echo and returns how to save a file of its directory.
func editing(t *testing.T) (s *terminal, dir string, save func(name, text string)) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "patchcord")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	s = start(t, 160, 40, "XDG_CONFIG_HOME="+filepath.Dir(dir))
	s.sees(`LIVE`)
	s.types("600\r")
	s.sees(`(?s)TALKING.*h hold`)
	return s, dir, func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// TestKeysEditedWhileRunning edits the keys as a person would, with a call up.
func TestKeysEditedWhileRunning(t *testing.T) {
	t.Parallel()
	s, dir, save := editing(t)
	save("keymap.toml", "[talking]\ncall.hold = [\"H\"]\n")
	s.sees(`keymap.toml reloaded: call.hold = H`)
	s.sees(`H hold`)
	s.types("H")
	s.sees(`(?s)ON HOLD by you.*H resume`) // the key means the other thing once the PBX confirmed
	s.types("H")
	s.sees(`(?s)TALKING.*H hold`)

	save("keymap.toml", "[talking]\ncall.hold = [\"H\"\ncall.mute = [\"M\"]\n")
	s.sees(`keymap.toml:3:\d+: .*the keys stay as they were`)
	s.sees(`H hold`)
	save("keymap.toml", "[talking]\ncall.hold = [\"u\"]\ncall.mute = [\"u\"]\n")
	s.sees(`keymap.toml:3:\d+: .*call.mute.*call.hold`)
	s.sees(`H hold`)
	if err := os.Remove(filepath.Join(dir, "keymap.toml")); err != nil {
		t.Fatal(err)
	}
	s.sees(`keymap.toml reloaded: call.hold = h, f5`)
}

// TestSettingsEditedWhileRunning does the same with the settings.
func TestSettingsEditedWhileRunning(t *testing.T) {
	t.Parallel()
	s, _, save := editing(t)
	save("config.toml", "default = \"office\n")
	s.sees(`config.toml:1:\d+: .*the settings stay as they were`)
	save("config.toml", "[sound]\nmicrophone = \"none\"\n")
	s.sees(`config.toml reloaded:|the microphone is none now`) // the device may be told right after the file
	save("config.toml", "[sound]\nmicrophone = \"none\"\n[hold]\nreminder = 5\n")
	s.sees(`(?s)config.toml reloaded:.*hold.reminder = 5`)
	s.types("h")
	s.sees(`on hold for 0:(0[5-9]|[1-5]\d)`)
}

// TestKeysPage compares the page of the manual with the shipped keys, and with the output of the
// command without keys of a person's own. To write it: go run . keys > docs/keys.md
func TestKeysPage(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	var printed strings.Builder
	if err := program.PrintKeys(&printed); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile("docs/keys.md")
	if err != nil {
		t.Fatal(err)
	}
	if printed.String() != string(page) {
		t.Error("docs/keys.md is not what keymap.toml says; write it again: go run . keys > docs/keys.md")
	}
	for _, ctx := range keymap.Contexts() {
		if !strings.Contains(string(page), "`["+string(ctx)+"]`") || strings.Contains(string(page), "## \n") {
			t.Errorf("%s is missing, or has no title", ctx)
		}
	}
}
