package vodia

import (
	"context"
	"crypto/tls"
	"log/slog"
	"net/url"

	"github.com/patchcord/patchcord/internal/number"
	"github.com/patchcord/patchcord/internal/redact"
	"github.com/patchcord/patchcord/internal/signin"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

// config says where a PBX is and who we are.
type config struct {
	// URL is https://host[:port], or http:// for a PBX without TLS.
	URL string
	// Domain is the tenant, User the extension.
	Domain, User string
	// Secret gives the password of User, or that of Admin when Admin is set. It is asked at
	// every sign-in and the answer is not kept. It may be nil when Session is set.
	Secret func(context.Context) (string, error)
	// Admin is an administrator's account, which then asks the PBX for a token for the extension, as
	// third parties do. Without it the extension signs in itself.
	Admin string
	// Basic sends name and password of User with every request, also when the websocket is opened,
	// instead of a session (RFC 7617). For REST that is documented; for the websocket it is not.
	Basic bool
	// Session is the id of an existing session; then nobody signs in.
	Session string
	// TLS is nil for the system's trust.
	TLS *tls.Config
	// Proxy is the way out of a network: the address of an HTTP or SOCKS proxy, "none", or empty
	// for what HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY say.
	Proxy string
	// Country is where the PBX is, empty if nobody said.
	Country number.Country
	// UserAgent is our name for the PBX.
	UserAgent string
	Version   dialectVersion
	// TransferAsParty names the far end as the source of a transfer over the websocket. The meaning of
	// "from" there is not documented: the one client known to work sends its own extension, an older
	// message of this kind wanted the far end.
	TransferAsParty bool
	// Hide has secrets hidden in frames for the trace; nil hides by the usual names.
	Hide *redact.Filter
	// Log is nil for silence. No secret goes there.
	Log *slog.Logger
}

// address is a config's URL, checked.
type address struct {
	web  *url.URL
	user string // the extension
	full string // extension@tenant
	host string // host:port for people
}

// at is the URL of a path on the PBX's web server.
func (a address) at(path string) string { return a.web.Scheme + "://" + a.web.Host + path }

// socket is the URL of the websocket.
func (a address) socket(domain string) string {
	q := url.Values{"domain": {domain}, "user": {a.user}}
	return a.at(wire.SocketPath) + "?" + q.Encode()
}

// place is the web server of the PBX.
func (c config) place() (*url.URL, error) {
	return signin.Web(c.URL, "Write it as https://pbx.example.com or https://pbx.example.com:8443", wire.SocketPath)
}

// check reads the part of a profile that needs no network.
func (c config) check() (address, error) {
	u, err := c.place()
	if err != nil {
		return address{}, err
	}
	switch {
	case c.User == "":
		return address{}, signin.BadProfile("no extension is given", "Write the number of your extension into the profile")
	case c.Domain == "":
		return address{}, signin.BadProfile("no domain is given", "Write the tenant's domain into the profile, as the PBX calls it")
	case c.Session != "" && !wire.IsSessionID(c.Session):
		return address{}, signin.BadProfile("the session id is not one", "Give the value of the cookie named session and nothing else")
	case c.Basic && (c.Admin != "" || c.Session != ""):
		return address{}, signin.BadProfile("there is more than one way to sign in", "Keep one of basic, admin and session_env")
	case c.Session == "" && c.Secret == nil:
		return address{}, signin.BadProfile("no password is given", "Store the password in the keyring, or name a command that prints it")
	}
	return address{web: u, user: c.User, full: c.User + "@" + c.Domain, host: u.Host}, nil
}
