//go:build linux

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/internal/config"
	"github.com/patchcord/patchcord/internal/desktest"
)

// TestFirstRun is the first minute of somebody with a PBX of their own: an empty home, the form, a
// wrong password, the right one, a test call, and the phone.
func TestFirstRun(t *testing.T) {
	t.Parallel()
	pbx := desktest.ServeDesk(t, nil)
	dir := t.TempDir()
	s := startWith(t, 80, 24, []string{"setup"}, "XDG_CONFIG_HOME="+dir)
	s.sees(`(?s)WELCOME - nothing is set up yet.*step 1 of 4`)
	s.types("\r")
	s.sees(`step 2 of 4`)
	s.types("\t" + pbx.URL() + "\t")
	s.sees(`reached, no TLS`)
	s.sees(`a file that only you can read`) // there is no keyring here
	s.types(exchange.Domain + "\t202\t\t\tcanary-9431\r")
	s.sees(`(?s)refused by the PBX.*does not accept extension "202"`)
	s.types("\x15" + exchange.Password + "\r")
	s.sees(`step 3 of 4`)
	s.sees(`only watching.*no sound here`)
	s.types("\r")
	s.sees(`step 4 of 4`)
	s.types("600\r")
	s.sees(`TALKING 600 Echo`)
	s.types("\x1b")
	s.sees(`it works`)
	s.types("\t\t\r")
	s.sees(`202 .*demo +LIVE`)
	s.types("q")
	s.gone(0)
	file := filepath.Join(dir, "patchcord", "config.toml")
	c, err := config.Load(file, dialects)
	if p := c.Profiles[c.Default]; err != nil || p.URL != pbx.URL() || p.User != "202" || p.Realm != exchange.Domain {
		t.Errorf("written was %+v, %v", c, err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	for _, secret := range []string{"canary-9431", "canary"} {
		if strings.Contains(s.output(), secret) {
			t.Error("a password was on the screen")
		}
	}
}
