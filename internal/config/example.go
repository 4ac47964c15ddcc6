package config

import (
	"fmt"
	"strings"

	"github.com/patchcord/patchcord/pbxws"
)

// Example is a config.toml that shows and explains every key. Its profile is of the usual dialect;
// the keys of others follow in comments.
func Example(kinds pbxws.Dialects) string {
	var b strings.Builder
	b.WriteString(exampleHead)
	exampleProfile(&b, kinds[0])
	b.WriteString(exampleTrust)
	for _, kind := range kinds[1:] {
		exampleComment(&b, kind)
	}
	b.WriteString(exampleRest)
	return b.String()
}

// exampleProfile is the part of a profile that depends on its dialect.
func exampleProfile(b *strings.Builder, kind pbxws.Dialect) {
	fmt.Fprintf(b, "%-31s # the kind of PBX\n", fmt.Sprintf("dialect = %q", kind.ID))
	b.WriteString("url     = \"https://pbx.acme.example\"\n")
	exampleSettings(b, kind, func(before string) bool { return before != "tls_pin" })
	b.WriteString(examplePassword)
	exampleSettings(b, kind, func(before string) bool { return before == "tls_pin" })
}

func exampleSettings(b *strings.Builder, kind pbxws.Dialect, here func(before string) bool) {
	for _, s := range kind.Fields {
		if here(s.Before) {
			b.WriteString(s.Example)
		}
	}
}

// exampleComment shows a profile of another dialect, all of it in a comment.
func exampleComment(b *strings.Builder, kind pbxws.Dialect) {
	fmt.Fprintf(b, "# A profile of the kind %s. Take the \"# \" away to use it.\n#\n# [profile.%s]\n", kind.Name, kind.ID)
	fmt.Fprintf(b, "# dialect = %q\n# url = \"https://pbx.acme.example\"\n", kind.ID)
	for _, s := range kind.Fields {
		for line := range strings.Lines(s.Example) {
			b.WriteString(strings.TrimSpace("# " + line))
			b.WriteByte('\n')
		}
	}
	b.WriteByte('\n')
}

const exampleHead = `# Patchcord's configuration. It belongs in patchcord/config.toml in your directory for
# configuration, on Linux ~/.config/patchcord/config.toml. A keymap.toml next to it changes keys.
# patchcord setup asks for what is needed and writes it; a change takes effect while it runs.
# Without this file Patchcord opens its built-in practice PBX.

# The profile to sign in with; -profile NAME picks another one.
default = "acme"
# Or the profiles to sign in with at once, on one board; -profile NAME,NAME does so too. The first one calls
# the numbers that no [profile.NAME.dial] claims. Take the "# " away to use these lines.
# together = ["acme", "branch"]
# Who is one person at two of them, and whether each number is the same person's at all.
# same         = [["acme:201", "branch:31"]]
# same_numbers = false

# What becomes of the phone when its terminal is closed or ssh is lost: "end", or "stay", and calls go
# on. The phone is then a process of its own, see docs/detached.md.
on_close = "end"

[profile.acme]
`

const examplePassword = `
# Where the password comes from: one of the four, the keyring if none is named. The password
# itself is never in this file.
#
# The system's keyring. On Linux this stores it:
#   secret-tool store --label=Patchcord service patchcord username acme/201@acme.example
password_keyring = true
# A command that prints the password in one line within ten seconds.
#password_command = ["pass", "show", "pbx"]
# An environment variable.
#password_env = "PBX_PASSWORD"
# A file that nobody else can read (mode 600); its place counts from this file.
#password_file = "acme.password"
`

const exampleTrust = `
# What to trust besides the system's authorities, one of the two: a file of certificates (its
# place counts from this file), or the one public key of the PBX. This prints the key's pin:
#   openssl s_client -connect pbx.acme.example:443 </dev/null | openssl x509 -pubkey -noout |
#     openssl pkey -pubin -outform der | openssl dgst -sha256 -binary | base64
#tls_ca  = "acme-ca.pem"
#tls_pin = "sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

# The proxy on the way to the PBX, also https:// or socks5://. One that wants a password stands in
# an environment variable, as http://NAME:PASSWORD@HOST:PORT, and here "env:" and that variable.
# Without this line HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY count; "none" passes them over.
#proxy = "http://proxy.acme.example:3128"

# The country of the PBX, two letters or the code with its plus. It tells which numbers without a code are the
# same as one with it, and which cost more than a call.
#country = "it"

# STUN and TURN servers of this profile, for networks that let no media through by themselves;
# the password comes as above. Take the "# " away to use them.
#
# [profile.acme.ice]
# servers      = ["stun:stun.acme.example:3478", "turn:turn.acme.example:3478?transport=tcp"]
# user         = "201"
# password_env = "TURN_PASSWORD"

# Where there are several profiles on one board: the numbers that go out by this one, by how they begin or
# by how many digits they have, and what it dials before a number of another profile.
#
# [profile.acme.dial]
# prefixes = ["0", "+39"]
# lengths  = [2]
# reach    = { branch = "8" }

`

const exampleRest = `# AppWebsocket sessions (innovaphone), as many tables as you like; their pane shows them. The
# password comes as with a profile, tls_pin, tls_ca and proxy too. Take the "# " away to use them.
#
# [session.pbx]
# url          = "wss://pbx.acme.example/PBX0/APPS/websocket"
# app          = "patchcord"    # the app object, or the app at a service
# password_env = "APP_PASSWORD"
# domain       = ""             # who logs in with a password, if the app wants to know
# user         = ""
# guid         = ""
# dn           = ""
# pbx_obj      = ""
# info         = '{"appobj":"patchcord"}'
# header       = ["X-Tenant: acme"]
# keepalive    = 60             # seconds of silence before a KeepAlive, 0 for none
# dead_after   = 0              # seconds of silence before the connection is renewed
# read_limit   = 1048576        # of longer messages only the beginning is kept
# reconnect    = true
# send         = ['{"mt":"SubscribeServices","api":"Services"}'] # after each login
# profile      = "acme"         # the PBX that it belongs to; it is closed while that is
# [session.echo]
# url = "wss://ap.acme.example/acme.example/echo/echo"
# app = "echo"
# via = "pbx"                   # that session brings the login, instead of a password
# [session.mine]
# serve        = "127.0.0.1:9001" # an app service of your own, instead of a connection to one
# password_env = "APP_PASSWORD"
# answers      = ['{"mt":"EchoResult","text":"hello"}'] # the rest you answer by hand
# serve_tls    = true           # wss:, by a certificate made at the start, or by that in the files below
# serve_cert   = "/etc/ssl/app.pem"
# serve_key    = "/etc/ssl/private/app.pem"

[sound]
# Whole names of devices; "" is the system's choice, "none" is no device.
microphone = ""
speaker    = ""
# Where calls ring, if not on the speaker: the loudspeakers, while the headset stays quiet.
ringer     = ""
# Who takes the echo of your speaker out of your microphone: "auto" is this program where the system does not, "on" it
# does so always, "off" never.
echo       = "auto"
# What calls may use, the preferred one first: opus, G722, PCMU, PCMA. An empty list is all of these.
codecs     = []
# Whose Opus: "auto" is the system's libopus where it has one, since that takes less of the processor, "system" the
# same and the log complains where there is none, "go" the one that is built in.
opus       = "auto"

[screen]
# The ground of your terminal, "dark" or "light"; "" is what the terminal says of itself.
theme = ""
# Whether the terminal reports the mouse; it then marks text only while Shift is held.
mouse = false

[hold]
# After how many seconds somebody on hold you are reminded, and again each time; 0 is never.
reminder = 60

[intercom]
# Calls that ask to be answered without a hand ring once and are then answered by themselves: "muted" with your
# microphone closed, "open" with it on; the frame of the call says so. "off" has them ring like any other.
answer = "off"

[tones]
# What the telephone sounds like: "eu" for most of Europe, "us", "uk", "de" or "it".
country  = "eu"
keys     = true                 # hear the keys you press in a call
waiting  = true                 # beep when another one calls meanwhile
reminder = true                 # and when somebody has been on hold for long

[ice]
# STUN servers for all profiles, for a PBX beyond a NAT that does not help by itself.
servers = []                    # like ["stun:stun.acme.example:3478"]

# Programs of yours that are run when a call rings, is answered or is over, see
# docs/scripting.md: a command with its arguments, or a URL that is posted to. What is known of
# the call comes in the environment and as JSON on standard input. Take the "# " away to use them.
#
# [hooks]
# ringing  = ["crm-lookup", "--short"]    # its first line appears on the call's card
# answered = "https://crm.acme.example/answered"
# ended    = ["call-log"]
# practice = false                        # run them at the practice PBX too

[control]
# What becomes of "patchcord ctl dial" and of tel: links: "ask" asks on the screen, "direct"
# calls at once.
dial = "ask"

[trace]
# Members of messages whose values are secret, besides password, pin, token, key and the like: the
# trace, the AppWebsocket pane and the log hide them.
hide = []                       # like ["crm_id"]

[record]
# How much of each AppWebsocket session is kept: this many messages and bytes of text, and this many
# bytes on the disk, besides the saved records; 0 is 2000, 8388608 and nothing.
messages = 0
bytes    = 0
disk     = 0
`
