package config

import (
	"context"
	"crypto/tls"

	"github.com/patchcord/patchcord/internal/tomlfile"
)

// Session is an AppWebsocket connection that stays up. Its password comes from Secret, its trust
// from TLS, as with a Profile.
type Session struct {
	// Name is what the file calls it.
	Name string
	// URL is the app's, or the PBX's that ends in /PBX0/APPS/websocket; the scheme is wss, ws,
	// https or http.
	URL string
	// App is the target of the login: the app at a service, the app object at a PBX.
	App string
	// Via names the session with the PBX that gives the login; then there is no password.
	Via string
	// Domain and User (the SIP name) describe who logs in; both may be empty.
	Domain, User string

	source Profile
}

const sessionKeys = "url, app, via, domain, user, password_keyring, password_command, password_env, password_file, tls_pin, tls_ca, proxy"

// Secret fetches the password, see Profile.Secret. In the keyring it is under "NAME/USER@DOMAIN".
func (s Session) Secret(ctx context.Context) (string, error) { return s.source.Secret(ctx) }

// Proxy is the way to it, see Profile.Proxy.
func (s Session) Proxy() string { return s.source.Proxy }

// TLS is whom the session trusts, see Profile.TLS.
func (s Session) TLS() (*tls.Config, error) { return s.source.TLS() }

// sessionDraft is a session while it is read; what it shares with profiles is in a draft of one.
type sessionDraft struct {
	*draft
	app, via string
}

func (d *decoder) session(e entry, rest []string) {
	switch {
	case len(rest) == 0:
		d.table(e)
	case rest[0] == "" || len(rest[0]) > maxName || !isLine(rest[0]):
		d.Report(e.at, "a session's name is one to %d characters", maxName)
	case len(rest) == 1 && !e.header:
		d.Report(e.at, "%q is %s; a session is a table, write [session.NAME]", rest[0], tomlfile.KindWords(e.value.kind))
	case len(rest) == 1:
		d.sessionDraft(rest[0], e.at)
	case len(rest) == 2:
		d.sessionKey(d.sessionDraft(rest[0], e.at), e)
	default:
		d.unknown(e, sessionKeys)
	}
}

func (d *decoder) sessionDraft(name string, at tomlfile.Position) *sessionDraft {
	for _, s := range d.sessions {
		if s.Name == name {
			return s
		}
	}
	s := &sessionDraft{draft: &draft{Profile: Profile{Name: name, session: true}, at: at, places: map[string]tomlfile.Position{}}}
	d.sessions = append(d.sessions, s)
	return s
}

func (d *decoder) sessionKey(s *sessionDraft, e entry) {
	name := e.path[len(e.path)-1]
	s.places[name] = e.at
	switch name {
	case "url":
		d.url(e, &s.URL)
	case "app":
		d.filled(e, &s.app)
	case "via":
		d.filled(e, &s.via)
	case "domain":
		d.text(e, &s.Realm)
	case "user":
		d.text(e, &s.User)
	case "tls_pin":
		d.pin(e, &s.TLSPin)
	case "tls_ca":
		d.path(e, &s.TLSCA)
	case "proxy":
		d.proxy(e, &s.draft.Proxy)
	default:
		if !d.secretKey(s.draft, e, name) {
			d.unknown(e, sessionKeys)
		}
	}
}

// finishSession checks what the keys of a session say together, and puts it into the Config.
func (d *decoder) finishSession(s *sessionDraft) {
	for _, key := range []string{"url", "app"} {
		if _, given := s.places[key]; !given {
			d.Report(s.at, "session %q has no %q", s.Name, key)
		}
	}
	if s.via == "" {
		d.finishPassword(s.draft)
	} else {
		d.finishVia(s)
	}
	d.finishTrust(s.draft)
	if d.config.Sessions == nil {
		d.config.Sessions = map[string]Session{}
	}
	d.config.Sessions[s.Name] = Session{
		Name: s.Name, URL: s.URL, App: s.app, Via: s.via, Domain: s.Realm, User: s.User, source: s.Profile,
	}
}

// finishVia checks a session that gets its login from another one.
func (d *decoder) finishVia(s *sessionDraft) {
	known := false
	for _, other := range d.sessions {
		known = known || other.Name == s.via && other != s && other.via == ""
	}
	if !known {
		d.Report(s.places["via"], "there is no session %q with a login of its own to bring that of another", tomlfile.Shortened(s.via))
	}
	for _, key := range []string{"password_keyring", "password_command", "password_env", "password_file"} {
		if at, given := s.places[key]; given {
			d.Report(at, `session %q has "via" and a source of a password; keep one of them`, s.Name)
		}
	}
}
