package vodia

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/internal/ws"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

// maxBody bounds the body of a request; known ones are smaller than a tenth of it.
const maxBody = 16 << 10

// Handler is the web server.
func (f *Front) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", f.atRoot)
	mux.HandleFunc("POST "+wire.SessionPath, f.postSession)
	mux.HandleFunc("PUT "+wire.SessionPath, f.putSession)
	mux.HandleFunc("GET "+wire.SessionPath, f.getSession)
	mux.HandleFunc("DELETE "+wire.SessionPath, f.deleteSession)
	mux.HandleFunc("GET "+wire.SocketPath, f.upgrade)
	f.restOf(mux)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if f.tellsVersion(r) {
			w.Header().Set("Server", f.o.Dialect.Product())
		}
		w.Header().Set("Cache-Control", "no-cache")
		if !f.pbx.Enter() {
			http.Error(w, "the PBX ends", http.StatusServiceUnavailable)
			return
		}
		defer f.pbx.Leave()
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		if f.shares(w, r) {
			mux.ServeHTTP(w, r)
		}
	})
}

// shares treats pages of another origin as live PBXs were seen to do: the preflight request of a browser
// is forbidden; a simple POST is accepted, and the page may read its reply. It returns false when a
// refusal has been written.
func (f *Front) shares(w http.ResponseWriter, r *http.Request) bool {
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

// tellsVersion tells whether the reply has the Server header. The front page always has.
func (f *Front) tellsVersion(r *http.Request) bool {
	atSignIn := r.URL.Path == wire.SessionPath && r.Method != http.MethodGet
	return r.URL.Path == "/" || !f.o.HideVersion && !(atSignIn && f.o.HideVersionAtSignIn)
}

// atRoot is the front page, and where clients of 2016 open their websocket, whose user is that of the
// session.
func (f *Front) atRoot(w http.ResponseWriter, r *http.Request) {
	if strings.EqualFold(r.Header.Get("Upgrade"), "websocket") {
		f.upgrade(w, r)
		return
	}
	f.front(w, r)
}

// front is the front page.
func (f *Front) front(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte("This is a practice PBX. Its telephones are websockets.\n"))
}

// upgrade makes a socket of a signed-in client.
func (f *Front) upgrade(w http.ResponseWriter, r *http.Request) {
	account, code := f.admit(r)
	number := exchange.NumberOf(r.URL.Query().Get("user"))
	if code != 0 {
		f.pbx.Note(exchange.Entry{Kind: exchange.SocketRefused, User: number, Code: code})
		if code/100 == 3 {
			w.Header().Set("Location", "/")
		}
		http.Error(w, http.StatusText(code), code)
		return
	}
	sock, err := f.accept(w, r, account)
	if err != nil {
		f.pbx.Note(exchange.Entry{Kind: exchange.SocketRefused, User: number, Text: "not a websocket upgrade"})
		return
	}
	if f.o.ClosePolicy {
		f.pbx.Note(exchange.Entry{Kind: exchange.SocketRefused, User: number, Code: int(ws.StatusPolicy)})
		_ = sock.conn.Close(ws.StatusPolicy, "not now")
		return
	}
	// The socket outlives its request and ends by the loop alone.
	sock.serve(context.WithoutCancel(r.Context()))
}

// admit decides about an upgrade: the account, or the HTTP status of the refusal.
func (f *Front) admit(r *http.Request) (*exchange.Account, int) {
	if code := f.o.UpgradeStatus; code != 0 {
		return nil, code
	}
	query := r.URL.Query()
	l, ok := f.who(r)
	if !ok && f.o.SessionInQuery {
		l, ok = f.sessions.get(query.Get(wire.SessionCookie), time.Now())
	}
	if !ok && f.o.BasicUpgrade {
		l, ok = f.signedIn(r)
	}
	if !ok {
		return nil, http.StatusUnauthorized
	}
	user, domain := query.Get("user"), query.Get("domain")
	if r.URL.Path != wire.SocketPath {
		user, domain = l.user, exchange.Domain
	}
	account, there := f.pbx.Extension(user)
	switch {
	case domain != exchange.Domain, !there:
		return nil, http.StatusNotFound
	case !l.admin && l.user != account.Number:
		return nil, http.StatusForbidden
	}
	return account, 0
}

// who is signed in, by the session's cookie.
func (f *Front) who(r *http.Request) (login, bool) {
	cookie, err := r.Cookie(wire.SessionCookie)
	if err != nil {
		return login{}, false
	}
	return f.sessions.get(cookie.Value, time.Now())
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
