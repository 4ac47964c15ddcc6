package demopbx

import (
	"crypto/subtle"
	"net/http"
	"strings"
	"time"

	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

// postSession mints a token for an administrator, or turns one into a session.
func (p *pbx) postSession(w http.ResponseWriter, r *http.Request) {
	body, ok := readSession(w, r)
	if !ok {
		return
	}
	switch body.Name {
	case wire.SessionThirdParty:
		p.mint(w, r, body)
	case wire.SessionActivate:
		p.activate(w, r, body)
	default:
		http.Error(w, "unknown name", http.StatusBadRequest)
	}
}

func (p *pbx) mint(w http.ResponseWriter, r *http.Request, body wire.SessionRequest) {
	name, password, _ := r.BasicAuth()
	if !bothEqual(name, Admin, password, Password) {
		p.note(Entry{Kind: LoginRefused, User: numberOf(body.Username), Text: "wrong administrator credentials"})
		reply(w, false)
		return
	}
	l := login{admin: body.Admin, user: body.Username}
	if _, there := p.tenant.extension(body.Username); body.Domain != Domain || (body.Username != "" && !there) {
		p.note(Entry{Kind: LoginRefused, User: numberOf(body.Username), Text: "no such tenant or extension", Code: http.StatusNotFound})
		http.NotFound(w, r)
		return
	}
	reply(w, p.sessions.mint(l, time.Now()))
}

func (p *pbx) activate(w http.ResponseWriter, r *http.Request, body wire.SessionRequest) {
	id, ok := p.sessions.activate(body.Value, time.Now())
	if !ok {
		p.note(Entry{Kind: LoginRefused, Text: "unknown or expired token"})
		reply(w, false)
		return
	}
	l, _ := p.sessions.get(id, time.Now())
	p.note(Entry{Kind: LoginGranted, User: l.user, Text: "by token"})
	http.SetCookie(w, &http.Cookie{
		Name: wire.SessionCookie, Value: id, Path: "/",
		HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: r.TLS != nil,
	})
	reply(w, true)
}

// putSession signs in with an account and the MD5 of its password. An unknown tenant is not
// found, as with the other way to sign in; all else that is wrong gets the empty string.
func (p *pbx) putSession(w http.ResponseWriter, r *http.Request) {
	if p.o.Faults.NoPasswordLogin {
		p.note(Entry{Kind: LoginRefused, Text: "by password, which this PBX does not know", Code: http.StatusMethodNotAllowed})
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
	if _, tenant, with := strings.Cut(name, "@"); with && tenant != Domain {
		p.note(Entry{Kind: LoginRefused, User: numberOf(name), Text: "no such tenant", Code: http.StatusNotFound})
		http.NotFound(w, r)
		return
	}
	account, admin, known := p.whoIs(name)
	_, right, _ := strings.Cut(wire.AuthValue(name, Password), " ")
	if !constantTimeEqual(hash, right) || !known {
		p.note(Entry{Kind: LoginRefused, User: numberOf(name), Text: "wrong account or password"})
		reply(w, "")
		return
	}
	p.note(Entry{Kind: LoginGranted, User: account, Text: "by password"})
	reply(w, p.sessions.open(login{user: account, admin: admin}, time.Now()))
}

// whoIs reads an account name: the administrator, or an extension with or without its tenant.
func (p *pbx) whoIs(name string) (number string, admin, known bool) {
	if name == Admin {
		return "", true, true
	}
	number, domain, with := strings.Cut(name, "@")
	_, known = p.tenant.extension(number)
	return number, false, known && (!with || domain == Domain)
}

// getSession tells who is signed in.
func (p *pbx) getSession(w http.ResponseWriter, r *http.Request) {
	info := map[string]any{"type": "", "lang": "en", "version": p.o.Dialect.product()}
	if l, ok := p.who(r); ok {
		info["type"], info["cdomain"] = "user", Domain
		info["cuser"] = l.user
		if l.admin {
			info["type"] = "admin"
		}
	}
	reply(w, info)
}

func (p *pbx) deleteSession(w http.ResponseWriter, r *http.Request) {
	if cookie, err := r.Cookie(wire.SessionCookie); err == nil && cookie.Value != "" {
		p.sessions.end(cookie.Value)
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
