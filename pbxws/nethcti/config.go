package nethcti

import (
	"log/slog"
	"net/url"
	"strings"

	"github.com/patchcord/patchcord/internal/reach"
	"github.com/patchcord/patchcord/internal/redact"
	"github.com/patchcord/patchcord/internal/signin"
	"github.com/patchcord/patchcord/pbxws"
)

// config says where a PBX is and who we are.
type config struct {
	pbxws.Login
	// oldSocket speaks Engine.IO 3.
	oldSocket bool
	// agentType is told to the PBX at the login, empty for nothing.
	agentType string
	// ignore leaves calls that the PBX wants placed to other programs.
	ignore bool
	// tonesByMessage makes the gateway send tones by SIP INFO, in place of us in the sound.
	tonesByMessage bool
	// hide has secrets hidden in what is shown and traced.
	hide *redact.Filter
	// reach opens connections in place of the usual way; tests set it.
	reach reach.DialFunc
}

// place is the web server of the PBX.
func (c config) place() (*url.URL, error) {
	u, err := signin.Web(c.URL, "Write it as https://cti.example.com, the address of the CTI web page without a path")
	if err == nil {
		u.Path = ""
	}
	return u, err
}

// check reads the part of a profile that needs no network.
func (c config) check() (*url.URL, error) {
	u, err := c.place()
	switch {
	case err != nil:
		return nil, err
	case c.User == "":
		return nil, signin.BadProfile("no user is given", "Write your name on the CTI web page into the profile")
	case strings.Contains(c.User, ":"):
		return nil, signin.BadProfile("the user's name holds a colon, which this PBX cannot take", "Write your name on the CTI web page into the profile")
	case c.Secret == nil:
		return nil, signin.BadProfile("no password is given", "Store the password in the keyring, or name a command that prints it")
	}
	return u, nil
}

// logger is the profile's logger, or one that writes nothing.
func (c config) logger() *slog.Logger {
	if c.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return c.Log
}
