package demopbx

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/patchcord/patchcord/internal/ws"
	"github.com/patchcord/patchcord/pbxws/vodia"
)

// maxBody bounds the body of a request; none that is known is a tenth of it.
const maxBody = 16 << 10

// handler is the web server.
func (p *pbx) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", p.front)
	mux.HandleFunc("POST "+vodia.SessionPath, p.postSession)
	mux.HandleFunc("PUT "+vodia.SessionPath, p.putSession)
	mux.HandleFunc("GET "+vodia.SessionPath, p.getSession)
	mux.HandleFunc("DELETE "+vodia.SessionPath, p.deleteSession)
	mux.HandleFunc("GET "+vodia.SocketPath, p.socket)
	mux.HandleFunc("GET /rest/user/{account}/dnd", p.forAccount(p.getDND))
	mux.HandleFunc("POST /rest/user/{account}/dnd", p.forAccount(p.postDND))
	mux.HandleFunc("GET /rest/user/{account}/accounts", p.forAccount(p.getAccounts))
	mux.HandleFunc("GET /rest/user/{account}/calls", p.forAccount(p.getCalls))
	mux.HandleFunc("POST /rest/user/{account}/calls", p.forAccount(p.postCalls))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Server", p.o.Dialect.product())
		w.Header().Set("Cache-Control", "no-cache")
		if !p.enter() {
			http.Error(w, "the PBX ends", http.StatusServiceUnavailable)
			return
		}
		defer p.workers.Done()
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		mux.ServeHTTP(w, r)
	})
}

// front is the page of somebody who came with a browser.
func (p *pbx) front(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte("This is a practice PBX. Its telephones are websockets.\n"))
}

// postSession mints a token for an administrator, or turns one into a session.
func (p *pbx) postSession(w http.ResponseWriter, r *http.Request) {
	body, ok := readSession(w, r)
	if !ok {
		return
	}
	switch body.Name {
	case vodia.SessionThirdParty:
		p.mint(w, r, body)
	case vodia.SessionActivate:
		p.activate(w, r, body)
	default:
		http.Error(w, "unknown name", http.StatusBadRequest)
	}
}

func (p *pbx) mint(w http.ResponseWriter, r *http.Request, body vodia.SessionRequest) {
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

func (p *pbx) activate(w http.ResponseWriter, r *http.Request, body vodia.SessionRequest) {
	id, ok := p.sessions.activate(body.Value, time.Now())
	if !ok {
		p.note(Entry{Kind: LoginRefused, Text: "unknown or expired token"})
		reply(w, false)
		return
	}
	l, _ := p.sessions.get(id, time.Now())
	p.note(Entry{Kind: LoginGranted, User: l.user, Text: "by token"})
	http.SetCookie(w, &http.Cookie{
		Name: vodia.SessionCookie, Value: id, Path: "/",
		HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: r.TLS != nil,
	})
	reply(w, true)
}

// putSession signs in with an account and the MD5 of its password.
func (p *pbx) putSession(w http.ResponseWriter, r *http.Request) {
	body, ok := readSession(w, r)
	if !ok {
		return
	}
	if body.Name != vodia.SessionAuth {
		http.Error(w, "unknown name", http.StatusBadRequest)
		return
	}
	name, hash, _ := strings.Cut(body.Value, " ")
	account, admin, known := p.whoIs(name)
	_, right, _ := strings.Cut(vodia.AuthValue(name, Password), " ")
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
	if cookie, err := r.Cookie(vodia.SessionCookie); err == nil && cookie.Value != "" {
		p.sessions.end(cookie.Value)
	}
	reply(w, true)
}

// socket upgrades a signed-in client.
func (p *pbx) socket(w http.ResponseWriter, r *http.Request) {
	number := numberOf(r.URL.Query().Get("user"))
	account, code := p.admit(r)
	if code != 0 {
		p.note(Entry{Kind: SocketRefused, User: number, Code: code})
		if code/100 == 3 {
			w.Header().Set("Location", "/")
		}
		http.Error(w, http.StatusText(code), code)
		return
	}
	sock, err := p.accept(w, r, account)
	if err != nil {
		p.note(Entry{Kind: SocketRefused, User: number, Text: "not a websocket upgrade"})
		return
	}
	if p.o.Faults.ClosePolicy {
		p.note(Entry{Kind: SocketRefused, User: number, Code: int(ws.StatusPolicy)})
		_ = sock.conn.Close(ws.StatusPolicy, "not now")
		return
	}
	// The socket outlives its request and ends by the loop alone.
	p.serveSocket(context.WithoutCancel(r.Context()), sock)
}

// admit decides about an upgrade: the account, or the HTTP status of the refusal.
func (p *pbx) admit(r *http.Request) (*account, int) {
	if code := p.o.Faults.UpgradeStatus; code != 0 {
		return nil, code
	}
	l, ok := p.who(r)
	if !ok {
		return nil, http.StatusUnauthorized
	}
	query := r.URL.Query()
	account, there := p.tenant.extension(query.Get("user"))
	switch {
	case query.Get("domain") != Domain, !there:
		return nil, http.StatusNotFound
	case !l.admin && l.user != account.number:
		return nil, http.StatusForbidden
	}
	return account, 0
}

// who is signed in, by the session's cookie.
func (p *pbx) who(r *http.Request) (login, bool) {
	cookie, err := r.Cookie(vodia.SessionCookie)
	if err != nil {
		return login{}, false
	}
	return p.sessions.get(cookie.Value, time.Now())
}

// readSession reads a body of the session resource; false when a refusal has been written.
func readSession(w http.ResponseWriter, r *http.Request) (vodia.SessionRequest, bool) {
	var body vodia.SessionRequest
	return body, readBody(w, r, &body)
}

func readBody(w http.ResponseWriter, r *http.Request, body any) bool {
	if err := json.NewDecoder(r.Body).Decode(body); err != nil {
		http.Error(w, "the body is not the JSON that belongs here", http.StatusBadRequest)
		return false
	}
	return true
}

// reply answers with a JSON value.
func reply(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json")
	data, err := json.Marshal(value)
	if err != nil {
		http.Error(w, "cannot describe that", http.StatusInternalServerError)
		return
	}
	_, _ = w.Write(data)
}

func constantTimeEqual(a, b string) bool {
	return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1
}

// bothEqual compares two pairs without telling by its time which one differs.
func bothEqual(a, b, c, d string) bool { return constantTimeEqual(a, b) && constantTimeEqual(c, d) }
