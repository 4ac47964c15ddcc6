package vodia

import (
	"github.com/patchcord/patchcord/internal/redact"
	"github.com/patchcord/patchcord/pbxws"
)

// The keys of config.toml that are read here alone.
const (
	keyGeneration      = "dialect_version"
	keyAdmin           = "admin"
	keyBasic           = "basic"
	keyTransferAsParty = "transfer_as_party"
	keySession         = "session_env"
)

// versionWords are the words of config.toml for the generations of PBX, the usual one first.
var versionWords = [...]string{versionAuto: "auto", versionLegacy: "legacy", versionModern: "modern"}

// Dialect is the dialect of the Vodia PBX.
var Dialect = pbxws.Dialect{
	ID: "vodia", Name: "Vodia PBX",
	Check: check,
	Dialer: func(l pbxws.Login) pbxws.DialFunc {
		return newDialer(configOf(l)).dial
	},
	Fields: []pbxws.Setting{
		{
			ID: "domain", Role: pbxws.RoleRealm, Required: true, Aliases: []string{"tenant"},
			Label:   "Domain",
			Help:    "The tenant's name on that PBX, which may differ from the host's. Your SIP address ends in it.",
			Example: "domain  = \"acme.example\"        # the tenant on that PBX\n",
		}, {
			ID: "user", Role: pbxws.RoleUser, Required: true, Columns: 14,
			Aliases: []string{"username", "account", "extension", "ext"},
			Label:   "Extension",
			Help:    "Your own number inside the company.",
			Example: "user    = \"201\"                 # your extension\n",
		}, {
			ID:    keyAdmin,
			Label: "Admin",
			Help:  "Usually empty. Some PBXs let an extension in only through an administrator's account; then the password is that account's.",
			Example: "\n# The account that signs you in where the PBX wants it so; leave it out otherwise.\n" +
				"#admin = \"admin\"\n",
		}, {
			ID: keyBasic, Kind: pbxws.SettingFlag, Excludes: []string{keyAdmin, keySession},
			Example: "\n# Send your name and password with every request instead of opening a session, where the PBX wants\n" +
				"# neither an administrator nor its web page's login.\n" +
				"#basic = true\n",
		}, {
			ID: keyGeneration, Kind: pbxws.SettingChoice, Choices: versionWords[:], Before: "url",
			Example: "\n# How old the PBX is: \"legacy\" up to version 68, \"modern\" from 69, \"auto\" asks it.\n" +
				"#dialect_version = \"auto\"\n",
		}, {
			ID: keyTransferAsParty, Kind: pbxws.SettingFlag,
			Example: "# Present a transferred call as coming from the other side and not from you. Only for an older PBX\n" +
				"# that refuses transfers otherwise.\n" +
				"#transfer_as_party = true\n",
		}, {
			ID: keySession, Kind: pbxws.SettingVariable, Before: "tls_pin",
			Unset: "sign in with a browser and put the value of the PBX's session cookie there before the start",
			Example: "# Instead of a password: an environment variable with the session of a browser that is signed\n" +
				"# in, on Vodia the value of the cookie named session. It lasts until the PBX forgets it.\n" +
				"#session_env = \"PBX_SESSION\"\n",
		},
	},
}

// configOf reads a profile.
func configOf(l pbxws.Login) config {
	version := versionAuto
	for v, word := range versionWords {
		if word == l.Settings[keyGeneration] {
			version = dialectVersion(v)
		}
	}
	return config{
		URL: l.URL, Domain: l.Realm, User: l.User, Secret: l.Secret, TLS: l.TLS, Proxy: l.Proxy, UserAgent: l.UserAgent, Log: l.Log,
		Admin: l.Settings[keyAdmin], Basic: l.Settings[keyBasic] != "", Session: l.Settings[keySession],
		TransferAsParty: l.Settings[keyTransferAsParty] != "", Version: version, Hide: redact.New(l.Hide...), Country: l.Country,
	}
}
