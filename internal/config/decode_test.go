package config

import (
	"strings"
	"testing"
)

// whole is a profile with nothing wrong in it, six lines long.
const whole = `[profile.a]
dialect = "vodia"
url = "https://pbx.example"
domain = "d.example"
user = "201"
admin = ""
`

func TestDecodeRefuses(t *testing.T) {
	const keys = "dialect, dialect_version, url, domain, user, admin, basic, transfer_as_party, " +
		"password_keyring, password_command, password_env, password_file, session_env, tls_pin, tls_ca, proxy, country, ice, dial"
	const alternatives = `password_keyring = true, password_command = ["pass", "show", "pbx"], password_env = "NAME" ` +
		`or password_file = "FILE"`
	const badURL = `"url" is written like "https://pbx.example.com"; the scheme is https, http, wss or ws`
	tests := []struct{ name, file, want string }{
		{"unknown key", "defualt = \"a\"\n",
			`c.toml:1:1: unknown key "defualt"; known: default, together, same, same_numbers, on_close, [profile.NAME], [session.NAME], [sound], [tones], [ice], [hold], [screen], [hooks], [control], [trace], [record]`},
		{"unknown table", "[tone]\n", `c.toml:1:2: unknown key "tone"; known: default, together, same, same_numbers, on_close, [profile.NAME], [session.NAME], [sound], [tones], [ice], [hold], [screen], [hooks], [control], [trace], [record]`},
		{"unknown key of a profile", whole + "  ulr = \"x\"\n", `c.toml:7:3: unknown key "ulr"; known: ` + keys},
		{"unknown key, dotted", "profile.a.b.c = 1\n", `c.toml:1:13: unknown key "c"; known: ` + keys},
		{"unknown key of sound", "[sound]\nbell = \"x\"\n", `c.toml:2:1: unknown key "bell"; known: microphone, speaker, ringer, echo, codecs, opus`},
		{"unknown key of ice", "[ice]\nserver = \"x\"\n", `c.toml:2:1: unknown key "server"; known: servers`},

		{"password", whole + "password = \"geheim\"\n",
			`c.toml:7:1: a password does not belong in this file; use ` + alternatives},
		{"password of another type", whole + "password = [4711]\n",
			`c.toml:7:1: a password does not belong in this file; use ` + alternatives},
		{"password elsewhere", "sound = { password = \"geheim\" }\n",
			`c.toml:1:11: a password does not belong in this file; use ` + alternatives},

		{"text is a number", "default = 1\n", `c.toml:1:1: "default" is a number; write a text in quotes`},
		{"text is a list", "[sound]\nspeaker = [\"x\"]\n", `c.toml:2:1: "speaker" is a list; write a text in quotes`},
		{"text is a table", "[default]\nx = 1\n",
			"c.toml:1:2: \"default\" is a table; write a text in quotes\n" +
				"c.toml:2:1: unknown key \"x\"; known: default, together, same, same_numbers, on_close, [profile.NAME], [session.NAME], [sound], [tones], [ice], [hold], [screen], [hooks], [control], [trace], [record]"},
		{"text is an inline table", "[sound]\nspeaker = {}\n", `c.toml:2:1: "speaker" is a table; write a text in quotes`},
		{"text is a date", "default = 2026-11-21\n", `c.toml:1:1: "default" is a date; write a text in quotes`},
		{"two lines of text", "default = \"a\\nb\"\n", `c.toml:1:11: "default" is not one line of text`},
		{"table is a number", "sound = 1\n", `c.toml:1:1: "sound" is a number; it is a table, write [sound]`},
		{"profile is a text", "[profile]\na = \"x\"\n", `c.toml:2:1: "a" is a text; a profile is a table, write [profile.NAME]`},
		{"list of profiles", "[[profile.a]]\n", `c.toml:1:11: "profile.a" is a list of tables here; write it in single brackets`},
		{"profile without a name", "[profile.\"\"]\n", `c.toml:1:10: a profile's name is one to 40 characters`},
		{"flag is a text", whole + "password_keyring = \"yes\"\n",
			`c.toml:7:1: "password_keyring" is a text; write true or false`},

		{"unknown dialect", strings.Replace(whole, "vodia", "sip", 1), `c.toml:2:11: unknown dialect "sip"; known: vodia`},
		{"unknown version", whole + "dialect_version = \"old\"\n",
			`c.toml:7:19: unknown dialect_version "old"; known: auto, legacy, modern`},
		{"column in characters", "[profile]\n\"ä\" = { dialect = \"x\", url = \"ws://h\", domain = \"d\", user = \"u\" }\n",
			`c.toml:2:19: unknown dialect "x"; known: vodia`},
		{"nothing given", "[profile.a]\n",
			"c.toml:1:10: profile \"a\" has no \"dialect\"\nc.toml:1:10: profile \"a\" has no \"url\"\n" +
				"c.toml:1:10: profile \"a\" has no \"domain\"\nc.toml:1:10: profile \"a\" has no \"user\""},
		{"basic and admin", strings.Replace(whole, `admin = ""`, "basic = true\nadmin = \"a\"", 1), `c.toml:6:1: profile "a" has "basic" and "admin"; keep one of them`},
		{"basic is a text", whole + "basic = \"yes\"\n", `c.toml:7:1: "basic" is a text; write true or false`},
		{"transfer is a number", whole + "transfer_as_party = 1\n", `c.toml:7:1: "transfer_as_party" is a number; write true or false`},
		{"empty user", strings.Replace(whole, "201", "", 1), `c.toml:5:8: "user" is empty`},
		{"no such default", "default = \"b\"\n" + whole, `c.toml:1:11: there is no profile "b" to be the default`},

		{"no scheme", strings.Replace(whole, "https://pbx.example", "pbx.example", 1), "c.toml:3:7: " + badURL},
		{"other scheme", strings.Replace(whole, "https", "ftp", 1), "c.toml:3:7: " + badURL},
		{"not a url", strings.Replace(whole, "pbx.example", "a b:geheim@%", 1), "c.toml:3:7: " + badURL},
		{"password in the url", strings.Replace(whole, "pbx.example", "201:geheim@pbx.example", 1),
			`c.toml:3:7: "url" holds a user; take it out: it has a line of its own, and password_keyring, ` +
				`password_command, password_env and password_file bring the password`},
		{"no host", strings.Replace(whole, "pbx.example", ":443", 1),
			`c.toml:3:7: "url" names no host and port that exist; it is written like "https://pbx.example.com"`},
		{"no such port", strings.Replace(whole, "pbx.example", "pbx.example:70000", 1),
			`c.toml:3:7: "url" names no host and port that exist; it is written like "https://pbx.example.com"`},
		{"query", strings.Replace(whole, "pbx.example", "pbx.example/?pw=geheim", 1),
			`c.toml:3:7: "url" ends with the host, the port or a path; take out what follows "?" or "#"`},

		{"two sources", whole + "password_env = \"A\"\npassword_command = [\"b\"]\n",
			`c.toml:7:1: profile "a" has two sources of its password; keep one of ` + sourceNames},
		{"keyring and another", whole + "password_env = \"A\"\npassword_keyring = true\n",
			`c.toml:8:1: profile "a" has two sources of its password; keep one of ` + sourceNames},
		{"no source", whole + "password_keyring = false\n",
			`c.toml:7:1: profile "a" has no source of its password; use ` + alternatives},
		{"command is a text", whole + "password_command = \"pass show pbx\"\n",
			`c.toml:7:1: "password_command" is a text; write a list, like ["pass", "show", "pbx"]`},
		{"command is empty", whole + "password_command = []\n",
			`c.toml:7:1: "password_command" is empty; write a list, like ["pass", "show", "pbx"]`},
		{"command is a flag", whole + "password_command = true\n",
			`c.toml:7:1: "password_command" is true or false; write a list, like ["one", "two"]`},
		{"command of numbers", whole + "password_command = [\"a\", 1]\n",
			`c.toml:7:26: "password_command" is a list of texts in quotes, each one line and not empty`},
		{"variable with a sign", whole + "password_env = \"$PW\"\n",
			`c.toml:7:16: "password_env" is the name of a variable, like "PBX_PASSWORD"`},
		{"variable of a session with a sign", whole + "session_env = \"$PW\"\n",
			`c.toml:7:15: "session_env" is the name of a variable, like "PBX_PASSWORD"`},
		{"session and password", whole + "session_env = \"A\"\npassword_env = \"B\"\n",
			`c.toml:7:1: profile "a" has "session_env" and a source of a password; keep one of them`},
		{"session and keyring", whole + "password_keyring = true\nsession_env = \"A\"\n",
			`c.toml:8:1: profile "a" has "session_env" and a source of a password; keep one of them`},

		{"pin too short", whole + "tls_pin = \"sha256/abcd\"\n",
			`c.toml:7:11: "tls_pin" is "sha256/" and 44 characters of base64, the SHA-256 of the PBX's public key`},
		{"pin of another kind", whole + "tls_pin = \"sha1/" + pin[7:] + "\"\n",
			`c.toml:7:11: "tls_pin" is "sha256/" and 44 characters of base64, the SHA-256 of the PBX's public key`},
		{"pin and authority", whole + "tls_pin = \"" + pin + "\"\ntls_ca = \"f\"\n",
			`c.toml:8:1: profile "a" has "tls_pin" and "tls_ca"; the pin is stricter, keep one of them`},
		{"pin without encryption", strings.Replace(whole, "https", "WS", 1) + "tls_pin = \"" + pin + "\"\n",
			`c.toml:7:1: profile "a" has "tls_pin", but its url is not encrypted; write https or wss`},
		{"proxy without a scheme that is known", whole + "proxy = \"ftp://p\"\n",
			`c.toml:7:9: "proxy" is written like "http://proxy.example.com:3128"; the scheme is http, https or socks5, and "none" is no proxy`},
		{"a country of three letters", whole + "country = \"ITA\"\n", `c.toml:7:11: "country" is two letters like "it", or the code that others dial, like "+39"`},
		{"proxy with a password", whole + "proxy = \"http://a:geheim@p:3128\"\n",
			`c.toml:7:9: a password does not belong in this file; write "env:NAME", and the whole address into that environment variable`},
		{"authority is empty", whole + "tls_ca = \"\"\n", `c.toml:7:10: "tls_ca" is empty`},

		{"two sources, one a file", whole + "password_file = \"p\"\npassword_env = \"A\"\n",
			`c.toml:7:1: profile "a" has two sources of its password; keep one of ` + sourceNames},
		{"password file is empty", whole + "password_file = \"\"\n", `c.toml:7:17: "password_file" is empty`},
		{"keys", "[keys]\nhold = \"H\"\n", "c.toml:1:2: " + keysElsewhere + "\nc.toml:2:1: " + keysElsewhere},
		{"theme is unknown", "[screen]\ntheme = \"pink\"\n", `c.toml:2:9: "theme" is "dark" or "light", the ground of your terminal, or "" to let it say`},
		{"on_close is neither", "on_close = \"go\"\n", `c.toml:1:12: "on_close" is "stay", so that the phone outlives its terminal, or "end"`},
		{"mouse is a text", "[screen]\nmouse = \"on\"\n", `c.toml:2:1: "mouse" is a text; write true or false`},
		{"unknown key of the screen", "[screen]\ncolour = 1\n", `c.toml:2:1: unknown key "colour"; known: theme, mouse`},
		{"reminder is a text", "[hold]\nreminder = \"off\"\n", `c.toml:2:1: "reminder" is a text; write a whole number`},
		{"reminder is negative", "[hold]\nreminder = -1\n", `c.toml:2:1: "reminder" is a number; write a whole number`},
		{"reminder too soon", "[hold]\nreminder = 2\n", `c.toml:2:12: "reminder" is a number of seconds from 5 to 3600, or 0 for never`},

		{"no codec", "[sound]\ncodecs = [\"opus\", \"G.729\"]\n",
			`c.toml:2:19: there is no codec "G.729"; there are opus, G722, PCMU, PCMA`},
		{"another opus", "[sound]\nopus = \"celt\"\n",
			`c.toml:2:8: "opus" is "auto" for the system's libopus where it has one, "system" to be told where it has none, or "go" for the one that is built in`},
		{"another echo", "[sound]\necho = \"loud\"\n", `c.toml:2:8: "echo" is "auto" for an echo canceller where the system has none, "on" or "off"`},
		{"a codec twice", "[sound]\ncodecs = [\"opus\", \"OPUS\"]\n", `c.toml:2:19: the codec opus is named twice`},
		{"no STUN server", "[ice]\nservers = [\"stun:a:1\", \"stun.example\"]\n",
			`c.toml:2:24: an ICE server is written like "stun:stun.example:3478"`},
		{"STUN without a host", "[ice]\nservers = [\"stun::3478\"]\n",
			`c.toml:2:12: an ICE server is written like "stun:stun.example:3478"`},
		{"TURN server", "[ice]\nservers = [\"turn:t.example\"]\n",
			`c.toml:2:12: a TURN server needs a user and a password; it belongs in [profile.NAME.ice]`},
		{"TURN server of a profile without a user", whole + "[profile.a.ice]\nservers = [\"turn:t.example\"]\n",
			`c.toml:7:12: profile "a.ice" has a TURN server but no "user"`},
		{"TURN server badly written", whole + "[profile.a.ice]\nuser = \"u\"\nservers = [\"turn:t.example?transport=sctp\"]\n",
			`c.toml:9:12: a TURN server is written like "turn:turn.example:3478" or "turn:turn.example:3478?transport=tcp"`},
		{"two sources for TURN", whole + "[profile.a.ice]\nuser = \"u\"\nservers = [\"turn:t.example\"]\npassword_env = \"A\"\npassword_command = [\"b\"]\n",
			`c.toml:10:1: profile "a.ice" has two sources of its password; keep one of ` + sourceNames},
		{"password of TURN", whole + "[profile.a.ice]\npassword = \"geheim\"\n",
			`c.toml:8:1: a password does not belong in this file; use ` + alternatives},
		{"user without TURN", whole + "[profile.a.ice]\nservers = [\"stun:t.example\"]\nuser = \"u\"\n",
			`c.toml:9:1: profile "a.ice" has "user" but no TURN server to need it`},
		{"ice of a profile is a text", whole + "ice = \"x\"\n", `c.toml:7:1: "ice" is a text; it is a table, write [profile.NAME.ice]`},
		{"unknown key of a profile's ice", whole + "[profile.a.ice]\nserver = \"x\"\n",
			`c.toml:8:1: unknown key "server"; known: ` + iceKeys},
		{"unknown country", "[tones]\ncountry = \"fr\"\n", `c.toml:2:11: unknown country "fr"; known: eu, us, uk, de, it`},
		{"keys are a text", "[tones]\nkeys = \"on\"\n", `c.toml:2:1: "keys" is a text; write true or false`},
		{"unknown tone", "[tones]\nbell = true\n", `c.toml:2:1: unknown key "bell"; known: country, keys, waiting, reminder`},
		{"servers is a text", "[ice]\nservers = \"stun:a\"\n",
			`c.toml:2:1: "servers" is a text; write a list, like ["one", "two"]`},

		{"key twice", "[sound]\nspeaker = \"a\"\nspeaker = \"b\"\n", `c.toml:3:1: "sound.speaker" is at c.toml:2:1 already`},
		{"table twice", "[sound]\n[sound]\n", `c.toml:2:2: "sound" is at c.toml:1:2 already`},
		{"syntax", "[sound]\nspeaker = geheim\n", "c.toml:2:11: unexpected character U+0067 'g' at start of value"},
		{"not UTF-8", "default = \"\xff\"\n", "c.toml: not UTF-8 text"},
		{"too large", strings.Repeat("#\n", 40<<10), "c.toml: larger than 64 KiB, which no configuration is"},
		{"a long word is cut", strings.Repeat("a", 100) + " = 1\n",
			`c.toml:1:1: unknown key "` + strings.Repeat("a", 40) + `..."; known: default, together, same, same_numbers, on_close, [profile.NAME], [session.NAME], [sound], [tones], [ice], [hold], [screen], [hooks], [control], [trace], [record]`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := decode("c.toml", []byte(tt.file), kinds)
			if err == nil || err.Error() != tt.want {
				t.Errorf("got  %v\nwant %s", err, tt.want)
			}
			if err != nil && strings.Contains(err.Error(), "geheim") {
				t.Error("the error repeats a password")
			}
		})
	}
}

func TestDecodeTellsTenProblems(t *testing.T) {
	_, err := decode("c.toml", []byte("a.a=1\na.b=1\na.c=1\na.d=1\na.e=1\na.f=1\na.g=1\na.h=1\na.i=1\na.j=1\na.k=1\na.l=1\n"), kinds)
	if err == nil || strings.Count(err.Error(), "\n") != 10 || !strings.HasSuffix(err.Error(), "\nand 2 more") {
		t.Errorf("got %v", err)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(Example(kinds)))
	for _, seed := range []string{
		"", "\uFEFF", whole, "profile.a = {b = {c = [[], {}]}}\n", "profile = 1\n[profile.a]\n[[profile]]",
		"[profile.\"\\u0000\"]\nurl='http://[::1'\n", "[ice]\nservers=['stun:', 'stun:[', 1e999]", "password={a=1}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := decode("c.toml", data, kinds)
		if err != nil {
			if len(err.Error()) > 11*1024 || strings.ContainsRune(err.Error(), 0x1b) {
				t.Errorf("an error of %d bytes: %.200q", len(err.Error()), err)
			}
			return
		}
		for name, p := range c.Profiles {
			sources := 0
			for _, named := range []bool{p.PasswordKeyring, p.PasswordEnv != "", p.PasswordFile != "", len(p.PasswordCommand) > 0, len(p.Variables) > 0} {
				if named {
					sources++
				}
			}
			if p.Name != name || p.Dialect == "" || p.URL == "" || p.Realm == "" || p.User == "" || sources != 1 {
				t.Errorf("an unfinished profile was taken: %+v", p)
			}
			if _, err := p.TLS(); err != nil && p.TLSCA == "" {
				t.Error(err)
			}
		}
	})
}
