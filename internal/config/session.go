package config

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2/unstable"

	"github.com/patchcord/patchcord/internal/certificate"
	"github.com/patchcord/patchcord/internal/disk"
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
	// Profile is the PBX that the session belongs to, empty for none.
	Profile string
	// Domain, User (the SIP name), GUID and DN (the display name) describe who logs in, PbxObj the object
	// that is logged in at, empty for App. All may be empty.
	Domain, User, GUID, DN, PbxObj string
	// Info is a JSON object that goes with the login, empty for none.
	Info string
	// Header goes with the request that opens the websocket.
	Header http.Header
	// KeepAlive is the silence after which one is sent, nil for the usual and 0 for never. DeadAfter is that
	// after which the connection is renewed, 0 for never.
	KeepAlive *time.Duration
	DeadAfter time.Duration
	// ReadLimit bounds in bytes what is kept of a message, 0 for the usual.
	ReadLimit int
	// Once has a connection that is lost stay so.
	Once bool
	// Serve is where to listen as an app service instead, as host:port, empty for not; Answers are messages
	// for requests to it.
	Serve   string
	Answers []string
	// ServeTLS serves with TLS, by a certificate made at the start unless ServeCert and ServeKey are the files
	// of one.
	ServeTLS            bool
	ServeCert, ServeKey string
	// Send are the messages that are sent after each login.
	Send []string

	source Profile
}

const sessionKeys = "url, app, via, profile, domain, user, guid, dn, pbx_obj, info, header, keepalive, dead_after, read_limit, reconnect, send, serve, serve_tls, serve_cert, serve_key, answers, " +
	"password_keyring, password_command, password_env, password_file, tls_pin, tls_ca, proxy"

const (
	// maxSilence bounds keepalive and dead_after in seconds.
	maxSilence = 86_400
	// minReadLimit and maxReadLimit bound read_limit: the longest message of the vendor's apps, and what a
	// screen can still be drawn with.
	minReadLimit, maxReadLimit = 65_535, 64 << 20
	// maxMessage bounds a message of send in bytes: longer ones reach none of the vendor's peers.
	maxMessage = 65_535
)

// Secret fetches the password, see Profile.Secret. In the keyring it is under "NAME/USER@DOMAIN".
func (s Session) Secret(ctx context.Context) (string, error) { return s.source.Secret(ctx) }

// keepAlive is the pause of the vendor's client in the browser.
const keepAlive = time.Minute

// Pause is KeepAlive or the usual.
func (s Session) Pause() time.Duration {
	if s.KeepAlive == nil {
		return keepAlive
	}
	return *s.KeepAlive
}

// Proxy is the way to it, see Profile.Proxy.
func (s Session) Proxy() string { return s.source.Proxy }

// TLS is whom the session trusts, see Profile.TLS.
func (s Session) TLS() (*tls.Config, error) { return s.source.TLS() }

// Certificate is what an app service shows, nil where it speaks without TLS.
func (s Session) Certificate() (*tls.Config, error) {
	if s.ServeCert == "" {
		if !s.ServeTLS {
			return nil, nil
		}
		at, err := net.ResolveTCPAddr("tcp", s.Serve)
		if err != nil {
			return nil, fmt.Errorf("%q is not an address to listen at", s.Serve)
		}
		return certificate.SelfSigned("Patchcord", at)
	}
	chain, err := disk.Read(s.ServeCert, maxCA)
	if err != nil {
		return nil, fmt.Errorf("read serve_cert: %w", err)
	}
	key, err := disk.Read(s.ServeKey, maxCA)
	if err != nil {
		return nil, fmt.Errorf("read serve_key: %w", err)
	}
	pair, err := tls.X509KeyPair(chain, key)
	if err != nil {
		return nil, errors.New("serve_cert and serve_key are not a certificate and its key, both as PEM")
	}
	return &tls.Config{Certificates: []tls.Certificate{pair}}, nil
}

// sessionDraft is a session while it is read; what it shares with profiles is in a draft of one.
type sessionDraft struct {
	*draft
	Session
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
		if s.draft.Name == name {
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
		d.url(e, &s.draft.URL)
	case "app":
		d.filled(e, &s.App)
	case "via":
		d.filled(e, &s.Via)
	case "profile":
		if d.filled(e, &s.Session.Profile) {
			d.named = append(d.named, value{text: s.Session.Profile, at: e.value.at})
		}
	case "domain":
		d.text(e, &s.Realm)
	case "user":
		d.text(e, &s.draft.User)
	case "guid":
		d.text(e, &s.GUID)
	case "dn":
		d.text(e, &s.DN)
	case "pbx_obj":
		d.text(e, &s.PbxObj)
	case "info":
		if d.text(e, &s.Info) && !isObject(s.Info) {
			d.Report(e.value.at, `"info" is a JSON object in quotes, like '{"appobj":"patchcord"}'`)
		}
	case "header":
		d.header(e, s)
	case "keepalive":
		s.KeepAlive = d.silence(e)
	case "dead_after":
		if silence := d.silence(e); silence != nil {
			s.DeadAfter = *silence
		}
	case "read_limit":
		if d.number(e, &s.ReadLimit) && (s.ReadLimit < minReadLimit || s.ReadLimit > maxReadLimit) {
			d.Report(e.value.at, `"read_limit" is a number of bytes from %d to %d`, minReadLimit, maxReadLimit)
		}
	case "reconnect":
		reconnect := true
		d.flag(e, &reconnect)
		s.Once = !reconnect
	case "serve":
		if _, port, err := net.SplitHostPort(e.value.text); d.text(e, &s.Serve) && (err != nil || port == "") {
			d.Report(e.value.at, `"serve" is where to listen, like "127.0.0.1:9001"`)
		}
	case "serve_tls":
		d.flag(e, &s.ServeTLS)
	case "serve_cert":
		d.path(e, &s.ServeCert)
	case "serve_key":
		d.path(e, &s.ServeKey)
	case "answers":
		d.messages(e, &s.Answers)
	case "send":
		d.messages(e, &s.Send)
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

// isObject tells that a text is one JSON object.
func isObject(text string) bool {
	return strings.HasPrefix(strings.TrimSpace(text), "{") && json.Valid([]byte(text))
}

// header reads lines like those of HTTP.
func (d *decoder) header(e entry, s *sessionDraft) {
	var lines []string
	for _, v := range d.texts(e, &lines) {
		name, value, found := strings.Cut(v.text, ":")
		if !found || name == "" || strings.ContainsFunc(name, func(r rune) bool { return !isHeaderLetter(r) }) {
			d.Report(v.at, `"header" is a list of lines like ["X-Tenant: acme"]`)
			return
		}
		if s.Header == nil {
			s.Header = http.Header{}
		}
		s.Header.Add(name, strings.TrimSpace(value))
	}
}

// isHeaderLetter are those of names of headers in use.
func isHeaderLetter(r rune) bool {
	return r == '-' || r == '_' || '0' <= r && r <= '9' || 'a' <= r|0x20 && r|0x20 <= 'z'
}

// silence reads a number of seconds, 0 for never.
func (d *decoder) silence(e entry) *time.Duration {
	var seconds int
	if !d.number(e, &seconds) {
		return nil
	}
	if seconds > maxSilence {
		d.Report(e.value.at, "%q is a number of seconds up to %d, or 0 for never", e.path[len(e.path)-1], maxSilence)
		return nil
	}
	silence := time.Duration(seconds) * time.Second
	return &silence
}

// messages reads a list of messages: JSON objects with an mt.
func (d *decoder) messages(e entry, into *[]string) {
	if e.header || e.value.kind != unstable.Array {
		d.Report(e.at, "%q is %s; write a list of messages", e.path[len(e.path)-1], tomlfile.KindWords(e.value.kind))
		return
	}
	for _, v := range e.value.list {
		var m struct{ MT *string }
		if v.kind != unstable.String || len(v.text) > maxMessage || json.Unmarshal([]byte(v.text), &m) != nil || m.MT == nil {
			d.Report(v.at, `%q is a list of JSON objects in quotes, each with an "mt": ['{"mt":"Ping"}']`, e.path[len(e.path)-1])
			return
		}
		*into = append(*into, v.text)
	}
}

// finishSession checks what the keys of a session say together, and puts it into the Config.
func (d *decoder) finishSession(s *sessionDraft) {
	for _, key := range []string{"url", "app"} {
		if _, given := s.places[key]; !given && s.Serve == "" {
			d.Report(s.at, "session %q has no %q", s.draft.Name, key)
		}
	}
	if at, given := s.places["url"]; given && s.Serve != "" {
		d.Report(at, `session %q has "url" and "serve"; keep one of them`, s.draft.Name)
	}
	if (s.ServeCert == "") != (s.ServeKey == "") {
		d.Report(s.at, `session %q has one of "serve_cert" and "serve_key"; a service needs both`, s.draft.Name)
	}
	if (s.ServeTLS || s.ServeCert != "") && s.Serve == "" {
		d.Report(s.at, `session %q has a certificate to serve with, but no "serve"`, s.draft.Name)
	}
	if s.Via == "" {
		d.finishPassword(s.draft)
	} else {
		d.finishVia(s)
	}
	d.finishTrust(s.draft)
	if s.DeadAfter > 0 && s.Pause() == 0 {
		d.Report(s.places["dead_after"], `"dead_after" needs a "keepalive", whose answer it waits for`)
	} else if s.DeadAfter > 0 && s.DeadAfter <= s.Pause() {
		d.Report(s.places["dead_after"], `"dead_after" must be longer than "keepalive", whose answer it waits for`)
	}
	if d.config.Sessions == nil {
		d.config.Sessions = map[string]Session{}
	}
	done := s.Session
	done.Name, done.URL, done.Domain, done.User, done.source = s.draft.Name, s.draft.URL, s.Realm, s.draft.User, s.draft.Profile
	d.config.Sessions[done.Name] = done
}

// finishVia checks a session that gets its login from another one.
func (d *decoder) finishVia(s *sessionDraft) {
	known := false
	for _, other := range d.sessions {
		known = known || other.draft.Name == s.Via && other != s && other.Via == ""
	}
	if !known {
		d.Report(s.places["via"], "there is no session %q with a login of its own to bring that of another", tomlfile.Shortened(s.Via))
	}
	for _, key := range []string{"password_keyring", "password_command", "password_env", "password_file"} {
		if at, given := s.places[key]; given {
			d.Report(at, `session %q has "via" and a source of a password; keep one of them`, s.draft.Name)
		}
	}
}
