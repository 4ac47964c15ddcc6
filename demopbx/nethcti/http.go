package nethcti

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/pbxws"
)

// The two sides, where the gateway is, and the script that says where the gateway meets the PBX.
const (
	newREST, newSocket = "/api/", "/api/ws/"
	oldREST, oldSocket = "/webrest/", "/socket.io/"
	gatewayPath        = "/janus"
	scriptPath         = "/config/config.production.js"
)

// sipHost and sipPort are where the gateway meets the PBX. Nothing listens there: the gateway is the PBX.
const (
	sipHost = "127.0.0.1"
	sipPort = 5060
)

// maxBody bounds the body of a request in bytes; the largest is an SDP.
const maxBody = 128 << 10

// Serves tells whether a path belongs to this front.
func Serves(path string) bool {
	for _, prefix := range []string{newREST, oldREST, oldSocket, gatewayPath, scriptPath} {
		if strings.HasPrefix(path, prefix) {
			return true
		}
	}
	return false
}

// Handler is the web server.
func (f *Front) Handler() http.Handler {
	mux := http.NewServeMux()
	if !f.o.NoMiddleware {
		mux.HandleFunc("POST "+newREST+"login", f.login)
		mux.HandleFunc("POST "+newREST+"2fa/verify-otp", f.verify)
		mux.HandleFunc("GET "+newSocket, func(w http.ResponseWriter, r *http.Request) { f.upgrade(w, r, true) })
		mux.HandleFunc(newREST, func(w http.ResponseWriter, r *http.Request) { f.rest(w, r, newREST) })
	}
	mux.HandleFunc("POST "+oldREST+"authentication/login", f.nonce)
	mux.HandleFunc("GET "+oldSocket, func(w http.ResponseWriter, r *http.Request) { f.upgrade(w, r, false) })
	mux.HandleFunc(oldREST, func(w http.ResponseWriter, r *http.Request) { f.rest(w, r, oldREST) })
	for _, below := range []string{"", "/{session}", "/{session}/{handle}"} {
		mux.HandleFunc("POST "+gatewayPath+below, f.gateway.post)
	}
	mux.HandleFunc("GET "+gatewayPath+"/{session}", f.gateway.poll)
	mux.HandleFunc("GET "+scriptPath, script)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !f.pbx.Enter() {
			http.Error(w, "the PBX ends", http.StatusServiceUnavailable)
			return
		}
		defer f.pbx.Leave()
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		mux.ServeHTTP(w, r)
	})
}

// script is what the web page of the PBX is configured by.
func script(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/javascript")
	fmt.Fprintf(w, "window.CONFIG = {\n  PRODUCT_NAME: 'Practice PBX',\n  API_ENDPOINT: '%s',\n  WS_ENDPOINT: '%s',\n  SIP_HOST: '%s',\n  SIP_PORT: '%d',\n}\n",
		r.Host, r.Host, sipHost, sipPort)
}

// rest serves what takes a token: state and orders.
func (f *Front) rest(w http.ResponseWriter, r *http.Request, side string) {
	if f.o.BackendDown {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	path := strings.TrimPrefix(r.URL.Path, strings.TrimSuffix(side, "/"))
	order := map[string]string{}
	if r.Method == http.MethodPost && r.ContentLength != 0 && !read(w, r, &order) {
		return
	}
	var answer func()
	ran := f.pbx.Do(func() {
		a := f.who(r)
		switch {
		case a == nil:
			answer = func() { w.WriteHeader(http.StatusUnauthorized) }
		case r.Method == http.MethodGet:
			value, status := f.state(a, path, r.URL.Query())
			answer = func() { say(w, value, status) }
		case r.Method != http.MethodPost:
			answer = func() { w.WriteHeader(http.StatusMethodNotAllowed) }
		default:
			result := f.order(a, path, order)
			answer = func() { result.write(w) }
		}
	})
	if ran {
		answer()
		return
	}
	w.WriteHeader(http.StatusServiceUnavailable)
}

// say answers with a value, or with the status alone where there is none.
func say(w http.ResponseWriter, value any, status int) {
	if value == nil {
		w.WriteHeader(status)
		return
	}
	reply(w, value)
}

// state is what REST tells: a value, or the status of a refusal.
func (f *Front) state(a *exchange.Account, path string, query url.Values) (any, int) {
	d := f.desk(a)
	v := f.view(a)
	switch path {
	case "/user/me":
		return f.me(a), 0
	case "/user/endpoints/all":
		return listed(f, pbxws.KindExtension, func(a *exchange.Account) person { return f.person(a, "") }), 0
	case "/user/presence":
		return d.now, 0
	case "/user/presence_onbusy":
		return d.busy, 0
	case "/user/presence_onunavailable":
		return d.away, 0
	case "/astproxy/extensions":
		all := map[string]extension{}
		for _, p := range f.pbx.Accounts() {
			if p.Kind != pbxws.KindExtension { // an attendant or a conference is no telephone
				continue
			}
			for _, number := range f.telephones(p) {
				all[number] = f.extension(p, number, v)
			}
		}
		return all, 0
	}
	if value, status := f.archives(a, path, query); status != http.StatusNotFound {
		return value, status
	}
	return f.services(path, v)
}

// services are the lists that take permissions of their own.
func (f *Front) services(path string, v viewer) (any, int) {
	var all any
	switch path {
	case "/astproxy/queues":
		all = listed(f, pbxws.KindQueue, func(a *exchange.Account) queue { return f.queue(a, v) })
	case "/astproxy/parkings":
		all = listed(f, pbxws.KindOrbit, func(a *exchange.Account) parking { return f.parking(a, v) })
	case "/astproxy/trunks":
		all = map[string]trunk{trunkNumber: practiceTrunk()}
	default:
		return nil, http.StatusNotFound
	}
	if f.o.NoRights {
		return nil, http.StatusForbidden
	}
	return all, 0
}

// listed are the accounts of a kind by their numbers, as describe has them.
func listed[T any](f *Front, kind pbxws.Kind, describe func(*exchange.Account) T) map[string]T {
	all := map[string]T{}
	for _, a := range f.pbx.Accounts() {
		if a.Kind == kind {
			all[a.Number] = describe(a)
		}
	}
	return all
}

// view is what an account sees.
func (f *Front) view(a *exchange.Account) viewer {
	if !f.o.Masks {
		return viewer{}
	}
	return viewer{number: a.Number}
}
