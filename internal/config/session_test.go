package config

import (
	"slices"
	"strings"
	"testing"
	"time"
)

const pbxSession = "[session.pbx]\nurl = \"wss://pbx.example/PBX0/APPS/websocket\"\napp = \"patchcord\"\npassword_env = \"SESSION_PASSWORD\"\n"

func TestSession(t *testing.T) {
	t.Setenv("SESSION_PASSWORD", "geheim")
	c, err := decode("c.toml", []byte(pbxSession+
		"[session.echo]\nurl = \"wss://ap.example/echo\"\napp = \"echo\"\nvia = \"pbx\"\ndomain = \"d\"\nuser = \"u\"\n"), kinds)
	if err != nil {
		t.Fatal(err)
	}
	echo := c.Sessions["echo"]
	if echo.App != "echo" || echo.Via != "pbx" || echo.Domain != "d" || echo.User != "u" || echo.URL != "wss://ap.example/echo" {
		t.Errorf("%+v", echo)
	}
	if secret, err := c.Sessions["pbx"].Secret(t.Context()); err != nil || secret != "geheim" {
		t.Error(err)
	}
	if trust, err := echo.TLS(); trust != nil || err != nil {
		t.Error(err)
	}
}

// TestSessionWhole has every key of a login.
func TestSessionWhole(t *testing.T) {
	c, err := decode("c.toml", []byte(pbxSession+`guid = "0123"
dn = "Anna Rossi"
pbx_obj = "pbx"
info = '{"appobj":"patchcord"}'
header = ["X-Tenant: acme", "X-Tenant: other"]
keepalive = 20
dead_after = 50
read_limit = 200000
reconnect = false
send = ['{"mt":"SubscribeServices","api":"Services"}', '{"mt":"SubscribePresence","api":"PbxApi","sip":"anna"}']
`), kinds)
	if err != nil {
		t.Fatal(err)
	}
	s := c.Sessions["pbx"]
	if s.GUID != "0123" || s.DN != "Anna Rossi" || s.PbxObj != "pbx" || s.Info != `{"appobj":"patchcord"}` || !s.Once ||
		s.Pause() != 20*time.Second || s.DeadAfter != 50*time.Second || s.ReadLimit != 200_000 || len(s.Send) != 2 ||
		!slices.Equal(s.Header["X-Tenant"], []string{"acme", "other"}) || s.App != "patchcord" {
		t.Errorf("%+v", s)
	}
	if usual := (Session{}); usual.Pause() != time.Minute {
		t.Errorf("usually kept alive after %s", usual.Pause())
	}
}

func TestSessionRefused(t *testing.T) {
	for _, tt := range []struct{ name, file, want string }{
		{"no url", "[session.x]\napp = \"x\"\n", `c.toml:1:10: session "x" has no "url"`},
		{"unknown key", pbxSession + "dialect = \"x\"\n", `c.toml:5:1: unknown key "dialect"; known: ` + sessionKeys},
		{"no table", "[session]\nx = 1\n", `c.toml:2:1: "x" is a number; a session is a table, write [session.NAME]`},
		{"via nobody", "[session.x]\nurl = \"wss://a\"\napp = \"x\"\nvia = \"y\"\n",
			`c.toml:4:1: there is no session "y" with a login of its own to bring that of another`},
		{"two logins", pbxSession + "[session.x]\nurl = \"wss://a\"\napp = \"x\"\nvia = \"pbx\"\npassword_env = \"P\"\n",
			`c.toml:9:1: session "x" has "via" and a source of a password; keep one of them`},
		{"two sources", pbxSession + "password_command = [\"x\"]\n",
			`c.toml:4:1: session "pbx" has two sources of its password; keep one of ` + sourceNames},
		{"info", pbxSession + "info = \"[1]\"\n", `c.toml:5:8: "info" is a JSON object in quotes, like '{"appobj":"patchcord"}'`},
		{"header", pbxSession + "header = [\"X Y: 1\"]\n", `c.toml:5:11: "header" is a list of lines like ["X-Tenant: acme"]`},
		{"silence", pbxSession + "keepalive = 90000\n", `c.toml:5:13: "keepalive" is a number of seconds up to 86400, or 0 for never`},
		{"dead too early", pbxSession + "keepalive = 30\ndead_after = 30\n",
			`c.toml:6:1: "dead_after" must be longer than "keepalive", whose answer it waits for`},
		{"dead without keepalive", pbxSession + "keepalive = 0\ndead_after = 30\n",
			`c.toml:6:1: "dead_after" needs a "keepalive", whose answer it waits for`},
		{"limit", pbxSession + "read_limit = 1000\n", `c.toml:5:14: "read_limit" is a number of bytes from 65535 to 67108864`},
		{"message", pbxSession + "send = ['{\"api\":\"x\"}']\n",
			`c.toml:5:9: "send" is a list of JSON objects in quotes, each with an "mt": ['{"mt":"Ping"}']`},
		{"serve", "[session.x]\nserve = \"9001\"\npassword_env = \"P\"\n", `c.toml:2:9: "serve" is where to listen, like "127.0.0.1:9001"`},
		{"serve and url", pbxSession + "serve = \"127.0.0.1:9001\"\n", `c.toml:2:1: session "pbx" has "url" and "serve"; keep one of them`},
		{"half a certificate", "[session.x]\nserve = \"127.0.0.1:9001\"\nserve_cert = \"c.pem\"\npassword_env = \"P\"\n",
			`c.toml:1:10: session "x" has one of "serve_cert" and "serve_key"; a service needs both`},
		{"a certificate and no service", pbxSession + "serve_tls = true\n", `c.toml:1:10: session "pbx" has a certificate to serve with, but no "serve"`},
		{"a password", pbxSession + "password = \"geheim\"\n",
			`c.toml:5:1: a password does not belong in this file; use ` + alternatives},
	} {
		if _, err := decode("c.toml", []byte(tt.file), kinds); err == nil || err.Error() != tt.want {
			t.Errorf("%s:\ngot  %v\nwant %s", tt.name, err, tt.want)
		}
	}
}

// TestExampleSessions takes the sessions of the example into the file.
func TestExampleSessions(t *testing.T) {
	_, block, _ := strings.Cut(Example(kinds), "#\n# [session.pbx]")
	block, _, _ = strings.Cut("# [session.pbx]"+block, "\n\n")
	live := strings.Replace(Example(kinds), block, strings.ReplaceAll("\n"+block, "\n# ", "\n"), 1)
	c, err := decode("config.toml", []byte(live), kinds)
	if c.Sessions["pbx"].Profile != "acme" {
		t.Errorf("%+v", c.Sessions["pbx"])
	}
	if err != nil || len(c.Sessions) != 3 || c.Sessions["echo"].Via != "pbx" || c.Sessions["mine"].Serve == "" {
		t.Errorf("%+v, %v", c.Sessions, err)
	}
}

func TestRecord(t *testing.T) {
	c, err := decode("c.toml", []byte("[record]\nmessages = 5000\nbytes = 1000000\ndisk = 10000000\n"), kinds)
	if want := (Record{5000, 1_000_000, 10_000_000}); err != nil || c.Record != want {
		t.Errorf("%+v, %v", c.Record, err)
	}
	for file, want := range map[string]string{
		"[record]\nmessages = 5\n": `c.toml:2:12: "messages" is a number from 100 to 100000, or 0`,
		"[record]\nage = 5\n":      `c.toml:2:1: unknown key "age"; known: messages, bytes, disk`,
	} {
		if _, err := decode("c.toml", []byte(file), kinds); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
