//go:build linux

package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/demopbx"
	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/internal/desktest"
)

// TestTerminals is a call in every kind of terminal: each gets only what it can show, and is
// restored afterwards.
func TestTerminals(t *testing.T) {
	t.Parallel()
	coloured := regexp.MustCompile(`\x1b\[(?:[0-9]+;)*(?:[349][0-7]|10[0-7]|[34]8)(?:;[0-9]+)*m`)
	for name, env := range map[string][]string{
		"screen":   {"TERM=screen"},
		"linux":    {"TERM=linux"},
		"LANG=C":   {"LANG=C"},
		"NO_COLOR": {"NO_COLOR=1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, 80, 24, env...)
			s.sees(`LIVE`)
			s.types("600\r")
			s.sees(`(?s)TALKING.*Echo.*h hold`)
			s.types("xx")
			s.sees(`you hung up`)
			s.types("q")
			s.gone(0)
			raw := s.output()
			if at := strings.IndexFunc(raw, func(r rune) bool { return r > 0x7f }); name == "LANG=C" && at >= 0 {
				t.Errorf("a byte over 0x7f: %q", raw[max(0, at-40):at+4])
			}
			switch colour := coloured.FindString(raw); {
			case name == "NO_COLOR" && colour != "":
				t.Errorf("a colour: %q", colour)
			case name != "NO_COLOR" && colour == "":
				t.Error("no colours at all")
			}
			if titled := strings.Contains(raw, "\x1b]2;"); titled == (name == "linux") {
				t.Errorf("a title was set: %t", titled)
			}
		})
	}
}

// profiled writes a config.toml with one profile and gives the environment that finds it.
func profiled(t *testing.T, url, domain, password, more string) []string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "patchcord")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	text := "default = \"lab\"\n[profile.lab]\ndialect = \"vodia\"\nurl = \"" + url + "\"\ndomain = \"" + domain +
		"\"\nuser = \"201\"\npassword_env = \"LAB\"\n" + more
	if err := os.WriteFile(filepath.Join(dir, "config.toml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return []string{"XDG_CONFIG_HOME=" + filepath.Dir(dir), "LAB=" + password}
}

// TestWrongEntriesHaveASentence: each wrong entry of a profile has a sentence of its own, and none
// holds the password.
func TestWrongEntriesHaveASentence(t *testing.T) {
	t.Parallel()
	pbx := desktest.ServeDesk(t, nil)
	old := desktest.Certificate(t, time.Now().Add(-time.Hour))
	const secret = "canary-5512"
	for name, tt := range map[string]struct{ url, domain, want string }{
		"wrong password": {pbx.URL(), exchange.Domain, `(?s)NOT CONNECTED.*password`},
		"wrong domain":   {pbx.URL(), "elsewhere.example", `(?s)NOT CONNECTED.*elsewhere.example`},
		"closed port":    {"http://" + desktest.ClosedPort, exchange.Domain, `nothing listens`},
		"dead host":      {"https://no-such-host.invalid", exchange.Domain, `there is no host named no-such-host`},
		"expired":        {desktest.ServeDesk(t, &old).URL(), exchange.Domain, `(?s)certificate.*expired|certificate.*ended`},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t, 80, 24, profiled(t, tt.url, tt.domain, secret, "")...)
			s.never(secret)
			s.sees(tt.want)
			s.types("q")
			s.gone(0)
			if strings.Contains(s.output(), secret) {
				t.Error("the password was on the screen")
			}
		})
	}
}

// TestDeskPhone: without sound a call uses the desk phone, and the card shows that.
func TestDeskPhone(t *testing.T) {
	t.Parallel()
	o := desktest.Quick()
	o.PBX.DeskAnswers, o.PBX.DeskPhones = 1, true // it is lifted as soon as it rings
	pbx, err := demopbx.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	defer pbx.Close()
	env := profiled(t, pbx.URL(), exchange.Domain, exchange.Password, "[sound]\nspeaker = \"none\"\nmicrophone = \"none\"\n")
	s := start(t, 80, 24, env...)
	s.sees(`(?s)LIVE.*EXTENSIONS 50\d`)
	s.types("601\r")
	s.sees(`(?s)TALKING.*601 Luca Neri.*on your desk phone`)
	s.types("xx")
	s.waits("the card is gone", func() (string, bool) { return s.text(), !strings.Contains(s.text(), "your desk phone") })
	for _, library := range []string{"ALSA", "pulse", "jack"} {
		if strings.Contains(s.output(), library) {
			t.Errorf("the screen held %q", library)
		}
	}
}
