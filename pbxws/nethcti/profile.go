package nethcti

import (
	"github.com/patchcord/patchcord/internal/redact"
	"github.com/patchcord/patchcord/pbxws"
)

// The keys of config.toml that are read here alone.
const (
	keyOldSocket = "eio3"
	keyAgentType = "ua_type"
	keyIgnore    = "ignore_call_webrtc"
	keyTones     = "tones_by_message"
)

// agentTypes are the words of config.toml for what we say that we are, the usual one first.
var agentTypes = []string{"none", "desktop", "mobile"}

// Dialect is the dialect of NethVoice CTI.
var Dialect = pbxws.Dialect{
	ID: "nethcti", Name: "NethVoice CTI",
	Check:  check,
	Dialer: func(l pbxws.Login) pbxws.DialFunc { return newDialer(configOf(l)).dial },
	Fields: []pbxws.Setting{
		{
			ID: "user", Role: pbxws.RoleUser, Required: true, Columns: 24, Aliases: []string{"username", "account"},
			Label:   "User",
			Help:    "Your name on the CTI web page. Upper and lower case count.",
			Example: "user    = \"anna\"                # your name on the CTI web page\n",
		}, {
			ID: keyAgentType, Kind: pbxws.SettingChoice, Choices: agentTypes,
			Example: "\n# Tell the PBX what this program is, \"desktop\" or \"mobile\". Another program of yours of the same\n" +
				"# kind then learns that you have moved here, and signing in takes 8 s longer while it runs.\n" +
				"#ua_type = \"none\"\n",
		}, {
			ID: keyOldSocket, Kind: pbxws.SettingFlag,
			Example: "# Speak the older form of the websocket, for a server from before December 2020.\n" +
				"#eio3 = true\n",
		}, {
			ID: keyIgnore, Kind: pbxws.SettingFlag,
			Example: "# Leave calls that you place on the CTI web page to that page, though this program is the telephone that\n" +
				"# calls begin at.\n" +
				"#ignore_call_webrtc = true\n",
		}, {
			ID: keyTones, Kind: pbxws.SettingFlag,
			Example: "# Send tones as messages (SIP INFO), for a PBX that does not take them from the sound.\n" +
				"#tones_by_message = true\n",
		},
	},
}

// configOf reads a profile.
func configOf(l pbxws.Login) config {
	c := config{
		Login: l, hide: redact.New(l.Hide...), agentType: l.Settings[keyAgentType], oldSocket: l.Settings[keyOldSocket] != "",
		ignore: l.Settings[keyIgnore] != "", tonesByMessage: l.Settings[keyTones] != "",
	}
	if c.agentType == agentTypes[0] {
		c.agentType = ""
	}
	return c
}
