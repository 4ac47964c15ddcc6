//go:build linux

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/patchcord/patchcord/demopbx"
	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/internal/desktest"
)

// TestProfiles changes to another PBX and back, with a question if a call is up, and
// signs in again when the file has changed.
func TestProfiles(t *testing.T) {
	t.Parallel()
	var urls []any
	for range 2 {
		pbx, err := demopbx.Start(desktest.Quick())
		if err != nil {
			t.Fatal(err)
		}
		defer pbx.Close()
		urls = append(urls, pbx.URL())
	}
	dir := filepath.Join(t.TempDir(), "patchcord")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	save := func(user string) {
		const profile = "[profile.%s]\ndialect = \"vodia\"\nurl = %q\ndomain = \"demo.example\"\nuser = %q\npassword_env = \"PW\"\n"
		text := "default = \"north\"\n" + fmt.Sprintf(profile, "north", urls[0], "202") + fmt.Sprintf(profile, "south", urls[1], user) +
			fmt.Sprintf(profile+"tls_ca = \"none.pem\"\n", "shut", "https://127.0.0.1:9", "1")
		if err := os.WriteFile(filepath.Join(dir, "config.toml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	save("203")
	s := startWith(t, 120, 30, []string{"-practice"}, "XDG_CONFIG_HOME="+filepath.Dir(dir), "PW="+exchange.Password)
	s.sees(`PRACTICE +LIVE`)
	s.types(":profile\r")
	s.sees(`which profile\? you have north, shut, south, practice`)
	s.types(":profile west\r")
	s.sees(`no profile "west"`)
	s.types("600\r")
	s.sees(`(?m)^ +TALKING +0:`)
	s.types(":profile north\r")
	s.sees(`1 call: s stay`)
	s.types("\r")
	s.sees(`x x hang up`)
	s.types(":profile north\r")
	s.sees(`1 call: s stay`)
	s.types("x")
	s.sees(`202 .*north +LIVE`)
	s.types(":profile south\r")
	s.sees(`203 .*south +LIVE`)
	s.types(":profile shut\r")
	s.sees(`(?s)203 .*south +LIVE.*profile "shut": read tls_ca`)
	save("204")
	s.sees(`n sign in again`) // the message above it may give way to another one at once
	s.types("n")
	s.sees(`204 .*south +LIVE`)
	s.types("q")
	s.gone(0)
}
