package vodia

import (
	"crypto/subtle"
	"net/http"
	"strings"
	"time"

	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

// Admin is the system administrator, with the same password as everybody.
const Admin = "admin"

// postSession mints a token for an administrator, or turns one into a session.
func (f *Front) postSession(w http.ResponseWriter, r *http.Request) {
	body, ok := readSession(w, r)
	if !ok {
		return
	}
	switch body.Name {
	case wire.SessionThirdParty:
		f.mint(w, r, body)
	case wire.SessionActivate:
		f.activate(w, r, body)
	default:
		http.Error(w, "unknown name", http.StatusBadRequest)
	}
}

func (f *Front) mint(w http.ResponseWriter, r *http.Request, body wire.SessionRequest) {
	name, password, _ := r.BasicAuth()
	if !bothEqual(name, Admin, password, exchange.Password) {
		f.pbx.Note(exchange.Entry{Kind: exchange.LoginRefused, User: exchange.NumberOf(body.Username), Text: "wrong administrator credentials"})
		reply(w, false)
		return
	}
	l := login{admin: body.Admin, user: body.Username}
	if _, there := f.pbx.Extension(body.Username); body.Domain != exchange.Domain || (body.Username != "" && !there) {
		f.pbx.Note(exchange.Entry{Kind: exchange.LoginRefused, User: exchange.NumberOf(body.Username), Text: "no such tenant or extension", Code: http.StatusNotFound})
		http.NotFound(w, r)
		return
	}
	reply(w, f.sessions.mint(l, time.Now()))
}

func (f *Front) activate(w http.ResponseWriter, r *http.Request, body wire.SessionRequest) {
	id, ok := f.sessions.activate(body.Value, time.Now())
	if !ok {
		f.pbx.Note(exchange.Entry{Kind: exchange.LoginRefused, Text: "unknown or expired token"})
		reply(w, false)
		return
	}
	l, _ := f.sessions.get(id, time.Now())
	f.pbx.Note(exchange.Entry{Kind: exchange.LoginGranted, User: l.user, Text: "by token"})
	http.SetCookie(w, &http.Cookie{
		Name: wire.SessionCookie, Value: id, Path: "/",
		HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: r.TLS != nil,
	})
	reply(w, true)
}

// putSession signs in with an account and the MD5 of its password. An unknown tenant is not
// found, as with the other way to sign in; all else that is wrong gets the empty string.
func (f *Front) putSession(w http.ResponseWriter, r *http.Request) {
	if f.o.NoPasswordLogin {
		f.pbx.Note(exchange.Entry{Kind: exchange.LoginRefused, Text: "by password, which this PBX does not know", Code: http.StatusMethodNotAllowed})
		http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
		return
	}
	body, ok := readSession(w, r)
	if !ok {
		return
	}
	if body.Name != wire.SessionAuth {
		http.Error(w, "unknown name", http.StatusBadRequest)
		return
	}
	name, hash, _ := strings.Cut(body.Value, " ")
	if _, tenant, with := strings.Cut(name, "@"); with && tenant != exchange.Domain {
		f.pbx.Note(exchange.Entry{Kind: exchange.LoginRefused, User: exchange.NumberOf(name), Text: "no such tenant", Code: http.StatusNotFound})
		http.NotFound(w, r)
		return
	}
	account, admin, known := f.whoIs(name)
	_, right, _ := strings.Cut(wire.AuthValue(name, exchange.Password), " ")
	if !constantTimeEqual(hash, right) || !known {
		f.pbx.Note(exchange.Entry{Kind: exchange.LoginRefused, User: exchange.NumberOf(name), Text: "wrong account or password"})
		reply(w, "")
		return
	}
	f.pbx.Note(exchange.Entry{Kind: exchange.LoginGranted, User: account, Text: "by password"})
	reply(w, f.sessions.open(login{user: account, admin: admin}, time.Now()))
}

// whoIs reads an account name: the administrator, or an extension with or without its tenant.
func (f *Front) whoIs(name string) (number string, admin, known bool) {
	if name == Admin {
		return "", true, true
	}
	number, domain, with := strings.Cut(name, "@")
	_, known = f.pbx.Extension(number)
	return number, false, known && (!with || domain == exchange.Domain)
}

// getSession tells who is signed in.
func (f *Front) getSession(w http.ResponseWriter, r *http.Request) {
	info := map[string]any{"type": "", "lang": "en", "version": f.o.Dialect.Product()}
	if l, ok := f.who(r); ok {
		info["type"], info["cdomain"] = "user", exchange.Domain
		info["cuser"] = l.user
		if l.admin {
			info["type"] = "admin"
		}
	}
	reply(w, info)
}

func (f *Front) deleteSession(w http.ResponseWriter, r *http.Request) {
	if cookie, err := r.Cookie(wire.SessionCookie); err == nil && cookie.Value != "" {
		f.sessions.end(cookie.Value)
	}
	reply(w, true)
}

// readSession reads a body of the session resource; false when a refusal has been written.
func readSession(w http.ResponseWriter, r *http.Request) (wire.SessionRequest, bool) {
	var body wire.SessionRequest
	return body, readBody(w, r, &body)
}

func constantTimeEqual(a, b string) bool {
	return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1
}

// bothEqual compares two pairs without telling by its time which one differs.
func bothEqual(a, b, c, d string) bool { return constantTimeEqual(a, b) && constantTimeEqual(c, d) }
