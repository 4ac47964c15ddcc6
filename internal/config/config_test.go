package config

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/pbxws/vodia"
)

// kinds are the dialects of these tests.
var kinds = pbxws.Dialects{vodia.Dialect}

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const pin = "sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="

func TestDecode(t *testing.T) {
	got, err := decode("/etc/p/c.toml", []byte("\uFEFF"+`default = "acme"
[profile.acme]
dialect = "vodia"
url = "HTTPS://pbx.acme.example:8443/"
domain = "acme.example"
user = "201"
admin = "admin"
dialect_version = "legacy"
password_command = ["pass", "show", "pbx"]
tls_ca = "ca.pem"
proxy = "env:ACME_PROXY"
country = "it"
[profile."branch office"]
dialect = "vodia"
url = "wss://10.0.0.1"
domain = "b.example"
user = "7"
password_env = "PBX_PASSWORD"
password_keyring = false
tls_pin = "`+pin+`"
[profile.browser]
dialect = "vodia"
url = "https://10.0.0.2"
domain = "b.example"
user = "7"
session_env = "PBX_SESSION"
[profile.browser.ice]
servers = ["stun:s.example", "turns:t.example:443?transport=tcp"]
user = "turn"
password_command = ["pass", "turn"]
[profile]
plain = { dialect = "vodia", url = "http://[::1]:8080/pbx", domain = "d", user = "1" }
[sound]
microphone = "Jabra"
speaker = "none"
ringer = "Speakers"
codecs = ["pcma", "opus"]
opus = "go"
echo = "off"
[tones]
country = "de"
keys = false
waiting = true
[ice]
servers = ["stun:stun.example:3478", "stuns:stun.example"]
`), kinds)
	if err != nil {
		t.Fatal(err)
	}
	want := Config{
		Default: "acme",
		Profiles: map[string]Profile{
			"acme": {Name: "acme", Dialect: "vodia", URL: "https://pbx.acme.example:8443",
				Realm: "acme.example", User: "201", Settings: map[string]string{"dialect_version": "legacy", "admin": "admin"},
				PasswordCommand: []string{"pass", "show", "pbx"}, TLSCA: "/etc/p/ca.pem", Proxy: "env:ACME_PROXY", Country: "39"},
			"branch office": {Name: "branch office", Dialect: "vodia", URL: "wss://10.0.0.1",
				Realm: "b.example", User: "7", PasswordEnv: "PBX_PASSWORD", TLSPin: pin},
			"browser": {Name: "browser", Dialect: "vodia", URL: "https://10.0.0.2",
				Realm: "b.example", User: "7", Variables: map[string]string{"session_env": "PBX_SESSION"}, ICE: ICE{
					Servers: []string{"stun:s.example", "turns:t.example:443?transport=tcp"}, User: "turn",
					source: &Profile{Name: "browser.ice", User: "turn", Realm: "b.example", PasswordCommand: []string{"pass", "turn"}}}},
			"plain": {Name: "plain", Dialect: "vodia", URL: "http://[::1]:8080/pbx",
				Realm: "d", User: "1", PasswordKeyring: true},
		},
		Sound:  Sound{Microphone: "Jabra", Speaker: "none", Ringer: "Speakers", Echo: EchoOff},
		Codecs: []string{"PCMA", "opus"},
		Opus:   OpusInGo,
		ICE:    ICE{Servers: []string{"stun:stun.example:3478", "stuns:stun.example"}},
		Tones:  Tones{Country: "de", NoKeys: true},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestExampleIsRead(t *testing.T) {
	c, err := decode("config.toml", []byte(Example(kinds)), kinds)
	if err != nil {
		t.Fatal(err)
	}
	if p := c.Profiles[c.Default]; p.User != "201" || !p.PasswordKeyring {
		t.Errorf("the example's profile is %+v", p)
	}
}

// TestExampleComments activates the commented keys of the example, one at a time, in place of the
// key that they replace.
func TestExampleComments(t *testing.T) {
	for line := range strings.Lines(Example(kinds)) {
		if !strings.HasPrefix(line, "#") || !strings.Contains(line, "= ") || strings.HasPrefix(line, "# ") {
			continue
		}
		file := strings.Replace(Example(kinds), line, line[1:], 1)
		if strings.HasPrefix(line, "#password") || strings.HasPrefix(line, "#session") {
			file = strings.Replace(file, "\npassword_keyring = true", "", 1)
		}
		if _, err := decode("config.toml", []byte(file), kinds); err != nil {
			t.Errorf("%s%v", line, err)
		}
	}
}

// TestExampleNamesEveryKey compares the example with the known keys.
func TestExampleNamesEveryKey(t *testing.T) {
	if !strings.Contains(Example(kinds), "[profile.acme.ice]") {
		t.Error("the example does not show the servers of a profile")
	}
	for _, key := range append(profileKeys(kinds[0]), strings.Split("default, microphone, speaker, ringer, reminder, servers, country, keys, waiting, theme, mouse", ", ")...) {
		if !strings.Contains(Example(kinds), "\n"+key+" ") && !strings.Contains(Example(kinds), "\n#"+key+" ") {
			t.Errorf("the example does not show %s", key)
		}
	}
}

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	if c, err := Load(filepath.Join(dir, "nothing.toml"), kinds); err != nil || !reflect.DeepEqual(c, Config{}) {
		t.Errorf("a missing file is %+v, %v", c, err)
	}
	file := filepath.Join(dir, "config.toml")
	if err := os.WriteFile(file, []byte("[sound]\nspeaker = \"Jabra\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if c, err := Load(file, kinds); err != nil || c.Sound.Speaker != "Jabra" {
		t.Errorf("got %+v, %v", c, err)
	}
	if err := os.WriteFile(file, []byte("[sound]\nspeker = \"Jabra\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	want := file + `:2:1: unknown key "speker"; known: microphone, speaker, ringer, echo, codecs, opus`
	if c, err := Load(file, kinds); err == nil || err.Error() != want || !reflect.DeepEqual(c, Config{}) {
		t.Errorf("got %+v, %v", c, err)
	}
	if _, err := Load(dir, kinds); err == nil || !strings.HasPrefix(err.Error(), "read the configuration: ") {
		t.Errorf("a directory gives %v", err)
	}
}

func TestPath(t *testing.T) {
	tests := []struct{ name, xdg, home, want, fails string }{
		{"of XDG", "/x", "/home/anna", "/x/patchcord/config.toml", ""},
		{"relative", "x", "/home/anna", "/home/anna/.config/patchcord/config.toml", ""},
		{"no home", "", "", "", "config.toml has no place: there is no home directory; set HOME or XDG_CONFIG_HOME to an absolute path"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv("XDG_CONFIG_HOME", tt.xdg)
			t.Setenv("HOME", tt.home)
			got, err := Path()
			if got != tt.want || (err != nil || tt.fails != "") && (err == nil || err.Error() != tt.fails) {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
	t.Setenv("XDG_CONFIG_HOME", "")
	t.Setenv("HOME", "/home/anna")
	base, err := os.UserConfigDir()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := Path(); err != nil || got != filepath.Join(base, "patchcord", "config.toml") {
		t.Errorf("got %q, %v", got, err)
	}
}
