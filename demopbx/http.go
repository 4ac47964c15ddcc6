package demopbx

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/patchcord/patchcord/internal/ws"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

// maxBody bounds the body of a request; none that is known is a tenth of it.
const maxBody = 16 << 10

// handler is the web server.
func (p *pbx) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", p.atRoot)
	mux.HandleFunc("POST "+wire.SessionPath, p.postSession)
	mux.HandleFunc("PUT "+wire.SessionPath, p.putSession)
	mux.HandleFunc("GET "+wire.SessionPath, p.getSession)
	mux.HandleFunc("DELETE "+wire.SessionPath, p.deleteSession)
	mux.HandleFunc("GET "+wire.SocketPath, p.upgrade)
	p.restOf(mux)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if p.tellsVersion(r) {
			w.Header().Set("Server", p.o.Dialect.product())
		}
		w.Header().Set("Cache-Control", "no-cache")
		if !p.enter() {
			http.Error(w, "the PBX ends", http.StatusServiceUnavailable)
			return
		}
		defer p.leaves()
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		if p.shares(w, r) {
			mux.ServeHTTP(w, r)
		}
	})
}

// shares does with a page of another origin what live PBXs were seen to do: what a browser asks before
// it sends anything but a simple request is forbidden; a simple POST is taken, and its reply may be
// read there. It returns false when a refusal has been written.
func (p *pbx) shares(w http.ResponseWriter, r *http.Request) bool {
	if r.Method == http.MethodOptions {
		http.Error(w, http.StatusText(http.StatusForbidden), http.StatusForbidden)
		return false
	}
	if origin := r.Header.Get("Origin"); origin != "" && r.Method == http.MethodPost {
		w.Header().Set("Access-Control-Allow-Origin", origin)
		w.Header().Set("Access-Control-Allow-Credentials", "true")
		w.Header().Add("Vary", "Origin")
	}
	return true
}

// tellsVersion says that the reply carries the Server header. The front page always does.
func (p *pbx) tellsVersion(r *http.Request) bool {
	atSignIn := r.URL.Path == wire.SessionPath && r.Method != http.MethodGet
	return r.URL.Path == "/" || !p.o.Faults.HideVersion && !(atSignIn && p.o.Faults.HideVersionAtSignIn)
}

// atRoot is the front page, and where clients of 2016 open their websocket: the session alone says
// whose it is.
func (p *pbx) atRoot(w http.ResponseWriter, r *http.Request) {
	if strings.EqualFold(r.Header.Get("Upgrade"), "websocket") {
		p.upgrade(w, r)
		return
	}
	p.front(w, r)
}

// front is the page of somebody who came with a browser.
func (p *pbx) front(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte("This is a practice PBX. Its telephones are websockets.\n"))
}

// upgrade makes a socket of a signed-in client.
func (p *pbx) upgrade(w http.ResponseWriter, r *http.Request) {
	account, code := p.admit(r)
	number := numberOf(r.URL.Query().Get("user"))
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
	query := r.URL.Query()
	l, ok := p.who(r)
	if !ok && p.o.SessionInQuery {
		l, ok = p.sessions.get(query.Get(wire.SessionCookie), time.Now())
	}
	if !ok && p.o.BasicUpgrade {
		l, ok = p.signedIn(r)
	}
	if !ok {
		return nil, http.StatusUnauthorized
	}
	user, domain := query.Get("user"), query.Get("domain")
	if r.URL.Path != wire.SocketPath {
		user, domain = l.user, Domain
	}
	account, there := p.tenant.extension(user)
	switch {
	case domain != Domain, !there:
		return nil, http.StatusNotFound
	case !l.admin && l.user != account.number:
		return nil, http.StatusForbidden
	}
	return account, 0
}

// who is signed in, by the session's cookie.
func (p *pbx) who(r *http.Request) (login, bool) {
	cookie, err := r.Cookie(wire.SessionCookie)
	if err != nil {
		return login{}, false
	}
	return p.sessions.get(cookie.Value, time.Now())
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
